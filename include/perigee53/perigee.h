/* perigee.h for hosts of Lua 5.3. */
#include "lua.h"

#include "../perigee/perigee.h"
