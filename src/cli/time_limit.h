// --time: the program is terminated when its time is up.
#pragma once

#include "vm/state.h"

namespace perigee {

// From now on, for so many seconds of the clock on the wall.
void startTimeLimit(State* G, double seconds);
bool isTimeUp();
// Runs what the state still has to run, finalizers, in the time that is left. To be called before it is
// closed.
void finishUnderTimeLimit(Thread* L);

} // namespace perigee
