// Memory for machine code: blocks out of regions of pages that are either writable or executable, never both.
// Behind its code each region has pages that are never executable, for the constants that code reads: those
// of a block lie there where the block lies among the code, on a smaller scale. So they are near, and need no
// allocator of their own.
//
// Regions are address space taken from the system as needed, up to a budget; a region without blocks is given
// back at once. Blocks are described by nodes of their own, so that looking for room never touches pages of
// code.
#pragma once

#include <cstddef>
#include <cstdint>

namespace perigee {

class Heap;

class CodeMemory {
public:
  struct Region;
  // A part of a region, in use or free. Its neighbours are its region's next parts by address.
  struct Block {
    char* start;
    size_t size;
    Region* region;
    Block* before;
    Block* after;
    Block* next_free; // in the bin of its size
    Block* previous_free;
    bool free;
  };
  static constexpr size_t kGranule = 64;          // sizes and addresses are multiples of it
  static constexpr size_t kBytesForConstants = 8; // of a block, for each byte of its constants
  static constexpr size_t kDefaultBudget = size_t{64} << 20;

  // The heap whose limit counts what is taken here; null: nobody's.
  explicit CodeMemory(Heap* heap = nullptr) : heap_(heap) {}
  ~CodeMemory();
  CodeMemory(const CodeMemory&) = delete;
  CodeMemory& operator=(const CodeMemory&) = delete;

  // A block of at least `size` bytes, writable until `seal`, and with room for that many bytes of constants;
  // null if the budget or the system refuses. One at a time: the next only after the last has been sealed.
  Block* allocate(size_t size, size_t constants = 0);
  // Always writable, aligned to 8.
  static char* constantsOf(const Block* block);
  // The block is complete, or given up: executable and read-only from here on. False if the system refuses.
  bool seal(Block* block);
  void free(Block* block);

  // Bytes of blocks in use, and of the regions they lie in.
  size_t bytesInUse() const { return in_use_; }
  size_t bytesReserved() const { return reserved_; }
  size_t budget() const { return budget_; }
  // Takes effect at the next allocation.
  void setBudget(size_t bytes) { budget_ = bytes; }

private:
  static constexpr int kBins = 40; // bin n: free blocks of [2^n, 2^(n+1)) granules

  Region* reserve(size_t size);
  bool take(size_t bytes);
  void give(size_t bytes);
  void* newNode(size_t bytes);
  void freeNode(void* node, size_t bytes);
  Block* newBlock(char* start, size_t size, Region* region);
  void release(Region* region);
  Block* findFree(size_t size);
  bool split(Block* block, size_t size);
  void enterBin(Block* block);
  void leaveBin(Block* block);
  static int binOf(size_t size);

  Heap* heap_;
  Region* regions_ = nullptr;
  Block* bins_[kBins] = {};
  size_t in_use_ = 0;
  size_t reserved_ = 0;
  size_t budget_ = kDefaultBudget;
};

} // namespace perigee
