// Libraries: registering functions, opening modules.

#include "lib/libraries.h"
#include "perigee/lauxlib.h"
#include "perigee/lualib.h"

void luaL_setfuncs(lua_State* L, const luaL_Reg* functions, int upvalues) {
  luaL_checkstack(L, upvalues, "too many upvalues");
  for (; functions->name != nullptr; ++functions) {
    if (functions->func == nullptr) {
      lua_pushboolean(L, 0);
    } else {
      for (int n = 0; n < upvalues; ++n) lua_pushvalue(L, -upvalues);
      lua_pushcclosure(L, functions->func, upvalues);
    }
    lua_setfield(L, -(upvalues + 2), functions->name);
  }
  lua_pop(L, upvalues);
}

int luaL_getsubtable(lua_State* L, int i, const char* name) {
  if (lua_getfield(L, i, name) == LUA_TTABLE) return 1;
  lua_pop(L, 1);
  i = lua_absindex(L, i);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setfield(L, i, name);
  return 0;
}

void luaL_requiref(lua_State* L, const char* name, lua_CFunction open, int global) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_getfield(L, -1, name);
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    lua_pushcfunction(L, open);
    lua_pushstring(L, name);
    lua_call(L, 1, 1);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, name);
  }
  lua_remove(L, -2);
  if (global) {
    lua_pushvalue(L, -1);
    lua_setglobal(L, name);
  }
}

int luaopen_base(lua_State* L) { return perigee::openBase(L); }
int luaopen_package(lua_State* L) { return perigee::openPackage(L); }
int luaopen_coroutine(lua_State* L) { return perigee::openCoroutine(L); }
int luaopen_table(lua_State* L) { return perigee::openTable(L); }
int luaopen_io(lua_State* L) { return perigee::openIo(L); }
int luaopen_os(lua_State* L) { return perigee::openOs(L); }
int luaopen_string(lua_State* L) { return perigee::openString(L); }
int luaopen_math(lua_State* L) { return perigee::openMath(L); }
int luaopen_utf8(lua_State* L) { return perigee::openUtf8(L); }
int luaopen_debug(lua_State* L) { return perigee::openDebug(L); }
LUAMOD_API int luaopen_bit32(lua_State* L) { return perigee::openBit32(L); } // of 5.3

void luaL_openlibs(lua_State* L) {
  if (!luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE)) // new
    perigee::makeOwned(perigee::Thread::from(L), perigee::Thread::from(L)->top[-1].table());
  lua_pop(L, 1);
  for (const perigee::Library& library : perigee::standardLibraries()) {
    if (!library.isPartOf(perigee::dialectOf(perigee::Thread::from(L)))) continue;
    luaL_requiref(L, library.name, library.open, 1);
    lua_pop(L, 1);
  }
}
