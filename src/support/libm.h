// The functions of libm that are more than a few instructions. Unless the program is linked to it, libm is
// loaded by the first who needs it: most programs do not, and the pages that loading it touches are a seventh
// of the memory of a small program (decision 16).
//
// Whoever can raise errors calls load() first; then the functions can be called. A function called without
// that loads libm itself, and ends the process if that is refused.
#pragma once

#include <atomic>

namespace perigee::libm {

// False if libm cannot be loaded just now, for want of memory or file descriptors (dlerror says why).
bool load();

namespace detail {
using OfOne = double (*)(double);
using OfTwo = double (*)(double, double);
#define OF_ONE(name) extern std::atomic<OfOne> name;
#define OF_TWO(name) extern std::atomic<OfTwo> name;
#include "support/libm.def"
#undef OF_ONE
#undef OF_TWO
} // namespace detail

#define OF_ONE(name)                                                                                         \
  inline double name(double x) { return detail::name.load(std::memory_order_relaxed)(x); }
#define OF_TWO(name)                                                                                         \
  inline double name(double x, double y) { return detail::name.load(std::memory_order_relaxed)(x, y); }
#include "support/libm.def"
#undef OF_ONE
#undef OF_TWO

} // namespace perigee::libm
