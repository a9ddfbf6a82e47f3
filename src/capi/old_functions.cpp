// Functions that the 5.4 API has as macros, and modules for earlier versions call.

#include "capi/api.h"

using namespace perigee;
using namespace perigee::capi;

#undef lua_newuserdata
#undef lua_getuservalue
#undef lua_setuservalue

LUA_API void* lua_newuserdata(lua_State* L, size_t size) { return lua_newuserdatauv(L, size, 1); }

LUA_API int lua_getuservalue(lua_State* L, int i) {
  check(slotAt(Thread::from(L), i)->isUserdata(), "userdata expected");
  return lua_getiuservalue(L, i, 1);
}

LUA_API void lua_setuservalue(lua_State* L, int i) {
  checkElements(Thread::from(L), 1);
  check(slotAt(Thread::from(L), i)->isUserdata(), "userdata expected");
  lua_setiuservalue(L, i, 1);
}
