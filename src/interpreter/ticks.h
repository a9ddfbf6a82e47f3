// Charging for blocks, and what happens when nothing is left: the program pauses, or, where it cannot, is
// stopped by an error.
//
// A program can be paused in front of any block. Nothing is laid out for that: its threads stay as they are,
// each with its resumer, the running one with the Lua frame of the block on top, and the resume from C++ that
// runs it returns. That has to be one called where the ticks were granted; whoever else called resume would
// not know what to make of a pause. C functions in between must have continuations.
#pragma once

#include "interpreter/activation.h"

namespace perigee {

// Of the heads of blocks, while ticks are counted: pays and goes on with the instruction.
PERIGEE_HANDLER(chargeBlock);
// Goes on with a paused thread on top.
PERIGEE_HANDLER(continuePaused);

inline bool isSpent(const State* G) { return G->ticks.counts && G->ticks.left < 0; }

// Ticks for what runs while an error of status Stopped is on its way: __close metamethods.
constexpr int64_t kStopGrace = 100'000;
// Ticks for the finalizers that run at one poll.
constexpr int64_t kFinalizerTicks = 1'000'000;

// Where a pause of what runs on L would end; null if it cannot be paused.
Activation* pauseTarget(const Thread* L);
// `outer`, which is paused, goes on in `a` at the given nesting depth. Returns the thread to go on with.
Thread* leavePause(Thread* outer, Activation* a, uint32_t depth);

} // namespace perigee
