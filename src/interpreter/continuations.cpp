#include "interpreter/continuations.h"

#include "interpreter/activation.h"
#include "interpreter/closing.h"
#include "interpreter/hooks.h"

namespace perigee {
namespace {

// Calls the continuation of the native frame at L->base and returns what it returns.
struct Resumption {
  Continuation continuation;
  intptr_t context;
  explicit Resumption(const ContinuationSlots* slots)
      : continuation(reinterpret_cast<Continuation>(slots->continuation.pointer)),
        context(static_cast<intptr_t>(slots->context.integer)) {}
  size_t run(Thread* L, ThreadStatus status) const {
    ensureStack(L, kNativeSlots);
    reserveNativeSlots(L);
    int results = continuation(L->state(), static_cast<int>(status), context);
    if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]]
      pollAtNativeReturn(L, results);
    return static_cast<size_t>(results);
  }
};

// Lays the slots in front of the n values on top (kFrameSlots more if `frame`); returns where the values are
// now.
Value* laySlots(Thread* L, int n, bool frame, Continuation k, intptr_t context, Value protection) {
  int distance = kContinuationSlots + (frame ? kFrameSlots : 0);
  ensureStack(L, static_cast<size_t>(distance) + 1);
  Value* first = L->top - n;
  for (int j = n - 1; j >= 0; --j) first[distance + j] = first[j];
  writeContinuation(first, k, context, protection);
  L->top += distance;
  return first + distance;
}

// Nothing yielded: moves the results at `from` to the place of the slots.
void dropSlots(Thread* L, ptrdiff_t from) {
  Value* to = restoreSlot(L, from) - kContinuationSlots;
  for (Value* p = restoreSlot(L, from); p < L->top; ++p) *to++ = *p;
  L->top = to;
}

struct ContinuableCall {
  ptrdiff_t function;
  int nargs;
  int wanted;
};
// Makes place for the link between function and arguments; returns the function's.
Value* insertLink(Thread* L, const ContinuableCall* c) {
  ensureStack(L, 1);
  Value* function = restoreSlot(L, c->function);
  for (int j = c->nargs; j >= 1; --j) function[1 + j] = function[j];
  L->top++;
  return function;
}
void callLaidOut(Thread* L, const ContinuableCall* c) { callYieldable(L, insertLink(L, c), c->wanted); }

} // namespace

PERIGEE_HANDLER(returnToContinuation) {
  ContinuationSlots* slots = continuationOf(base);
  Resumption resumption(slots);
  FrameLink* link = linkOf(base);
  size_t n = i.count();
  int wanted = link->wanted;
  Value* to = &slots->error;
  Value* caller = base - link->delta;
  size_t limit = wanted < 0 || static_cast<size_t>(wanted) > n ? n : static_cast<size_t>(wanted);
  for (size_t j = 0; j < limit; j++) to[j] = k[j];
  L->top = to + limit;
  for (int j = static_cast<int>(limit); j < wanted; j++) *L->top++ = Value::nil();
  L->base = caller;
  n = resumption.run(L, ThreadStatus::Yielded);
  base = L->base;
  table = dispatchOf(L);
  k = L->top - n;
  i = Operands::ofCount(n);
  PERIGEE_TAIL returnValues(PERIGEE_STATE);
}

// What the call would have uncounted on its return to C++.
PERIGEE_HANDLER(returnToPausableContinuation) {
  L->c_depth--;
  L->barriers -= static_cast<uint32_t>(Barrier::Yields);
  PERIGEE_TAIL returnToContinuation(PERIGEE_STATE);
}

void catchInContinuation(Thread* L, Value* base, ThreadStatus status) {
  Value* catcher = originalBase(base);
  if (frameKind(base) == FrameKind::UnwindContinuation) catcher = restoreSlot(L, catcher[-3].integer);
  ContinuationSlots* slots = continuationOf(catcher);
  slots->error = L->top[-1];
  slots->protection = Value::of(static_cast<int64_t>(status));
  L->base = callerBase(base);
  L->top = catcher;
}

PERIGEE_HANDLER(unwindToContinuation) {
  Value* catcher = L->top;
  closeUpvalues(L, catcher);
  if (hasToBeClosed(L, catcher)) {
    ptrdiff_t frame = saveSlot(L, catcher);
    ptrdiff_t variable = static_cast<ptrdiff_t>(L->to_be_closed) - 1;
    L->top = restoreSlot(L, variable) + 1;
    ensureStack(L, kMetaSlots);
    popToBeClosed(L);
    *L->top = Value::of(static_cast<int64_t>(frame));
    Value error = continuationOf(restoreSlot(L, frame))->error;
    base = layCloseCall(L, restoreSlot(L, variable), L->top + 1, error);
    writeLink(base, nullptr, FrameKind::UnwindContinuation, 0, static_cast<uint32_t>(base - L->base));
    i = Operands::ofCount(2);
    PERIGEE_TAIL callAny(PERIGEE_STATE);
  }
  ContinuationSlots* slots = continuationOf(catcher);
  Resumption resumption(slots);
  ThreadStatus status = static_cast<ThreadStatus>(slots->protection.integer);
  L->global->ticks.endGrace();
  L->top = &slots->error + 1;
  size_t n = resumption.run(L, status);
  base = L->base;
  table = dispatchOf(L);
  k = L->top - n;
  i = Operands::ofCount(n);
  PERIGEE_TAIL returnValues(PERIGEE_STATE);
}

PERIGEE_HANDLER(returnToUnwindContinuation) {
  L->top = restoreSlot(L, base[-3].integer);
  L->base = callerBase(base);
  PERIGEE_TAIL unwindToContinuation(PERIGEE_STATE);
}

void callPausable(Thread* L, int nargs, int wanted, intptr_t context, Continuation k) {
  Value* function = laySlots(L, nargs + 1, false, k, context, Value::boolean(false));
  ContinuableCall c{saveSlot(L, function), nargs, wanted};
  callPausable(L, insertLink(L, &c), wanted);
  dropSlots(L, c.function);
}

void callContinuable(Thread* L, int nargs, int wanted, intptr_t context, Continuation k) {
  Value* function = laySlots(L, nargs + 1, false, k, context, Value::nil());
  ContinuableCall c{saveSlot(L, function), nargs, wanted};
  callLaidOut(L, &c);
  dropSlots(L, c.function);
}

ThreadStatus protectedCallContinuable(Thread* L, int nargs, int wanted, ptrdiff_t handler, intptr_t context,
                                      Continuation k) {
  Value* function = laySlots(L, nargs + 1, false, k, context, Value::of(static_cast<int64_t>(handler)));
  ContinuableCall c{saveSlot(L, function), nargs, wanted};
  auto run = [](Thread* T, void* ud) { callLaidOut(T, static_cast<ContinuableCall*>(ud)); };
  ThreadStatus status = protectedRun(L, run, &c, c.function, handler);
  if (status == ThreadStatus::Ok) {
    dropSlots(L, c.function);
    return status;
  }
  // An error goes to the continuation even if nothing has yielded: as if its C frame were lost, the frame of
  // the call catches what is thrown once more.
  Value error = *--L->top;
  ensureStack(L, kFrameSlots + 1);
  Value* base = restoreSlot(L, c.function) + kFrameSlots;
  base[-2] = Value::nil();
  writeLink(base, nullptr, FrameKind::ProtectedContinuation, wanted, static_cast<uint32_t>(base - L->base));
  base[0] = error;
  L->base = base;
  L->top = base + 1;
  throwError(L, status);
}

int yieldContinuable(Thread* L, int nresults, intptr_t context, Continuation k) {
  Value* base = laySlots(L, nresults, true, k, context, Value::nil());
  base[-2] = Value::nil();
  writeLink(base, nullptr, FrameKind::Continuation, kAllResults, static_cast<uint32_t>(base - L->base));
  L->base = base;
  jumpYield(L, nresults);
}

} // namespace perigee
