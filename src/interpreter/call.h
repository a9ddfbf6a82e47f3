// Calls from C++ into Lua, protected and not, and coroutines from the host's side.
#pragma once

#include "vm/state.h"
#include "vm/thread.h"

namespace perigee {

// Calls the value at `func`. Stack layout on entry: func[0] the callable, func[1] anything (becomes the
// frame link), func[2] … L->top - 1 the arguments. On return the results start at func[0] (restored if the
// stack moved: use positions) and L->top is just behind them (`wanted` results, or all if kAllResults).
void call(Thread* L, Value* func, int wanted);

// The same as a function of the arguments lying next to the callable, as C functions push them: the callable
// at L->top - nargs - 1. Inserts the link slot.
void callPushed(Thread* L, int nargs, int wanted);

// Runs `f(L, ud)`; an error in it is caught: the stack is cut back to `level` (saveSlot position),
// to-be-closed variables above are closed, the error value is pushed, and the status returned. `handler` is
// the saveSlot position of a message handler, or 0.
ThreadStatus protectedRun(Thread* L, void (*f)(Thread* L, void* ud), void* ud, ptrdiff_t level,
                          ptrdiff_t handler = 0);
// callPushed, protected (lua_pcall).
ThreadStatus protectedCall(Thread* L, int nargs, int wanted, ptrdiff_t handler = 0);

// Starts or continues coroutine `co` with `nargs` values on its stack's top. Returns Yielded, Ok (finished)
// or an error status; *nresults values lie on top of co's stack.
ThreadStatus resume(Thread* co, Thread* from, int nargs, int* nresults);
// Continues a coroutine of status Suspended with the error that is its top value.
ThreadStatus failResume(Thread* co, Thread* from, int* nresults);
// Called by a native function as its last act: suspends the running coroutine with the top `nresults` values.
// Raises "attempt to yield across a C-call boundary" / "… from outside a coroutine".
int yield(Thread* L, int nresults);
// Closes a suspended or dead coroutine (coroutine.close): pending to-be-closed variables are closed. The
// error value, if any, is on top of co's stack.
ThreadStatus closeThread(Thread* co, Thread* from);

// A call that may yield: like callPushed, but if the callee yields the calling native function's C frame is
// given up and `k(L, status, context)` is called instead when the callee returns (lua_callk). Returns
// normally if nothing yielded.
using Continuation = int (*)(lua_State* L, int status, intptr_t context);
void callContinuable(Thread* L, int nargs, int wanted, intptr_t context, Continuation k);
// The same for callees that the program may be paused in, but that are not to yield.
void callPausable(Thread* L, int nargs, int wanted, intptr_t context, Continuation k);
// The same in the manner of call(), for a callable directly above what pushContinuation (continuations.h) has
// pushed: that is there for the next such call, too, unless the program was paused. Then the results of this
// one have taken its place.
void callPausable(Thread* L, Value* func, int wanted);
// callContinuable, protected (lua_pcallk). Returns Ok; an error always goes to `k`.
ThreadStatus protectedCallContinuable(Thread* L, int nargs, int wanted, ptrdiff_t handler, intptr_t context,
                                      Continuation k);
// yield() of a native function that goes on with `k(L, Yielded, context)` when it is resumed. Needs a
// yieldable thread.
int yieldContinuable(Thread* L, int nresults, intptr_t context, Continuation k);
// Called by a hook function as its last act: the thread yields when the hook has returned. Count and line
// hooks only; raises "attempt to yield across a C-call boundary" in others.
int requestYield(Thread* L);

// Runs finalizers that are due (not inside a finalizer already running). Errors become warnings.
void runFinalizers(Thread* L);

} // namespace perigee
