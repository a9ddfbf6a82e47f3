/* A host of Lua 5.3 that uses perigee.h: its API is that of 5.3 whatever its states run. */
#include "check.h"

#if LUA_VERSION_NUM != 503
#error "to be compiled with the headers of Lua 5.3"
#endif

static void use_api(lua_State* L) {
  luaL_Buffer full;
  lua_settop(L, 0);
  luaL_checkversion(L);
  CHECK(*lua_version(L) == 503);
  luaL_buffinit(L, &full);
  CHECK(full.size == LUAL_BUFFERSIZE && lua_gettop(L) == 0);
  for (int i = 0; i < 20000; i++) luaL_addchar(&full, 'x');
  luaL_pushresult(&full);
  CHECK(lua_rawlen(L, -1) == 20000);
  CHECK(luaL_loadfile(L, "/nonexistent") == LUA_ERRFILE);
  lua_Debug record;
  luaL_loadstring(L, "return 1");
  CHECK(lua_getinfo(L, ">S", &record) && strcmp(record.short_src, "[string \"return 1\"]") == 0);
  CHECK(run_chunk(L, "x = = 1") != NULL);
}

static void pause(lua_State* L) {
  lua_State* co = lua_newthread(L);
  luaL_loadstring(co, "local s = 0 for i = 1, 1000 do s = s + i end return s");
  perigee_setticks(L, 100);
  int pauses = 0, status;
  while ((status = lua_resume(co, L, 0)) == PERIGEE_PAUSED) {
    CHECK(lua_status(co) == PERIGEE_PAUSED);
    perigee_setticks(L, 100);
    pauses++;
  }
  CHECK(status == LUA_OK && pauses > 10 && lua_tointeger(co, -1) == 500500);
  perigee_setticks(L, -1);
}

int main(void) {
  static const int kLanguages[] = {0, 503, 504};
  for (int i = 0; i < 3; i++) {
    perigee_Options options = {
        .size = sizeof options, .lua = kLanguages[i], .api = i == 2 ? LUA_VERSION_NUM : 0};
    lua_State* L = perigee_newstate(&options);
    luaL_openlibs(L);
    CHECK(run_chunk(L, "return _VERSION") == NULL);
    CHECK(strcmp(lua_tostring(L, -1), i == 2 ? "Lua 5.4" : "Lua 5.3") == 0);
    use_api(L);
    pause(L);
    lua_close(L);
  }
  return end_of_checks();
}
