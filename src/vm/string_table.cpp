#include "vm/string_table.h"

#include "heap/heap.h"

#include <cstring>

namespace perigee {

void StringTable::open(Thread* L, Heap& heap) {
  size_t bytes = kFirstSize * sizeof *slots_;
  slots_ = static_cast<uint64_t*>(heap.allocateRaw(L, bytes));
  std::memset(slots_, 0, bytes);
  size_ = kFirstSize;
}

void StringTable::close(Heap& heap) {
  heap.freeRaw(slots_, size_ * sizeof *slots_);
  slots_ = nullptr;
  size_ = count_ = 0;
}

void StringTable::enter(uint32_t hash, uint64_t slot) {
  uint32_t mask = size_ - 1, i = hash & mask;
  while (slots_[i] != 0) i = (i + 1) & mask;
  slots_[i] = slot;
}

// The strings behind the gap that may not be found across it move into it, one after the other.
void StringTable::remove(String* s) {
  uint32_t mask = size_ - 1, gap = s->aux & mask;
  while (stringIn(slots_[gap]) != s) gap = (gap + 1) & mask;
  for (uint32_t i = (gap + 1) & mask; slots_[i] != 0; i = (i + 1) & mask) {
    uint32_t distance = (i - homeOf(slots_[i], mask)) & mask;
    if (distance < ((i - gap) & mask)) continue;
    slots_[gap] = slots_[i];
    gap = i;
  }
  slots_[gap] = 0;
  --count_;
}

// Doubles the table in place: beginning behind a free slot, each string is taken out and entered again. It
// ends no farther from its home than it was, so it does not pass a string that has not had its turn.
bool StringTable::grow(Heap& heap) {
  uint32_t old_size = size_;
  if (old_size > UINT32_MAX / 4) return count_ < old_size - 1;
  size_t bytes = old_size * sizeof *slots_;
  void* memory = heap.tryReallocateRaw(slots_, bytes, 2 * bytes);
  if (memory == nullptr) return count_ < old_size - 1; // a search ends at a free slot
  slots_ = static_cast<uint64_t*>(memory);
  std::memset(slots_ + old_size, 0, bytes);
  size_ = old_size * 2;
  uint32_t free_slot = 0;
  while (slots_[free_slot] != 0) ++free_slot;
  for (uint32_t n = 1; n < old_size; ++n) {
    uint32_t i = (free_slot + n) & (old_size - 1);
    uint64_t slot = slots_[i];
    if (slot == 0) continue;
    slots_[i] = 0;
    enter(homeOf(slot, size_ - 1), slot);
  }
  return true;
}

// Halves the table in place: what there is is pushed together at its end and entered again from there.
void StringTable::shrink(Heap& heap) {
  uint32_t kept = size_;
  for (uint32_t i = size_; i-- > 0;) {
    if (slots_[i] != 0) slots_[--kept] = slots_[i];
  }
  uint32_t old_size = size_;
  size_ = old_size / 2;
  std::memset(slots_, 0, size_ * sizeof *slots_);
  for (uint32_t i = kept; i < old_size; ++i) enter(homeOf(slots_[i], size_ - 1), slots_[i]);
  size_t bytes = size_ * sizeof *slots_;
  slots_ = static_cast<uint64_t*>(heap.tryReallocateRaw(slots_, 2 * bytes, bytes));
}

} // namespace perigee
