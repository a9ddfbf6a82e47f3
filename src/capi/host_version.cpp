// What differs between the libraries of the dialects; compiled for each of them, with PERIGEE_LUA set.

#include "capi/host_api.h"
#if defined(PERIGEE_LUA) && PERIGEE_LUA == 503
#include "perigee53/lua.h"
#else
#include "perigee/lua.h"
#endif

// Read by programs that look for the text, as they do in the original's library.
extern "C" const char lua_ident[] = "$LuaVersion: " LUA_COPYRIGHT " $"
                                    "$LuaAuthors: " LUA_AUTHORS " $"
                                    "$Implementation: Perigee $";

const int perigee::kHostVersion = LUA_VERSION_NUM;
