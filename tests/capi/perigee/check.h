/* What the programs that test perigee.h share. Each says what fails, and ends with a line that counts. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"
#include "perigee.h"

static int checks_failed;

#define CHECK(condition)                                                                                     \
  do {                                                                                                       \
    if (!(condition)) {                                                                                      \
      printf("line %d: not so: %s\n", __LINE__, #condition);                                                 \
      checks_failed++;                                                                                       \
    }                                                                                                        \
  } while (0)

static int end_of_checks(void) {
  puts(checks_failed == 0 ? "all as it should be" : "FAILED");
  return checks_failed != 0;
}

/* Runs a chunk; the error message, which lies on the stack, or NULL. */
static const char* run_chunk(lua_State* L, const char* chunk) {
  lua_settop(L, 0);
  int status = luaL_loadbuffer(L, chunk, strlen(chunk), "=chunk");
  if (status == LUA_OK) status = lua_pcall(L, 0, LUA_MULTRET, 0);
  return status == LUA_OK ? NULL : lua_tostring(L, -1);
}

#endif
