/* Coroutines resumed and suspended by C, with continuations. */
#include "host.h"

static int yield_twice_k(lua_State *L, int status, lua_KContext context) {
  printf("continued %d with context %d: ", status, (int)context);
  show_stack(L, "");
  if (context < 3) {
    lua_pushinteger(L, (lua_Integer)context * 10);
    return lua_yieldk(L, 1, context + 1, yield_twice_k);
  }
  lua_pushstring(L, "end");
  return 1;
}
static int yields(lua_State *L) { return yield_twice_k(L, LUA_OK, 1); }

static int plain_yield(lua_State *L) { return lua_yield(L, lua_gettop(L)); }

static int call_k(lua_State *L, int status, lua_KContext context) {
  printf("call_k %d %d: ", status, (int)context);
  show_stack(L, "");
  return lua_gettop(L) - 1;
}
static int calls(lua_State *L) {
  lua_pushvalue(L, 1);
  lua_pushstring(L, "a1");
  lua_pushstring(L, "a2");
  lua_callk(L, 2, LUA_MULTRET, 77, call_k);
  return call_k(L, LUA_OK, 0);
}
static int pcalls(lua_State *L) {
  lua_pushvalue(L, 1);
  lua_pushstring(L, "p1");
  int status = lua_pcallk(L, 1, LUA_MULTRET, 0, 88, call_k);
  return call_k(L, status, 1);
}
static int handler(lua_State *L) {
  lua_pushfstring(L, "handled: %s", luaL_tolstring(L, 1, NULL));
  return 1;
}
static int pcalls_handler(lua_State *L) {
  lua_pushcfunction(L, handler);
  lua_pushvalue(L, 1);
  int status = lua_pcallk(L, 0, 2, 2, 99, call_k);
  return call_k(L, status, 2);
}

static int resume(lua_State *L, lua_State *co, int nargs) {
  int n;
  int status = lua_resume(co, L, nargs, &n);
  if (status > LUA_YIELD) {
    printf("resume: %d, %s; status %d\n", status, lua_tostring(co, -1), lua_status(co));
    return status;
  }
  printf("resume: %d, %d results:", status, n);
  for (int i = n; i >= 1; i--) {
    printf(" ");
    show(co, -i);
  }
  printf("; status %d\n", lua_status(co));
  lua_pop(co, n);
  return status;
}

#if LUA_VERSION_NUM >= 504
static void reset(lua_State *co) {
  int status = lua_resetthread(co);
  printf("reset %d top %d %s status %d\n", status, lua_gettop(co), status ? lua_tostring(co, -1) : "", lua_status(co));
  lua_settop(co, 0);
}
#endif

static void drive(lua_State *L, const char *code) {
  printf("--- %s\n", code);
  lua_State *co = lua_newthread(L);
  if (luaL_loadstring(co, code)) {
    printf("%s\n", lua_tostring(co, -1));
    return;
  }
  int i = 0;
  while (resume(L, co, i == 0 ? 0 : 2) == LUA_YIELD && i++ < 10) {
    lua_pushfstring(co, "r%d", i);
    lua_pushinteger(co, i);
  }
  lua_pop(L, 1);
}

int main(void) {
  lua_State *L = open_state();
  lua_register(L, "yields", yields);
  lua_register(L, "plain_yield", plain_yield);
  lua_register(L, "calls", calls);
  lua_register(L, "pcalls", pcalls);
  lua_register(L, "pcalls_handler", pcalls_handler);
  drive(L, "return 1, 2, 3");
  drive(L, "return plain_yield(1, 2), plain_yield()");
  drive(L, "return yields('x', 'y')");
  drive(L, "return calls(function(...) return 'direct', ... end)");
  drive(L, "return calls(function(...) return 'got', coroutine.yield(...) end)");
  drive(L, "return calls(function(...) local a = plain_yield(...) return 'got', coroutine.yield(a) end)");
  drive(L, "return calls(plain_yield)");
  drive(L, "return calls(yields)");
  drive(L, "return pcalls(function(...) return 'fine', ... end)");
  drive(L, "return pcalls(function(...) error('at once', 0) end)");
  drive(L, "return pcalls(function(...) coroutine.yield(...) error('later', 0) end)");
  drive(L, "return pcalls(function(...) return 'fine', coroutine.yield(...) end)");
#if LUA_VERSION_NUM >= 504
  drive(L, "return pcalls(function() local a <close> = setmetatable({}, {__close = function(_, e) print('closing', e) coroutine.yield('in close') end})\n"
           "  local b <close> = setmetatable({}, {__close = function(_, e) print('closing b', e) error('from close', 0) end})\n"
           "  coroutine.yield('before') error('boom', 0) end)");
#endif
  drive(L, "return pcalls_handler(function() coroutine.yield(1) error('handled?', 0) end)");
  drive(L, "return pcalls_handler(function() error('handled?', 0) end)");
  drive(L, "return pcalls_handler(function() coroutine.yield(1) return 1, 2, 3 end)");
  drive(L, "return pcall(pcalls, function() coroutine.yield(1) error{} end)");
  drive(L, "return calls(function() return pcalls(function() return calls(function() plain_yield('deep') error('deep error', 0) end) end) end)");
  drive(L, "return pcall(function() calls(function() plain_yield('deep') error('through callk', 0) end) end)");
  drive(L, "error('dies')");
  drive(L, "local t = setmetatable({}, {__index = function(_, k) return plain_yield(k) end}) return t.field");
  drive(L, "for a in function(_, c) return plain_yield(c) end do if a == 'r3' then break end end return 'out'");
  drive(L, "return select('#', table.unpack({}, 1, 100))");
  drive(L, "table.sort({1, 2, 3}, function() plain_yield() end)");
  drive(L, "return pcall(string.gsub, 'a', 'a', function() coroutine.yield() end)");

  printf("--- reuse\n");
  lua_State *co = lua_newthread(L);
  for (int i = 0; i < 3; i++) {
    luaL_loadstring(co, "local a = ... coroutine.yield(a) return a + 1");
    lua_pushinteger(co, i);
    resume(L, co, 1);
    resume(L, co, 0);
  }
#if LUA_VERSION_NUM >= 504
  resume(L, co, 0);
  lua_settop(co, 0);
  luaL_loadstring(co, "local x <close> = setmetatable({}, {__close = function() print 'reset closes' end}) coroutine.yield(1)");
  resume(L, co, 0);
  reset(co);
  luaL_loadstring(co, "local x <close> = setmetatable({}, {__close = function() error('in reset', 0) end}) coroutine.yield(1)");
  resume(L, co, 0);
  reset(co);
  luaL_loadstring(co, "error('dead', 0)");
  resume(L, co, 0);
  resume(L, co, 0);
  reset(co);
  luaL_loadstring(co, "return 'alive again'");
  resume(L, co, 0);
#endif

  printf("--- other thread as a stack\n");
  luaL_loadstring(co, "local t = {} for i = 1, 1000 do t[i] = {i} end collectgarbage() return #t");
  lua_call(co, 0, 1);
  show_stack(co, "called");
  luaL_loadstring(co, "error('caught', 0)");
  printf("%d\n", lua_pcall(co, 0, 0, 0));
  show_stack(co, "after");
  printf("isyieldable %d %d\n", lua_isyieldable(L), lua_isyieldable(co));
  lua_pushcfunction(L, plain_yield);
  printf("%d ", lua_pcall(L, 0, 0, 0));
  show(L, -1);
  printf("\n");
  run(L, "local co = coroutine.wrap(function() return pcalls(function() coroutine.yield(1) error('x', 0) end) end) print(co()) print(co())");
  run(L, "local co = coroutine.create(calls) print(coroutine.resume(co, coroutine.yield)) print(coroutine.resume(co, 5)) print(coroutine.status(co))");
  lua_close(L);
  return 0;
}
