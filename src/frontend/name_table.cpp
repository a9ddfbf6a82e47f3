#include "frontend/name_table.h"

#include <cstring>

namespace perigee {

namespace {

constexpr size_t kFirstBuckets = 64;

uint64_t mix(uint64_t a, uint64_t b) {
  unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// Multiplies eight bytes at a time into the state; the last, partial word is told apart by the length.
uint64_t hashText(std::string_view text, uint64_t seed) {
  constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15u;
  uint64_t state = seed ^ (text.size() * kMultiplier);
  while (text.size() >= 8) {
    uint64_t word;
    std::memcpy(&word, text.data(), 8);
    state = mix(state ^ word, kMultiplier);
    text.remove_prefix(8);
  }
  uint64_t word = 0;
  if (!text.empty()) std::memcpy(&word, text.data(), text.size());
  return mix(state ^ word, kMultiplier);
}

} // namespace

NameTable::NameTable(Arena& arena, uint64_t seed)
    : arena_(arena), seed_(seed), buckets_(arena.array<Name*>(kFirstBuckets)), bucket_count_(kFirstBuckets) {}

Name* NameTable::intern(std::string_view text) {
  uint64_t hash = hashText(text, seed_);
  for (Name* name = buckets_[hash & (bucket_count_ - 1)]; name != nullptr; name = name->next_in_bucket) {
    if (name->hash == hash && name->text == text) return name;
  }
  if (name_count_ == bucket_count_) grow();
  Name*& bucket = buckets_[hash & (bucket_count_ - 1)];
  bucket = arena_.make<Name>(arena_.copy(text), hash, bucket, keywordOf(text));
  ++name_count_;
  return bucket;
}

void NameTable::grow() {
  size_t larger_count = bucket_count_ * 2;
  Name** larger = arena_.array<Name*>(larger_count);
  for (size_t i = 0; i < bucket_count_; ++i) {
    for (Name* name = buckets_[i]; name != nullptr;) {
      Name* next = name->next_in_bucket;
      Name*& bucket = larger[name->hash & (larger_count - 1)];
      name->next_in_bucket = bucket;
      bucket = name;
      name = next;
    }
  }
  buckets_ = larger;
  bucket_count_ = larger_count;
}

} // namespace perigee
