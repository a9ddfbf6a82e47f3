/* Allocators, the collector, extra space, warnings, several states in several OS threads. */
#include "host.h"

#include <pthread.h>

struct account {
  size_t used, peak, limit;
  long calls, blocks;
};
static void *counting(void *ud, void *p, size_t old_size, size_t size) {
  struct account *a = ud;
  a->calls++;
  if (p == NULL) old_size = 0;
  if (a->limit && size > old_size && a->used + size - old_size > a->limit) return NULL;
  void *result = NULL;
  if (size == 0) {
    free(p);
    if (p) a->blocks--;
  } else {
    result = realloc(p, size);
    if (result == NULL) return NULL;
    if (p == NULL) a->blocks++;
  }
  a->used += size - old_size;
  if (a->used > a->peak) a->peak = a->used;
  return result;
}

static void accounting(void) {
  struct account a = {0, 0, 0, 0, 0};
  lua_State *L = lua_newstate(counting, &a);
  luaL_openlibs(L);
  void *ud;
  int same = lua_getallocf(L, &ud) == counting;
  printf("allocator %d %d\n", same, ud == &a);
  run(L, "local t = {} for i = 1, 50000 do t[i] = {i, tostring(i)} end");
  size_t count = (size_t)lua_gc(L, LUA_GCCOUNT, 0) * 1024 + (size_t)lua_gc(L, LUA_GCCOUNTB, 0);
  printf("count within what is held %d\n", count <= a.used && count > 10000);
  lua_gc(L, LUA_GCCOLLECT, 0);
  a.limit = a.used + 1000000;
  luaL_loadstring(L, "local t = {} for i = 1, 1e7 do t[i] = {} end");
  int status = lua_pcall(L, 0, 0, 0);
  printf("limit: %d %s\n", status, lua_tostring(L, -1));
  lua_settop(L, 0);
  luaL_loadstring(L, "return pcall(string.rep, 'x', 1e8)");
  status = lua_pcall(L, 0, 2, 0);
  /* (5.3 says what the memory was for.) */
  printf("limit: %d %d %d\n", status, lua_toboolean(L, 1), strstr(lua_tostring(L, 2), "not enough memory") != NULL);
  lua_settop(L, 0);
  a.limit = 0;
  run(L, "print(#string.rep('x', 1e6))");
  lua_close(L);
  printf("left %zu bytes, %ld blocks\n", a.used, a.blocks);
}

static void collector(lua_State *L) {
  printf("running %d", lua_gc(L, LUA_GCISRUNNING, 0));
  lua_gc(L, LUA_GCSTOP, 0);
  printf(" stopped %d", lua_gc(L, LUA_GCISRUNNING, 0));
  lua_gc(L, LUA_GCRESTART, 0);
  printf(" restarted %d\n", lua_gc(L, LUA_GCISRUNNING, 0));
#if LUA_VERSION_NUM >= 504
  int mode = lua_gc(L, LUA_GCGEN, 0, 0);
  printf("modes %d", mode == LUA_GCINC || mode == LUA_GCGEN);
  printf(" %d", lua_gc(L, LUA_GCINC, 0, 0, 0) == LUA_GCGEN);
  printf(" %d\n", lua_gc(L, LUA_GCGEN, 0, 0) == LUA_GCINC);
  lua_gc(L, LUA_GCINC, 0, 0, 0);
#else
  printf("modes %d %d\n", lua_gc(L, 10, 0), lua_gc(L, 11, 0));
#endif
  lua_gc(L, LUA_GCSETPAUSE, 150);
  lua_gc(L, LUA_GCSETSTEPMUL, 120);
  printf("pause %d step %d\n", lua_gc(L, LUA_GCSETPAUSE, 200), lua_gc(L, LUA_GCSETSTEPMUL, 100));
  lua_gc(L, LUA_GCSETSTEPMUL, 10);
  printf("least step %d\n", lua_gc(L, LUA_GCSETSTEPMUL, 100));
  int steps = 0;
  while (!lua_gc(L, LUA_GCSTEP, 1) && steps < 100000) steps++;
  printf("steps end %d, invalid %d\n", steps < 100000, lua_gc(L, 99, 0));
  run(L, "local m = {__gc = function() G = collectgarbage() end} setmetatable({}, m) collectgarbage() print(G)");
  run(L, "setmetatable({}, {__gc = function() error('in gc') end}) collectgarbage()");
}

#if LUA_VERSION_NUM >= 504
static void warn(void *ud, const char *message, int to_be_continued) {
  printf("[%s|%s|%d]\n", (const char *)ud, message, to_be_continued);
}
#endif

static void *run_state(void *p) {
  (void)p;
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  luaL_dostring(L, "local t = {} for i = 1, 100000 do t[i % 1000 + 1] = {i, ('x'):rep(i % 50)} end local s = 0 for _, v in ipairs(t) do s = s + v[1] end return s");
  long result = (long)lua_tointeger(L, -1);
  lua_close(L);
  return (void *)result;
}

static int close_self(lua_State *L) {
  lua_close(L);
  return 0;
}

int main(void) {
  accounting();
  lua_State *L = open_state();
  *(void **)lua_getextraspace(L) = &L;
  lua_State *T = lua_newthread(L);
  printf("extra space %d\n", *(void **)lua_getextraspace(T) == &L);
#if LUA_VERSION_NUM >= 504
  lua_warning(L, "unseen", 0);
  lua_setwarnf(L, warn, "ud");
  lua_warning(L, "seen", 1);
  run(L, "warn('a', 'b', 'c') warn('@on')");
#endif
  collector(L);
#if LUA_VERSION_NUM >= 504
  lua_setwarnf(L, NULL, NULL);
  run(L, "warn('nobody hears')");
#endif
  luaL_checkversion(L);
  lua_close(T);
  (void)close_self;
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, run_state, NULL);
  for (int i = 0; i < 4; i++) {
    void *result;
    pthread_join(threads[i], &result);
    printf("thread %ld\n", (long)result);
  }
  return 0;
}
