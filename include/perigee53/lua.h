/* lua.h of Lua 5.3. */
#if !defined(PERIGEE_LUA)
#define PERIGEE_LUA 503
#elif PERIGEE_LUA != 503
#error "headers of Lua 5.3 and of Lua 5.4 are mixed"
#endif
#if !defined(LUA_VERSION_NUM)
#define LUA_VERSION_MAJOR "5"
#define LUA_VERSION_MINOR "3"
#define LUA_VERSION_RELEASE "6"
#define LUA_VERSION_NUM 503
#endif
#include "../perigee/lua.h"
