// Random choices that a seed repeats.
#pragma once

#include "lib/random.h"

#include <cstddef>

namespace perigee::hostile {

class Random {
public:
  explicit Random(uint64_t seed) { numbers_.seed(seed, 0); }
  uint64_t next() { return numbers_.next(); }
  // 0 … n - 1.
  size_t below(size_t n) { return static_cast<size_t>(next() % n); }
  bool oneIn(size_t n) { return below(n) == 0; }

private:
  perigee::Random numbers_;
};

} // namespace perigee::hostile
