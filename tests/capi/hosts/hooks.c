/* Hooks: events, information, stopping an endless loop from a signal handler and another thread, yields. */
#include "host.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static void trace(lua_State *L, lua_Debug *ar) {
  static const char *const names[] = {"call", "return", "line", "count", "tail call"};
#if LUA_VERSION_NUM >= 504
  lua_getinfo(L, "nSltur", ar);
#else
  printf("%d ", lua_getinfo(L, "nSltur", ar));
#endif
  printf("%s %s %s:%d %s nups %d params %d vararg %d tail %d", names[ar->event], ar->what, ar->short_src,
         ar->currentline, ar->name ? ar->name : "-", ar->nups, ar->nparams, ar->isvararg, ar->istailcall != 0);
#if LUA_VERSION_NUM >= 504
  printf(" transfer %d", ar->ntransfer);
  if (ar->ntransfer > 0) {
    for (int i = 0; i < ar->ntransfer; i++) {
      lua_getlocal(L, ar, ar->ftransfer + i);
      printf(" ");
      show(L, -1);
      lua_pop(L, 1);
    }
  }
#endif
  printf("\n");
}

static void stop(lua_State *L, lua_Debug *ar) {
  (void)ar;
  lua_sethook(L, NULL, 0, 0);
  luaL_error(L, "stopped");
}

static lua_State *looping;
static void on_signal(int s) {
  (void)s;
  lua_sethook(looping, stop, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

static void *stop_later(void *p) {
  usleep(50000);
  lua_sethook((lua_State *)p, stop, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
  return NULL;
}

static void yield_hook(lua_State *L, lua_Debug *ar) {
  if (ar->event == LUA_HOOKLINE) printf("line %d: ", ar->currentline);
  lua_yield(L, 0);
}

/* Setting a hook for the first time in a thread's life asks for no memory: the handler may have interrupted malloc. */
static __thread volatile int in_handler; /* of this OS thread */
static volatile int asked_in_handler;
static void *watched(void *ud, void *p, size_t old_size, size_t size) {
  (void)ud;
  (void)old_size;
  if (in_handler) asked_in_handler = 1;
  if (size == 0) {
    free(p);
    return NULL;
  }
  return realloc(p, size);
}
static void on_watched_signal(int s) {
  in_handler = 1;
  on_signal(s);
  in_handler = 0;
}
static void *stop_watched_later(void *p) {
  usleep(20000);
  on_watched_signal(0);
  return p;
}
static void first_hooks(void) {
  lua_State *L = lua_newstate(watched, NULL);
  open_libraries(L);
  signal(SIGALRM, on_watched_signal);
  for (int i = 0; i < 20; i++) {
    looping = lua_newthread(L);
    luaL_loadstring(looping, i % 2 ? "local t = {} while true do t = {t = tostring(t)} end" : "while true do end");
    pthread_t thread;
    if (i % 4 < 2) ualarm(20000, 0);
    else pthread_create(&thread, NULL, stop_watched_later, NULL);
    int n, status = lua_resume(looping, L, 0, &n);
    if (i % 4 >= 2) pthread_join(thread, NULL);
    const char *message = lua_tostring(looping, -1);
    if (status != LUA_ERRRUN || message == NULL || strstr(message, "stopped") == NULL) printf("status %d: %s\n", status, message);
  }
  /* In a coroutine that the program has made. */
  for (int i = 0; i < 3; i++) {
    luaL_loadstring(L, "local co = coroutine.create(function() while true do end end)\n"
                       "return co, function() return coroutine.resume(co) end");
    lua_call(L, 0, 2);
    looping = lua_tothread(L, -2);
    ualarm(20000, 0);
    lua_call(L, 0, 2);
    printf("%d %d\n", lua_toboolean(L, -2), strstr(lua_tostring(L, -1), "stopped") != NULL);
  }
  printf("memory asked for by a handler: %d\n", asked_in_handler);
  lua_close(L);
}

static int counted;
static void count_hook(lua_State *L, lua_Debug *ar) {
  (void)L;
  (void)ar;
  counted++;
}

static void error_hook(lua_State *L, lua_Debug *ar) {
  lua_getinfo(L, "l", ar);
  if (ar->currentline == 2) luaL_error(L, "from hook");
}

static const char kTraced[] =
    "local function f(a, b, ...)\n"
    "  local c = a + b\n"
    "  return c, ...\n"
    "end\n"
    "local x = f(1, 2, 3)\n"
    "local t = math.max(x, 10)\n"
    "local function g(n) if n == 0 then return 'done' end return g(n - 1) end\n"
    "g(2)\n"
    "for i = 1, 2 do\n"
    "  x = x + i\n"
    "end\n";

int main(void) {
  lua_State *L = open_state();
  luaL_loadbuffer(L, kTraced, sizeof kTraced - 1, "=traced");
  lua_sethook(L, trace, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE, 0);
  printf("mask %d count %d same %d\n", lua_gethookmask(L), lua_gethookcount(L), lua_gethook(L) == trace);
  lua_pcall(L, 0, 0, 0);
  lua_sethook(L, NULL, 0, 0);
  printf("mask %d none %d\n", lua_gethookmask(L), lua_gethook(L) == NULL);
  if (lua_gettop(L) > 0) show_stack(L, "left");
  lua_settop(L, 0);

  looping = L;
  signal(SIGALRM, on_signal);
  ualarm(50000, 0);
  run(L, "while true do end");
  ualarm(50000, 0);
  run(L, "local function f() return f() end f()");
  ualarm(50000, 0);
  run(L, "for i = 1, math.huge do end");
  ualarm(50000, 0);
  run(L, "repeat local t = {} until false");
  ualarm(50000, 0);
  run(L, "::top:: goto top");
  ualarm(50000, 0);
  printf("%s\n", luaL_dostring(L, "local f = math.abs while true do f(1) end") ? strstr(lua_tostring(L, -1), "stopped") : "?");
  lua_settop(L, 0);
  pthread_t thread;
  pthread_create(&thread, NULL, stop_later, L);
  run(L, "while true do end");
  pthread_join(thread, NULL);

  first_hooks();

  lua_sethook(L, count_hook, LUA_MASKCOUNT, 100);
  run(L, "for i = 1, 100000 do end");
  printf("counted %d\n", counted > 500 && counted < 5000);
  lua_sethook(L, error_hook, LUA_MASKLINE, 0);
  run(L, "print(pcall(function()\n local a = 1\n local b = 2 end))\nprint 'after'");
  lua_sethook(L, NULL, 0, 0);
  run(L, "print(debug.gethook())");
  lua_sethook(L, count_hook, LUA_MASKCOUNT, 100);
  run(L, "print(debug.gethook())");
  lua_sethook(L, NULL, 0, 0);

  int yields = 0, n, status;
  lua_State *co = lua_newthread(L);
  luaL_loadstring(co, "local s = 0 for i = 1, 1000 do s = s + i end return s, select('#', table.unpack({1, 2, 3}))");
  lua_sethook(co, yield_hook, LUA_MASKCOUNT, 50);
  while ((status = lua_resume(co, L, 0, &n)) == LUA_YIELD) yields++;
  printf("yields in count hooks %d, status %d, results %d: %lld %lld\n", yields > 20, status, n, lua_tointeger(co, -2), lua_tointeger(co, -1));
  lua_settop(co, 0);
  luaL_loadstring(co, "local a = 1\nlocal function f(...)\n return ...\n end\nlocal t = {f(1, f(2, 3))}\nreturn #t, a");
  lua_sethook(co, yield_hook, LUA_MASKLINE, 0);
  yields = 0;
  while ((status = lua_resume(co, L, 0, &n)) == LUA_YIELD) {
    printf("yield, %d results\n", n);
    yields++;
  }
  printf("yields in line hooks %d, status %d: %lld %lld\n", yields, status, lua_tointeger(co, -2), lua_tointeger(co, -1));
  lua_sethook(co, count_hook, LUA_MASKCOUNT, 7);
  lua_State *child = lua_newthread(co);
  printf("inherited %d %d\n", lua_gethook(child) == count_hook, lua_gethookcount(child));
  lua_close(L);
  return 0;
}
