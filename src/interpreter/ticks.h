// Charging for blocks (vm/ticks.h), and what happens when nothing is left: the program pauses
// (interpreter/pause.h), or, where it cannot, is in the end stopped by an error that Lua code does not catch.
#pragma once

#include "interpreter/handler.h"

namespace perigee {

// Of the heads of blocks, while ticks are counted: pays and goes on with the instruction.
PERIGEE_HANDLER(chargeBlock);

inline bool isSpent(const State* G) { return G->ticks.counts && G->ticks.left < 0; }

// What a program may overdraw where it cannot be paused: in a message handler, or in what a C function
// without a continuation calls.
constexpr int64_t kMostOverdrawn = 100'000;
// Ticks for what runs while an error of status Stopped is on its way: __close metamethods.
constexpr int64_t kStopGrace = 100'000;
// Ticks for the finalizers that run at one poll.
constexpr int64_t kFinalizerTicks = 1'000'000;

} // namespace perigee
