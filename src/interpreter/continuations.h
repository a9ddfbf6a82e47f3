// Native functions that may be suspended: calls and yields with a continuation.
//
// In front of the function slot of a call that may yield lie kContinuationSlots slots that say how its native
// caller goes on if its C frame has been given up to a yield:
//
//   …caller's values | error, continuation, context, protection | function link arguments…
//
// `protection` is nil for a plain call (FrameKind::Continuation), false for one that may be paused but not
// yield (PausableContinuation), else an integer (ProtectedContinuation): the stack position of the message
// handler or 0, and once an error has been caught its status. A yield with a continuation lays the same in
// front of a frame without function (base[-2] is nil), where the yielded values lie.
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
// Where the frame at base was laid out, before it moved up over its variable arguments.
inline Value* originalBase(Value* base) {
  return isLuaFrame(base) && runningFunction(base)->proto->isVararg() ? base - varargDistance(base) : base;
}
// Of a frame at its original base.
inline ContinuationSlots* continuationOf(Value* base) {
  return reinterpret_cast<ContinuationSlots*>(base - kFrameSlots - kContinuationSlots);
}
inline void writeContinuation(Value* place, Continuation k, intptr_t context, Value protection) {
  auto* slots = reinterpret_cast<ContinuationSlots*>(place);
  slots->error = Value::nil();
  slots->continuation.pointer = reinterpret_cast<void*>(k);
  slots->continuation.tag = Tag::Frame; // no value: debuggers are not to see it
  slots->context.integer = context;
  slots->context.tag = Tag::Frame;
  slots->protection = protection;
}
// Of a native function that calls often: for its calls of callPausable.
inline void pushContinuation(Thread* L, intptr_t context, Continuation k) {
  ensureStack(L, kContinuationSlots + kMetaSlots);
  writeContinuation(L->top, k, context, Value::boolean(false));
  L->top += kContinuationSlots;
}
inline void popContinuation(Thread* L) { L->top -= kContinuationSlots; }
// The Entry frame at base of a yieldable call: its caller's C frame is given up.
inline void loseCaller(Value* base) {
  Value* original = originalBase(base);
  const Value& protection = continuationOf(original)->protection;
  FrameKind kind = protection.isNil()       ? FrameKind::Continuation
                   : protection.isInteger() ? FrameKind::ProtectedContinuation
                                            : FrameKind::PausableContinuation;
  bool tail_called = isTailCalled(base);
  linkOf(base)->kind = linkOf(original)->kind = kind;
  if (tail_called) {
    markTailCalled(base);
    markTailCalled(original);
  }
}

// A native function that lost its C frame gets the results its callee left.
PERIGEE_HANDLER(returnToContinuation);
// The same, from a callee that was not to yield.
PERIGEE_HANDLER(returnToPausableContinuation);
// An error has been caught by the ProtectedContinuation frame with original base L->top, which holds it in
// its slots; L->base is the native caller's. Closes what is above and calls the continuation.
PERIGEE_HANDLER(unwindToContinuation);
// A __close metamethod called by unwindToContinuation has returned. The slot in front of its function holds
// the position of the frame that caught the error.
PERIGEE_HANDLER(returnToUnwindContinuation);
// Takes the error on top of L to the frame at base (ProtectedContinuation or UnwindContinuation), for
// unwindToContinuation to go on.
void catchInContinuation(Thread* L, Value* base, ThreadStatus status);

} // namespace perigee
