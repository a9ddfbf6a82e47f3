// What differs between the libraries of the dialects; compiled for each of them, with PERIGEE_LUA set.

#include "capi/host_api.h"
#include "perigee/lua.h"

// Read by programs that look for the text, as they do in the original's library.
extern "C" const char lua_ident[] = "$LuaVersion: " LUA_COPYRIGHT " $"
                                    "$LuaAuthors: " LUA_AUTHORS " $"
                                    "$Implementation: Perigee $";

const int perigee::kHostVersion = LUA_VERSION_NUM;
