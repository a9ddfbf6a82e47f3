// What one compilation allocates, and how it stays alive.
//
// A compilation may be left by longjmp at every allocation, so nothing it uses may need to be given back: the
// syntax tree and all tables of the emitter lie in userdata objects, each of which holds the one before it as
// its user value, the newest being held by a stack slot; strings and finished prototypes are kept by user
// values of another such chain. Three stack slots are all there is to clean up, and whoever catches an error
// cuts the stack back anyway.
#pragma once

#include "support/arena.h"
#include "vm/state.h"
#include "vm/thread.h"

#include <string_view>

namespace perigee {

class CompileMemory {
public:
  // Pushes three slots on L's stack. They must stay where they are while this object is in use.
  explicit CompileMemory(Thread* L);

  // Memory aligned for anything that lives as long as the slots; raises a memory error.
  void* allocate(size_t bytes);
  static void* allocateFor(void* self, size_t bytes) {
    return static_cast<CompileMemory*>(self)->allocate(bytes);
  }

  // Keeps a new object alive as long as the slots.
  void keep(Value v);
  String* makeString(std::string_view text);

  // Gives the memory back, as far as it can be at once, and takes the slots off the stack.
  void release();

private:
  enum : int { kBlocks, kKept, kNewest, kSlots };
  static constexpr int kKeptPerObject = 60;

  Value* slot(int i) const { return restoreSlot(L_, slots_) + i; }

  Thread* L_;
  ptrdiff_t slots_;
  uint32_t kept_; // user values in use of the newest object that keeps others
};

// An array that grows in an arena. What it outgrows stays there, at most as much again as it holds.
template <class T> class ArenaVector {
public:
  explicit ArenaVector(Arena& arena) : arena_(arena) {}

  uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* data() { return data_; }
  T& operator[](uint32_t i) { return data_[i]; }
  T& back() { return data_[size_ - 1]; }

  void push(const T& value) {
    if (size_ == capacity_) grow();
    data_[size_++] = value;
  }

private:
  void grow() {
    uint32_t larger = capacity_ == 0 ? 8 : capacity_ * 2;
    T* memory = static_cast<T*>(arena_.bytes(sizeof(T) * larger, alignof(T)));
    if (size_ != 0)
      std::memcpy(static_cast<void*>(memory), static_cast<const void*>(data_), sizeof(T) * size_);
    data_ = memory;
    capacity_ = larger;
  }

  Arena& arena_;
  T* data_ = nullptr;
  uint32_t size_ = 0;
  uint32_t capacity_ = 0;
};

} // namespace perigee
