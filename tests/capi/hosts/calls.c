/* Calls, protected calls, errors, to-be-closed slots (from 5.4 on), argument checks, panic. */
#include "host.h"

#include <setjmp.h>

static int fail_string(lua_State *L) { return luaL_error(L, "failed with %d", 42); }
static int fail_table(lua_State *L) {
  lua_newtable(L);
  return lua_error(L);
}
static int handler(lua_State *L) {
  lua_pushfstring(L, "handled(%s)", luaL_tolstring(L, 1, NULL));
  return 1;
}
static int bad_handler(lua_State *L) { return luaL_error(L, "handler fails"); }
static int many(lua_State *L) {
  int n = (int)luaL_checkinteger(L, 1);
  luaL_checkstack(L, n, "too many");
  for (int i = 1; i <= n; i++) lua_pushinteger(L, i);
  return n;
}
static int recurse(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushcfunction(L, recurse);
  lua_call(L, 0, 0);
  return 0;
}

#if LUA_VERSION_NUM >= 504
static int closed(lua_State *L) {
  printf("close %s error %s\n", lua_tostring(L, lua_upvalueindex(1)), luaL_tolstring(L, 2, NULL));
  return 0;
}
static void push_closable(lua_State *L, const char *name) {
  lua_newtable(L);
  lua_newtable(L);
  lua_pushstring(L, name);
  lua_pushcclosure(L, closed, 1);
  lua_setfield(L, -2, "__close");
  lua_setmetatable(L, -2);
}
static int closes(lua_State *L) {
  push_closable(L, "first");
  lua_toclose(L, -1);
  push_closable(L, "second");
  lua_toclose(L, -1);
  lua_pushstring(L, "result");
  if (lua_toboolean(L, 1)) return luaL_error(L, "on purpose");
  return 1;
}
static int pops_closable(lua_State *L) {
  push_closable(L, "popped");
  lua_toclose(L, -1);
  lua_pop(L, 1);
  push_closable(L, "slot");
  lua_toclose(L, -1);
  lua_pushinteger(L, 1);
  lua_closeslot(L, -2);
  show(L, -2);
  printf("\n");
  lua_pushinteger(L, 3);
  lua_toclose(L, -1);
  return 0;
}
#endif

static void protect(lua_State *L, const char *label, int nargs, int nresults, int h) {
  int status = lua_pcall(L, nargs, nresults, h);
  printf("status %d ", status);
  show_stack(L, label);
}

static void calls(lua_State *L) {
  lua_pushcfunction(L, many);
  lua_pushinteger(L, 5);
  lua_call(L, 1, 2);
  show_stack(L, "two of five");
  lua_pushcfunction(L, many);
  lua_pushinteger(L, 2);
  lua_call(L, 1, 4);
  show_stack(L, "four of two");
  lua_settop(L, 0);
  lua_pushcfunction(L, many);
  lua_pushinteger(L, 3000);
  lua_call(L, 1, LUA_MULTRET);
  printf("%d\n", lua_gettop(L));
  lua_settop(L, 0);
  lua_pushinteger(L, 1);
  lua_pushcfunction(L, fail_string);
  protect(L, "string", 0, 0, 0);
  lua_settop(L, 1);
  lua_pushcfunction(L, fail_table);
  protect(L, "table", 0, 0, 0);
  lua_settop(L, 0);
  lua_pushcfunction(L, handler);
  lua_pushcfunction(L, fail_string);
  lua_pushinteger(L, 7);
  protect(L, "handler", 1, 1, 1);
  lua_settop(L, 0);
  lua_pushcfunction(L, bad_handler);
  lua_pushcfunction(L, fail_string);
  protect(L, "bad handler", 0, 1, -2);
  lua_settop(L, 0);
  lua_pushnil(L);
  protect(L, "nil", 0, 1, 0);
  lua_settop(L, 0);
#if LUA_VERSION_NUM >= 504
  luaL_loadstring(L, "local a <close> = setmetatable({}, {__close = function(_, e) print('lua close', e) end}) error('x', 0)");
  protect(L, "close in Lua", 0, 0, 0);
  lua_settop(L, 0);
#endif
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, recurse, 1);
  int status = lua_pcall(L, 0, 0, 0);
  printf("recursion: %d %s\n", status, strstr(lua_tostring(L, -1), "overflow") ? "overflow" : lua_tostring(L, -1));
  lua_settop(L, 0);
  luaL_loadstring(L, "local function f() return 1 + f() end return f()");
  status = lua_pcall(L, 0, 0, 0);
  printf("recursion: %d %s\n", status, strstr(lua_tostring(L, -1), "stack overflow") ? "stack overflow" : lua_tostring(L, -1));
  lua_settop(L, 0);
}

#if LUA_VERSION_NUM >= 504
static void closing(lua_State *L) {
  lua_pushcfunction(L, closes);
  protect(L, "closes", 0, LUA_MULTRET, 0);
  lua_settop(L, 0);
  lua_pushcfunction(L, closes);
  lua_pushboolean(L, 1);
  protect(L, "closes in error", 1, LUA_MULTRET, 0);
  lua_settop(L, 0);
  lua_pushcfunction(L, pops_closable);
  protect(L, "pops", 0, 0, 0);
  lua_settop(L, 0);
  lua_pushcfunction(L, closes);
  lua_setglobal(L, "closes");
  run(L, "print(closes()) print(pcall(closes, true)) for i = 1, 3 do closes() end print(coroutine.wrap(closes)())");
}
#else
/* An error in a finalizer ends what has started the collection. */
static int collects(lua_State *L) {
  lua_gc(L, LUA_GCCOLLECT, 0);
  printf("collected\n");
  return 0;
}
static void finalizers(lua_State *L) {
  lua_register(L, "collects", collects);
  static const char *const errors[] = {"'text'", "{}", "setmetatable({}, {__tostring = function() return 'object' end})", "nil"};
  for (int i = 0; i < 4; i++) {
    for (int handled = 0; handled <= 1; handled++) {
      lua_pushcfunction(L, handler);
      lua_pushfstring(L, "setmetatable({}, {__gc = function() error(%s) end})", errors[i]);
      luaL_dostring(L, lua_tostring(L, -1));
      lua_pop(L, 1);
      lua_pushcfunction(L, collects);
      protect(L, "error in a finalizer", 0, 0, handled);
      lua_settop(L, 0);
    }
  }
  run(L, "setmetatable({}, {__gc = function() error('x') end}) print(pcall(collects))");
  run(L, "setmetatable({}, {__gc = function() error('x') end}) print(coroutine.resume(coroutine.create(collects)))");
  run(L, "setmetatable({}, {__gc = function() error('x') end}) print(xpcall(collectgarbage, function(m) return 'handled ' .. tostring(m) end))");
  run(L, "setmetatable({}, {__gc = function() error('x', 0) end}) collects()");
}
#endif

static int check(lua_State *L) {
  const char *what = lua_tostring(L, lua_upvalueindex(1));
  static const char *const options[] = {"one", "two", NULL};
  switch (*what) {
  case 'i': lua_pushinteger(L, luaL_checkinteger(L, 1)); break;
  case 'n': lua_pushnumber(L, luaL_checknumber(L, 1)); break;
  case 's': lua_pushstring(L, luaL_checkstring(L, 1)); break;
  case 'o': lua_pushinteger(L, luaL_checkoption(L, 1, "two", options)); break;
  case 't': luaL_checktype(L, 1, LUA_TTABLE); return 0;
  case 'a': luaL_checkany(L, 1); return 0;
  case 'u': luaL_checkudata(L, 1, "host.none"); return 0;
  case 'f': luaL_checkudata(L, 1, LUA_FILEHANDLE); lua_pushboolean(L, ((luaL_Stream *)lua_touserdata(L, 1))->f != NULL); break;
  case 'I': lua_pushinteger(L, luaL_optinteger(L, 1, -1)); break;
  case 'N': lua_pushnumber(L, luaL_optnumber(L, 1, 0.5)); break;
  case 'S': lua_pushstring(L, luaL_optstring(L, 1, "default")); break;
  case 'c': luaL_argcheck(L, lua_toboolean(L, 1), 1, "must be true"); return 0;
#if LUA_VERSION_NUM >= 504
  case 'e': luaL_argexpected(L, lua_toboolean(L, 2), 2, "something true"); return 0;
#else
  case 'e': luaL_argcheck(L, lua_toboolean(L, 2), 2, "something true expected"); return 0;
#endif
  case 'w': luaL_where(L, 1); break;
  case 'v': luaL_checkinteger(L, lua_upvalueindex(1)); break;
  }
  return 1;
}

static void arguments(lua_State *L) {
  lua_newtable(L);
  for (const char *p = "insotaufINSScewv"; *p; p++) {
    char name[2] = {*p, 0};
    lua_pushstring(L, name);
    lua_pushcclosure(L, check, 1);
    lua_setfield(L, -2, name);
  }
  lua_setglobal(L, "c");
  run(L, "local function try(f, ...) print(pcall(c[f], ...)) end\n"
         "for _, f in ipairs{'i', 'n', 's', 'o', 't', 'a', 'u', 'f', 'I', 'N', 'S', 'c', 'e', 'w', 'v'} do\n"
         "  try(f) try(f, nil) try(f, 1) try(f, 1.5) try(f, '8') try(f, 'x') try(f, 'one') try(f, true) try(f, f == 't' and {} or nil)\n"
         "end\n"
         "print(pcall(c.f, io.stdout), pcall(c.f, io.stdin))\n"
         "print(select(2, pcall(function() local x = {m = c.i} x:m() end)))\n"
         "print(select(2, pcall(function() local x = {m = c.e} x:m() end)))\n"
         "print(select(2, pcall(function() c.i({}) end)))\n"
         "print(select(2, pcall(function() string.rep() end)))\n"
         "print(c.w())");
}

static jmp_buf after_panic;
static int panic(lua_State *L) {
  printf("panic: %s\n", lua_tostring(L, -1));
  longjmp(after_panic, 1);
}

int main(void) {
  lua_State *L = open_state();
  calls(L);
#if LUA_VERSION_NUM >= 504
  closing(L);
#else
  finalizers(L);
#endif
  arguments(L);
  lua_atpanic(L, panic);
  if (setjmp(after_panic) == 0) {
    lua_pushcfunction(L, fail_string);
    lua_call(L, 0, 0);
    printf("not reached\n");
  }
  lua_close(L);
#if LUA_VERSION_NUM >= 504
  L = open_state();
  push_closable(L, "main");
  lua_toclose(L, -1);
  lua_close(L);
#endif
  return 0;
}
