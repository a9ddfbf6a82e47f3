// --time: the program is terminated when its time is up.
#pragma once

#include "vm/state.h"

namespace perigee {

// From now on, for so many seconds of the clock on the wall.
void startTimeLimit(State* G, double seconds);
bool isTimeUp();
// To be called before the state is closed.
void endTimeLimit();

} // namespace perigee
