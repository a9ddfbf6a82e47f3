// What it takes to compile a unit, counted: the same every time, whatever else the machine does. Passes say
// what they are about to do; where that is more than is allowed they are left by an exception, and the unit
// is declined. So no program makes the compiler slow, nor large, since memory is filled by work.
#pragma once

#include <cstdint>

namespace perigee::ir {

// Thrown by Work::spend, caught where compiling begins.
struct TooMuchWork {};

// One unit of work: looking at a node once, or at one register of a snapshot.
class Work {
public:
  explicit Work(uint64_t allowed = UINT64_MAX) : allowed_(allowed) {}

  void spend(uint64_t n) {
    spent_ += n;
    if (spent_ > allowed_) [[unlikely]]
      throw TooMuchWork();
  }
  uint64_t spent() const { return spent_; }

private:
  uint64_t allowed_;
  uint64_t spent_ = 0;
};

} // namespace perigee::ir
