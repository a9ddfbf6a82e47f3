// Giving arrays to a prototype.
#pragma once

#include "vm/proto.h"
#include "vm/state.h"

#include <cstring>

namespace perigee {

// Copies an array of `n` elements into raw memory that belongs to the prototype from then on; `array` and
// `count` are members of it. It may be traced and destroyed after each such step. Raises a memory error.
template <class T, class Count>
void adoptArray(Thread* L, T*& array, Count& count, const T* from, uint32_t n) {
  if (n == 0) return;
  T* memory = static_cast<T*>(heapOf(L).allocateRaw(L, n * sizeof(T)));
  std::memcpy(static_cast<void*>(memory), static_cast<const void*>(from), n * sizeof(T));
  array = memory;
  count = n;
}

// An inline cache that remembers nothing yet.
inline InlineCache emptyCache(String* key) {
  InlineCache cache;
  std::memset(static_cast<void*>(&cache), 0, sizeof cache);
  cache.key = key;
  return cache;
}

} // namespace perigee
