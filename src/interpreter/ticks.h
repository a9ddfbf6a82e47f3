// Charging for blocks (vm/ticks.h), and what happens when nothing is left: the program pauses
// (interpreter/pause.h), or, where it cannot, is in the end stopped by an error that Lua code does not catch.
#pragma once

#include "interpreter/handler.h"

namespace perigee {

// Of the heads of blocks, while ticks are counted: pays and goes on with the instruction.
PERIGEE_HANDLER(chargeBlock);

inline bool isSpent(const State* G) { return G->ticks.counts && G->ticks.left < 0; }

} // namespace perigee
