#include "support/entropy.h"

#include <ctime>
#include <unistd.h>

namespace perigee {

uint64_t drawEntropy() {
  uint64_t x = 0;
  if (getentropy(&x, sizeof x) == 0) return x;
  // The system refuses: the time and where it has put things.
  timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  x = reinterpret_cast<uintptr_t>(&t) << 20 ^ static_cast<uint64_t>(t.tv_nsec) << 32 ^
      static_cast<uint64_t>(t.tv_sec);
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdu;
  return x ^ x >> 33;
}

} // namespace perigee
