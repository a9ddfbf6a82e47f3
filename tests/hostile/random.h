// Random choices that a seed repeats.
#pragma once

#include <cstddef>
#include <cstdint>

namespace perigee::hostile {

// xorshift64*, after Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled".
class Random {
public:
  explicit Random(uint64_t seed) : state_(seed * 2 + 1) {}
  uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545F4914F6CDD1D;
  }
  // 0 … n - 1.
  size_t below(size_t n) { return static_cast<size_t>(next() % n); }
  bool oneIn(size_t n) { return below(n) == 0; }

private:
  uint64_t state_;
};

} // namespace perigee::hostile
