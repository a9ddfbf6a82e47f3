// Memory for things that die together: handed out by advancing a pointer, given back all at once.
//
// Two parts, because the one who asks for memory may be left by longjmp: ArenaBlocks owns the blocks and
// lives in memory of the caller that survives such a jump; Arena only hands out pieces of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace perigee {

// The owner of blocks, a list threaded through them. Trivial on purpose: it may be zero-initialized, and the
// caller calls `release` on every way out.
struct ArenaBlocks {
  struct Header {
    Header* next;
    size_t bytes; // header included
  };
  static_assert(sizeof(Header) % alignof(std::max_align_t) == 0);

  Header* first = nullptr;
  size_t total_bytes = 0;

  // Gets a block with room for `bytes`, aligned for anything. `raw_allocate(ud, size)` may not return, in
  // which case nothing has changed; a null from it is passed on.
  void* take(void* (*raw_allocate)(void* ud, size_t bytes), void* ud, size_t bytes) {
    size_t whole = bytes + sizeof(Header);
    void* memory = raw_allocate(ud, whole);
    if (memory == nullptr) return nullptr;
    first = new (memory) Header{first, whole};
    total_bytes += whole;
    return first + 1;
  }

  // Gives all blocks to `raw_free(ud, block, size)`.
  void release(void (*raw_free)(void* ud, void* block, size_t bytes), void* ud) {
    while (first != nullptr) {
      Header* block = first;
      first = block->next;
      raw_free(ud, block, block->bytes);
    }
    total_bytes = 0;
  }
};

// Cuts blocks into pieces. Everything made in it must be trivially destructible, since nothing is destroyed.
class Arena {
public:
  using Allocate = void* (*)(void* ud, size_t bytes);

  // `allocate` gives blocks aligned for anything that stay owned by its side; it may leave by longjmp but
  // never returns null.
  Arena(Allocate allocate, void* ud) : allocate_(allocate), ud_(ud) {}

  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void* bytes(size_t size, size_t alignment = alignof(std::max_align_t)) {
    uintptr_t start = (next_ + alignment - 1) & ~(uintptr_t{alignment} - 1);
    if (start > end_ || size > end_ - start) return bytesFromNewBlock(size);
    next_ = start + size;
    return reinterpret_cast<void*>(start);
  }

  template <class T, class... Args> T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (bytes(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }

  // `count` value-initialized elements.
  template <class T> T* array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    T* elements = static_cast<T*>(bytes(sizeof(T) * count, alignof(T)));
    for (size_t i = 0; i < count; ++i) new (elements + i) T();
    return elements;
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* chars = static_cast<char*>(bytes(text.size(), 1));
    std::memcpy(chars, text.data(), text.size());
    return {chars, text.size()};
  }

private:
  static constexpr size_t kFirstBlock = 2048;
  static constexpr size_t kLargestBlock = 16 * 1024;

  void* bytesFromNewBlock(size_t size) {
    // A large piece gets a block of its own, so that the rest of the current block is not wasted.
    if (size > block_size_ / 4) return allocate_(ud_, size);
    next_ = reinterpret_cast<uintptr_t>(allocate_(ud_, block_size_));
    end_ = next_ + block_size_;
    if (block_size_ < kLargestBlock) block_size_ *= 2;
    void* piece = reinterpret_cast<void*>(next_);
    next_ += size;
    return piece;
  }

  Allocate allocate_;
  void* ud_;
  uintptr_t next_ = 0;
  uintptr_t end_ = 0;
  size_t block_size_ = kFirstBlock;
};

// Characters collected in an arena. What it outgrows stays in the arena, at most as much again as it holds.
class ArenaText {
public:
  explicit ArenaText(Arena& arena) : arena_(arena) {}

  void clear() { size_ = 0; }
  size_t size() const { return size_; }
  void shrink(size_t by) { size_ -= by; }
  std::string_view view() const { return {chars_, size_}; }

  void push(char c) {
    if (size_ == capacity_) grow(1);
    chars_[size_++] = c;
  }

  void append(std::string_view text) {
    if (text.empty()) return;
    if (text.size() > capacity_ - size_) grow(text.size());
    std::memcpy(chars_ + size_, text.data(), text.size());
    size_ += text.size();
  }

private:
  void grow(size_t extra) {
    size_t wanted = capacity_ < 64 ? 64 : capacity_ * 2;
    while (wanted - size_ < extra) wanted *= 2;
    char* larger = static_cast<char*>(arena_.bytes(wanted, 1));
    if (size_ != 0) std::memcpy(larger, chars_, size_);
    chars_ = larger;
    capacity_ = wanted;
  }

  Arena& arena_;
  char* chars_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

} // namespace perigee
