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

// Stacks more than kTolerated times as large as needed become kShrunkenTo times as large as needed. Stress
// builds take away whatever is not needed, so that stacks move all the time.
#if defined(PERIGEE_STRESS) && PERIGEE_STRESS
constexpr size_t kTolerated = 1, kShrunkenTo = 1;
#else
constexpr size_t kTolerated = 4, kShrunkenTo = 2;
#endif
bool isTooLarge(size_t size, size_t needed) { return size > kTolerated * std::max(needed, kInitialStack); }

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
  fillSpareHooks(G);
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

namespace {
const Proto* runningProto(const Value* base) { return base[-2].function()->lua()->proto; }
} // namespace

Value* frameEnd(Thread* L) {
  Value* end = L->top;
  if (isLuaFrame(L->base)) end = std::max(end, L->base + runningProto(L->base)->frame_size);
  return std::min(end, L->stack_limit); // the frame's stack may still have to be made
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

namespace {

// Slots that the frames on the stack rely on, but for what was promised. Not only the one on top counts: it
// may lie in the middle of its caller's registers.
size_t neededSlots(Thread* L) {
  Value* end = frameEnd(L) + kNativeSlots;
  for (Value* b = L->base;; b = callerBase(b)) {
    end = std::max(end, b + (isLuaFrame(b) ? runningProto(b)->frame_size : kPromisedToAll));
    if (b <= L->stack + kFrameSlots) break;
  }
  return static_cast<size_t>(end - L->stack) + kMetaSlots;
}

// Does anybody rely on what was promised: the host, who uses the bottom, or a native function from
// `promised_to` on? The one that runs at a poll does not: it has not begun or is done.
bool isPromiseKept(const Thread* L) {
  if (L->promised == 0) return false;
  const Value* bottom = L->stack + kFrameSlots;
  bool at_poll = L->global->running == L && L->base > bottom;
  for (Value* b = at_poll ? callerBase(L->base) : L->base; b >= L->stack + L->promised_to;
       b = callerBase(b)) {
    if (!isLuaFrame(b)) return true;
    if (b <= bottom) break;
  }
  return false;
}

} // namespace

void recordPromise(Thread* L, size_t slots) {
  auto base = static_cast<uint32_t>(L->base - L->stack);
  size_t end = std::min(static_cast<size_t>(L->top - L->stack) + slots, size_t{kMaxStack});
  L->promised_to = L->promised == 0 ? base : std::min(L->promised_to, base);
  L->promised = std::max(L->promised, static_cast<uint32_t>(end));
}

bool isStackOversized(Thread* L) {
  auto used = static_cast<size_t>(frameEnd(L) - L->stack);
  return isTooLarge(L->stackSize(), used) && isTooLarge(L->stackSize(), neededSlots(L));
}

void shrinkStack(Thread* L) {
  size_t size = L->stackSize();
  size_t needed = neededSlots(L);
  if (isPromiseKept(L)) {
    needed = std::max(needed, size_t{L->promised} + kMetaSlots);
  } else {
    L->promised = 0;
  }
  bool overflowed = size > kMaxStack && !L->in_error_handling && needed <= kMaxStack;
  if (!overflowed && !isTooLarge(size, needed)) return;
  size_t slots = std::max(std::min(needed * kShrunkenTo, static_cast<size_t>(kMaxStack)), kInitialStack);
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
