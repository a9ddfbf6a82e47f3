// Blocks of cells, and allocation when the current run of free cells is used up.
#include "vm/state.h"

namespace perigee {

namespace {

// With the host allocator's own head these make chunks of 256 bytes and 32 KB. A class of large cells begins
// with one: many states hold a single object of that size.
constexpr size_t kSmallestBlock = 240;
constexpr size_t kFewCellBytes = 128;
constexpr size_t kGreatestBlock = 32 * 1024 - 16;
// A class of fewer bytes grows by a quarter at a time, else by half.
constexpr size_t kSmallClass = 8 * 1024;
// Blocks swept by one allocation before it takes a new block instead: bounds the pause.
constexpr int kMaxSweepPerAllocation = 128;

char* alignUp(char* p) {
  return reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(p) + Heap::kGranule - 1) &
                                 ~(Heap::kGranule - 1));
}

} // namespace

Object* Heap::allocateSlow(Thread* L, Tag type, size_t bytes) {
  if (allocated_ >= next_step_) collectStep(L);
  if (bytes > kMaxCell) return allocateLarge(L, type, bytes);
  int c = classOf(bytes);
  Run& run = runs_[c];
  if (run.cursor == run.end && !refill(c)) [[unlikely]] {
    if (canCollect(L)) fullCollection(L, true);
    if (run.cursor == run.end && !refill(c)) refuse(L);
  }
  char* cell = run.cursor;
  run.cursor += run.cell_size;
  return initialize(cell, run.cell_size, type);
}

// Finds the next run of free cells: in the block in use, in blocks not swept yet, in other blocks with free
// cells, in a new block. False if the host refuses that.
bool Heap::refill(int c) {
  Class& k = classes_[c];
  if (k.touched != nullptr && k.touched->free_runs != nullptr) {
    takeRun(c);
    return true;
  }
  for (int swept = 0; k.unswept != nullptr && swept < kMaxSweepPerAllocation; ++swept) {
    Block* b = k.unswept;
    k.unswept = b->next;
    sweepBlock(b);
    Block*& list = b->free_runs != nullptr ? k.touched : k.full;
    b->next = list;
    list = b;
    if (list == k.touched) {
      takeRun(c);
      return true;
    }
  }
  Block* b = k.available;
  if (b != nullptr) {
    k.available = b->next;
  } else {
    b = newBlock(c);
    if (b == nullptr) return false;
  }
  b->next = k.touched;
  k.touched = b;
  takeRun(c);
  return true;
}

void Heap::takeRun(int c) {
  Block* b = classes_[c].touched;
  FreeRun* free_run = b->free_runs;
  b->free_runs = free_run->next;
  size_t bytes = static_cast<size_t>(free_run->object.aux) * b->cell_size;
  Run& run = runs_[c];
  run.cursor = reinterpret_cast<char*>(free_run);
  run.end = run.cursor + bytes;
  cell_bytes_ += bytes;
  count(static_cast<ptrdiff_t>(bytes));
}

Heap::Block* Heap::newBlock(int c) {
  Class& k = classes_[c];
  size_t cell_size = kClasses.cell_size[c];
  bool one_cell = k.bytes == 0 && cell_size > kFewCellBytes;
  size_t smallest = sizeof(Block) + kGranule + cell_size * (one_cell ? 1 : 2);
  if (smallest < kSmallestBlock) smallest = kSmallestBlock;
  size_t bytes = k.bytes / (k.bytes < kSmallClass ? 4 : 2) & ~(kGranule - 1);
  if (bytes < smallest) bytes = smallest;
  if (bytes >= kGreatestBlock) bytes = kGreatestBlock;
  Block* b;
  if (bytes == kGreatestBlock && spare_ != nullptr) {
    b = spare_;
    spare_ = b->next;
    spare_bytes_ -= bytes;
  } else {
    b = static_cast<Block*>(host(nullptr, 0, bytes));
    if (b == nullptr) {
      bytes = smallest;
      b = static_cast<Block*>(host(nullptr, 0, bytes));
      if (b == nullptr) return nullptr;
    }
  }
  unpoison(b, bytes);
  b->bytes = bytes;
  b->cells = alignUp(reinterpret_cast<char*>(b + 1));
  b->cell_size = static_cast<uint32_t>(cell_size);
  b->cell_count =
      static_cast<uint32_t>((bytes - static_cast<size_t>(b->cells - reinterpret_cast<char*>(b))) / cell_size);
  // The heads of the other cells are written when the cells are handed out, or by formatRuns.
  FreeRun* free_run = reinterpret_cast<FreeRun*>(b->cells);
  free_run->object = {};
  free_run->object.aux = b->cell_count;
  free_run->next = nullptr;
  b->free_runs = free_run;
  k.bytes += bytes;
  return b;
}

void Heap::releaseBlock(Class& c, Block* b) {
  unpoison(b, b->bytes);
  c.bytes -= b->bytes;
  host(b, b->bytes, 0);
}

// Gives every cell not handed out yet a head that says so: the cells of a new block have none until then.
void Heap::formatRuns() {
  for (Run& run : runs_) {
    for (char* cell = run.cursor; cell != run.end; cell += run.cell_size) {
      unpoison(cell, sizeof(Object));
      *reinterpret_cast<Object*>(cell) = {};
    }
  }
}

// --- objects above kMaxCell --------------------------------------------------------------------------------

Object* Heap::tryAllocateLarge(Tag type, size_t bytes) {
  size_t all = sizeof(Large) + bytes;
  if (all < bytes) return nullptr;
  Large* l = static_cast<Large*>(host(nullptr, 0, all));
  if (l == nullptr) return nullptr;
  l->bytes = all;
  linkLarge(young_large_, l);
  large_bytes_ += all;
  count(static_cast<ptrdiff_t>(all));
  return initialize(reinterpret_cast<char*>(l + 1), bytes, type);
}

void Heap::linkLarge(Large*& list, Large* l) {
  l->next = list;
  l->link = &list;
  if (list != nullptr) list->link = &l->next;
  list = l;
}

void Heap::unlinkLarge(Large* l) {
  *l->link = l->next;
  if (l->next != nullptr) l->next->link = l->link;
}

void Heap::release(Userdata* u) {
  if (userdataBytes(u) <= kMaxCell) return;
  // Grey objects are in a list, and one whose finalizer is to run is, too.
  bool is_listed = isMarked(u) && !(u->gc & gc_bits::kBlack);
  if (is_listed || (u->gc & ~(gc_bits::kMarkMask | gc_bits::kBlack)) != 0) return;
  Large* l = reinterpret_cast<Large*>(u) - 1;
  if (isMarked(u)) forgetLive(l->bytes);
  unlinkLarge(l);
  freeLarge(l);
}

Object* Heap::tryResizeUnseen(Object* o, size_t old_bytes, size_t bytes) {
  size_t all = sizeof(Large) + bytes;
  if (o->gc != new_mark_ || old_bytes <= kMaxCell || bytes <= kMaxCell || all < bytes) return nullptr;
  Large* l = reinterpret_cast<Large*>(o) - 1;
  size_t before = l->bytes;
  l = static_cast<Large*>(host(l, before, all));
  if (l == nullptr) return nullptr;
  l->bytes = all;
  *l->link = l;
  if (l->next != nullptr) l->next->link = &l->next;
  large_bytes_ += all - before;
  count(static_cast<ptrdiff_t>(all) - static_cast<ptrdiff_t>(before));
  unpoison(l, all);
  return objectOf(l);
}

// No list holds it any more.
void Heap::freeLarge(Large* l) {
  destroyObject(objectOf(l));
  size_t bytes = l->bytes;
  large_bytes_ -= bytes;
  unpoison(l, bytes);
#if defined(PERIGEE_CHECKED) && PERIGEE_CHECKED
  std::memset(static_cast<void*>(l + 1), 0xDB, bytes - sizeof(Large));
#endif
  host(l, bytes, 0);
  if (!collecting_) count(-static_cast<ptrdiff_t>(bytes));
}

Object* Heap::allocateLarge(Thread* L, Tag type, size_t bytes) {
  Object* o = tryAllocateLarge(type, bytes);
  if (o == nullptr) [[unlikely]] {
    if (canCollect(L)) {
      fullCollection(L, true);
      o = tryAllocateLarge(type, bytes);
    }
    if (o == nullptr) refuse(L);
  }
  return o;
}

} // namespace perigee
