// Threads and their stacks.
#include "vm/thread.h"

#include "vm/error.h"
#include "vm/hooks.h"
#include "vm/proto.h"
#include "vm/state.h"
#include "vm/string.h"

#include <algorithm>
#include <cstring>

namespace perigee {

namespace {

// Slots of a new stack: the base frame and room for a native function. Most coroutines need no more.
constexpr size_t kInitialStack = kFrameSlots + kNativeSlots + 2;

void clearSlots(Value* from, Value* to) {
  std::memset(static_cast<void*>(from), 0, static_cast<size_t>(to - from) * sizeof(Value));
  for (; from < to; ++from) clearSlot(from);
}

void layBaseFrame(Thread* t) {
  FrameLink* link = reinterpret_cast<FrameLink*>(t->stack + 1);
  *link = {nullptr, Tag::Frame, FrameKind::Entry, 0, 0};
  t->base = t->top = t->stack + kFrameSlots;
}

// The stack has become `memory`, of `slots` slots: everything that points into it follows.
void moveStack(Thread* L, Value* memory, size_t slots) {
  ptrdiff_t base = L->base - L->stack;
  ptrdiff_t top = L->top - L->stack;
  for (Upvalue* u = L->open_upvalues; u != nullptr; u = u->open.next) {
    u->location = memory + (u->location - L->stack);
  }
  L->stack = memory;
  L->stack_limit = memory + slots;
  L->base = memory + base;
  L->top = memory + top;
}

// What happens on the stack between `from` and the end of the frame is not known to the collector: so a
// collection takes place only if there is no other way, and then sees everything below `from`.
void resizeStack(Thread* L, Value* from, size_t slots) {
  Heap& heap = heapOf(L);
  size_t old_slots = L->stackSize();
  auto resize = [&] {
    return static_cast<Value*>(
        heap.tryReallocateRaw(L->stack, old_slots * sizeof(Value), slots * sizeof(Value)));
  };
  Value* memory = resize();
  if (memory == nullptr) [[unlikely]] {
    ptrdiff_t top = saveSlot(L, L->top);
    L->top = std::max(L->top, from);
    heap.fullCollection(L, true);
    L->top = restoreSlot(L, top);
    memory = resize();
    if (memory == nullptr) raiseMemory(L);
  }
  moveStack(L, memory, slots);
  if (slots > old_slots) clearSlots(L->stack + old_slots, L->stack_limit);
}

} // namespace

Thread* newThread(Thread* L) {
  State* G = L->global;
  Thread* t = makeThread(G, L);
  t->extra_space = G->main_thread->extra_space;
  return t;
}

Thread* makeThread(State* G, Thread* L) {
  Heap& heap = G->heap;
  Thread* t = static_cast<Thread*>(heap.allocate(L, Tag::Thread, sizeof(Thread)));
  std::memset(reinterpret_cast<char*>(t) + sizeof(Object), 0, sizeof(Thread) - sizeof(Object));
  t->global = G;
  t->dispatch = G->upcalls.dispatch;
  t->code_epoch = G->code_epoch;
  heap.protect(t);
  Value* stack = static_cast<Value*>(heap.allocateRaw(L, kInitialStack * sizeof(Value)));
  t->stack_limit = stack + kInitialStack;
  clearSlots(stack, t->stack_limit);
  stack[0] = Value::nil();
  t->stack = stack;
  layBaseFrame(t);
  heap.protect(nullptr);
  return t;
}

void destroyThread(State* G, Thread* t) {
  if (t->stack != nullptr) {
    // Closures may outlive the thread. The values were marked when marking ended (Heap::traceUpvalue).
    while (Upvalue* u = t->open_upvalues) {
      t->open_upvalues = u->open.next;
      Value v = *u->location;
      u->closed = v;
      u->location = &u->closed;
    }
    G->heap.freeRaw(t->stack, t->stackSize() * sizeof(Value));
  }
  if (t->hooks != nullptr) G->heap.freeRaw(t->hooks, sizeof(HookState));
}

Value* frameEnd(Thread* L) {
  const Value& f = L->base[-2];
  Value* end = L->top;
  if (f.tag == Tag::Function && !f.function()->isNative()) {
    end = std::max(end, L->base + f.function()->lua()->proto->frame_size);
  }
  return end;
}

void growStack(Thread* L, Value* from, size_t slots) {
  size_t size = L->stackSize();
  size_t needed = static_cast<size_t>(from - L->stack) + slots;
  if (needed <= size) return;
  if (needed <= kMaxStack) {
    resizeStack(L, from, std::min(std::max(size * 2, needed), static_cast<size_t>(kMaxStack)));
    return;
  }
  // Overflow. What handles the error gets kErrorSlots more, and no more than that.
  if (L->in_error_handling && size > kMaxStack) {
    raiseStatus(L, ThreadStatus::ErrorError, Value::of(newString(L, "error in error handling")));
  }
  if (size <= kMaxStack) resizeStack(L, from, kMaxStack + kErrorSlots);
  L->in_error_handling = 1;
  raiseError(L, "stack overflow");
}

void shrinkStack(Thread* L) {
  size_t size = L->stackSize();
  size_t used = static_cast<size_t>(frameEnd(L) - L->stack) + kNativeSlots + kMetaSlots;
  bool overflowed = size > kMaxStack && !L->in_error_handling && used <= kMaxStack;
  if (!overflowed && (size <= 4 * kInitialStack || used > size / 4)) return;
  size_t slots = std::max(std::min(used * 2, static_cast<size_t>(kMaxStack)), kInitialStack);
  if (slots >= size) return;
  void* memory = heapOf(L).tryReallocateRaw(L->stack, size * sizeof(Value), slots * sizeof(Value));
  moveStack(L, static_cast<Value*>(memory), slots);
}

void releaseErrorSlots(Thread* L) {
  if (L->stackSize() <= kMaxStack || L->top + kMetaSlots > L->stack + kMaxStack) return;
  void* memory =
      heapOf(L).tryReallocateRaw(L->stack, L->stackSize() * sizeof(Value), kMaxStack * sizeof(Value));
  moveStack(L, static_cast<Value*>(memory), kMaxStack);
}

void markToBeClosed(Thread* L, Value* level) {
  if (level->isFalsy()) return;
  if (metamethodOf(L, *level, Meta::Close).isNil()) {
    const Value& f = L->base[-2];
    const char* name = "(C temporary)";
    if (f.tag == Tag::Function && !f.function()->isNative()) {
      const Proto* p = f.function()->lua()->proto;
      String* s =
          localNameAt(p, static_cast<int>(level - L->base) + 1, static_cast<uint32_t>(L->pc - p->code - 1));
      name = s != nullptr ? s->data() : "(temporary)";
    }
    raiseError(L, "variable '%s' got a non-closable value", name);
  }
  olderToBeClosed(level) = L->to_be_closed;
  L->to_be_closed = static_cast<uint32_t>(level - L->stack) + 1;
}

} // namespace perigee
