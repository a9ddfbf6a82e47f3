#include "interpreter/coroutines.h"

#include "interpreter/call.h"
#include "interpreter/closing.h"
#include "interpreter/exceptions.h"
#include "interpreter/hooks.h"
#include "interpreter/pause.h"
#include "interpreter/ticks.h"
#include "vm/error.h"
#include "vm/string.h"

#include <string_view>

namespace perigee {

const char* resumeObstacle(Thread* L, Thread* co) {
  if (co->status() == ThreadStatus::Yielded) return nullptr;
  if (isPaused(co) || co == L || co->resumer != nullptr || co == L->global->main_thread ||
      co->resumed_in != nullptr)
    return "cannot resume non-suspended coroutine";
  if (co->status() != ThreadStatus::Ok) return "cannot resume dead coroutine";
  if (co->started || co->top == co->base) return "cannot resume dead coroutine";
  return nullptr;
}

const char* prepareResume(Thread* L, Thread* co, ptrdiff_t arguments, size_t n) {
  if (const char* obstacle = resumeObstacle(L, co)) return obstacle;
  if (L->c_depth >= kMostDepthOfResumes) return "C stack overflow";
  if (static_cast<size_t>(kMaxStack - (co->top - co->stack)) < n + kNativeSlots)
    return "too many arguments to resume";
  growStackFor(co, n + kNativeSlots);
  Value* from = restoreSlot(L, arguments);
  for (size_t j = 0; j < n; j++) *co->top++ = from[j];
  return nullptr;
}

namespace {

bool isWrap(Value* base) {
  Value f = base[-2];
  return f.tag == Tag::Function && f.function()->entry == asEntry(enterWrap);
}

// The coroutine goes on at nesting depth `depth`, plus the metamethod calls it is in.
void setDepth(Thread* co, uint32_t depth) {
  uint32_t inside = co->c_depth - co->depth_base;
  co->depth_base = depth;
  co->c_depth = depth + inside;
}

// Makes `co` the running thread. Its frames go on after i: see startOrContinue.
void enterThread(Thread* from, Thread* co) {
  State* G = from->global;
  co->resumer = from;
  co->resumed_in = G->activation;
  setDepth(co, from->c_depth + 1);
  co->barriers = 0;
  co->extra = static_cast<uint8_t>(ThreadStatus::Ok);
  co->poll.fetch_or(from->poll.load(std::memory_order_relaxed) & poll::kFinalizers,
                    std::memory_order_relaxed);
  setRunning(G, co);
}

// The n values on top of `from` go to `to`, where there is room made for them.
void moveValues(Thread* from, Thread* to, int n) {
  growStackFor(to, static_cast<size_t>(n) + kNativeSlots);
  from->top -= n;
  for (int j = 0; j < n; j++) *to->top++ = from->top[j];
}

// Takes the running thread back to the resumer of `co`.
Thread* leaveThread(Thread* co) {
  Thread* to = co->resumer;
  co->resumer = nullptr;
  co->resumed_in = nullptr;
  setRunning(co->global, to);
  to->poll.fetch_or(co->poll.load(std::memory_order_relaxed) & poll::kFinalizers, std::memory_order_relaxed);
  return to;
}

// `co` (running) goes on with n values on its top: at its first resume they are the arguments of the body,
// later the results of the native function that yielded.
PERIGEE_HANDLER(startOrContinue) {
  size_t n = i.count();
  table = dispatchOf(L);
  if (!L->started) {
    L->started = 1;
    Value* function = L->top - n - 1;
    for (size_t j = n; j > 0; --j) function[1 + j] = function[j];
    base = function + kFrameSlots;
    L->top = base + n;
    writeLink(base, nullptr, FrameKind::CoroutineBase, kAllResults, static_cast<uint32_t>(base - L->base));
    PERIGEE_TAIL callAny(PERIGEE_STATE);
  }
  base = L->base;
  bool function_returns = !base[-2].isNil(); // else a continuation or an instruction goes on
  if (function_returns && L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] {
    pollAtNativeReturn(L, static_cast<int>(n));
    base = L->base;
  }
  k = L->top - n;
  PERIGEE_TAIL returnValues(PERIGEE_STATE);
}

// `co`, which is suspended or dead, is to be closed by closeCoroutine for the native frame on top of L, and
// becomes the running thread.
void beginClosing(Thread* L, Thread* co) {
  ThreadStatus status = co->status();
  bool failed = status != ThreadStatus::Ok && status != ThreadStatus::Yielded;
  Value error = failed ? co->top[-1] : Value::nil();
  // Room for the calls is made as long as a refusal is an error of the caller's.
  ptrdiff_t above = co->stack + co->to_be_closed - co->top;
  growStackFor(co, static_cast<size_t>(above > 0 ? above : 0) + kNativeSlots + 1);
  ensureStack(L, kNativeSlots);
  co->c_depth = co->depth_base;
  enterThread(L, co);
  Value* bottom = co->stack + kFrameSlots;
  closeUpvalues(co, bottom);
  co->base = bottom;
  bottom[0] = error;
  bottom[1] = Value::of(static_cast<int64_t>(failed ? status : ThreadStatus::Ok));
  if (co->top < bottom + 2) co->top = bottom + 2;
}

// Gives the n values on top of `co` to the native frame (resume or wrap) on top of L, and returns from it.
PERIGEE_HANDLER(transferToResumer) {
  Thread* co = L;
  size_t n = i.count();
  L = leaveThread(co);
  base = L->base;
  bool wrap = isWrap(base);
  L->top = base;
  if (static_cast<size_t>(L->stack_limit - L->top) < n + kNativeSlots) {
    growStack(L, L->top, n + kNativeSlots);
    base = L->base;
  }
  if (!wrap) *L->top++ = Value::boolean(true);
  Value* from = co->top - n;
  for (size_t j = 0; j < n; j++) *L->top++ = from[j];
  co->top = from;
  if (!wrap) n++;
  if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] {
    pollAtNativeReturn(L, static_cast<int>(n));
    base = L->base;
  }
  k = L->top - n;
  i = Operands::ofCount(n);
  PERIGEE_TAIL returnValues(PERIGEE_STATE);
}

} // namespace

PERIGEE_HANDLER(enterResume) {
  size_t n = i.count();
  L->base = base;
  L->top = base + n;
  if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] {
    pollAtCall(L); // a hook may change the argument
    base = L->base;
  }
  if (n == 0 || !base[0].isThread()) {
    if (dialectOf(L).arguments_told) raiseArgumentTypeError(L, 1, "thread");
    raiseArgumentError(L, 1, "thread expected");
  }
  Thread* co = base[0].thread();
  const char* problem = prepareResume(L, co, saveSlot(L, base + 1), n - 1);
  if (problem != nullptr) {
    ensureStack(L, kNativeSlots);
    *L->top++ = Value::boolean(false);
    String* message = newString(L, problem);
    *L->top++ = Value::of(message);
    base = L->base;
    k = L->top - 2;
    i = Operands::ofCount(2);
    PERIGEE_TAIL returnValues(PERIGEE_STATE);
  }
  enterThread(L, co);
  L = co;
  i = Operands::ofCount(n - 1);
  PERIGEE_TAIL startOrContinue(PERIGEE_STATE);
}

PERIGEE_HANDLER(enterWrap) {
  size_t n = i.count();
  L->base = base;
  L->top = base + n;
  if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] {
    pollAtCall(L);
    base = L->base;
  }
  Thread* co = base[-2].function()->native()->upvalues()[0].thread();
  const char* problem = prepareResume(L, co, saveSlot(L, base), n);
  if (problem != nullptr) raiseErrorAt(L, 1, problem);
  enterThread(L, co);
  L = co;
  PERIGEE_TAIL startOrContinue(PERIGEE_STATE);
}

PERIGEE_HANDLER(enterYield) {
  L->base = base;
  L->top = base + i.count();
  if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] {
    pollAtCall(L);
    base = L->base;
  }
  if (L->refusesYields()) raiseNotYieldable(L);
  if (L->global->activation != L->resumed_in) jumpYield(L, static_cast<int>(i.count()));
  PERIGEE_TAIL deliverYield(PERIGEE_STATE);
}

// The yielded values are the top i.count() ones of L.
PERIGEE_HANDLER(deliverYield) {
  L->extra = static_cast<uint8_t>(ThreadStatus::Yielded);
  if (L->resumer == nullptr) PERIGEE_TAIL leave(PERIGEE_STATE); // resumed from C++, which looks at the status
  PERIGEE_TAIL transferToResumer(PERIGEE_STATE);
}

PERIGEE_HANDLER(returnToCoroutine) {
  size_t n = i.count();
  Value* to = base - kFrameSlots;
  for (size_t j = 0; j < n; j++) to[j] = k[j];
  L->top = to + n;
  L->base = L->stack + kFrameSlots;
  L->started = 0; // may be given another function
  if (L->resumer == nullptr) PERIGEE_TAIL leave(PERIGEE_STATE);
  PERIGEE_TAIL transferToResumer(PERIGEE_STATE);
}

PERIGEE_HANDLER(deliverFailure) {
  base = L->base;
  if (isWrap(base)) {
    // The coroutine is of no more use to anybody: its variables are closed, which may bring another error.
    Thread* co = base[-2].function()->native()->upvalues()[0].thread();
    L->top--;
    beginClosing(L, co);
    PERIGEE_TAIL closeCoroutine(nullptr, co->base, co, nullptr, dispatchOf(co), i);
  }
  if (L->global->ticks.stopping) raiseStop(L);
  Value error = L->top[-1];
  L->top[-1] = Value::boolean(false);
  *L->top++ = error;
  if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] {
    pollAtNativeReturn(L, 2);
    base = L->base;
  }
  k = L->top - 2;
  i = Operands::ofCount(2);
  PERIGEE_TAIL returnValues(PERIGEE_STATE);
}

// --- closing ---------------------------------------------------------------------------------------------

const char* statusName(Thread* from, Thread* co) {
  if (co == from) return "running";
  if (co->status() == ThreadStatus::Yielded) return "suspended";
  if (isPaused(co)) return "normal";
  if (co->status() != ThreadStatus::Ok) return "dead";
  if (co->resumed_in != nullptr || co == from->global->main_thread) return "normal";
  return !co->started && co->top > co->base ? "suspended" : "dead";
}

bool isClosable(Thread* from, Thread* co) {
  std::string_view status = statusName(from, co);
  return status == "suspended" || status == "dead" || isPaused(co);
}

namespace {

// Are the slots free where beginClosing keeps the error? Only a host's thread has variables to be closed
// there.
bool isBottomFree(const Thread* co) {
  uint32_t oldest = 0;
  for (uint32_t at = co->to_be_closed; at != 0; at = olderToBeClosed(co->stack + at - 1)) oldest = at;
  return oldest == 0 || oldest - 1 >= kFrameSlots + 2;
}

bool isUsualToClose(Thread* L, Value v) {
  return v.isThread() && !isPaused(v.thread()) && isClosable(L, v.thread()) && isBottomFree(v.thread());
}

} // namespace

PERIGEE_HANDLER(enterClose) {
  size_t n = i.count();
  bool is_usual = n != 0 && isUsualToClose(L, base[0]);
  // An error, a paused program, or no depth left for what is called: the function in C++ knows.
  if (!is_usual || L->c_depth >= kMostDepthOfResumes) PERIGEE_TAIL enterNative(PERIGEE_STATE);
  L->base = base;
  L->top = base + n;
  if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] {
    pollAtCall(L); // a hook may change the argument, or the coroutine
    base = L->base;
    if (!isUsualToClose(L, base[0])) raiseError(L, "a hook has changed the coroutine that is to be closed");
  }
  Thread* co = base[0].thread();
  beginClosing(L, co);
  PERIGEE_TAIL closeCoroutine(nullptr, co->base, co, nullptr, dispatchOf(co), i);
}

// The methods may be paused, but not yield.
PERIGEE_HANDLER(closeCoroutine) {
  base = L->stack + kFrameSlots;
  closeUpvalues(L, base);
  if (hasToBeClosed(L, base)) {
    L->barriers = static_cast<uint32_t>(Barrier::Yields);
    Value* slot = popToBeClosed(L);
    L->top = slot + 1;
    ptrdiff_t variable = saveSlot(L, slot);
    ensureStack(L, kMetaSlots);
    base = L->base;
    Value* callee = layCloseCall(L, restoreSlot(L, variable), L->top, base[0]);
    writeLink(callee, nullptr, FrameKind::CoroutineClose, 0, static_cast<uint32_t>(callee - base));
    base = callee;
    table = dispatchOf(L);
    i = Operands::ofCount(2);
    PERIGEE_TAIL callAny(PERIGEE_STATE);
  }
  Value error = base[0];
  ThreadStatus status = static_cast<ThreadStatus>(base[1].integer);
  L->top = base;
  L->started = 0;
  L->barriers = 0;
  L = leaveThread(L);
  if (L->global->ticks.stopping) raiseStop(L);
  bool wrap = isWrap(L->base);
  if (!wrap) *L->top++ = Value::boolean(status == ThreadStatus::Ok);
  if (status != ThreadStatus::Ok) *L->top++ = error;
  if (wrap) {
    if (status != ThreadStatus::ErrorMemory) prependPositionToMessage(L);
    raise(L);
  }
  size_t n = status == ThreadStatus::Ok ? 1 : 2;
  if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]]
    pollAtNativeReturn(L, static_cast<int>(n));
  base = L->base;
  table = dispatchOf(L);
  k = L->top - n;
  i = Operands::ofCount(n);
  PERIGEE_TAIL returnValues(PERIGEE_STATE);
}

PERIGEE_HANDLER(returnToCoroutineClose) {
  L->base = callerBase(base);
  PERIGEE_TAIL closeCoroutine(PERIGEE_STATE);
}

void failClose(Thread* L, Value* base, ThreadStatus status) {
  Value error = L->top[-1];
  L->base = callerBase(base);
  L->base[0] = error;
  L->base[1] = Value::of(static_cast<int64_t>(status));
}

int yield(Thread* L, int nresults) {
  if (L->refusesYields()) raiseNotYieldable(L);
  jumpYield(L, nresults);
}

namespace {

// The threads that `outer`, which is paused, has resumed are closed.
void abandonPaused(Thread* outer, Thread* from) {
  Thread* t = outer->paused_in;
  outer->paused_in = nullptr;
  outer->extra = static_cast<uint8_t>(ThreadStatus::Yielded);
  while (t != outer) {
    Thread* resumer = t->resumer;
    t->resumer = nullptr;
    t->resumed_in = nullptr;
    closeThread(t, from);
    t = resumer;
  }
}

// resume, where a program that is not paused goes on with `how`.
ThreadStatus resumeWith(Handler how, Thread* co, Thread* from, int nargs, int* nresults) {
  State* G = co->global;
  Thread* previous = G->running;
  const char* problem = nullptr;
  const ThreadStatus before = co->status();
  bool is_paused = isPaused(co);
  if (before != ThreadStatus::Yielded && !is_paused) {
    bool running = co->resumer != nullptr || co->resumed_in != nullptr || co->base != co->stack + kFrameSlots;
    if (co->status() != ThreadStatus::Ok)
      problem = "cannot resume dead coroutine";
    else if (running)
      problem = "cannot resume non-suspended coroutine";
    else if (co->top - co->base <= nargs)
      problem = "cannot resume dead coroutine";
  }
  if (from == nullptr && G->activation != nullptr) from = previous;
  uint32_t depth = from != nullptr ? from->c_depth : 0;
  if (problem == nullptr && depth >= kMaxCDepth) problem = "C stack overflow";
  if (problem != nullptr) {
    co->top -= nargs;
    *co->top++ = Value::of(newString(co, problem));
    *nresults = 1;
    return ThreadStatus::ErrorRun;
  }
  if (before == ThreadStatus::Paused && isSpent(G)) { // what it has overdrawn is not paid back yet
    *nresults = 0;
    return ThreadStatus::Paused;
  }
  Thread* goes_on = is_paused ? co->paused_in : co;
  if (goes_on != co) moveValues(co, goes_on, nargs);
  Activation activation(co, Activation::Kind::Resume, 0);
  if (is_paused) {
    leavePause(co, &activation, depth + 1);
  } else {
    setDepth(co, depth + 1);
    co->barriers = 0;
    co->resumed_in = &activation;
    co->resumer = nullptr;
  }
  co->extra = static_cast<uint8_t>(ThreadStatus::Ok);
  setRunning(G, goes_on);
  OnException pass([&activation, previous] {
    abandonActivation(&activation);
    abandonThread(activation.thread);
    if (previous != nullptr) setRunning(previous->global, previous);
  });
  runProtected(&activation, before == ThreadStatus::Paused ? continuePaused : how, goes_on, goes_on->base,
               static_cast<size_t>(nargs));
  pass.end();
  co->resumed_in = nullptr;
  if (previous != nullptr) setRunning(G, previous);
  G->activation = activation.previous;
  ThreadStatus status = activation.status;
  if (status == ThreadStatus::Ok) status = co->status();
  if (status == ThreadStatus::Yielded) {
    *nresults = static_cast<int>(co->top - co->base);
  } else if (isPaused(co)) {
    *nresults = 0;
  } else if (status == ThreadStatus::Ok) {
    *nresults = static_cast<int>(co->top - (co->stack + kFrameSlots));
  } else {
    co->extra = static_cast<uint8_t>(status);
    *nresults = 1;
    G->ticks.endGrace();
  }
  return status;
}

} // namespace

ThreadStatus resume(Thread* co, Thread* from, int nargs, int* nresults) {
  return resumeWith(startOrContinue, co, from, nargs, nresults);
}

ThreadStatus failResume(Thread* co, Thread* from, int* nresults) {
  return resumeWith(failSuspended, co, from, 1, nresults);
}

ThreadStatus closeThread(Thread* co, Thread* from) {
  if (isPaused(co)) abandonPaused(co, from);
  ThreadStatus status = co->status();
  // Room for the calls is made as long as a refusal is an error of the caller's.
  ptrdiff_t above = co->stack + co->to_be_closed - co->top;
  growStackFor(co, static_cast<size_t>(above > 0 ? above : 0) + kNativeSlots + 1);
  Value error = status != ThreadStatus::Ok && status != ThreadStatus::Yielded ? co->top[-1] : Value::nil();
  if (status == ThreadStatus::Yielded) status = ThreadStatus::Ok;
  co->extra = static_cast<uint8_t>(ThreadStatus::Ok);
  co->c_depth = co->depth_base = from != nullptr ? from->c_depth : 0;
  co->barriers = 0;
  State* G = co->global;
  Thread* previous = G->running;
  ptrdiff_t bottom = kFrameSlots;
  co->base = co->stack + kFrameSlots;
  setRunning(G, co);
  status = closeProtected(co, bottom, status, error);
  if (previous != nullptr) setRunning(G, previous);
  co->base = co->stack + kFrameSlots;
  co->started = 0;
  Value* top = co->stack + kFrameSlots;
  if (status != ThreadStatus::Ok) *top++ = co->top[-1];
  co->top = top;
  return status;
}

} // namespace perigee
