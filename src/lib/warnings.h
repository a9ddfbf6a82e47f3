// The warning function of a stand-alone program: messages on standard error, with the control messages "@on"
// and "@off".
#pragma once

#include "vm/state.h"

namespace perigee {

// Installs it in G; warnings are off until "@on".
void installWarnings(State* G);

} // namespace perigee
