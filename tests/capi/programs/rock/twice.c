/* A C module of a rock. */
#include <lauxlib.h>
#include <lua.h>

static int twice(lua_State *L) {
  lua_pushinteger(L, 2 * luaL_checkinteger(L, 1));
  return 1;
}

int luaopen_hello_twice(lua_State *L) {
  lua_pushcfunction(L, twice);
  return 1;
}
