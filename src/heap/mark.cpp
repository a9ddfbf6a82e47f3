// Marking: roots, the grey list, and the list of remembered objects.
//
// An object is grey when it is marked and not black. It is then in grey_ or in remembered_ (objects taken
// back to grey by the barrier, and threads that may change without a barrier), or one of those lists is
// incomplete because its memory was refused: then grey objects are found by scanning the heap.
#include "heap/type_operations.h"
#include "vm/state.h"
#include "vm/work.h"

namespace perigee {

void Heap::markSlow(Object* o) {
  if (checking_ != Checking::Off) [[unlikely]] {
    checkReference(o);
    return;
  }
  uint8_t gc = o->gc;
  o->gc = static_cast<uint8_t>((gc & ~(gc_bits::kMarkMask | gc_bits::kBlack)) | mark_);
  if (gc & gc_bits::kEphemeronKey) {
    o->gc &= static_cast<uint8_t>(~gc_bits::kEphemeronKey);
    push(woken_, o);
  }
  if (o->type == Tag::String) {
    setBlack(o);
    marked_bytes_ += sizeof(String) + static_cast<String*>(o)->length;
  } else {
    push(grey_, o);
  }
}

// The type's trace function takes the black away again if the object has to be traced once more.
size_t Heap::trace(Object* o) {
  setBlack(o);
  size_t bytes = TypeOperations::of(o).trace(*this, o);
  marked_bytes_ += bytes;
  return bytes;
}

void Heap::markRoots() {
  State* G = state_;
  mark(G->main_thread);
  mark(G->registry);
  mark(G->globals);
  for (Table* t : G->type_metatables) mark(reinterpret_cast<Object*>(t));
  for (String* s : G->meta_names) mark(s);
  mark(G->memory_message);
  mark(G->stop_message);
  mark(G->env_name);
  mark(reinterpret_cast<Object*>(G->empty_shape));
  mark(under_construction_);
  mark(shape_in_use_);
  mark(reinterpret_cast<Object*>(G->in_hand));
  for (size_t i = due_taken_; i < due_.size; ++i) mark(due_.data[i]);
  if (G->running != nullptr) {
    mark(G->running);
    trace(G->running);
  }
}

// Traces grey objects until about `budget` bytes have been looked at; true if none is left.
bool Heap::propagate(size_t budget) {
  size_t work = 0;
  size_t next_look = 0;
  while (grey_.size != 0) {
    if (work >= budget) return false;
    if (work >= next_look) {
      if (isToStop()) return false;
      next_look = work + kBytesPerLook;
    }
    Object* o = grey_.data[--grey_.size];
    if (!(o->gc & gc_bits::kBlack)) work += trace(o) + 16;
    if (stopping_) return false;
  }
  return true;
}

void Heap::propagateAll() {
  propagate(SIZE_MAX);
  while (grey_.incomplete && !stopping_) {
    grey_.incomplete = false;
    rescueGrey();
    grey_.incomplete |= stopping_;
  }
}

// Has the program been interrupted, and may the collector's turn end early? What is left to do is done in
// turns to come.
bool Heap::isToStop() {
  const Thread* L = state_->running;
  if (may_stop_ && L != nullptr && (L->poll.load(std::memory_order_relaxed) & poll::kInterrupt) != 0 &&
      isInterrupted(L))
    stopping_ = true;
  return stopping_;
}

// Back to grey, to be traced from its beginning.
void Heap::postpone(Object* o) {
  o->gc &= static_cast<uint8_t>(~gc_bits::kBlack);
  push(grey_, o);
}

void Heap::rescueGrey() {
  forEachObject([this](Object* o) {
    if (stopping_ || !isMarked(o) || (o->gc & gc_bits::kBlack)) return;
    trace(o);
    propagate(SIZE_MAX);
  });
}

// Objects that were written to behind the wave front, or since they became old.
void Heap::traceRemembered() {
  while (remembered_.size != 0 || remembered_.incomplete) {
    ObjectList list = remembered_;
    remembered_ = {};
    for (size_t i = 0; i < list.size; ++i) list.data[i]->gc &= static_cast<uint8_t>(~gc_bits::kRemembered);
    for (size_t i = 0; i < list.size; ++i) {
      Object* o = list.data[i];
      if (isToStop()) {
        pushRemembered(o);
        continue;
      }
      if (isMarked(o) && !(o->gc & gc_bits::kBlack)) trace(o);
      propagate(SIZE_MAX);
    }
    if (list.incomplete) rescueGrey();
    remembered_.incomplete |= list.incomplete && stopping_;
    freeList(list);
    propagateAll();
    // What is remembered from here on is for the next collection.
    if (at_end_of_marking_ || stopping_) return;
  }
}

void Heap::rememberSlow(Object* parent) {
  parent->gc &= static_cast<uint8_t>(~gc_bits::kBlack);
  // Black from an earlier epoch: not reached yet by the running mark phase, which will trace it.
  if (!isMarked(parent)) return;
  pushRemembered(parent);
}

void Heap::pushRemembered(Object* o) {
  if (o->gc & gc_bits::kRemembered) return;
  push(remembered_, o);
  if (!remembered_.incomplete) o->gc |= gc_bits::kRemembered;
}

void Heap::bornOld(Object* o) {
  o->gc = static_cast<uint8_t>((o->gc & ~(gc_bits::kMarkMask | gc_bits::kBlack)) | mark_);
  pushRemembered(o);
}

} // namespace perigee
