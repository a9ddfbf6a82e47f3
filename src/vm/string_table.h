// The table of interned strings: open addressing with linear probing.
//
// A slot holds the string's address, which is a multiple of 16 below 2^47, and the low 21 bits of its hash,
// so that hardly any other string than the one looked for is touched, and a string knows nothing of the
// table. At most five eighths of the slots are taken, and after a major collection at least an eighth.
#pragma once

#include "vm/object.h"

namespace perigee {

class Heap;

class StringTable {
public:
  void open(Thread* L, Heap& heap); // raises a memory error
  void close(Heap& heap);

  // The first string with this hash for which `equals(string)` holds, or null.
  template <class Equals> String* find(uint32_t hash, Equals&& equals) const {
    uint32_t mask = size_ - 1;
    for (uint32_t i = hash & mask; slots_[i] != 0; i = (i + 1) & mask) {
      if ((static_cast<uint32_t>(slots_[i]) ^ hash) & kHashMask) continue;
      String* s = stringIn(slots_[i]);
      if (s->aux == hash && equals(s)) return s;
    }
    return nullptr;
  }
  // Adds a string that is not there; its hash is known. If the table has to grow and memory is refused, it
  // becomes fuller instead, and in the end this is false.
  bool add(Heap& heap, String* s) {
    if (count_ >= size_ / 8 * 5 && !grow(heap)) return false;
    enter(s->aux, slotOf(s));
    ++count_;
    return true;
  }
  // Removes a string that is there.
  void remove(String* s);
  // Gives back what a table for so few strings does not need.
  void trim(Heap& heap) {
    while (size_ > kFirstSize && count_ < size_ / 8) shrink(heap);
  }

private:
  static constexpr uint32_t kFirstSize = 256;

  static constexpr int kShift = 17; // of addresses, whose low four bits are zero
  static constexpr uint32_t kHashMask = (uint32_t{1} << (kShift + 4)) - 1;

  static uint64_t slotOf(String* s) { return reinterpret_cast<uint64_t>(s) << kShift | (s->aux & kHashMask); }
  static String* stringIn(uint64_t slot) { return reinterpret_cast<String*>(slot >> (kShift + 4) << 4); }
  // Where the search for a slot's string begins, in a table of mask + 1 slots.
  static uint32_t homeOf(uint64_t slot, uint32_t mask) {
    return (mask <= kHashMask ? static_cast<uint32_t>(slot) : stringIn(slot)->aux) & mask;
  }
  void enter(uint32_t hash, uint64_t slot);
  bool grow(Heap& heap);
  void shrink(Heap& heap);

  uint64_t* slots_ = nullptr;
  uint32_t size_ = 0; // a power of two
  uint32_t count_ = 0;
};

} // namespace perigee
