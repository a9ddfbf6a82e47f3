#include "frontend/field_stores.h"

#include <limits>

namespace perigee {

namespace {

constexpr size_t kFirstCapacity = 32;

} // namespace

void FieldStores::note(LocalVar* var, const Name* name) {
  if (var->field_stores == std::numeric_limits<uint8_t>::max()) return;
  if (count_ >= capacity_ - capacity_ / 4) grow();
  Entry& entry = find(var, name);
  if (entry.var != nullptr) return;
  entry = {var, name};
  ++count_;
  ++var->field_stores;
}

// The pair's entry, or the empty one where it belongs.
FieldStores::Entry& FieldStores::find(const LocalVar* var, const Name* name) {
  uint64_t hash = name->hash ^ (reinterpret_cast<uintptr_t>(var) * 0x9E3779B97F4A7C15u >> 20);
  for (size_t i = hash;; ++i) {
    Entry& entry = entries_[i & (capacity_ - 1)];
    if (entry.var == nullptr || (entry.var == var && entry.name == name)) return entry;
  }
}

void FieldStores::grow() {
  Entry* old_entries = entries_;
  size_t old_capacity = capacity_;
  capacity_ = old_capacity == 0 ? kFirstCapacity : old_capacity * 2;
  entries_ = arena_.array<Entry>(capacity_);
  for (size_t i = 0; i < old_capacity; ++i) {
    if (old_entries[i].var != nullptr) find(old_entries[i].var, old_entries[i].name) = old_entries[i];
  }
}

} // namespace perigee
