// Arithmetic and comparison of numbers as the manual defines them, for executors: inline, no errors. Integer
// operations wrap around.
#pragma once

#include "vm/value.h"

#include "support/libm.h"
#include "support/numbers.h"

namespace perigee {

inline int64_t wrapAdd(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}
inline int64_t wrapSub(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}
inline int64_t wrapMul(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}

// Are both operands below 2^32? Then a division of half the width does, which takes a fraction of the time.
inline bool areShort(int64_t a, int64_t b) { return (static_cast<uint64_t>(a | b) >> 32) == 0; }

// b != 0. The result has the sign of b.
inline int64_t floorModulo(int64_t a, int64_t b) {
  if (areShort(a, b)) [[likely]]
    return static_cast<uint32_t>(a) % static_cast<uint32_t>(b);
  if (b == -1) return 0; // the machine's division overflows for the smallest integer
  int64_t r = a % b;
  return r != 0 && (r ^ b) < 0 ? r + b : r;
}
// b != 0. Rounds towards minus infinity.
inline int64_t floorDivide(int64_t a, int64_t b) {
  if (areShort(a, b)) [[likely]]
    return static_cast<uint32_t>(a) / static_cast<uint32_t>(b);
  if (b == -1) return wrapSub(0, a);
  int64_t q = a / b;
  return (a ^ b) < 0 && q * b != a ? q - 1 : q;
}
inline double floorModulo(double a, double b) {
  double r = floatRemainder(a, b);
  return (r > 0) ? (b < 0 ? r + b : r) : (r < 0 && b > 0 && r != b ? r + b : r);
}
inline double power(double a, double b) { return b == 2 ? a * a : libm::pow(a, b); }

// Shifts are logical; by 64 or more they give 0, by a negative amount they go the other way.
inline int64_t shiftLeftInline(int64_t a, int64_t b) {
  uint64_t u = static_cast<uint64_t>(a);
  if (b >= 0) return b < 64 ? static_cast<int64_t>(u << b) : 0;
  return b > -64 ? static_cast<int64_t>(u >> -b) : 0;
}
inline int64_t shiftRightInline(int64_t a, int64_t b) {
  uint64_t u = static_cast<uint64_t>(a);
  if (b >= 0) return b < 64 ? static_cast<int64_t>(u >> b) : 0;
  return b > -64 ? static_cast<int64_t>(u << -b) : 0;
}

// The conversion instruction of x86-64 merges into its target register and so waits for whatever wrote that
// last, in a handler most likely the previous instruction's result: start from a fresh zero instead. (The
// compiler breaks such dependencies only where it sees them, within a function.) The operand is to be in a
// register: given the choice the compiler would put it on the stack, to wait for the store.
inline double toFloat(int64_t i) {
#if defined(__x86_64__)
  double d;
  __asm__("xorps %0, %0\n\tcvtsi2sdq %1, %0" : "=&x"(d) : "r"(i));
  return d;
#else
  return static_cast<double>(i);
#endif
}
inline double asFloat(Value v) { return v.isInteger() ? toFloat(v.integer) : v.number; }

} // namespace perigee
