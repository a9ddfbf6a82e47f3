#include "jit/code_memory.h"

#include "heap/heap.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

namespace perigee {

struct CodeMemory::Region {
  char* start;
  size_t size; // without the constants
  Region* next;
  Block* first;
};

namespace {

// A region is as large as all before it together, within these bounds.
constexpr size_t kLeastRegion = size_t{64} << 10;
constexpr size_t kRegionBytes = size_t{1} << 20;

size_t roundUp(size_t n, size_t unit) { return (n + unit - 1) / unit * unit; }

size_t pageSize() {
  static const size_t size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

size_t constantBytes(size_t size) { return roundUp(size / CodeMemory::kBytesForConstants, pageSize()); }

// Pages of `bytes` of code without any access, and behind them those of constants. Null if the system
// refuses.
char* mapRegion(size_t bytes) {
  size_t all = bytes + constantBytes(bytes);
  void* memory = mmap(nullptr, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  char* start = static_cast<char*>(memory);
  if (mprotect(start + bytes, all - bytes, PROT_READ | PROT_WRITE) == 0) return start;
  munmap(memory, all);
  return nullptr;
}

// The pages that the block lies in, also those it shares with others.
bool protect(const CodeMemory::Block* block, int protection) {
  uintptr_t mask = pageSize() - 1;
  uintptr_t from = reinterpret_cast<uintptr_t>(block->start) & ~mask;
  uintptr_t to = (reinterpret_cast<uintptr_t>(block->start) + block->size + mask) & ~mask;
  return mprotect(reinterpret_cast<void*>(from), to - from, protection) == 0;
}

} // namespace

bool CodeMemory::take(size_t bytes) { return heap_ == nullptr || heap_->takeOutside(bytes); }
void CodeMemory::give(size_t bytes) {
  if (heap_ != nullptr) heap_->giveOutside(bytes);
}

void* CodeMemory::newNode(size_t bytes) {
  return heap_ != nullptr ? heap_->allocateOutside(bytes) : std::calloc(1, bytes);
}

void CodeMemory::freeNode(void* node, size_t bytes) {
  heap_ != nullptr ? heap_->freeOutside(node, bytes) : std::free(node);
}

CodeMemory::Block* CodeMemory::newBlock(char* start, size_t size, Region* region) {
  auto* block = static_cast<Block*>(newNode(sizeof(Block)));
  if (block == nullptr) return nullptr;
  block->start = start;
  block->size = size;
  block->region = region;
  return block;
}

CodeMemory::~CodeMemory() {
  while (regions_ != nullptr) release(regions_);
}

int CodeMemory::binOf(size_t size) { return static_cast<int>(std::bit_width(size / kGranule)) - 1; }

void CodeMemory::enterBin(Block* block) {
  Block*& bin = bins_[binOf(block->size)];
  block->free = true;
  block->previous_free = nullptr;
  block->next_free = bin;
  if (bin != nullptr) bin->previous_free = block;
  bin = block;
}

void CodeMemory::leaveBin(Block* block) {
  block->free = false;
  if (block->previous_free != nullptr) {
    block->previous_free->next_free = block->next_free;
  } else {
    bins_[binOf(block->size)] = block->next_free;
  }
  if (block->next_free != nullptr) block->next_free->previous_free = block->previous_free;
}

// The smallest sufficient block of the first bin that has any; any block of a higher bin is sufficient.
CodeMemory::Block* CodeMemory::findFree(size_t size) {
  for (int bin = binOf(size); bin < kBins; bin++) {
    Block* best = nullptr;
    for (Block* b = bins_[bin]; b != nullptr; b = b->next_free) {
      if (b->size >= size && (best == nullptr || b->size < best->size)) best = b;
    }
    if (best != nullptr) return best;
  }
  return nullptr;
}

CodeMemory::Region* CodeMemory::reserve(size_t size) {
  size_t usual = std::clamp(reserved_, kLeastRegion, kRegionBytes);
  size_t bytes = roundUp(std::max(size, std::min(usual, budget_)), pageSize());
  if (reserved_ + bytes > roundUp(budget_, pageSize())) bytes = roundUp(size, pageSize());
  if (reserved_ + bytes > roundUp(budget_, pageSize())) return nullptr;
  if (!take(bytes + constantBytes(bytes))) return nullptr;
  auto* region = static_cast<Region*>(newNode(sizeof(Region)));
  Block* block = region != nullptr ? newBlock(nullptr, bytes, region) : nullptr;
  char* memory = block != nullptr ? mapRegion(bytes) : nullptr;
  if (memory == nullptr) {
    freeNode(block, sizeof(Block));
    freeNode(region, sizeof(Region));
    give(bytes + constantBytes(bytes));
    return nullptr;
  }
  block->start = memory;
  *region = {block->start, bytes, regions_, block};
  regions_ = region;
  reserved_ += bytes;
  enterBin(block);
  return region;
}

void CodeMemory::release(Region* region) {
  Region** link = &regions_;
  while (*link != region) link = &(*link)->next;
  *link = region->next;
  for (Block *b = region->first, *after; b != nullptr; b = after) {
    after = b->after;
    if (b->free) leaveBin(b);
    freeNode(b, sizeof(Block));
  }
  size_t all = region->size + constantBytes(region->size);
  munmap(region->start, all);
  give(all);
  reserved_ -= region->size;
  freeNode(region, sizeof(Region));
}

// What the block has beyond `size` becomes a free block.
bool CodeMemory::split(Block* block, size_t size) {
  if (block->size == size) return true;
  Block* rest = newBlock(block->start + size, block->size - size, block->region);
  if (rest == nullptr) return false;
  in_use_ -= rest->size;
  rest->before = block;
  rest->after = block->after;
  if (rest->after != nullptr) rest->after->before = rest;
  block->after = rest;
  block->size = size;
  enterBin(rest);
  return true;
}

CodeMemory::Block* CodeMemory::allocate(size_t size, size_t constants) {
  size = roundUp(std::max({size, constants * kBytesForConstants, size_t{1}}), kGranule);
  if (size > budget_ || in_use_ > budget_ - size) return nullptr;
  Block* block = findFree(size);
  if (block == nullptr) {
    if (reserve(size) == nullptr) return nullptr;
    block = findFree(size);
  }
  leaveBin(block);
  in_use_ += block->size;
  if (!split(block, size) || !protect(block, PROT_READ | PROT_WRITE)) {
    free(block);
    return nullptr;
  }
  return block;
}

char* CodeMemory::constantsOf(const Block* block) {
  const Region* region = block->region;
  return region->start + region->size +
         static_cast<size_t>(block->start - region->start) / kBytesForConstants;
}

bool CodeMemory::seal(Block* block) { return protect(block, PROT_READ | PROT_EXEC); }

void CodeMemory::free(Block* block) {
  in_use_ -= block->size;
#if defined(PERIGEE_CHECKED) && PERIGEE_CHECKED
  if (protect(block, PROT_READ | PROT_WRITE)) std::memset(block->start, 0xCC, block->size); // int3
  seal(block);
#endif
  if (Block* after = block->after; after != nullptr && after->free) {
    leaveBin(after);
    block->size += after->size;
    block->after = after->after;
    if (block->after != nullptr) block->after->before = block;
    freeNode(after, sizeof(Block));
  }
  if (Block* before = block->before; before != nullptr && before->free) {
    leaveBin(before);
    before->size += block->size;
    before->after = block->after;
    if (before->after != nullptr) before->after->before = before;
    freeNode(block, sizeof(Block));
    block = before;
  }
  enterBin(block);
  // The last region stays, so that a single unit that comes and goes does not map and unmap it each time.
  if (block->size == block->region->size && regions_->next != nullptr) release(block->region);
}

} // namespace perigee
