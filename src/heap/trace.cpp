// What objects of each type refer to, and the table of type operations.
#include "heap/type_operations.h"
#include "vm/dictionary.h"
#include "vm/feedback.h"
#include "vm/proto.h"
#include "vm/shape.h"
#include "vm/state.h"
#include "vm/string.h"
#include "vm/table.h"
#include "vm/work.h"

namespace perigee {

namespace {

// The key of a cleared entry is not kept alive, and found by its address only.
void killKey(DictionaryEntry* e) {
  if (isCollectableTag(e->link.key_tag)) e->makeKeyDead();
}

} // namespace

size_t Heap::traceNothing(Heap&, Object*) { return sizeof(Object); }

// Table::kWeakKeys and kWeakValues as the metatable's __mode asks for.
uint8_t Heap::weakness(const Table* t) const {
  Table* mt = t->shape != nullptr ? t->shape->metatable : nullptr;
  constexpr uint32_t kAbsent = uint32_t{1} << static_cast<int>(Meta::Mode);
  if (mt == nullptr || (mt->aux & kAbsent)) return 0;
  Value mode = getString(mt, state_->meta_names[static_cast<int>(Meta::Mode)]);
  if (mode.isNil()) {
    mt->aux |= kAbsent;
    return 0;
  }
  if (!mode.isString()) return 0;
  uint8_t weak = 0;
  for (char c : mode.string()->view()) {
    if (c == 'k') weak |= Table::kWeakKeys;
    if (c == 'v') weak |= Table::kWeakValues;
  }
  return weak;
}

size_t Heap::traceTable(Heap& h, Object* o) {
  Table* t = static_cast<Table*>(o);
  h.mark(reinterpret_cast<Object*>(t->shape));
  size_t bytes = sizeof(Table);
  uint8_t weak = h.weakness(t);
  t->flags = static_cast<uint8_t>((t->flags & ~(Table::kWeakKeys | Table::kWeakValues)) | weak);
  if (weak != 0) {
    h.mark(reinterpret_cast<Object*>(t->shape->metatable));
    h.traceWeak(t, weak);
    return bytes;
  }
  if (t->shape != nullptr) {
    uint32_t count = t->shape->count;
    for (uint32_t i = 0; i < count; ++i) h.mark(t->slots[i]);
    bytes += count * sizeof(Value);
  }
  if (t->arrayKind() == ArrayKind::Values) {
    const Value* array = t->array;
    for (uint32_t i = 0, n = t->array_size; i < n; ++i) {
      if (i % kElementsPerLook == kElementsPerLook - 1 && h.isToStop()) return h.postpone(t), bytes;
      h.mark(array[i]);
    }
    bytes += t->array_capacity * sizeof(Value);
  } else {
    bytes += t->array_capacity * sizeof(int64_t);
  }
  if (Dictionary* d = t->dictionary) {
    for (DictionaryEntry *e = d->entries(), *end = e + d->count; e != end; ++e) {
      if ((e - d->entries()) % kElementsPerLook == kElementsPerLook - 1 && h.isToStop())
        return h.postpone(t), bytes;
      if (e->value.isNil()) {
        killKey(e);
      } else {
        h.mark(e->key());
        h.mark(e->value);
      }
    }
    bytes += d->bytes();
  }
  return bytes;
}

size_t Heap::traceFunction(Heap& h, Object* o) {
  Function* f = static_cast<Function*>(o);
  if (f->isNative()) {
    for (int i = 0; i < f->extra; ++i) h.mark(f->native()->upvalues()[i]);
    return sizeof(NativeFunction) + f->extra * sizeof(Value);
  }
  h.mark(reinterpret_cast<Object*>(f->lua()->proto));
  for (int i = 0; i < f->extra; ++i) h.mark(reinterpret_cast<Object*>(f->lua()->upvalues()[i]));
  return sizeof(LuaFunction) + f->extra * sizeof(Upvalue*);
}

size_t Heap::traceUserdata(Heap& h, Object* o) {
  Userdata* u = static_cast<Userdata*>(o);
  h.mark(reinterpret_cast<Object*>(u->metatable));
  for (uint32_t i = 0; i < u->aux; ++i) {
    if (i % kElementsPerLook == kElementsPerLook - 1 && h.isToStop()) return h.postpone(u), sizeof(Userdata);
    h.mark(u->userValues()[i]);
  }
  return userdataBytes(u);
}

// Slots above what the frame on top needs are cleared so that nothing stale is ever found there: frames need
// not initialize their registers.
size_t Heap::traceThread(Heap& h, Object* o) {
  Thread* t = static_cast<Thread*>(o);
  h.mark(t->resumer);
  h.mark(t->paused_in);
  if (t->stack == nullptr) return sizeof(Thread); // under construction
  if (t->code_epoch != h.state_->code_epoch) leaveDiscardedUnits(t);
  Value* end = frameEnd(t);
  if (t == h.state_->running && h.state_->live_end != nullptr) end = h.state_->live_end;
  for (const Value* v = t->stack; v < end; ++v) {
    if ((v - t->stack) % kElementsPerLook == kElementsPerLook - 1 && h.isToStop())
      return h.postpone(t), sizeof(Thread);
    h.mark(*v);
  }
  // A long run of slots nobody wrote to means that the rest is as the last trace left it.
  size_t untouched = 0;
  for (Value* v = end; v < t->stack_limit && untouched < kUntouchedRun; ++v) {
    untouched = isUntouched(*v) ? untouched + 1 : 0;
    if (untouched == 0) clearSlot(v);
  }
  if (isStackOversized(t)) h.push(h.large_stacks_, t);
  // The running thread's stack changes without a barrier, and so do slots of any thread that a young closure
  // shares with it.
  if (t == h.state_->running || t->open_upvalues != nullptr) {
    t->gc &= static_cast<uint8_t>(~gc_bits::kBlack);
    h.pushRemembered(t);
  }
  return sizeof(Thread) + t->stackSize() * sizeof(Value);
}

size_t Heap::traceProto(Heap& h, Object* o) {
  Proto* p = static_cast<Proto*>(o);
  h.mark(p->source);
  if (p->constants != nullptr) {
    for (uint32_t i = 0; i < p->constant_count; ++i) h.mark(p->constants[i]);
  }
  if (p->children != nullptr) {
    for (uint32_t i = 0; i < p->child_count; ++i) h.mark(reinterpret_cast<Object*>(p->children[i]));
  }
  if (p->upvalues != nullptr) {
    for (uint32_t i = 0; i < p->upvalue_count; ++i) h.mark(p->upvalues[i].name);
  }
  if (p->locals != nullptr) {
    for (uint32_t i = 0; i < p->local_count; ++i) h.mark(p->locals[i].name);
  }
  if (p->feedback != nullptr) {
    for (uint32_t i = 0; i < p->code_size; ++i) {
      const SiteFeedback& f = p->feedback[i];
      bool is_field = info(p->code[i].op).d == OperandRole::IC; // a shape, which is weak
      if (!is_field && !(f.flags & SiteFeedback::kLightTarget)) h.mark(f.target);
    }
  }
  if (p->caches != nullptr) {
    // Shapes and holders in caches are weak: clearCaches.
    for (uint32_t i = 0; i < p->cache_count; ++i) h.mark(p->cache(i).key);
    if (h.major_) h.push(h.protos_, p);
  }
  return sizeof(Proto) + p->code_size * (sizeof(Instruction) + sizeof(uint32_t)) +
         p->constant_count * sizeof(Value) + p->cache_count * sizeof(InlineCache);
}

// The variable's value is marked even while it lies on a stack: the thread may be dead.
size_t Heap::traceUpvalue(Heap& h, Object* o) {
  Upvalue* u = static_cast<Upvalue*>(o);
  h.mark(*u->location);
  if (u->isOpen() && h.at_end_of_marking_) {
    if (h.may_stop_) h.push(h.late_, u);
  } else if (u->isOpen()) {
    // Its thread writes to the variable without a barrier, and may die before marking ends.
    u->gc &= static_cast<uint8_t>(~gc_bits::kBlack);
    h.pushRemembered(u);
  }
  return sizeof(Upvalue);
}

size_t Heap::traceShape(Heap& h, Object* o) {
  Shape* s = static_cast<Shape*>(o);
  forEachReference(s, [&h](Object* r) { h.mark(r); });
  return sizeof(Shape) + s->count * 16;
}

namespace {

// A dead upvalue leaves its thread's list of open ones.
void destroyUpvalue(State*, Object* o) {
  Upvalue* u = static_cast<Upvalue*>(o);
  if (!u->isOpen()) return;
  *u->open.previous_link = u->open.next;
  if (u->open.next != nullptr) u->open.next->open.previous_link = u->open.previous_link;
}

void destroyString(State* G, Object* o) {
  String* s = static_cast<String*>(o);
  if (s->isShort()) G->strings.remove(s);
}

} // namespace

namespace {
void tableDestroyed(State* G, Object* o) { destroyTable(G, static_cast<Table*>(o)); }
void threadDestroyed(State* G, Object* o) { destroyThread(G, static_cast<Thread*>(o)); }
void protoDestroyed(State* G, Object* o) { destroyProto(G, static_cast<Proto*>(o)); }
void shapeDestroyed(State* G, Object* o) { destroyShape(G, static_cast<Shape*>(o)); }
} // namespace

const TypeOperations TypeOperations::kTable[16] = {
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    /* String   */ {Heap::traceNothing, destroyString},
    /* Table    */ {Heap::traceTable, tableDestroyed},
    /* Function */ {Heap::traceFunction, nullptr},
    /* Userdata */ {Heap::traceUserdata, nullptr},
    /* Thread   */ {Heap::traceThread, threadDestroyed},
    /* Proto    */ {Heap::traceProto, protoDestroyed},
    /* Upvalue  */ {Heap::traceUpvalue, destroyUpvalue},
    /* Shape    */ {Heap::traceShape, shapeDestroyed},
};

} // namespace perigee
