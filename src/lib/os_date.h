// Dates: os.date and os.time.
#pragma once

#include "lib/native.h"

namespace perigee {

int osDate(lua_State* state);
int osTime(lua_State* state);

} // namespace perigee
