// The end of marking, in one go: roots and remembered objects again, weak tables, finalizers, shapes and
// caches; then everything is handed to the sweep.
#include "vm/feedback.h"
#include "vm/field_cache.h"
#include "vm/proto.h"
#include "vm/shape.h"
#include "vm/state.h"

#include <algorithm>

namespace perigee {

void Heap::beginMajor(bool automatic) {
  phase_ = GcPhase::Marking;
  major_ = true;
  mark_ ^= 3;
  for (size_t i = 0; i < remembered_.size; ++i)
    remembered_.data[i]->gc &= static_cast<uint8_t>(~gc_bits::kRemembered);
  remembered_.size = 0;
  remembered_.incomplete = false;
  marked_bytes_ = 0;
  large_stacks_.size = 0; // its threads may die now
  if (state_->upcalls.marking_begins != nullptr) state_->upcalls.marking_begins(state_, true, automatic);
  markRoots();
}

void Heap::markReachable() {
  markRoots();
  propagateAll();
  traceRemembered();
  convergeEphemerons();
}

// Marking goes on in steps: what must be looked at again at its end is remembered again. False if there is
// no memory for that; then nothing has changed.
bool Heap::returnToMarking() {
  ObjectList* const lists[] = {&weak_values_, &ephemerons_, &all_weak_, &late_};
  size_t n = remembered_.size;
  for (const ObjectList* list : lists) {
    if (list->incomplete) return false;
    n += list->size;
  }
  if (!growList(remembered_, n)) return false;
  at_end_of_marking_ = false;
  for (ObjectList* list : lists) {
    for (size_t i = 0; i < list->size; ++i) {
      list->data[i]->gc &= static_cast<uint8_t>(~gc_bits::kBlack);
      pushRemembered(list->data[i]);
    }
    list->size = 0;
  }
  phase_ = GcPhase::Marking; // also of a minor collection
  return true;
}

// False if it has been stopped.
bool Heap::finishMarking() {
  const bool major = major_;
  at_end_of_marking_ = true;
  late_.size = 0;
  late_.incomplete = false;
  state_->cleared = {}; // the table may die, or be weak
  state_->spare_memory = nullptr;
  markReachable();
  if (stopping_ && returnToMarking()) return false;
  may_stop_ = false; // once weak tables have been cleared there is no way back
  if (stopping_) {
    stopping_ = false;
    markReachable();
  }
  // Values are cleared before objects with finalizers are brought back, keys afterwards (manual, 2.5.4).
  clearValues(0, 0);
  size_t values = weak_values_.size;
  size_t all = all_weak_.size;
  if (state_->upcalls.values_cleared != nullptr) state_->upcalls.values_cleared(state_);
  separateFinalizable(major);
  propagateAll();
  convergeEphemerons();
  clearKeys();
  clearValues(values, all);
  if (state_->upcalls.marking_ends != nullptr) state_->upcalls.marking_ends(state_, major);
  awaitInterrupters(state_);
  if (major) {
    clearCaches();
    sweepShapes();
    ++statistics_.major_collections;
  } else {
    ++statistics_.minor_collections;
  }
  for (ObjectList* list : {&weak_values_, &ephemerons_, &all_weak_, &protos_, &late_}) {
    list->size = 0;
    list->incomplete = false;
  }
  at_end_of_marking_ = false;
  if (large_stacks_.size != 0 && state_->running != nullptr)
    state_->running->poll.fetch_or(poll::kLargeStacks, std::memory_order_relaxed);
  beginSweep(major);
  return true;
}

void Heap::keepShape(Shape* shape) {
  mark(reinterpret_cast<Object*>(shape));
  propagateAll();
}

void Heap::keepObject(Object* o) { mark(o); }

// Dead shapes leave the list of all shapes at once, and nothing finds them any more; their memory stays until
// the sweep is complete, since destroying a table asks its shape for sizes.
void Heap::sweepShapes() {
  for (Shape* s = state_->all_shapes; s != nullptr; s = s->next) {
    if (!isUnmarked(s)) {
      sweepTransitions(state_, s, [](State* G, const Object* o) { return G->heap.isUnmarked(o); });
    }
  }
  Shape** link = &state_->all_shapes;
  while (Shape* s = *link) {
    if (!isUnmarked(s)) {
      link = &s->next;
      continue;
    }
    *link = s->next;
    s->gc = static_cast<uint8_t>(mark_ | gc_bits::kBlack);
    s->next = dead_shapes_;
    dead_shapes_ = s;
  }
}

void Heap::clearCaches() {
  if (state_->field_cache != nullptr) state_->field_cache->clear();
  if (protos_.incomplete) {
    forEachObject([this](Object* o) {
      if (o->type == Tag::Proto && isMarked(o)) clearCachesOf(o);
    });
  } else {
    for (size_t i = 0; i < protos_.size; ++i) clearCachesOf(protos_.data[i]);
  }
}

void Heap::clearCachesOf(Object* proto) {
  Proto* p = static_cast<Proto*>(proto);
  for (uint32_t i = 0; p->feedback != nullptr && i < p->code_size; ++i) {
    SiteFeedback& f = p->feedback[i];
    bool is_field = info(p->code[i].op).d == OperandRole::IC;
    if (is_field && f.shape != nullptr && isUnmarked(f.shape)) f.shape = nullptr;
  }
  if (p->caches == nullptr) return;
  for (uint32_t i = 0; i < p->cache_count; ++i) {
    InlineCache& cache = p->cache(i);
    if (cache.kind == InlineCache::Kind::Empty) continue;
    bool dead = cache.shape != nullptr && isUnmarked(cache.shape); // null stands for all strings
    // A holder of an old version may be gone for long.
    if (cache.kind == InlineCache::Kind::Holder)
      dead |= cache.version != state_->holder_version || isUnmarked(reinterpret_cast<Object*>(cache.holder));
    if (cache.kind == InlineCache::Kind::AddField) dead |= isUnmarked(cache.next_shape);
    if (!dead) continue;
    if (cache.misses > 0) --cache.misses; // the one to come is not because of many shapes
    cache.kind = InlineCache::Kind::Empty;
    cache.shape = nullptr;
    cache.holder = nullptr;
  }
}

void Heap::beginSweep(bool major) {
  formatRuns();
  for (int i = 0; i < kClassCount; ++i) {
    Run& run = runs_[i];
    Class& c = classes_[i];
    cell_bytes_ -= static_cast<size_t>(run.end - run.cursor);
    run.cursor = run.end = nullptr;
    c.unswept = c.touched;
    c.touched = nullptr;
    if (!major) continue;
    for (Block** list : {&c.available, &c.full}) {
      while (Block* b = *list) {
        *list = b->next;
        b->next = c.unswept;
        c.unswept = b;
      }
    }
  }
  new_mark_ ^= 3;
  fresh_head_ = static_cast<uint64_t>(new_mark_) << 8;
  phase_ = GcPhase::Sweeping;
  sweep_class_ = 0;
  since_major_ = major ? 0 : since_major_ + static_cast<size_t>(std::max<ptrdiff_t>(allocated_, 0));
  allocated_ = 0;
  if (major) {
    unswept_large_ = old_large_;
    if (unswept_large_ != nullptr) unswept_large_->link = &unswept_large_;
    old_large_ = nullptr;
  }
  while (young_large_ != nullptr) sweepLarge(young_large_);
  setPause(pauseAfter(major));
}

} // namespace perigee
