/* In what the C API differs between the versions of Lua (docs/dialects.md). */
#include "host.h"

#include <setjmp.h>

static void buffers(lua_State *L) {
  luaL_Buffer b;
  char *p;
  luaL_buffinit(L, &b);
  printf("room %d, slots %d", (int)b.size, lua_gettop(L));
  luaL_addstring(&b, "short");
  lua_pushstring(L, " value");
  luaL_addvalue(&b);
  printf(" %d", lua_gettop(L));
  p = luaL_prepbuffsize(&b, 20000);
  memset(p, 'x', 20000);
  luaL_addsize(&b, 20000);
  printf(" grown %d", lua_gettop(L));
  lua_pushstring(L, " value");
  luaL_addvalue(&b);
  luaL_pushresult(&b);
  printf(" result %d, %d bytes\n", lua_gettop(L), (int)lua_rawlen(L, -1));
  lua_settop(L, 0);
  p = luaL_buffinitsize(L, &b, 100);
  memset(p, 'y', 100);
  printf("slots %d", lua_gettop(L));
  luaL_pushresultsize(&b, 100);
  printf(" result %d, %d bytes\n", lua_gettop(L), (int)lua_rawlen(L, -1));
  lua_settop(L, 0);
  /* A value below that makes the buffer grow. */
  luaL_buffinit(L, &b);
  luaL_addstring(&b, "first ");
  lua_pushlstring(L, luaL_gsub(L, "a.b", "b", "c"), 3);
  lua_remove(L, -2);
  luaL_addvalue(&b);
  run(L, "Long = ('l'):rep(9000)");
  lua_getglobal(L, "Long");
  luaL_addvalue(&b);
  printf("slots %d", lua_gettop(L));
  luaL_pushresult(&b);
  printf(" result %d, %d bytes\n", lua_gettop(L), (int)lua_rawlen(L, -1));
  /* More than a buffer of 5.4 holds, inside the library. */
  printf("gsub %d\n", (int)strlen(luaL_gsub(L, lua_tostring(L, -1), "l", "123")));
  lua_settop(L, 0);
}

static void show_status(lua_State *L, int status) { printf("%d %s\n", status, lua_tostring(L, -1)); }

static void texts(lua_State *L) {
  printf("%s\n", lua_pushfstring(L, "%c%c", 'a', '~'));
#if LUA_VERSION_NUM < 504
  printf("%s\n", lua_pushfstring(L, "%c%c%c%c", 0, '\n', 127, 200));
#else
  lua_pushfstring(L, "%c%c%c%c", 0, '\n', 127, 200);
  printf("%d\n", (int)lua_rawlen(L, -1));
#endif
  lua_pushstring(L, "text");
  printf("address %d\n", lua_topointer(L, -1) != NULL);
  lua_settop(L, 0);
  fclose(fopen("/dev/null", "r"));
  if (fopen("/nonexistent", "r") == NULL) luaL_execresult(L, 3 << 8); /* errno is set */
  show_stack(L, "exec");
  lua_settop(L, 0);
}

static int checks_version(lua_State *L) {
  luaL_checkversion_(L, lua_tonumber(L, 1), (size_t)lua_tointeger(L, 2));
  return 0;
}

static void versions(lua_State *L) {
  const double wanted[] = {503, 504};
  for (int i = 0; i < 2; i++) {
    lua_pushcfunction(L, checks_version);
    lua_pushnumber(L, wanted[i]);
    lua_pushinteger(L, LUAL_NUMSIZES);
    int status = lua_pcall(L, 2, 0, 0);
    printf("checkversion %g: %s\n", wanted[i], status ? lua_tostring(L, -1) : "fine");
    lua_settop(L, 0);
  }
  lua_pushcfunction(L, checks_version);
  lua_pushnumber(L, LUA_VERSION_NUM);
  lua_pushinteger(L, 1);
  show_status(L, lua_pcall(L, 2, 0, 0));
  lua_settop(L, 0);
  run(L, "print(_VERSION, bit32 ~= nil, warn ~= nil, math.pow ~= nil, coroutine.close ~= nil, table.move ~= nil)");
  printf("%.*s\n", (int)strcspn(lua_ident + 1, "$"), lua_ident + 1);
}

static int nothing(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  return lua_gettop(L);
}
static int yields(lua_State *L) {
  lua_pushstring(L, "kept");
  lua_pushstring(L, "yielded");
  return lua_yieldk(L, 1, 0, nothing);
}
static int yieldable_inside(lua_State *L) {
  printf("inside %d\n", lua_isyieldable(L));
  return 0;
}
static int yieldable_of(lua_State *L) {
  printf("of the resumer %d\n", lua_isyieldable(lua_tothread(L, 1)));
  return 0;
}

static void coroutines(lua_State *L) {
  int n;
  lua_register(L, "inside", yieldable_inside);
  lua_register(L, "of", yieldable_of);
  lua_register(L, "yields", yields);
  lua_State *co = lua_newthread(L);
  printf("new %d\n", lua_isyieldable(co));
  luaL_loadstring(co, "inside() yields('argument') inside() return 'end'");
  printf("resume %d", lua_resume(co, L, 0, &n));
  printf(" results %d yieldable %d status %d\n", n, lua_isyieldable(co), lua_status(co));
  lua_pop(co, n);
  printf("resume %d", lua_resume(co, L, 0, &n));
  printf(" results %d yieldable %d status %d\n", n, lua_isyieldable(co), lua_status(co));
  lua_settop(co, 0);
  luaL_loadstring(co, "error('gone', 0)");
  printf("resume %d", lua_resume(co, L, 0, &n));
  printf(" %s yieldable %d status %d\n", lua_tostring(co, -1), lua_isyieldable(co), lua_status(co));
  run(L, "coroutine.wrap(function() local me = coroutine.running() coroutine.wrap(function() of(me) end)() end)()");
  lua_settop(L, 0);
}

static int error_in_handler(lua_State *L) { return luaL_error(L, "again"); }
static int fails(lua_State *L) { return luaL_error(L, "first"); }

static void statuses(lua_State *L) {
  printf("codes %d %d\n", LUA_ERRERR, LUA_ERRFILE);
  lua_pushcfunction(L, error_in_handler);
  lua_pushcfunction(L, fails);
  printf("handler %d\n", lua_pcall(L, 0, 0, 1) == LUA_ERRERR);
  lua_settop(L, 0);
  printf("file %d\n", luaL_loadfile(L, "/nonexistent") == LUA_ERRFILE);
  lua_settop(L, 0);
  printf("gc %d %d\n", lua_gc(L, 50, 0), lua_gc(L, LUA_GCISRUNNING, 0));
  run(L, "F = load(string.dump(load('local a; return function() return a, x end'), true))()");
  lua_getglobal(L, "F");
  for (int i = 1; i <= 2; i++) printf("%s ", lua_getupvalue(L, 1, i));
  printf("\n");
  lua_settop(L, 0);
}

static void user_values(lua_State *L) {
  lua_newuserdata(L, 8);
  printf("type %d", lua_getuservalue(L, 1));
  lua_pop(L, 1);
  lua_newtable(L);
  lua_setuservalue(L, 1);
  printf(" %d\n", lua_getuservalue(L, 1));
  lua_setglobal(L, "T");
  lua_setglobal(L, "U");
  run(L, "print(debug.getuservalue(U) == T, debug.setuservalue(U, {}) == U, debug.getuservalue(U) == T)");
}

static jmp_buf after_panic;
static int panics(lua_State *L) {
  (void)L;
  longjmp(after_panic, 1);
}
static lua_CFunction own_panic;
static int panics_loudly(lua_State *L) {
  own_panic(L);
  longjmp(after_panic, 1);
}

int main(void) {
  lua_State *L = open_state();
  buffers(L);
  texts(L);
  versions(L);
  coroutines(L);
  statuses(L);
  user_values(L);
  setvbuf(stderr, NULL, _IONBF, 0);
  own_panic = lua_atpanic(L, panics);
  lua_atpanic(L, panics_loudly);
  if (setjmp(after_panic) == 0) {
    lua_pushboolean(L, 1);
    lua_error(L);
  }
  lua_close(L);
  return 0;
}
