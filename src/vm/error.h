// Raising errors. Nothing here returns.
//
// An error travels by a jump to the innermost entry into the interpreter (or protected call from C++), which
// unwinds Lua frames; no destructor of a C++ frame in between runs.
#pragma once

#include "vm/thread.h"
#include "vm/value.h"

namespace perigee {

// Raises the value on top of the stack (L->top[-1]), calling a message handler if one is in force.
[[noreturn]] void raise(Thread* L);
[[noreturn]] void raiseValue(Thread* L, Value v);
// Raises with a status, without message handler for ErrorMemory and ErrorError.
[[noreturn]] void raiseStatus(Thread* L, ThreadStatus status, Value v);
[[noreturn]] void raiseMemory(Thread* L);
// The program has spent its ticks and cannot be paused here: an error of status Stopped, which is on its way
// from now on.
[[noreturn]] void raiseSpent(Thread* L);
// That error again, where Lua code would catch it, or whatever another has made of it meanwhile. It is on its
// way as long as TickAccount::stopping.
[[noreturn]] void raiseStop(Thread* L);
// Formatted as newStringFormat, with position of the running Lua function in front ("chunk:line: ").
[[noreturn]] void raiseError(Thread* L, const char* format, ...);
// L->c_depth has reached kMaxCDepth: "C stack overflow". Message handlers may go on up to a tenth deeper;
// then the status is ErrorError.
void checkCOverflow(Thread* L);
inline void checkCDepth(Thread* L) {
  if (L->c_depth >= kMaxCDepth) [[unlikely]]
    checkCOverflow(L);
}

// Messages that name the operand by its place in the running Lua frame ("local 'x'", "field 'y'", …).
// `operand` may point into the frame's registers or upvalues (or be a copy: then no name is found).
[[noreturn]] void raiseTypeError(Thread* L, const Value* operand,
                                 const char* operation); // "attempt to %s a nil value (…)"
// "attempt to index a nil value (…)": with the key's name if the object is nameless (5.4: upvalue, local,
// field, …).
[[noreturn]] void raiseIndexError(Thread* L, const Value* object);
[[noreturn]] void raiseCallError(Thread* L, const Value* function);
[[noreturn]] void raiseConcatError(Thread* L, const Value* a, const Value* b);
[[noreturn]] void raiseArithmeticError(Thread* L, const Value* a, const Value* b, const char* operation,
                                       bool unary);
[[noreturn]] void raiseIntegerError(Thread* L, const Value* a,
                                    const Value* b); // "number… has no integer representation"
[[noreturn]] void raiseCompareError(Thread* L, Value a, Value b);
[[noreturn]] void raiseForError(Thread* L, Value v, const char* what); // "'for' %s must be a number"
[[noreturn]] void raiseNotYieldable(Thread* L);
// With the position of the function `level` callers up in front.
[[noreturn]] void raiseErrorAt(Thread* L, int level, const char* message);
// "bad argument #i to 'f' (message)" for the running native function; as luaL_argerror.
[[noreturn]] void raiseArgumentError(Thread* L, int i, const char* message);
// "… (expected expected, got type)".
[[noreturn]] void raiseArgumentTypeError(Thread* L, int i, const char* expected);
// Pushes the name under which `function` is found in package.loaded ("print", "string.rep"); false if it is
// not.
bool pushGlobalFunctionName(Thread* L, Value function);
// If the value on top is a string, puts the position of the calling function (level 1) in front of it.
void prependPositionToMessage(Thread* L);

// "chunk:line: " of the running function if it is a Lua function, at `level` callers up (1 = the function
// that called the running native function), pushed as a string ("" if unknown).
void pushPosition(Thread* L, int level);

} // namespace perigee
