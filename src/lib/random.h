// Pseudo-random numbers: xoshiro256** (Blackman and Vigna), seeded and brought into a range such that a seed
// gives the numbers it gives in stock Lua.
#pragma once

#include <cstdint>

namespace perigee {

class Random {
public:
  void seed(uint64_t first, uint64_t second);
  uint64_t next();
  // In [0, 1).
  double nextFloat() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  // In [0, limit], made from `bits`, a number just drawn; draws more if need be.
  uint64_t project(uint64_t bits, uint64_t limit);

private:
  uint64_t state_[4];
};

} // namespace perigee
