/* States of either version of Lua, side by side; chunks of one are refused by the other. */
#include "check.h"

static lua_State* newState(int version) {
  perigee_Options options = {sizeof options, version, 0, NULL, NULL};
  lua_State* L = perigee_newstate(&options);
  if (L != NULL) luaL_openlibs(L);
  return L;
}

static const char* run(lua_State* L, const char* code) {
  lua_settop(L, 0);
  if (luaL_loadstring(L, code) == LUA_OK) lua_pcall(L, 0, 1, 0);
  return lua_tostring(L, -1);
}

static int write_chunk(lua_State* L, const void* bytes, size_t size, void* buffer) {
  (void)L;
  luaL_addlstring(buffer, bytes, size);
  return 0;
}

int main(void) {
  lua_State* old = newState(503);
  lua_State* new = newState(504);
  lua_State* plain = perigee_newstate(NULL);
  perigee_Options wrong = {1, 503, 0, NULL, NULL};
  perigee_Options wrong_api = {sizeof wrong_api, 503, 502, NULL, NULL};
  CHECK(old != NULL && new != NULL&& plain != NULL);
  CHECK(newState(502) == NULL);
  CHECK(perigee_newstate(&wrong) == NULL);
  CHECK(perigee_newstate(&wrong_api) == NULL);
  CHECK(strcmp(run(old, "return _VERSION .. ('10' + 1) .. type(warn) .. type(bit32)"),
               "Lua 5.311.0niltable") == 0);
  CHECK(strcmp(run(new, "return _VERSION .. ('10' + 1) .. type(warn)"), "Lua 5.411function") == 0);
  luaL_openlibs(plain);
  CHECK(strcmp(run(plain, "return _VERSION"), "Lua 5.4") == 0);

  luaL_Buffer chunk;
  luaL_loadstring(old, "return 1");
  lua_State* holder = plain;
  luaL_buffinit(holder, &chunk);
  CHECK(lua_dump(old, write_chunk, &chunk, 0) == 0);
  luaL_pushresult(&chunk);
  size_t size;
  const char* bytes = lua_tolstring(holder, -1, &size);
  CHECK(luaL_loadbufferx(old, bytes, size, "=chunk", NULL) == LUA_OK);
  CHECK(luaL_loadbufferx(new, bytes, size, "=chunk", NULL) == LUA_ERRSYNTAX);
  CHECK(strstr(lua_tostring(new, -1), "compiled for Lua 5.3, not Lua 5.4") != NULL);

  /* The API is that of the host, whatever its states run. */
  luaL_checkversion(old);
  CHECK(lua_version(old) == LUA_VERSION_NUM);
  lua_settop(old, 0);
  luaL_Buffer full;
  luaL_buffinit(old, &full);
  CHECK(full.size == LUAL_BUFFERSIZE && lua_gettop(old) == 1);
  for (int i = 0; i < 20000; i++) luaL_addchar(&full, 'x');
  luaL_pushresult(&full);
  CHECK(lua_rawlen(old, -1) == 20000);
  lua_State* co = lua_newthread(old);
  luaL_loadstring(co, "coroutine.yield(1, 2)");
  int n = 0;
  CHECK(lua_resume(co, old, 0, &n) == LUA_YIELD && n == 2);
  lua_Debug record;
  luaL_loadstring(old, "return 1");
  CHECK(lua_getinfo(old, ">S", &record) && record.srclen == 8 && strcmp(record.short_src, "[string \"return 1\"]") == 0);
  CHECK(luaL_loadfile(old, "/nonexistent") == LUA_ERRFILE);

  lua_close(old);
  lua_close(new);
  lua_close(plain);
  return end_of_checks();
}
