// Objects with `__gc`: who has one pending, and whose is due.
//
// Room in all three lists is reserved at registration, so that the collector never needs memory here.
#include "vm/state.h"

namespace perigee {

bool Heap::reserveFinalizers() {
  if (due_taken_ != 0) {
    std::memmove(due_.data, due_.data + due_taken_, (due_.size - due_taken_) * sizeof(Object*));
    due_.size -= due_taken_;
    due_taken_ = 0;
  }
  size_t registered = finalizable_young_.size + finalizable_old_.size + 1;
  return growList(finalizable_young_, finalizable_young_.size + 1) &&
         growList(finalizable_old_, registered) && growList(due_, due_.size + registered);
}

void Heap::registerFinalizer(Thread* L, Object* o) {
  if ((o->gc & gc_bits::kHasFinalizer) || state_->closing) return;
  if (!reserveFinalizers()) [[unlikely]] {
    if (canCollect(L)) fullCollection(L, true);
    if (!reserveFinalizers()) refuse(L);
  }
  finalizable_young_.data[finalizable_young_.size++] = o;
  o->gc = static_cast<uint8_t>((o->gc | gc_bits::kHasFinalizer) & ~gc_bits::kFinalized);
}

// Dead objects become due, the latest registered first, and live again; survivors of the young list join the
// old.
void Heap::separateFinalizable(bool major) {
  size_t first_new = due_.size;
  auto collect = [this](const ObjectList& list) {
    for (size_t i = list.size; i-- > 0;) {
      if (isUnmarked(list.data[i])) due_.data[due_.size++] = list.data[i];
    }
  };
  auto keep = [this](ObjectList& from, size_t start) {
    size_t n = from.size;
    size_t to = &from == &finalizable_old_ ? start : finalizable_old_.size;
    for (size_t i = start; i < n; ++i) {
      if (!isUnmarked(from.data[i])) finalizable_old_.data[to++] = from.data[i];
    }
    finalizable_old_.size = to;
  };
  collect(finalizable_young_);
  if (major) {
    collect(finalizable_old_);
    keep(finalizable_old_, 0);
  }
  keep(finalizable_young_, 0);
  finalizable_young_.size = 0;
  for (size_t i = first_new; i < due_.size; ++i) {
    mark(due_.data[i]);
    due_.data[i]->gc |= gc_bits::kFinalized;
  }
  if (due_.size != first_new && state_->running != nullptr) {
    state_->running->poll.fetch_or(poll::kFinalizers, std::memory_order_relaxed);
  }
}

Object* Heap::takeDueFinalizer() {
  if (!finalizersDue()) return nullptr;
  Object* o = due_.data[due_taken_++];
  if (due_taken_ == due_.size) due_taken_ = due_.size = 0;
  o->gc &= static_cast<uint8_t>(~gc_bits::kHasFinalizer);
  return o;
}

void Heap::makeAllFinalizersDue() {
  for (ObjectList* list : {&finalizable_young_, &finalizable_old_}) {
    for (size_t i = list->size; i-- > 0;) {
      due_.data[due_.size++] = list->data[i];
      list->data[i]->gc |= gc_bits::kFinalized;
    }
    list->size = 0;
  }
}

} // namespace perigee
