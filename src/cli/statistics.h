// --stats: figures about a run, as one JSON object on standard error when the process exits.
#pragma once

#include "vm/state.h"

namespace perigee {

// Arranges for the figures of L's state to be printed at exit, whichever way the program ends. To be called
// before anything else is registered for finalization: the last finalizer of a closing state takes the
// figures. Raises a memory error.
void reportStatisticsAtExit(Thread* L);

} // namespace perigee
