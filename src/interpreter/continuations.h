// Native functions that may be suspended: calls and yields with a continuation.
//
// In front of the function slot of a call that may yield lie kContinuationSlots slots that say how its native caller
// goes on if its C frame has been given up to a yield:
//
//   …caller's values | error, continuation, context, protection | function link arguments…
//
// `protection` is nil for a plain call (FrameKind::Continuation), else an integer (ProtectedContinuation): the stack
// position of the message handler or 0, and once an error has been caught its status. A yield with a continuation
// lays the same in front of a frame without function (base[-2] is nil), where the yielded values lie.
#pragma once

#include "interpreter/call.h"
#include "interpreter/handler.h"

namespace perigee {

constexpr int kContinuationSlots = 4;
struct ContinuationSlots {
  Value error;
  Value continuation;
  Value context;
  Value protection;
};
static_assert(sizeof(ContinuationSlots) == kContinuationSlots * sizeof(Value));
inline ContinuationSlots* continuationOf(Value* base) {
  return reinterpret_cast<ContinuationSlots*>(base - kFrameSlots - kContinuationSlots);
}
// The kind that the Entry frame at base of a yieldable call gets when its caller's C frame is given up.
inline FrameKind kindAfterYield(Value* base) {
  return continuationOf(base)->protection.isNil() ? FrameKind::Continuation : FrameKind::ProtectedContinuation;
}

// A native function that lost its C frame gets the results its callee left.
PERIGEE_HANDLER(returnToContinuation);
// An error has been caught by the ProtectedContinuation frame at L->top, which holds it in its slots; L->base is the native
// caller's. Closes what is above and calls the continuation.
PERIGEE_HANDLER(unwindToContinuation);
// A __close metamethod called by unwindToContinuation has returned. The slot in front of its function holds the
// position of the frame that caught the error.
PERIGEE_HANDLER(returnToUnwindContinuation);
// Takes the error on top of L to the frame at base (ProtectedContinuation or UnwindContinuation), for
// unwindToContinuation to go on.
void catchInContinuation(Thread* L, Value* base, ThreadStatus status);

}  // namespace perigee
