// A C++ host: exceptions caught inside a function, thrown through Lua, and errors of Lua through C++.
#include <cstdio>
#include <stdexcept>
#include <string>

#include "lua.hpp"

static int throwsAndCatches(lua_State *L) {
  try {
    throw std::runtime_error("inside");
  } catch (const std::exception &e) {
    lua_pushstring(L, e.what());
  }
  return 1;
}

static int throws(lua_State *) { throw std::runtime_error("through Lua"); }

int main() {
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  lua_register(L, "catches", throwsAndCatches);
  lua_register(L, "throws", throws);
  luaL_dostring(L, "return catches()");
  std::printf("%s\n", lua_tostring(L, -1));
  try {
    luaL_loadstring(L, "local function f() throws() end f()");
    lua_call(L, 0, 0);
  } catch (const std::exception &e) {
    std::printf("caught: %s\n", e.what());
  }
  return 0;
}
