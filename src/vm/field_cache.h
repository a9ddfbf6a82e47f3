// Where fields are, by shape and name: one table per state, for the instructions that meet more shapes than
// a cache of their own serves (the global look-up cache of Deutsch and Schiffman, 1984).
//
// An entry is a guess that its shape, its key and, if the field lies elsewhere than in the table itself, its
// version validate. Entries hold nothing alive: the collector empties the table before it frees shapes.
#pragma once

#include "vm/shape.h"

namespace perigee {

struct FieldCache {
  struct Entry {
    const Shape* shape;
    // The name of the field; with kAdds set, what a table of `shape` becomes by a store to that name.
    uintptr_t key;
    union {
      const Table* holder; // the table that has the field in `slot`; null: tables of `shape` themselves
      Shape* next_shape;   // kAdds
    };
    uint64_t place; // slot, and State::holder_version << 16: for a holder, and with kAdds
  };
  static constexpr uintptr_t kAdds = 1;
  static constexpr uint32_t kEntries = 512; // a power of two
  Entry entries[kEntries];

  // Compiled code computes the same: ((shape >> 4) ^ hashOf(key)) % kEntries, on the lower half of addresses.
  static uint32_t hashOf(uintptr_t key) {
    return static_cast<uint32_t>(key >> 4) ^ static_cast<uint32_t>(key << 3 & 8);
  }
  static uint32_t indexOf(const Shape* shape, uintptr_t key) {
    return (static_cast<uint32_t>(reinterpret_cast<uintptr_t>(shape)) >> 4 ^ hashOf(key)) % kEntries;
  }
  Entry& at(const Shape* shape, uintptr_t key) { return entries[indexOf(shape, key)]; }
  const Entry& at(const Shape* shape, uintptr_t key) const { return entries[indexOf(shape, key)]; }
  static uint64_t placeOf(uint32_t slot, uint64_t version) { return slot | version << 16; }

  void clear() { __builtin_memset(entries, 0, sizeof(entries)); }
};
static_assert(sizeof(FieldCache::Entry) == 32);
static_assert(kMaxOwnedFields <= 1 << 16);

// The state's cache, made if there is none yet; null if memory is refused. Neither collects nor raises.
FieldCache* fieldCacheOf(State* G);

// Beyond so many links of a chain of metatables nothing is cached, and each is charged for.
constexpr int kMaxCachedChain = 16;

// The table that `key` is found in when a table with `metatable` does not have it, and its slot there; null
// if the way that __index leads is not through tables only, or has no such key. All tables on the way become
// holders (vm/table.h), so that State::holder_version tells of changes. May allocate: what the caller
// remembers belongs to the version of before.
Table* findHolder(Thread* L, Table* metatable, String* key, uint32_t* slot);

// For runtime code: the value of field `key` (a short string) of the table, found in itself or by way of
// __index tables; null if that is not how it is found, or if it is nil. May allocate (L->pc, L->base and
// what is live in its home slots).
const Value* findFieldCached(Thread* L, const Table* t, String* key);
// Stores `value`, not nil, to field `key` (short, no metamethod's name) if the table has a Shared shape and
// no metamethod a say; false if it did nothing. May allocate, and raise memory errors.
bool storeFieldCached(Thread* L, Table* t, String* key, Value value);

} // namespace perigee
