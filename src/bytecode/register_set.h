// A set of registers.
#pragma once

#include <cstdint>

namespace perigee {

class RegisterSet {
public:
  static constexpr int kSize = 256;

  bool has(int reg) const { return words_[reg >> 6] >> (reg & 63) & 1; }
  void add(int reg) { words_[reg >> 6] |= uint64_t{1} << (reg & 63); }
  void remove(int reg) { words_[reg >> 6] &= ~(uint64_t{1} << (reg & 63)); }
  void addRange(int first, int count) {
    for (int i = 0; i < count; ++i) add(first + i);
  }
  void removeFrom(int first) {
    for (int i = first; i < kSize; ++i) remove(i);
  }
  bool empty() const { return (words_[0] | words_[1] | words_[2] | words_[3]) == 0; }
  bool anyFrom(int first) const {
    for (int w = 0; w < 4; ++w) {
      int skipped = first - w * 64;
      uint64_t mask = skipped <= 0 ? ~uint64_t{0} : skipped >= 64 ? 0 : ~uint64_t{0} << skipped;
      if (words_[w] & mask) return true;
    }
    return false;
  }
  bool intersects(const RegisterSet& o) const {
    uint64_t common = 0;
    for (int w = 0; w < 4; ++w) common |= words_[w] & o.words_[w];
    return common != 0;
  }
  bool contains(const RegisterSet& o) const {
    uint64_t missing = 0;
    for (int w = 0; w < 4; ++w) missing |= o.words_[w] & ~words_[w];
    return missing == 0;
  }
  // Each returns whether the set changed.
  bool unite(const RegisterSet& o) {
    uint64_t changed = 0;
    for (int w = 0; w < 4; ++w) {
      changed |= o.words_[w] & ~words_[w];
      words_[w] |= o.words_[w];
    }
    return changed != 0;
  }
  bool intersect(const RegisterSet& o) {
    uint64_t changed = 0;
    for (int w = 0; w < 4; ++w) {
      changed |= words_[w] & ~o.words_[w];
      words_[w] &= o.words_[w];
    }
    return changed != 0;
  }
  void subtract(const RegisterSet& o) {
    for (int w = 0; w < 4; ++w) words_[w] &= ~o.words_[w];
  }

private:
  uint64_t words_[4] = {};
};

} // namespace perigee
