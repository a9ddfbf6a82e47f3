// Inline caches of field accesses: filling them, and the look-ups behind a miss.
#pragma once

#include "interpreter/handler.h"
#include "vm/table.h"

namespace perigee {

inline InlineCache& cacheAt(const Value* k, ptrdiff_t d) {
  return reinterpret_cast<InlineCache*>(const_cast<Value*>(k))[-1 - d];
}

// A look-up that ended in a value, or in a metamethod to be called with `receiver` and the key.
struct Lookup {
  Value value;    // the result, or the function to call
  Value receiver; // the object whose metamethod it is
  bool is_call;
};

// object[key] with __index followed through tables, filling `cache` if the way there can be remembered.
// `place` is where the object is, for messages. Raises "attempt to index …" and "'__index' chain too long;
// possible loop".
Lookup lookUpField(Thread* L, const Value* place, InlineCache& cache);
Lookup lookUpIndex(Thread* L, const Value* place, Value key);

// object[key] = value with __newindex followed through tables. Returns true if it was stored, false if
// the metamethod in `out` is to be called with (out->receiver, key, value).
bool storeField(Thread* L, const Value* place, InlineCache& cache, Value value, Lookup* out);
bool storeIndex(Thread* L, const Value* place, Value key, Value value, Lookup* out);

constexpr int kMaxMetaChain = 2000;

// t[key] = value with one search; false, and nothing done, if the metatable may have to be asked. Raises
// memory errors.
inline bool storeString(Thread* L, Table* t, String* key, Value value) {
  Value* place = findString(t, key);
  bool is_present = place != nullptr && !place->isNil();
  if (is_present && !value.isNil() && key->extra == 0) [[likely]] {
    *place = value;
    L->global->heap.barrier(t, value);
    return true;
  }
  if (!is_present && t->shape->metatable != nullptr) return false;
  place == nullptr ? addString(L, t, key, value) : set(L, t, Value::of(key), value);
  return true;
}

} // namespace perigee
