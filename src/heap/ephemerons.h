// An index from unmarked keys of ephemeron tables to the values that wait for them.
#pragma once

#include "heap/heap.h"
#include "vm/table.h"

namespace perigee {

class Ephemerons {
public:
  explicit Ephemerons(Heap& heap) : heap_(heap) {}
  ~Ephemerons();
  Ephemerons(const Ephemerons&) = delete;
  Ephemerons& operator=(const Ephemerons&) = delete;

  // Marks all values whose keys are marked, until nothing changes. False if memory was refused on the way
  // (then what is marked so far is right, but there may be more).
  bool settle();

private:
  struct Waiting {
    Object* key;
    Object* value;
    uint32_t next; // in the chain of a bucket
  };
  static constexpr uint32_t kNone = ~uint32_t{0};

  bool addTable(Table* t);
  bool add(Object* key, Object* value);
  bool grow();
  void wake(Object* key);
  uint32_t bucketOf(const Object* key) const {
    return static_cast<uint32_t>((reinterpret_cast<uintptr_t>(key) >> 4) * 0x9E3779B97F4A7C15u >> 32) &
           (capacity_ - 1);
  }

  Heap& heap_;
  Waiting* waiting_ = nullptr;
  uint32_t* buckets_ = nullptr; // as many as there is room in waiting_
  uint32_t size_ = 0;
  uint32_t capacity_ = 0; // a power of two
};

} // namespace perigee
