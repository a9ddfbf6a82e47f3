#include "bytecode/constants.h"

#include "vm/string.h"

namespace perigee {

namespace {

bool same(const Value& a, const Value& b) {
  if (a.tag != b.tag) return false;
  if (a.tag == Tag::String) return equalStrings(a.string(), b.string());
  return a.tag <= Tag::True || a.integer == b.integer;
}

} // namespace

uint64_t ConstantTable::hash(const Value& v) const {
  uint64_t bits = v.tag <= Tag::True     ? 0
                  : v.tag == Tag::String ? hashOf(v.string())
                                         : static_cast<uint64_t>(v.integer);
  uint64_t h = (bits ^ seed_) * 0x9E3779B97F4A7C15u;
  h = (h ^ (h >> 29) ^ static_cast<uint64_t>(v.tag)) * 0xBF58476D1CE4E5B9u;
  return h ^ (h >> 32);
}

void ConstantTable::grow() {
  bucket_count_ = bucket_count_ == 0 ? 16 : bucket_count_ * 2;
  buckets_ = arena_.array<uint32_t>(bucket_count_);
  for (uint32_t i = 0; i < values_.size(); ++i) {
    uint64_t at = hash(values_[i]);
    while (buckets_[at & (bucket_count_ - 1)] != 0) ++at;
    buckets_[at & (bucket_count_ - 1)] = i + 1;
  }
}

uint32_t ConstantTable::indexOf(Value v) {
  if (values_.size() * 2 >= bucket_count_) grow();
  uint64_t at = hash(v);
  for (;; ++at) {
    uint32_t& bucket = buckets_[at & (bucket_count_ - 1)];
    if (bucket == 0) {
      values_.push(v);
      bucket = values_.size();
      return bucket - 1;
    }
    if (same(values_[bucket - 1], v)) return bucket - 1;
  }
}

} // namespace perigee
