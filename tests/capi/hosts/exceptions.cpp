// A C++ host: exceptions caught inside a function, thrown through Lua by every way of calling it, and errors
// of Lua through C++.
#include <cstdio>
#include <stdexcept>
#include <string>

#include "lua.hpp"

static int throwsAndCatches(lua_State* L) {
  try {
    throw std::runtime_error("inside");
  } catch (const std::exception& e) {
    lua_pushstring(L, e.what());
  }
  return 1;
}

struct Noisy {
  const char* name;
  ~Noisy() { std::printf("  destroyed: %s\n", name); }
};

static int throws(lua_State* L) {
  Noisy noisy{"local of a thrower"};
  throw std::runtime_error(std::string("through Lua: ") + luaL_optstring(L, 1, "?"));
}

// Calls Lua in the middle of C++.
static int between(lua_State* L) {
  Noisy noisy{"local between"};
  luaL_loadstring(L, "local t = setmetatable({}, {__index = function(t, k) throws(k) end}) return t.indexed");
  lua_call(L, 0, 1);
  return 1;
}

// A C++ function may catch what was thrown on the other side of Lua and make an error of it.
static int translates(lua_State* L) {
  std::string message;
  try {
    luaL_loadstring(L, "throws('translated')");
    lua_call(L, 0, 0);
  } catch (const std::exception& e) {
    message = e.what();
  }
  lua_settop(L, 0);
  lua_pushlstring(L, message.data(), message.size());
  return 1;
}

static lua_State* open() {
  lua_State* L = luaL_newstate();
  luaL_openlibs(L);
  lua_register(L, "catches", throwsAndCatches);
  lua_register(L, "throws", throws);
  lua_register(L, "between", between);
  lua_register(L, "translates", translates);
  return L;
}

// Each in a state of its own, which is closed afterwards.
template <class F> static void attempt(const char* name, F f) {
  lua_State* L = open();
  std::printf("%s\n", name);
  try {
    f(L);
    std::printf("  nothing came\n");
  } catch (const std::exception& e) {
    std::printf("  caught: %s\n", e.what());
  }
  lua_close(L);
}

int main() {
  attempt("inside", [](lua_State* L) {
    luaL_dostring(L, "return catches()");
    std::printf("  %s\n", lua_tostring(L, -1));
  });
  attempt("lua_call of Lua", [](lua_State* L) {
    luaL_loadstring(L, "local function f() throws('f') end f()");
    lua_call(L, 0, 0);
  });
  attempt("lua_call of C", [](lua_State* L) {
    lua_getglobal(L, "throws");
    lua_call(L, 0, 0);
  });
  attempt("lua_pcall", [](lua_State* L) { luaL_dostring(L, "throws('pcall')"); });
  attempt("pcall in Lua", [](lua_State* L) { luaL_dostring(L, "pcall(pcall, throws, 'twice')"); });
  attempt("between", [](lua_State* L) { luaL_dostring(L, "between()"); });
  attempt("sort",
          [](lua_State* L) { luaL_dostring(L, "table.sort({3, 2, 1}, function(a, b) throws('sort') end)"); });
  attempt("coroutine",
          [](lua_State* L) { luaL_dostring(L, "coroutine.wrap(function() throws('coroutine') end)()"); });
  attempt("lua_resume", [](lua_State* L) {
    lua_State* co = lua_newthread(L);
    luaL_loadstring(co, "throws('resume')");
#if LUA_VERSION_NUM >= 504
    int n;
    lua_resume(co, L, 0, &n);
#else
    lua_resume(co, L, 0);
#endif
  });
  attempt("translated", [](lua_State* L) {
    luaL_dostring(L, "return translates()");
    std::printf("  %s\n", lua_tostring(L, -1));
  });
  attempt("error of Lua", [](lua_State* L) {
    int status = luaL_dostring(L, "error('an error')");
    std::printf("  %d %s\n", status, lua_tostring(L, -1));
  });
  return 0;
}
