// What it takes to compile a unit, counted: the same every time, whatever else the machine does. Passes say
// what they are about to do; where that is more than is allowed they are left by an exception, and the unit
// is declined. So no program makes the compiler slow, nor large, since memory is filled by work. Where work
// is counted it is also seen whether somebody has interrupted the program meanwhile.
#pragma once

#include "vm/interrupt.h"

#include <algorithm>
#include <cstdint>

namespace perigee::ir {

// Thrown by Work::spend, caught where compiling begins.
struct TooMuchWork {};
struct Interrupted {};

// One unit of work: looking at a node once, or at one register of a snapshot.
class Work {
public:
  // `thread`: the one whose program is not to be interrupted; null: none.
  explicit Work(uint64_t allowed = UINT64_MAX, const Thread* thread = nullptr)
      : thread_(thread), allowed_(allowed) {}

  void spend(uint64_t n) {
    spent_ += n;
    if (spent_ > next_look_) [[unlikely]]
      look();
  }
  uint64_t spent() const { return spent_; }

private:
  static constexpr uint64_t kPerLook = 2000; // some 20 microseconds

  void look() {
    if (spent_ > allowed_) throw TooMuchWork();
    if (thread_ != nullptr && isInterrupted(thread_)) throw Interrupted();
    next_look_ = std::min(allowed_, spent_ + kPerLook);
  }

  const Thread* thread_;
  uint64_t allowed_;
  uint64_t spent_ = 0;
  uint64_t next_look_ = 0;
};

} // namespace perigee::ir
