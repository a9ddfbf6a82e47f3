// Pseudo-random numbers as the C library's random() gives them, in a state of one's own.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace perigee {

class SystemRandom {
public:
  static constexpr double kRange = 2147483648.0; // numbers are below this

  // As random() begins. The object may not be moved.
  void begin() {
    data_ = {};
    initstate_r(1, table_, sizeof table_, &data_);
  }
  void seed(unsigned seed) { srandom_r(seed, &data_); }
  int32_t next() {
    int32_t number;
    random_r(&data_, &number);
    return number;
  }

private:
  random_data data_;
  char table_[128]; // the size that random() has
};

} // namespace perigee
