// Coroutines as frames of the interpreter: a resume or yield between Lua frames swaps the running thread.
#pragma once

#include "interpreter/activation.h"
#include "interpreter/handler.h"

namespace perigee {

// Entries of coroutine.resume, of the functions coroutine.wrap makes (upvalue 1 is the coroutine), of
// coroutine.yield and coroutine.close.
PERIGEE_HANDLER(enterResume);
PERIGEE_HANDLER(enterWrap);
PERIGEE_HANDLER(enterYield);
PERIGEE_HANDLER(enterClose);
// The body of a coroutine has returned i.count() values at k.
PERIGEE_HANDLER(returnToCoroutine);
// Coroutine L suspends itself with the values between L->base and L->top… see coroutines.cpp.
PERIGEE_HANDLER(deliverYield);
// The coroutine resumed by the native frame on top of L has died of the error on top of L.
PERIGEE_HANDLER(deliverFailure);

// L, a coroutine, is being closed for the native frame on top of its resumer (close, or wrap after an error):
// the next of its variables, or the end of it. In its bottom frame lie the error that it has died of, or nil,
// and the status.
PERIGEE_HANDLER(closeCoroutine);
PERIGEE_HANDLER(returnToCoroutineClose);
// The frame at base, of a __close metamethod called by closeCoroutine, has failed with the error on top of L:
// what is still to be closed gets that one.
void failClose(Thread* L, Value* base, ThreadStatus status);

// Resumes from this depth of nested calls on are refused: what goes wrong in the coroutine is to be told.
constexpr uint32_t kMostDepthOfResumes = kMaxCDepth - 5;

// What the status of `co` is called, as seen from the running thread `from`.
const char* statusName(Thread* from, Thread* co);
// May `co` be closed by what runs on `from`?
bool isClosable(Thread* from, Thread* co);
// Why `co` cannot be resumed by Lua code that runs on L now, or null.
const char* resumeObstacle(Thread* L, Thread* co);
// Puts the n values at `arguments` (saveSlot) of L on `co`, ready for resume(). Returns why that cannot be,
// or null. May raise for lack of memory.
const char* prepareResume(Thread* L, Thread* co, ptrdiff_t arguments, size_t n);

} // namespace perigee
