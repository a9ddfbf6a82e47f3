#include "lib/random.h"

#include <bit>

namespace perigee {

void Random::seed(uint64_t first, uint64_t second) {
  state_[0] = first;
  state_[1] = 0xFF; // the state must not be all zeros
  state_[2] = second;
  state_[3] = 0;
  for (int i = 0; i < 16; ++i) next(); // leaves the seed's regularities behind
}

uint64_t Random::next() {
  uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

uint64_t Random::project(uint64_t bits, uint64_t limit) {
  // As many low bits as the limit has; a number above the limit is drawn again.
  uint64_t mask = limit == 0 ? 0 : ~uint64_t{0} >> std::countl_zero(limit);
  while ((bits &= mask) > limit) bits = next();
  return bits;
}

} // namespace perigee
