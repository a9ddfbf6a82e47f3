/* What the host programs share. Each prints what it sees; the same binary must print the same with stock
 * Lua's library. */
#ifndef HOST_H
#define HOST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

#if LUA_VERSION_NUM < 504
/* The results of a coroutine are all that it shows. */
static int resume_and_count(lua_State* co, lua_State* from, int nargs, int* nresults) {
  int status = lua_resume(co, from, nargs);
  *nresults = lua_gettop(co);
  return status;
}
#define lua_resume resume_and_count
#define lua_newuserdatauv(L, size, nuvalue) lua_newuserdata(L, size)
#endif

/* Addresses are replaced by what they belong to. */
static void show(lua_State* L, int i) {
  switch (lua_type(L, i)) {
  case LUA_TNONE: printf("none"); break;
  case LUA_TNIL: printf("nil"); break;
  case LUA_TBOOLEAN: printf("%s", lua_toboolean(L, i) ? "true" : "false"); break;
  case LUA_TNUMBER:
    if (lua_isinteger(L, i))
      printf("%lld", lua_tointeger(L, i));
    else
      printf("%.14gf", lua_tonumber(L, i));
    break;
  case LUA_TSTRING: printf("'%s'", lua_tostring(L, i)); break;
  default: printf("%s", luaL_typename(L, i));
  }
}

static void show_stack(lua_State* L, const char* label) {
  int n = lua_gettop(L);
  printf("%s:", label);
  for (int i = 1; i <= n; i++) {
    printf(" ");
    show(L, i);
  }
  printf("\n");
}

static void run(lua_State* L, const char* code) {
  if (luaL_dostring(L, code)) {
    printf("error: %s\n", lua_tostring(L, -1));
    lua_pop(L, 1);
  }
}

/* HOST_JIT=off in the environment: nothing is compiled (by a library that can). */
static void open_libraries(lua_State* L) {
  const char* mode = getenv("HOST_JIT");
  luaL_openlibs(L);
  if (mode != NULL && strcmp(mode, "off") == 0) run(L, "require('jit').off()");
}

static lua_State* open_state(void) {
  lua_State* L = luaL_newstate();
  setvbuf(stdout, NULL, _IOLBF, 0);
  open_libraries(L);
  return L;
}

#endif
