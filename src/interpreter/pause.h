// Pauses: a program stops in the middle of whatever it does, and goes on later as if nothing had happened.
//
// A pause ends the resume from C++ that runs the program. Nothing is laid out for it: threads stay as they
// are, each with its resumer; the outermost knows which one was running (Thread::paused_in). On top lies, in
//   status Paused: the Lua frame of the block in front of which the program pauses, its ticks paid for, with
//     L->pc behind the block's first instruction;
//   status Suspended: the frame of a C function that waits for its results.
// The resume has to be one called where ticks were granted last (TickAccount::grantor): whoever else called
// resume, a C function of the program's, would not know what to make of a pause. C functions in between must
// have continuations.
#pragma once

#include "interpreter/activation.h"

namespace perigee {

inline bool isPaused(const Thread* L) {
  return L->status() == ThreadStatus::Paused || L->status() == ThreadStatus::Suspended;
}

// Where a pause of what runs on L would end; null if it cannot be paused.
Activation* pauseTarget(const Thread* L);
// Leaves the interpreter for `target`: L, which has the frame of a Lua function on top, waits.
PERIGEE_HANDLER(pause);
// Called by a C function as its last act: it returns when the program is resumed, what it is resumed with.
// Raises "attempt to suspend across a C-call boundary".
[[noreturn]] void suspend(Thread* L);

// `outer`, which is paused or suspended, goes on in `a` at the given nesting depth.
void leavePause(Thread* outer, Activation* a, uint32_t depth);
// Goes on with a paused thread on top.
PERIGEE_HANDLER(continuePaused);
// Raises the value on top of a suspended thread there.
PERIGEE_HANDLER(failSuspended);

} // namespace perigee
