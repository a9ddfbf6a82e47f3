/* Many states in several OS threads at once, each with everything a state has; and one thread that stops the others. */
#include "host.h"

#include <pthread.h>
#include <unistd.h>

#if LUA_VERSION_NUM >= 504
#define CLOSE "for i = 1, 100 do local c <close> = setmetatable({}, {__close = function() closed = closed + 1 end}) end\n"
#else
#define CLOSE
#endif

static const char kWork[] =
    "local seed = ... local t, events = {}, 0\n"
    "for i = 1, 3000 do t[i] = {i * seed, name = 'n' .. i % 100, f = function() return i end} end\n"
    "table.sort(t, function(a, b) return a[1] % 97 * 10000 + a[1] < b[1] % 97 * 10000 + b[1] end)\n"
    "local co = coroutine.wrap(function() for _, v in ipairs(t) do coroutine.yield(v.f()) end return 0 end)\n"
    "local sum = 0 repeat local v = co() sum = sum + v until v == 0\n"
    "local text = {} for i = 1, 300 do text[i] = ('%5.2f|%q|%s'):format(i / 7, t[i].name, t[i][1]) end\n"
    "local s = table.concat(text, ','):gsub('%d+', function(d) return d + 1 end)\n"
    "local f = load(string.dump(load('local a, b = ... return a * b')))\n"
    "debug.sethook(function() events = events + 1 end, '', 100) for i = 1, 5000 do sum = sum + f(i, 2) end debug.sethook()\n"
    "local weak = setmetatable({}, {__mode = 'k'}) for i = 1, 500 do weak[{}] = i end collectgarbage()\n"
    "local closed = 0\n" CLOSE
    "for i = 1, 100 do setmetatable({}, {__gc = function() closed = closed + 1 end}) end collectgarbage() collectgarbage()\n"
    "local ok, message = pcall(function() local x = nil; return x.y end)\n"
    "return ('%d %d %d %s %s %s'):format(sum, #s, closed, events > 0, message, os.date('!%Y', 0))\n";

enum { kThreads = 4, kRounds = 5 };

static void *work(void *p) {
  char *result = p;
  for (int round = 0; round < kRounds; round++) {
    lua_State *L = luaL_newstate();
    open_libraries(L);
#if LUA_VERSION_NUM >= 504
    if (round % 2) lua_gc(L, LUA_GCINC, 100, 200, 10);
#else
    if (round % 2) lua_gc(L, LUA_GCSETPAUSE, 100);
#endif
    luaL_loadbuffer(L, kWork, sizeof kWork - 1, "=work");
    lua_pushinteger(L, 3);
    lua_pcall(L, 1, 1, 0);
    const char *text = lua_tostring(L, -1);
    if (round > 0 && strcmp(result, text) != 0) strcpy(result, "rounds differ");
    else snprintf(result, 200, "%s", text);
    lua_close(L);
  }
  return NULL;
}

static void stop(lua_State *L, lua_Debug *ar) {
  (void)ar;
  lua_sethook(L, NULL, 0, 0);
  luaL_error(L, "stopped");
}

static lua_State *endless[kThreads];
static pthread_barrier_t begun;
static void *loop(void *p) {
  lua_State *L = *(lua_State **)p;
  pthread_barrier_wait(&begun);
  int status = luaL_dostring(L, "local n = 0 while true do n = n + 1 end");
  return (void *)(long)(status && strstr(lua_tostring(L, -1), "stopped") != NULL);
}

/* Hooks that replace one another, and the program's own, while they are called: more than stock Lua promises,
 * which may hang. */
static int is_ours(void) {
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  int ours = luaL_dostring(L, "return assert(package.preload.jit)") == LUA_OK;
  lua_close(L);
  return ours;
}
static void quiet(lua_State *L, lua_Debug *ar) { lua_getinfo(L, "l", ar); }
static void replace_hooks(lua_State *L) {
  static const int masks[] = {LUA_MASKCOUNT, LUA_MASKLINE, LUA_MASKCALL | LUA_MASKRET, LUA_MASKLINE | LUA_MASKCOUNT};
  for (int i = 0; i < 2000; i++) {
    lua_sethook(L, i % 5 ? quiet : NULL, i % 5 ? masks[i % 4] : 0, 1 + i % 7);
    if (i % 100 == 0) usleep(100);
  }
}

int main(void) {
  pthread_t threads[kThreads];
  static char results[kThreads][200];
  for (int i = 0; i < kThreads; i++) pthread_create(&threads[i], NULL, work, results[i]);
  for (int i = 0; i < kThreads; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < kThreads; i++) printf("%s\n", results[i]);

  pthread_barrier_init(&begun, NULL, kThreads + 1);
  for (int i = 0; i < kThreads; i++) {
    endless[i] = luaL_newstate();
    pthread_create(&threads[i], NULL, loop, &endless[i]);
  }
  pthread_barrier_wait(&begun);
  usleep(50000);
  for (int i = 0; i < kThreads && is_ours(); i++) replace_hooks(endless[i]);
  for (int i = 0; i < kThreads; i++) lua_sethook(endless[i], stop, LUA_MASKCOUNT, 1);
  for (int i = 0; i < kThreads; i++) {
    void *stopped;
    pthread_join(threads[i], &stopped);
    printf("stopped %ld\n", (long)stopped);
    lua_close(endless[i]);
  }
  return 0;
}
