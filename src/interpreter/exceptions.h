// Exceptions of a host's C++ code that pass through frames of Lua.
//
// Lua's own errors jump; they run no destructors. An exception unwinds the C stack, and on its way past each
// entry into the interpreter that entry's frames, catch point and coroutines are given up, so that whoever
// catches it finds the state as it was before the call, less the function and its arguments. Variables to be
// closed are not closed.
#pragma once

#include "interpreter/activation.h"

namespace perigee {

// Runs `f` when an exception passes, and only then.
template <class F> class OnException {
public:
  explicit OnException(F f) : f_(f) {}
  OnException(const OnException&) = delete;
  OnException& operator=(const OnException&) = delete;
  // Inlined, with `f` called as a copy, nothing of this is in memory before an exception passes.
  __attribute__((always_inline)) ~OnException() {
    if (ended_) return;
    F f = f_;
    f();
  }
  void end() { ended_ = true; }

private:
  F f_;
  bool ended_ = false;
};

// Gives up the frame whose base is at `entry` and all above: the caller's is on top, the function off the
// stack.
void abandonFrames(Thread* L, ptrdiff_t entry);
// Gives up the coroutines that run within `a` (but not the thread it was entered with), and the catch point.
void abandonActivation(Activation* a);
// A coroutine in the middle of which an exception has passed is dead.
void abandonThread(Thread* co);

} // namespace perigee
