// A hash table of objects that are chained through themselves and do not stay alive for being in it: the
// table of prototypes by content.
//
// T::aux is the hash, T::next the chain. A table that cannot grow has longer chains; one that has no memory
// at all (size 0) is empty.
#pragma once

#include "heap/heap.h"

#include <cstring>

namespace perigee {

template <class T> struct ChainedTable {
  static constexpr uint32_t kFirstBuckets = 128;

  T** buckets = nullptr;
  uint32_t size = 0; // a power of two
  uint32_t count = 0;

  // Of the first buckets, uninitialized.
  static constexpr size_t kFirstBytes = kFirstBuckets * sizeof(T*);
  void begin(void* memory) {
    buckets = static_cast<T**>(memory);
    size = kFirstBuckets;
    std::memset(buckets, 0, kFirstBytes);
  }

  // The chain that an object with this hash is in, if there is one.
  T* chain(uint32_t hash) const { return buckets[hash & (size - 1)]; }

  void insert(Heap& heap, T* object) {
    if (count >= size) grow(heap);
    T*& bucket = buckets[object->aux & (size - 1)];
    object->next = bucket;
    bucket = object;
    ++count;
  }

  void remove(Heap& heap, T* object) {
    T** link = &buckets[object->aux & (size - 1)];
    while (*link != object) link = &(*link)->next;
    *link = object->next;
    --count;
    if (size > kFirstBuckets && count < size / 4) shrink(heap);
  }

  void destroy(Heap& heap) {
    heap.freeRaw(buckets, size * sizeof(T*));
    *this = {};
  }

private:
  // Doubles the table if memory is to be had. Buckets i and i + half take over what bucket i held.
  void grow(Heap& heap) {
    uint32_t half = size;
    if (half > (1u << 29)) return;
    void* memory = heap.tryReallocateRaw(buckets, half * sizeof(T*), 2ull * half * sizeof(T*));
    if (memory == nullptr) return;
    buckets = static_cast<T**>(memory);
    size = half * 2;
    std::memset(buckets + half, 0, half * sizeof(T*));
    for (uint32_t i = 0; i < half; ++i) {
      T** low = &buckets[i];
      T** high = &buckets[i + half];
      for (T* o = *low; o != nullptr; o = o->next) {
        T**& end = (o->aux & half) ? high : low;
        *end = o;
        end = &o->next;
      }
      *low = *high = nullptr;
    }
  }

  void shrink(Heap& heap) {
    uint32_t half = size / 2;
    for (uint32_t i = 0; i < half; ++i) {
      T** end = &buckets[i];
      while (*end != nullptr) end = &(*end)->next;
      *end = buckets[i + half];
    }
    buckets = static_cast<T**>(heap.tryReallocateRaw(buckets, size * sizeof(T*), half * sizeof(T*)));
    size = half;
  }
};

} // namespace perigee
