// Entering and leaving the interpreter, and what errors do on their way.

#include "interpreter/activation.h"

#include "interpreter/call.h"
#include "interpreter/closing.h"
#include "interpreter/continuations.h"
#include "interpreter/coroutines.h"
#include "interpreter/exceptions.h"
#include "interpreter/hooks.h"
#include "interpreter/tiers.h"
#include "vm/error.h"
#include "vm/string.h"

#include <cstdlib>

namespace perigee {
namespace {

Value* bottomBase(const Thread* L) { return L->stack + kFrameSlots; }

// The coroutine on top has died: its error goes to whoever resumed it.
Thread* passErrorToResumer(Thread* co, ThreadStatus status) {
  Thread* to = co->resumer;
  Value error = co->top[-1];
  co->extra = static_cast<uint8_t>(status);
  co->resumer = nullptr;
  co->resumed_in = nullptr;
  setRunning(co->global, to);
  *to->top++ = error; // a native frame (resume or wrap) is on top: there is room
  return to;
}

// How many calls that count as nested (of metamethods by instructions, protected ones, and those that had
// been nested entries before a pause) there are in the frames above `bottom`.
int nestedCalls(Thread* L, const Value* bottom) {
  int n = 0;
  for (Value* b = L->base; b > bottom; b = callerBase(b)) {
    FrameKind kind = frameKind(b);
    n += kind == FrameKind::Meta || kind == FrameKind::Protected || kind == FrameKind::ProtectedHandler ||
         kind == FrameKind::PausableContinuation;
  }
  return n;
}

// The barriers on a thread that was resumed within the innermost activation: calls whose C frames have been
// given up to a pause, and the closing of a coroutine.
uint32_t barriersInFrames(Thread* L) {
  uint32_t n = 0;
  for (Value* b = L->base; b > bottomBase(L); b = callerBase(b))
    n += frameKind(b) == FrameKind::PausableContinuation || frameKind(b) == FrameKind::CoroutineClose;
  return n * static_cast<uint32_t>(Barrier::Yields);
}

// Calls that the error cut short no longer count. There have been no pauses since frames were entered from
// C++: those would have given them up.
void restoreModes(Thread* L, const Activation* a) {
  bool inside = L == a->thread && a->entersFrame();
  if (L->barriers != 0) L->barriers = inside ? a->barriers : barriersInFrames(L);
  L->in_hook = inside ? a->in_hook : 0;
}

// The same where the catching frame has not kept the depth: what counts are the nested calls below it.
void restoreDepths(Thread* L, const Activation* a) {
  restoreModes(L, a);
  bool inside = L == a->thread && a->entersFrame();
  int depth = static_cast<int>(inside ? a->c_depth : L->depth_base);
  L->c_depth =
      static_cast<uint32_t>(depth + nestedCalls(L, inside ? restoreSlot(L, a->entry) : bottomBase(L)));
}

// The entry with which activation `a` continues after a jump to it, with State::running on top; null if the
// error is not for it.
Handler handlerAfterJump(Activation* a) {
  if (a->status == ThreadStatus::Yielded) {
    a->status = ThreadStatus::Ok;
    return deliverYield;
  }
  if (a->status == ThreadStatus::Paused) {
    a->status = ThreadStatus::Ok;
    return leave;
  }
  Handler catcher = findCatcher(a);
  if (catcher == nullptr) return nullptr;
  a->thread->global->running->in_error_handling = 0;
  a->status = ThreadStatus::Ok;
  return catcher;
}

// Is `inner` the thread `outer`, or has that resumed it, directly or not?
bool isWithin(const Thread* inner, const Thread* outer) {
  while (inner != nullptr && inner != outer) inner = inner->resumer;
  return inner != nullptr;
}

} // namespace

void throwError(Thread* L, ThreadStatus status) {
  State* G = L->global;
  Activation* a = G->activation;
  if (a == nullptr) {
    if (G->panic != nullptr) G->panic(L->state());
    std::abort();
  }
  a->status = status;
  // A host may have used a thread that has nothing to do with the one that catches.
  Thread* from = isWithin(L, a->thread) ? L : isWithin(G->running, a->thread) ? G->running : a->thread;
  if (from != L) {
    if (from->top == from->stack_limit) --from->top;
    *from->top++ = L->top[-1];
  }
  if (G->running != from) setRunning(G, from);
  __builtin_longjmp(a->jump_buffer, 1);
}

void giveUpCallers(Thread* L) {
  for (Value* b = L->base; b > bottomBase(L); b = callerBase(b)) {
    if (frameKind(b) == FrameKind::Entry) loseCaller(b);
  }
  L->c_depth = static_cast<uint32_t>(L->depth_base + nestedCalls(L, bottomBase(L)));
}

void jumpPause(Activation* target) {
  target->thread->global->activation = target;
  target->status = ThreadStatus::Paused;
  __builtin_longjmp(target->jump_buffer, 1);
}

void jumpYield(Thread* L, int n) {
  giveUpCallers(L);
  Activation* target = L->resumed_in;
  L->global->activation = target;
  target->status = ThreadStatus::Yielded;
  for (int j = 0; j < n; j++) L->base[j] = L->top[j - n];
  L->top = L->base + n;
  __builtin_longjmp(target->jump_buffer, 1);
}

// On success the catching frame is on top: L->base is the base of the pcall-like frame, whose first slot
// holds the error (unwindTo), or of a native function with a continuation, or of a resume or wrap that gets
// the error on top of L.
Handler findCatcher(Activation* a) {
  Thread* L = a->thread->global->running;
  Value* base = L->base;
  for (;;) {
    if (L == a->thread && base <= restoreSlot(L, a->entry)) return nullptr;
    FrameKind kind = frameKind(base);
    if (kind == FrameKind::Protected || kind == FrameKind::ProtectedHandler || kind == FrameKind::Unwind) {
      Value error = L->top[-1];
      L->c_depth = depthBefore(L, base);
      base -= linkOf(base)->delta;
      base[0] = error;
      L->base = base;
      restoreModes(L, a);
      return unwindTo;
    }
    if (kind == FrameKind::ProtectedContinuation || kind == FrameKind::UnwindContinuation) {
      catchInContinuation(L, base, a->status);
      restoreDepths(L, a);
      return unwindToContinuation;
    }
    if (kind == FrameKind::CoroutineClose) {
      failClose(L, base, a->status);
      restoreDepths(L, a);
      return closeCoroutine;
    }
    if (kind == FrameKind::CoroutineBase || base <= bottomBase(L)) break;
    base = callerBase(base);
  }
  if (L == a->thread) return nullptr; // resumed from C++
  passErrorToResumer(L, a->status);   // whose depth is still what it was when it resumed
  return deliverFailure;
}

// Called by enter.
extern "C" __attribute__((used)) bool perigeeContinueAfterJump(Activation* a) {
  Handler catcher = handlerAfterJump(a);
  if (catcher == nullptr) return false;
  Thread* running = a->thread->global->running;
  catcher(nullptr, running->base, running, nullptr, dispatchOf(running),
          Operands::ofCount(static_cast<size_t>(running->top - running->base)));
  return true;
}

void runProtected(Activation* a, Handler first, Thread* L, Value* base, size_t n) {
  if (enter(a, base, L, first, dispatchOf(L), Operands::ofCount(n))) return;
  State* G = a->thread->global;
  if (a->kind == Activation::Kind::Resume) return;
  G->activation = a->previous;
  throwError(a->thread, a->status);
}

namespace {

// The plain C function behind a callable, or null.
inline lua_CFunction plainNative(const Value& callee, const State* G) {
  if (callee.tag == Tag::LightFunction) return callee.light_function;
  if (callee.tag != Tag::Function || callee.function()->entry != G->upcalls.native_entry) return nullptr;
  return callee.function()->native()->function;
}

// A plain C function needs no interpreter, and nothing to catch what passes by. The frame is laid out at
// base.
inline void callDirectly(Thread* L, lua_CFunction f, Value* base) {
  if (L->stack_limit - L->top < kNativeSlots) [[unlikely]] {
    ptrdiff_t saved = saveSlot(L, base);
    growStack(L, L->top, kNativeSlots);
    base = restoreSlot(L, saved);
  }
  L->base = base;
  reserveNativeSlots(L);
  int n = f(L->state());
  if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]]
    pollAtNativeReturn(L, n);
  base = L->base;
  FrameLink* link = linkOf(base);
  int wanted = link->wanted;
  const Value* from = L->top - n;
  Value* to = base - kFrameSlots;
  if (wanted == 1 && n >= 1) [[likely]] {
    *to++ = *from;
  } else {
    int copied = wanted < 0 || wanted > n ? n : wanted;
    for (int j = 0; j < copied; j++) *to++ = from[j];
    for (int j = copied; j < wanted; j++) *to++ = Value::nil();
  }
  L->top = to;
  L->pc = link->return_pc;
  L->base = base - link->delta;
}

// Writes the link of the frame at base, called from C++. A calling Lua frame (a hook, a finalizer) finds its
// own pc in the link again: see returnToEntry. For others it means nothing.
inline void writeEntryLink(Thread* L, Value* base, int wanted) {
  writeLink(base, L->pc, FrameKind::Entry, wanted, static_cast<uint32_t>(base - L->base));
}

Operands argumentsAt(const Thread* L, const Value* base) {
  return Operands::ofCount(static_cast<size_t>(L->top - base));
}

template <Barrier B> void countCall(Thread* L) {
  L->c_depth++;
  if (B != Barrier::None) L->barriers += static_cast<uint32_t>(B);
}
template <Barrier B> void uncountCall(Thread* L) {
  L->c_depth--;
  if (B != Barrier::None) L->barriers -= static_cast<uint32_t>(B);
}

template <Barrier B> inline void beginCall(Thread* L, Value* base, int wanted) {
  writeEntryLink(L, base, wanted);
  countCall<B>(L);
  checkCDepth(L);
}

// The call laid out at base, which has begun, through `first`.
template <Barrier B>
__attribute__((always_inline)) inline void callGuarded(Thread* L, Value* base, Handler first) {
  Activation a(L, Activation::Kind::Run, saveSlot(L, base));
  OnException pass([&a] {
    abandonActivation(&a);
    abandonFrames(a.thread, a.entry);
    uncountCall<B>(a.thread);
  });
  bool left = enter(&a, base, L, first, dispatchOf(L), argumentsAt(L, base));
  pass.end();
  L->global->activation = a.previous;
  if (!left) [[unlikely]]
    throwError(L, a.status);
  uncountCall<B>(L);
}

// What is behind a Lua function, compiled code at once: Function::entry leads there by way of the
// interpreter's count.
inline Handler entryOf(const Thread* L, Function* f) {
  const Proto* p = f->lua()->proto;
  if (p->isVararg() || isHooked(L)) [[unlikely]]
    return asHandler(f->entry);
  return asHandler(p->entry);
}

// Calls the Lua function below base, where its arguments are.
template <Barrier B>
__attribute__((always_inline)) inline void callLuaAt(Thread* L, Value* base, int wanted) {
  beginCall<B>(L, base, wanted);
  Reservation reservation(L);
  callGuarded<B>(L, base, entryOf(L, base[-2].function()));
  reservation.restore(L);
}

template <Barrier B> __attribute__((noinline)) void callThroughInterpreter(Thread* L, Value* base) {
  callGuarded<B>(L, base, callAny);
}

// Calls something else.
template <Barrier B> inline void callOtherAt(Thread* L, Value* base, int wanted) {
  beginCall<B>(L, base, wanted);
  Reservation reservation(L);
  lua_CFunction f = plainNative(base[-2], L->global);
  if (f == nullptr || L->poll.load(std::memory_order_relaxed) != 0) {
    callThroughInterpreter<B>(L, base);
  } else {
    ptrdiff_t entry = saveSlot(L, base);
    OnException pass([L, entry] {
      abandonFrames(L, entry);
      uncountCall<B>(L);
    });
    callDirectly(L, f, base);
    pass.end();
    uncountCall<B>(L);
  }
  reservation.restore(L);
}

template <Barrier B> inline void callAt(Thread* L, Value* function, int wanted) {
  if (isLuaFrame(function + kFrameSlots)) {
    callLuaAt<B>(L, function + kFrameSlots, wanted);
  } else {
    callOtherAt<B>(L, function + kFrameSlots, wanted);
  }
}

__attribute__((noinline)) Value* makeRoomForLink(Thread* L, Value* function) {
  ptrdiff_t saved = saveSlot(L, function);
  growStack(L, L->top, kFrameSlots);
  return restoreSlot(L, saved);
}

// Inserts the slot for the link between the callable and its arguments, which end at L->top; returns their
// new place.
inline Value* insertLinkSlot(Thread* L, Value* function) {
  Value* p = L->top;
  if (L->stack_limit - p < kFrameSlots) [[unlikely]] {
    function = makeRoomForLink(L, function);
    p = L->top;
  }
  L->top = p + 1;
  for (const Value* first = function + 1; p > first;) {
    --p;
    p[1] = p[0];
  }
  return function + kFrameSlots;
}

// Functions of their own: what one of them saves on the C stack the other does not need.
__attribute__((noinline)) void callPushedLua(Thread* L, Value* function, int wanted) {
  callLuaAt<Barrier::All>(L, insertLinkSlot(L, function), wanted);
}
__attribute__((noinline)) void callPushedOther(Thread* L, Value* function, int wanted) {
  callOtherAt<Barrier::All>(L, insertLinkSlot(L, function), wanted);
}

} // namespace

void callYieldable(Thread* L, Value* function, int wanted) { callAt<Barrier::None>(L, function, wanted); }

void callPausable(Thread* L, Value* function, int wanted) { callAt<Barrier::Yields>(L, function, wanted); }

void call(Thread* L, Value* function, int wanted) { callAt<Barrier::All>(L, function, wanted); }

void callPushed(Thread* L, int nargs, int wanted) {
  Value* function = L->top - nargs - 1;
  if (isLuaFrame(function + kFrameSlots)) return callPushedLua(L, function, wanted);
  callPushedOther(L, function, wanted);
}

namespace {

// Activation `a`, which is left, has caught an error: L goes on at `base` with the stack cut back to `level`
// and the error value on top, variables above closed.
ThreadStatus recover(Activation* a, ptrdiff_t base, ptrdiff_t level) {
  Thread* L = a->thread;
  State* G = L->global;
  Value error = G->running->top[-1];
  setRunning(G, L);
  L->c_depth = a->c_depth;
  L->barriers = a->barriers;
  L->in_hook = a->in_hook;
  L->in_error_handling = 0;
  L->base = restoreSlot(L, base);
  if (L->top < restoreSlot(L, level) + 1) L->top = restoreSlot(L, level) + 1;
  L->top[-1] = error;
  ThreadStatus status = closeProtected(L, level, a->status, error);
  Value result = L->top[-1];
  if (G->ticks.stopping) { // whatever errors of __close metamethods have come since
    status = ThreadStatus::Stopped;
    result = Value::of(G->stop_message);
    G->ticks.endGrace();
  }
  L->top = restoreSlot(L, level);
  *L->top++ = result;
  releaseErrorSlots(L);
  return status;
}

} // namespace

ThreadStatus protectedRun(Thread* L, void (*f)(Thread* L, void* ud), void* ud, ptrdiff_t level,
                          ptrdiff_t handler) {
  struct Scope {
    __attribute__((noinline)) static bool enter(Activation* a, Thread* L, void (*f)(Thread*, void*),
                                                void* ud) {
      if (__builtin_setjmp(a->jump_buffer) != 0) return false;
      f(L, ud);
      return true;
    }
  };
  Reservation reservation(L);
  Activation a(L, Activation::Kind::Protected, saveSlot(L, L->base), handler);
  OnException pass([&a] {
    abandonActivation(&a);
    a.thread->base = restoreSlot(a.thread, a.entry);
  });
  bool ok = Scope::enter(&a, L, f, ud);
  pass.end();
  L->global->activation = a.previous;
  if (ok) return ThreadStatus::Ok;
  ThreadStatus status = recover(&a, a.entry, level);
  reservation.restore(L);
  return status;
}

namespace {
struct CloseRequest {
  ptrdiff_t level;
  Value error;
};
void closeRequested(Thread* L, void* ud) {
  auto* request = static_cast<CloseRequest*>(ud);
  closeAll(L, request->level, request->error);
}
} // namespace

ThreadStatus closeProtected(Thread* L, ptrdiff_t bottom, ThreadStatus status, Value error) {
  closeUpvalues(L, restoreSlot(L, bottom));
  while (hasToBeClosed(L, restoreSlot(L, bottom))) {
    // The error is kept above everything that is still to be closed.
    Value* newest = L->stack + L->to_be_closed;
    if (L->top < newest) L->top = newest;
    ensureStack(L, kNativeSlots);
    ptrdiff_t top = saveSlot(L, L->top);
    *L->top++ = error;
    CloseRequest request{bottom, error};
    struct Scope {
      __attribute__((noinline)) static bool enter(Activation* a, Thread* T, CloseRequest* r) {
        if (__builtin_setjmp(a->jump_buffer) != 0) return false;
        closeRequested(T, r);
        return true;
      }
    };
    Activation a(L, Activation::Kind::Protected, saveSlot(L, L->base));
    bool ok = Scope::enter(&a, L, &request);
    State* G = L->global;
    G->activation = a.previous;
    if (ok) {
      *L->top++ = error;
      return status;
    }
    error = G->running->top[-1];
    setRunning(G, L);
    L->c_depth = a.c_depth;
    L->barriers = a.barriers;
    L->in_hook = a.in_hook;
    L->base = restoreSlot(L, a.entry);
    L->top = restoreSlot(L, top); // there is room already for the next round
    status = a.status;
  }
  ensureStack(L, 1);
  *L->top++ = error;
  return status;
}

namespace {

struct PushedCall {
  int nargs;
  int wanted;
};
void runPushedCall(Thread* L, void* ud) {
  auto* c = static_cast<PushedCall*>(ud);
  callPushed(L, c->nargs, c->wanted);
}

// An error has passed everything that `a`, of Kind::Call, has entered.
__attribute__((noinline)) ThreadStatus failCall(Activation* a) {
  Thread* L = a->thread;
  a->c_depth--;
  a->barriers -= static_cast<uint32_t>(Barrier::All);
  Value* base = restoreSlot(L, a->entry);
  return recover(a, saveSlot(L, callerBase(base)), a->entry - kFrameSlots);
}

// A plain C function called in the place of a handler.
PERIGEE_HANDLER(runDirectly) { callDirectly(L, plainNative(base[-2], L->global), base); }

// As callGuarded, for a call that is a barrier; catches every error.
inline ThreadStatus callCatching(Thread* L, Value* base, ptrdiff_t handler) {
  Activation a(L, Activation::Kind::Call, saveSlot(L, base), handler);
  Handler first = callAny;
  if (isLuaFrame(base)) {
    first = entryOf(L, base[-2].function());
  } else if (plainNative(base[-2], L->global) != nullptr && L->poll.load(std::memory_order_relaxed) == 0) {
    first = runDirectly;
  }
  OnException pass([&a] {
    abandonActivation(&a);
    abandonFrames(a.thread, a.entry);
    uncountCall<Barrier::All>(a.thread);
  });
  bool left = enter(&a, base, L, first, dispatchOf(L), argumentsAt(L, base));
  pass.end();
  L->global->activation = a.previous;
  if (!left) [[unlikely]]
    return failCall(&a);
  uncountCall<Barrier::All>(L);
  return ThreadStatus::Ok;
}

} // namespace

ThreadStatus protectedCall(Thread* L, int nargs, int wanted, ptrdiff_t handler) {
  if (L->stack_limit - L->top < 2 || L->c_depth + 1 >= kMaxCDepth) [[unlikely]] {
    // What is about to overflow is to be caught here, too.
    PushedCall c{nargs, wanted};
    return protectedRun(L, runPushedCall, &c, saveSlot(L, L->top - nargs - 1), handler);
  }
  Value* base = insertLinkSlot(L, L->top - nargs - 1);
  writeEntryLink(L, base, wanted);
  countCall<Barrier::All>(L);
  Reservation reservation(L);
  ThreadStatus status = callCatching(L, base, handler);
  reservation.restore(L);
  return status;
}

namespace {

// The program was paused in a message handler, which has returned what is on top: the error goes on.
int throwHandled(lua_State* L, int, intptr_t) { throwError(Thread::from(L), ThreadStatus::ErrorRun); }

// The C++ frames between the error and what catches it are about to be jumped over: a pause of the handler
// may give them up as well, if that is a frame of the interpreter.
void callMessageHandler(Thread* L, Value handler, bool may_pause) {
  Value error = L->top[-1];
  ptrdiff_t place = saveSlot(L, L->top - 1);
  if (may_pause) {
    pushContinuation(L, 0, throwHandled);
  } else {
    ensureStack(L, kMetaSlots);
  }
  Value* function = L->top;
  function[0] = handler;
  function[2] = error;
  L->top = function + 3;
  if (may_pause) {
    callPausable(L, function, 1);
  } else {
    call(L, function, 1);
  }
  *restoreSlot(L, place) = L->top[-1];
  L->top = restoreSlot(L, place) + 1;
}

} // namespace

// The handler nearest to the error: walks frames and catch points outwards from the running frame.
void handleMessage(Thread* L) {
  Value* base = L->base;
  Activation* a = L->global->activation;
  for (;;) {
    Value* limit = L->stack;
    while (a != nullptr && a->thread != L) a = nullptr; // an outer thread's catch points see the error later
    if (a != nullptr && a->kind != Activation::Kind::Resume) limit = restoreSlot(L, a->entry);
    while (base > limit && base > bottomBase(L)) {
      FrameKind kind = frameKind(base);
      if (kind == FrameKind::ProtectedHandler) return callMessageHandler(L, callerBase(base)[0], true);
      if (kind == FrameKind::Protected || kind == FrameKind::CoroutineBase || kind == FrameKind::Unwind ||
          kind == FrameKind::UnwindContinuation || kind == FrameKind::CoroutineClose)
        return;
      if (kind == FrameKind::ProtectedContinuation) {
        int64_t slot = continuationOf(originalBase(base))->protection.integer;
        if (slot != 0) callMessageHandler(L, *restoreSlot(L, slot), true);
        return;
      }
      base = callerBase(base);
    }
    if (a == nullptr || a->kind == Activation::Kind::Resume) return;
    if (a->kind != Activation::Kind::Run) {
      if (a->handler != 0) callMessageHandler(L, *restoreSlot(L, a->handler), false);
      return;
    }
    a = a->previous;
  }
}

} // namespace perigee
