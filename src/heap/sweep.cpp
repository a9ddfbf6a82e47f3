// Sweeping: dead cells become free cells, what dead objects own is given back.
//
// After marking, blocks that may hold dead objects lie in the `unswept` lists. Allocation sweeps the blocks
// it is going to use; what is left is swept in steps and, at the latest, before the next collection begins.
#include "vm/proto.h"
#include "vm/state.h"
#include "vm/string.h"

#include "heap/type_operations.h"

namespace perigee {

namespace {

constexpr size_t kSpareBytes = 32 * 1024; // of empty blocks kept for the next allocations

} // namespace

void Heap::destroyObject(Object* o) {
  if (auto* destroy = TypeOperations::of(o).destroy) destroy(state_, o);
}

// Rebuilds the block's list of free runs. Afterwards it holds no dead object.
void Heap::sweepBlock(Block* b) {
  bool outer = collecting_;
  collecting_ = true; // memory given back here is not the program's doing
  const uint8_t alive = mark_;
  const size_t cell_size = b->cell_size;
  size_t dead_bytes = 0;
  FreeRun** link = &b->free_runs;
  FreeRun* open = nullptr; // the run the previous cell belongs to
  uint32_t run_length = 0;
  char* cell = b->cells;
  for (uint32_t i = 0; i < b->cell_count; ++i, cell += cell_size) {
    Object* o = reinterpret_cast<Object*>(cell);
    if (static_cast<uint8_t>(o->type) != kFreeCell) {
      if ((o->gc & gc_bits::kMarkMask) == alive || (o->gc & gc_bits::kFixed)) {
        if (open != nullptr) open->object.aux = run_length;
        open = nullptr;
        continue;
      }
      destroyObject(o);
      dead_bytes += cell_size;
      unpoison(cell, cell_size);
#if defined(PERIGEE_CHECKED) && PERIGEE_CHECKED
      std::memset(cell, 0xDB, cell_size);
#endif
      *o = {};
      poison(cell + sizeof(FreeRun), cell_size - sizeof(FreeRun));
    }
    if (open == nullptr) {
      open = reinterpret_cast<FreeRun*>(cell);
      *link = open;
      link = &open->next;
      run_length = 0;
    }
    ++run_length;
  }
  if (open != nullptr) open->object.aux = run_length;
  *link = nullptr;
  cell_bytes_ -= dead_bytes;
  collecting_ = outer;
}

// Puts a block swept ahead of need where it belongs; an empty one is given away or kept as a spare.
void Heap::settleBlock(Class& c, Block* b) {
  bool empty = b->free_runs != nullptr && b->free_runs->object.aux == b->cell_count;
  if (!empty) {
    Block*& list = b->free_runs != nullptr ? c.available : c.full;
    b->next = list;
    list = b;
    return;
  }
  if (b->bytes != 32 * 1024 - 16 || spare_bytes_ + b->bytes > kSpareBytes) {
    releaseBlock(c, b);
    return;
  }
  c.bytes -= b->bytes;
  b->next = spare_;
  spare_ = b;
  spare_bytes_ += b->bytes;
}

// Sweeps up to `blocks` blocks and as many large objects; true if nothing is left.
bool Heap::sweepSome(int blocks) {
  while (sweep_class_ < kClassCount) {
    Class& c = classes_[sweep_class_];
    while (Block* b = c.unswept) {
      if (blocks-- <= 0) return false;
      c.unswept = b->next;
      sweepBlock(b);
      settleBlock(c, b);
    }
    ++sweep_class_;
  }
  collecting_ = true;
  for (; unswept_large_ != nullptr && blocks > 0; --blocks) sweepLarge(unswept_large_);
  collecting_ = false;
  if (unswept_large_ != nullptr) return false;
  sweepFinished();
  return true;
}

// Frees a large object, or moves it to the old ones.
void Heap::sweepLarge(Large* l) {
  unlinkLarge(l);
  if (isUnmarked(objectOf(l)))
    freeLarge(l);
  else
    linkLarge(old_large_, l);
}

void Heap::sweepFinished() {
  if (phase_ != GcPhase::Sweeping) return;
  phase_ = GcPhase::Idle;
  collecting_ = true;
  while (Shape* s = dead_shapes_) {
    dead_shapes_ = s->next;
    destroyShape(state_, s);
    cell_bytes_ -= kClasses.cell_size[classOf(sizeof(Shape))];
    *static_cast<Object*>(s) = {}; // the next sweep of its block finds the cell
  }
  if (major_) state_->strings.trim(*this);
  collecting_ = false;
  size_t bytes = cell_bytes_ + large_bytes_ + raw_bytes_;
  live_ = allocated_ > 0 && static_cast<size_t>(allocated_) >= bytes
              ? 0
              : bytes - static_cast<size_t>(allocated_);
  if (major_) major_threshold_ = majorThreshold(live_);
}

// Or stops before.
void Heap::finishSweep() {
  constexpr int kBlocks = 4;
  while (phase_ == GcPhase::Sweeping && !isToStop() && !sweepSome(kBlocks)) {
  }
}

// --- asked by the vm ---------------------------------------------------------------------------------------

void Heap::resurrect(Object* o) {
  if (!isDead(o)) return;
  o->gc = static_cast<uint8_t>((o->gc & ~(gc_bits::kMarkMask | gc_bits::kBlack)) | mark_);
  if (o->type == Tag::String) {
    setBlack(o);
  } else {
    pushRemembered(o);
  }
}

} // namespace perigee
