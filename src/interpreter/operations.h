// Operations with metamethods, for C++ code (libraries, API). They call metamethods through nested entries
// into the interpreter, may move the stack and raise. Executors have their own, non-nesting ways.
#pragma once

#include "vm/metamethod.h"
#include "vm/state.h"
#include "vm/work.h"

#include <algorithm>

namespace perigee {

enum class Arithmetic : uint8_t { Add, Sub, Mul, Mod, Pow, Div, IDiv, BAnd, BOr, BXor, Shl, Shr, Unm, BNot };
constexpr Meta metaOf(Arithmetic op) {
  return static_cast<Meta>(static_cast<int>(Meta::Add) + static_cast<int>(op));
}

// Arguments and results must be reachable for the collector (on a stack) while these run.
Value index(Thread* L, Value object, Value key);
void setIndex(Thread* L, Value object, Value key, Value value);
Value arithmetic(Thread* L, Arithmetic op, Value a, Value b);
bool equal(Thread* L, Value a, Value b);
bool lessThan(Thread* L, Value a, Value b);
bool lessEqual(Thread* L, Value a, Value b);
Value lengthOf(Thread* L, Value v);
// Concatenates the n values on top of the stack into one (n >= 0; 0 pushes "").
void concat(Thread* L, int n);
// tostring(v) with __tostring and __name; the string is pushed and returned.
String* pushToString(Thread* L, Value v);
// The same of a value that has no __tostring.
String* pushPlainText(Thread* L, Value v);
// What __tostring has returned is on top: makes it a string, or raises "'__tostring' must return a string".
String* checkToString(Thread* L);
// Calls f(a, b[, c]) and returns its first result.
Value callMetamethod(Thread* L, Value f, Value a, Value b);
void callMetamethod3(Thread* L, Value f, Value a, Value b, Value c);

// Without metamethods. False if an operand is no number (nor, as the dialect has it, a numeral), or, for
// bitwise operations, no integer. Raises division by zero.
bool numericArithmetic(Thread* L, Arithmetic op, Value a, Value b, Value* out);
// The error for operands that neither this nor a metamethod can handle; the places (null if unknown) are
// what the message names.
[[noreturn]] void raiseOperandError(Thread* L, Arithmetic op, Value a, Value b, const Value* a_place,
                                    const Value* b_place);

// The metamethod that decides a < b or a <= b; `negated`: it is __lt, standing in for a missing __le, to be
// called with the operands exchanged and its result negated. Raises if there is none.
struct OrderHandler {
  Value handler;
  bool negated;
};
OrderHandler findOrderHandler(Thread* L, Value a, Value b, bool or_equal);

bool numberLess(Value a, Value b); // both numbers; exact for mixed
bool numberLessEqual(Value a, Value b);
int compareStrings(Thread* L, const String* a, const String* b); // as strcoll does, chunk by chunk over zeros
// Would comparing these values take long enough for looks at interrupts, which raise?
inline bool takesLongToCompare(Value a, Value b) {
  return a.isString() && b.isString() && std::min(a.string()->length, b.string()->length) > kBytesPerLook;
}

// *place := a closure of `child`, whose upvalues are registers and upvalues of the function in the frame at
// base. The place is one that the collector sees.
void makeClosure(Thread* L, Value* base, Proto* child, Value* place);

// The address that identifies a value in messages and lua_topointer; null for values without identity.
const void* identityOf(Value v);

// Concatenates `n` (>= 1) strings and numbers at `values` into a new string (not anchored).
String* concatenate(Thread* L, Value* values, size_t n);

} // namespace perigee
