/* Frames, functions, variables, tracebacks. */
#include "host.h"

static int inspect(lua_State *L) {
  lua_Debug ar;
  for (int level = 0; lua_getstack(L, level, &ar); level++) {
    lua_getinfo(L, "nSltu", &ar);
    printf("%d %s %s '%s' '%s' %s:%d %d-%d u%d p%d v%d\n", level, ar.what, ar.source, ar.name ? ar.name : "", ar.namewhat,
           ar.short_src, ar.currentline, ar.linedefined, ar.lastlinedefined, ar.nups, ar.nparams, ar.isvararg);
    const char *name;
    for (int n = 1; (name = lua_getlocal(L, &ar, n)) != NULL; n++) {
      if (*name == '(') {  // a temporary: no two implementations have the same
        lua_pop(L, 1);
        break;
      }
      printf("  %s = ", name);
      show(L, -1);
      printf("\n");
      lua_pop(L, 1);
      if (strcmp(name, "changed") == 0) {
        lua_pushstring(L, "by C");
        printf("  set %s\n", lua_setlocal(L, &ar, n));
      }
    }
    for (int n = -1; (name = lua_getlocal(L, &ar, n)) != NULL; n--) {
      printf("  %s = ", name);
      show(L, -1);
      printf("\n");
      lua_pop(L, 1);
    }
  }
  printf("no such level %d %d\n", lua_getstack(L, 100, &ar), lua_getstack(L, -1, &ar));
  return 0;
}

static int traceback(lua_State *L) {
  luaL_traceback(L, L, lua_tostring(L, 1), 0);
  return 1;
}

static void functions(lua_State *L) {
  lua_Debug ar;
  run(L, "local a, b = 1, 2\nfunction F(x, y, ...)\n  local z = a\n  return z + b\nend\nfunction G() return a end");
  lua_getglobal(L, "F");
  lua_pushvalue(L, -1);
  printf("%d\n", lua_getinfo(L, ">SuLf", &ar));
  printf("%s %d-%d nups %d params %d\n", ar.what, ar.linedefined, ar.lastlinedefined, ar.nups, ar.nparams);
  for (int line = 0; line < 10; line++) {
    if (lua_rawgeti(L, -1, line) == LUA_TBOOLEAN) printf("line %d\n", line);
    lua_pop(L, 1);
  }
  lua_settop(L, 1);
  printf("invalid option %d\n", (lua_pushvalue(L, 1), lua_getinfo(L, ">?", &ar)));
  lua_pushvalue(L, 1);
  printf("%s ", lua_getlocal(L, NULL, 1));
  lua_pushvalue(L, 1);
  printf("%s ", lua_getlocal(L, NULL, 2));
  lua_pushvalue(L, 1);
  printf("%d\n", lua_getlocal(L, NULL, 3) == NULL);
  lua_getglobal(L, "G");
  for (int n = 1; n <= 3; n++) {
    const char *name = lua_getupvalue(L, 1, n);
    printf("%s ", name ? name : "(none)");
    if (name) {
      show(L, -1);
      lua_pop(L, 1);
    }
  }
  printf("\n");
  printf("same upvalue %d %d\n", lua_upvalueid(L, 1, 1) == lua_upvalueid(L, 2, 1), lua_upvalueid(L, 1, 2) == lua_upvalueid(L, 2, 1));
  lua_pushinteger(L, 50);
  printf("%s\n", lua_setupvalue(L, 2, 1));
  run(L, "print(F(), G())");
  lua_upvaluejoin(L, 2, 1, 1, 2);
  run(L, "print(F(), G())");
  lua_pushstring(L, "upvalue of C");
  lua_pushcclosure(L, inspect, 1);
  printf("'%s' ", lua_getupvalue(L, -1, 1));
  show(L, -1);
  printf(" %d\n", lua_getupvalue(L, -2, 2) == NULL);
  lua_settop(L, 0);
  lua_pushcfunction(L, inspect);
  lua_getinfo(L, ">Sul", &ar);
  printf("%s %s %s %d %d %d\n", ar.what, ar.source, ar.short_src, ar.nups, ar.isvararg, ar.currentline);
  lua_settop(L, 0);
}

static const char kScript[] =
    "local function inner(a, b, ...)\n  local changed = 1\n  inspect('argument')\n  print(changed)\nend\n"
    "local t = {method = function(self) inner(1, 'two', 3, 4) return 1 end}\n"
    "function global() t:method() return 1 end\n"
    "for i = 1, 1 do global() end\n"
    "local m = setmetatable({}, {__index = function(_, k) inspect() return k end})\n"
    "local v = m.field\n"
    "table.sort({3, 2}, function(x, y) inspect() return x < y end)\n";

int main(void) {
  lua_State *L = open_state();
  lua_register(L, "inspect", inspect);
  lua_register(L, "traceback", traceback);
  luaL_loadbuffer(L, kScript, sizeof kScript - 1, "@script.lua");
  if (lua_pcall(L, 0, 0, 0)) printf("%s\n", lua_tostring(L, -1));
  lua_settop(L, 0);
  functions(L);
  run(L, "local function deep(n) if n == 0 then return traceback('message') end return (deep(n - 1)) end\n"
         "print(deep(2)) print((deep(40)))\n"
         "print(traceback())\n"
         "local co = coroutine.create(function() local x = 1 coroutine.yield() end) coroutine.resume(co) print(debug.traceback(co))\n"
         "print(pcall(string.rep)) print(pcall(string.gsub, 'x', 'x', '%9'))\n"
         "print(select(2, xpcall(function() local s = 'x' s:bad() end, traceback)))");
  lua_State *co = lua_newthread(L);
  int n;
  luaL_loadstring(co, "local where = 'in coroutine' error('dies here')");
  lua_resume(co, L, 0, &n);
  luaL_traceback(L, co, lua_tostring(co, -1), 0);
  printf("%s\n", lua_tostring(L, -1));
  lua_close(L);
  return 0;
}
