// The heap's invariants, checked: for tests and checked builds. Uses the trace functions themselves: while
// `checking_` is set, reaching an unmarked object means asking whether that is allowed instead of marking it.
#include "heap/type_operations.h"
#include "vm/proto.h"
#include "vm/state.h"
#include "vm/string.h"
#include "vm/table.h"

#include <cstdio>
#include <cstdlib>

namespace perigee {

namespace {

[[noreturn]] void broken(const char* what, const Object* a, const Object* b) {
  std::fprintf(stderr, "perigee heap check: %s", what);
  for (const Object* o : {a, b}) {
    if (o != nullptr) {
      std::fprintf(stderr, " [%p type %d gc %d]", static_cast<const void*>(o), static_cast<int>(o->type),
                   o->gc);
    }
  }
  std::fprintf(stderr, "\n");
  std::abort();
}

} // namespace

// `o` is referred to by checked_parent_ and not marked.
void Heap::checkReference(const Object* o) {
  if (o->type < Tag::String || o->type > Tag::Shape) broken("reference to a free cell", checked_parent_, o);
  if (isDead(o)) broken("reference to a dead object", checked_parent_, o);
  if (checking_ == Checking::OldParent && isUnmarked(o))
    broken("old object refers to a young one", checked_parent_, o);
}

void Heap::checkObject(Object* o) {
  if (o->type < Tag::String || o->type > Tag::Shape) broken("object of no type", o, nullptr);
  if (isDead(o)) return;
  bool black = isMarked(o) && (o->gc & gc_bits::kBlack);
  if (phase_ != GcPhase::Marking && isMarked(o) && !black && !(o->gc & gc_bits::kRemembered) &&
      !remembered_.incomplete) {
    broken("grey object is not remembered", o, nullptr);
  }
  checked_parent_ = o;
  checking_ = black ? Checking::OldParent : Checking::AnyParent;
  if (o->type == Tag::Thread) {
    Thread* t = static_cast<Thread*>(o);
    if (t->stack == nullptr) return;
    for (const Value* v = t->stack; v < frameEnd(t); ++v) mark(*v);
    // A stale slot may hold anything but a freed object.
    checking_ = Checking::AnyParent;
    for (const Value* v = frameEnd(t); v < t->stack_limit; ++v) mark(*v);
    const Value* above = t->stack_limit;
    for (Upvalue* u = t->open_upvalues; u != nullptr; u = u->open.next) {
      if (u->location < t->stack || u->location >= above) broken("open upvalues out of order", t, u);
      above = u->location;
    }
  } else if (o->type == Tag::Upvalue && static_cast<Upvalue*>(o)->isOpen()) {
    checking_ = Checking::AnyParent;
    mark(*static_cast<Upvalue*>(o)->location);
  } else if (o->type == Tag::Table && weakness(static_cast<Table*>(o)) != 0) {
    mark(reinterpret_cast<Object*>(static_cast<Table*>(o)->shape));
  } else {
    TypeOperations::of(o).trace(*this, o);
  }
}

void Heap::check(Thread* L) {
  if (collecting_ || L == nullptr) return;
  size_t cells = 0;
  size_t held = raw_bytes_;
  formatRuns();
  for (const Class& c : classes_) {
    size_t class_bytes = 0;
    for (Block* list : {c.touched, c.available, c.full, c.unswept}) {
      for (Block* b = list; b != nullptr; b = b->next) {
        class_bytes += b->bytes;
        Block* next = b->next;
        b->next = nullptr;
        visitBlocks(b, [&](Object*) { cells += b->cell_size; });
        b->next = next;
      }
    }
    if (class_bytes != c.bytes) broken("bytes of a size class do not add up", nullptr, nullptr);
    held += class_bytes;
  }
  for (const Run& run : runs_) cells += static_cast<size_t>(run.end - run.cursor);
  if (cells != cell_bytes_) broken("bytes in cells do not add up", nullptr, nullptr);
  size_t large = 0;
  for (Large* list : {young_large_, old_large_, unswept_large_}) {
    for (; list != nullptr; list = list->next) large += list->bytes;
  }
  if (large != large_bytes_) broken("bytes in large objects do not add up", nullptr, nullptr);
  held += large + spare_bytes_ + outside_bytes_;
  for (const ObjectList* list :
       {&grey_, &remembered_, &weak_values_, &ephemerons_, &all_weak_, &protos_, &large_stacks_, &late_,
        &woken_, &finalizable_young_, &finalizable_old_, &due_}) {
    held += list->capacity * sizeof(Object*);
  }
  if (held != held_) broken("bytes held do not add up", nullptr, nullptr);

  // Dead shapes wait for the end of the sweep; what they refer to may be gone.
  for (Shape* s = dead_shapes_; s != nullptr; s = s->next) s->gc |= gc_bits::kFixed;
  forEachObject([this](Object* o) {
    if (o->type != Tag::Shape || !(o->gc & gc_bits::kFixed)) checkObject(o);
  });
  for (Shape* s = dead_shapes_; s != nullptr; s = s->next) s->gc &= static_cast<uint8_t>(~gc_bits::kFixed);
  checked_parent_ = nullptr;
  checking_ = Checking::Off;
  if (phase_ != GcPhase::Marking) protos_.size = 0; // filled by tracing
}

} // namespace perigee
