// debug.getinfo.
#pragma once

#include "lib/native.h"

namespace perigee {

// The thread that is argument 1, if it is one, and how many arguments that takes; else the running one.
Thread* threadArgument(Native& L, int* taken);

int debugGetInfo(lua_State* state);

} // namespace perigee
