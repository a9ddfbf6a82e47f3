// How library functions that may run long stay under the host's control: whatever grows with the input is
// reported here before or while it is done, in amounts that depend on the input alone.
#pragma once

#include "vm/error.h"
#include "vm/interrupt.h"
#include "vm/state.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace perigee {

enum class Work : uint8_t {
#define WORK(kind, ...) kind,
#include "vm/work.def"
#undef WORK
};

struct WorkInfo {
  const char* what; // is counted
  uint8_t units;    // of that cost a tick
  const char* who;  // does it
};
constexpr WorkInfo kWorkInfo[] = {
#define WORK(kind, what, units, who) {what, units, who},
#include "vm/work.def"
#undef WORK
};
static_assert(std::all_of(std::begin(kWorkInfo), std::end(kWorkInfo),
                          [](const WorkInfo& w) { return TickAccount::kParts % w.units == 0; }));

// Instructions whose work has no bound charge for it from so many elements on.
constexpr size_t kElementsForATick = 250;

// Upvalues of a closure that cost nothing but its instruction.
constexpr uint32_t kFreeUpvalues = 16;

// So much is done between two looks at whether somebody has interrupted the program: some 20 microseconds.
constexpr size_t kBytesPerLook = 128 * 1024;
constexpr size_t kElementsPerLook = 4096;

// Raises "interrupted!" if the program is to be interrupted.
inline void noticeInterrupt(Thread* L) {
  if ((L->poll.load(std::memory_order_relaxed) & poll::kInterrupt) && takeInterrupt(L)) [[unlikely]]
    raiseInterrupted(L);
}

// The same, but the request stays for the next poll: where what raises the error only returns it to the
// program.
inline void noticeInterruptForLater(Thread* L) {
  if ((L->poll.load(std::memory_order_relaxed) & poll::kInterrupt) && isInterrupted(L)) [[unlikely]]
    raiseInterrupted(L);
}

// The running function is about to do this much, which costs ticks if they are counted. Amounts add up: what
// is less than a tick is carried over.
inline void charge(Thread* L, Work kind, uint64_t amount) {
  TickAccount& account = L->global->ticks;
  if (account.counts) [[unlikely]]
    account.chargeParts(amount * (TickAccount::kParts / kWorkInfo[static_cast<int>(kind)].units));
}

// The same; raises "interrupted!", and stops programs that have overdrawn their ticks by far.
inline void work(Thread* L, Work kind, uint64_t amount) {
  charge(L, kind, amount);
  const TickAccount& account = L->global->ticks;
  if (account.counts && account.left < -kMostOverdrawnByWork) [[unlikely]]
    raiseSpent(L);
  noticeInterrupt(L);
}

// Calls f(from, to) for pieces of 0..n, with a look in front of each. What it works on may be left half done.
template <class F> inline void inPieces(Thread* L, size_t n, size_t piece, F&& f) {
  for (size_t from = 0; from < n; from += piece) {
    noticeInterrupt(L);
    f(from, std::min(n, from + piece));
  }
}

// memcpy of any length.
inline void copyInPieces(Thread* L, char* to, const char* from, size_t n) {
  if (n <= kBytesPerLook) [[likely]] {
    noticeInterrupt(L);
    std::memcpy(to, from, n);
    return;
  }
  inPieces(L, n, kBytesPerLook,
           [=](size_t begin, size_t end) { std::memcpy(to + begin, from + begin, end - begin); });
}

} // namespace perigee
