/* States of either version of Lua, side by side; chunks of one are refused by the other. */
#include "check.h"

static lua_State* newState(int version) {
  perigee_Options options = {sizeof options, version, NULL, NULL};
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
  perigee_Options wrong = {1, 503, NULL, NULL};
  CHECK(old != NULL && new != NULL&& plain != NULL);
  CHECK(newState(502) == NULL);
  CHECK(perigee_newstate(&wrong) == NULL);
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

  lua_close(old);
  lua_close(new);
  lua_close(plain);
  return end_of_checks();
}
