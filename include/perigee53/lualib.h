/* lualib.h of Lua 5.3. */
#if !defined(PERIGEE_LUA)
#define PERIGEE_LUA 503
#elif PERIGEE_LUA != 503
#error "headers of Lua 5.3 and of Lua 5.4 are mixed"
#endif
#include "lua.h"

#include "../perigee/lualib.h"
