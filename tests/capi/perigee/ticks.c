/* Programs with limited ticks: paused, gone on with, suspended, stopped. */
#include "check.h"

#include <pthread.h>

static char output[4096];
static size_t written;

static int out(lua_State* L) {
  for (int i = 1; i <= lua_gettop(L); i++) {
    size_t n;
    const char* s = luaL_tolstring(L, i, &n);
    if (written + n + 2 < sizeof output) {
      memcpy(output + written, s, n);
      written += n;
      output[written++] = ' ';
      output[written] = 0;
    }
    lua_pop(L, 1);
  }
  return 0;
}

static lua_State* open_state(void) {
  lua_State* L = luaL_newstate();
  luaL_openlibs(L);
  lua_register(L, "out", out);
  return L;
}

/* A thread, on the stack, with the chunk ready to be run. */
static lua_State* prepare(lua_State* L, const char* chunk) {
  lua_State* co = lua_newthread(L);
  CHECK(luaL_loadbuffer(co, chunk, strlen(chunk), "=chunk") == LUA_OK);
  written = 0;
  output[0] = 0;
  return co;
}

static const char kProgram[] =
    "local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end\n"
    "local mt = {__index = function(t, k) local s = 0 for i = 1, k do s = s + i end return s end}\n"
    "local t = setmetatable({}, mt)\n"
    "for i in gen(4) do out(i, t[i]) end\n"
    "out(pcall(function() for i = 1, 3 do if i == 2 then error({}) end end end) == false)\n"
    "do local c <close> = setmetatable({}, {__close = function() out('closed') end}) end\n"
    "out(select('#', table.unpack({1, 2, 3})))\n"
    "return 'end'";

static int resume(lua_State* co, int nargs) {
  int n;
  return lua_resume(co, NULL, nargs, &n);
}

/* Pauses after every number of ticks from none to all. */
static void pause_everywhere(lua_State* L) {
  char whole[sizeof output];
  lua_State* co = prepare(L, kProgram);
  perigee_setticks(L, -1);
  lua_Integer before = perigee_ticks(L);
  CHECK(resume(co, 0) == LUA_OK);
  lua_Integer total = perigee_ticks(L) - before;
  strcpy(whole, output);
  CHECK(strstr(whole, "4 10") != NULL);
  CHECK(total > 100);
  for (lua_Integer ticks = 0; ticks <= total; ticks++) {
    lua_settop(L, 0);
    co = prepare(L, kProgram);
    before = perigee_ticks(L);
    perigee_setticks(L, ticks);
    int status = resume(co, 0);
    CHECK(status == (ticks < total ? PERIGEE_PAUSED : LUA_OK));
    CHECK(lua_status(co) == status);
    if (status == PERIGEE_PAUSED) {
      CHECK(perigee_ticksleft(L) < 0);
      CHECK(resume(co, 0) == PERIGEE_PAUSED); /* ticks are owed */
      perigee_setticks(L, -1);
      CHECK(resume(co, 0) == LUA_OK);
    }
    CHECK(strcmp(output, whole) == 0);
    CHECK(lua_gettop(co) == 1 && strcmp(lua_tostring(co, 1), "end") == 0);
    lua_Integer spent = perigee_ticks(L) - before;
    CHECK(spent == total || spent == total + 1); /* parts of ticks are carried over */
  }
  lua_settop(L, 0);
}

static int pause_from_c(lua_State* L) {
  pause_everywhere(L);
  return 0;
}

static void* go_on(void* co) {
  static int status;
  status = resume(co, 0);
  return &status;
}

static void other_os_threads(lua_State* L) {
  lua_State* co = prepare(L, "local s = 0 for i = 1, 100000 do s = s + i end return s");
  int status = PERIGEE_PAUSED, rounds = 0;
  while (status == PERIGEE_PAUSED) {
    perigee_setticks(L, 20000);
    pthread_t thread;
    void* result;
    pthread_create(&thread, NULL, go_on, co);
    pthread_join(thread, &result);
    status = *(int*)result;
    rounds++;
  }
  CHECK(status == LUA_OK);
  CHECK(rounds > 5);
  CHECK(lua_tointeger(co, -1) == 5000050000);
  lua_settop(L, 0);
}

static void stopped(lua_State* L) {
  perigee_setticks(L, 1000);
  const char* message =
      run_chunk(L, "local c <close> = setmetatable({}, {__close = function() CLOSED = true end})\n"
                   "while true do pcall(function() while true do end end) end");
  CHECK(message != NULL && strcmp(message, "not enough ticks") == 0);
  lua_getglobal(L, "CLOSED");
  CHECK(lua_toboolean(L, -1));
  lua_settop(L, 0);
  CHECK(luaL_loadstring(L, "while true do end") == LUA_OK);
  perigee_setticks(L, 10);
  CHECK(lua_pcall(L, 0, 0, 0) == PERIGEE_STOPPED);
  lua_settop(L, 0);
  perigee_setticks(L, -1);
  CHECK(run_chunk(L, "for i = 1, 1000 do end") == NULL);
}

static int charge(lua_State* L) {
  perigee_charge(L, luaL_checkinteger(L, 1));
  return 0;
}
static int ask(lua_State* L) {
  perigee_pause(L);
  return 0;
}

static void charges(lua_State* L) {
  lua_register(L, "charge", charge);
  lua_register(L, "ask", ask);
  lua_State* co = prepare(L, "charge(5000) out('charged') for i = 1, 2 do end out('end')");
  perigee_setticks(L, 1000);
  CHECK(resume(co, 0) == PERIGEE_PAUSED);
  CHECK(strcmp(output, "charged ") == 0);
  perigee_setticks(L, 1000);
  CHECK(resume(co, 0) == PERIGEE_PAUSED); /* some 3000 are owed still */
  CHECK(perigee_ticksleft(L) < -2500);
  perigee_setticks(L, 10000);
  CHECK(resume(co, 0) == LUA_OK);
  CHECK(strcmp(output, "charged end ") == 0);
  co = prepare(L, "for i = 1, 3 do out(i) ask() end");
  perigee_setticks(L, 1000);
  for (int i = 1; i <= 3; i++) CHECK(resume(co, 0) == PERIGEE_PAUSED);
  CHECK(perigee_ticksleft(L) > 900);
  CHECK(resume(co, 0) == LUA_OK);
  CHECK(strcmp(output, "1 2 3 ") == 0);
  lua_settop(L, 0);
  perigee_setticks(L, -1);
}

static int wait_for(lua_State* L) { return perigee_suspend(L); }

static void suspended(lua_State* L) {
  lua_register(L, "wait", wait_for);
  lua_State* co = prepare(L, "local co = coroutine.wrap(function()\n"
                             "  local ok, a, b = pcall(wait, 'x')\n"
                             "  out(ok, a, b)\n"
                             "  local t = setmetatable({}, {__index = function() return (wait()) end})\n"
                             "  out(t.x)\n"
                             "  out(pcall(wait))\n"
                             "  coroutine.yield('yielded')\n"
                             "  return wait()\n"
                             "end)\n"
                             "out(co())\n"
                             "return co()");
  int n;
  CHECK(resume(co, 0) == PERIGEE_SUSPENDED);
  lua_Integer first = perigee_suspension(co);
  CHECK(first != 0);
  lua_pushinteger(co, 10);
  lua_pushliteral(co, "b");
  CHECK(perigee_resume(co, NULL, first, 2, &n) == PERIGEE_SUSPENDED);
  CHECK(strcmp(output, "true 10 b ") == 0);
  lua_pushnil(co);
  CHECK(perigee_resume(co, NULL, first, 1, &n) == LUA_ERRRUN); /* too late */
  CHECK(n == 1 && strcmp(lua_tostring(co, -1), "the suspension has ended") == 0);
  lua_pop(co, 1);
  lua_pushliteral(co, "field");
  CHECK(perigee_resume(co, NULL, perigee_suspension(co), 1, &n) == PERIGEE_SUSPENDED);
  lua_pushliteral(co, "failure");
  CHECK(perigee_fail(co, NULL, perigee_suspension(co), &n) == PERIGEE_SUSPENDED);
  CHECK(strcmp(output, "true 10 b field false failure yielded ") == 0);
  lua_pushinteger(co, 1);
  lua_pushinteger(co, 2);
  CHECK(perigee_resume(co, NULL, perigee_suspension(co), 2, &n) == LUA_OK);
  CHECK(n == 2 && lua_tointeger(co, -1) == 2);
  CHECK(perigee_suspension(co) == 0);
  lua_settop(L, 0);
  const char* message = run_chunk(L, "wait()");
  CHECK(message != NULL && strstr(message, "attempt to suspend across a C-call boundary") != NULL);
  lua_settop(L, 0);
}

static void calls(lua_State* L) {
  perigee_setticks(L, 100);
  lua_pushliteral(L, "below");
  CHECK(luaL_loadstring(L, "local n = ... for i = 1, 1000 do n = n + 1 end return n, 'x'") == LUA_OK);
  lua_pushinteger(L, 5);
  int status = perigee_call(L, 1, 1), pauses = 0;
  while (status == PERIGEE_PAUSED) {
    perigee_setticks(L, 100);
    status = perigee_call(L, 0, 1);
    pauses++;
  }
  CHECK(status == LUA_OK && pauses > 10);
  CHECK(lua_gettop(L) == 2 && lua_tointeger(L, 2) == 1005);
  lua_settop(L, 0);
  perigee_setticks(L, -1);
  CHECK(luaL_loadstring(
            L, "local c <close> = setmetatable({}, {__close = function() C2 = 1 end}) error('e', 0)") ==
        LUA_OK);
  CHECK(perigee_call(L, 0, LUA_MULTRET) == LUA_ERRRUN);
  CHECK(lua_gettop(L) == 1 && strcmp(lua_tostring(L, 1), "e") == 0);
  CHECK(lua_getglobal(L, "C2") == LUA_TNUMBER);
  lua_settop(L, 0);
  CHECK(luaL_loadstring(L, "coroutine.yield(1)") == LUA_OK);
  CHECK(perigee_call(L, 0, 0) == LUA_ERRRUN);
  CHECK(strcmp(lua_tostring(L, 1), "attempt to yield from outside a coroutine") == 0);
  lua_settop(L, 0);
  /* More results than the stack has room for are an error of this call, and the next one is none the worse.
   */
  while (lua_checkstack(L, 1000)) lua_settop(L, lua_gettop(L) + 1000);
  int filled = lua_gettop(L) - 1000;
  lua_settop(L, filled);
  CHECK(luaL_loadstring(L, "return table.unpack({}, 1, 20000)") == LUA_OK);
  CHECK(perigee_call(L, 0, LUA_MULTRET) == LUA_ERRRUN);
  CHECK(lua_gettop(L) == filled + 1 && strstr(lua_tostring(L, -1), "too many results") != NULL);
  lua_settop(L, 0);
  CHECK(luaL_loadstring(L, "return 7") == LUA_OK);
  CHECK(perigee_call(L, 0, LUA_MULTRET) == LUA_OK && lua_tointeger(L, -1) == 7);
  lua_settop(L, 0);
}

/* A paused program is ended: its variables are closed, those of inner coroutines first. */
static void dropped(lua_State* L) {
  lua_State* co = prepare(L, "local a <close> = setmetatable({}, {__close = function() out('outer') end})\n"
                             "coroutine.wrap(function()\n"
                             "  local b <close> = setmetatable({}, {__close = function() out('inner') end})\n"
                             "  while true do end\n"
                             "end)()");
  perigee_setticks(L, 1000);
  CHECK(resume(co, 0) == PERIGEE_PAUSED);
  lua_gc(L, LUA_GCCOLLECT);
  perigee_setticks(L, 1000);
  CHECK(resume(co, 0) == PERIGEE_PAUSED);
  perigee_setticks(L, -1);
  CHECK(lua_resetthread(co) == LUA_OK);
  CHECK(strcmp(output, "inner outer ") == 0);
  co = prepare(L, "while true do end");
  perigee_setticks(L, 1000);
  CHECK(resume(co, 0) == PERIGEE_PAUSED);
  lua_settop(L, 0); /* simply forgotten */
  lua_gc(L, LUA_GCCOLLECT);
  perigee_setticks(L, -1);
}

/* Who grants ticks is not mistaken for somebody called later, whose frames lie where those of the former did.
 */
static int grants(lua_State* L) {
  perigee_setticks(L, 1000);
  return 0;
}
static int resumes(lua_State* L) {
  int results;
  lua_State* co = lua_newthread(L);
  luaL_loadstring(co, "while true do end");
  lua_pushinteger(L, lua_resume(co, L, 0, &results));
  return 1;
}
static lua_Integer called(lua_State* L, lua_CFunction f) {
  lua_pushcfunction(L, f);
  CHECK(lua_pcall(L, 0, 1, 0) == LUA_OK);
  lua_Integer result = lua_tointeger(L, -1);
  lua_pop(L, 1);
  return result;
}
static void grantors(lua_State* L) {
  called(L, grants);
  CHECK(called(L, resumes) == PERIGEE_STOPPED);
  perigee_setticks(L, 0);
  perigee_setticks(L, -1);
}

int main(void) {
  lua_State* L = open_state();
  pause_everywhere(L);
  lua_pushcfunction(L, pause_from_c);
  CHECK(lua_pcall(L, 0, 0, 0) == LUA_OK);
  other_os_threads(L);
  stopped(L);
  charges(L);
  suspended(L);
  calls(L);
  dropped(L);
  grantors(L);
  perigee_countticks(L, 0);
  CHECK(perigee_ticks(L) == 0 && perigee_ticksleft(L) == LUA_MAXINTEGER);
  pause_everywhere(L);
  lua_close(L);
  return end_of_checks();
}
