/* The allocator refuses: each allocation in turn, and everything after it. Whatever happens, nothing is left over. */
#include "host.h"

struct account {
  long left; /* allocations until the refusal */
  int for_ever;
  long blocks;
  size_t bytes;
};

static void *refusing(void *ud, void *p, size_t old_size, size_t size) {
  struct account *a = ud;
  if (size == 0) {
    if (p != NULL) {
      a->blocks--;
      a->bytes -= old_size;
    }
    free(p);
    return NULL;
  }
  if (p == NULL || size > old_size) {
    if (a->left > 0 && --a->left == 0) {
      if (a->for_ever) a->left = 1;
      return NULL;
    }
  }
  void *result = realloc(p, size);
  if (p == NULL) {
    a->blocks++;
    old_size = 0;
  }
  a->bytes += size - old_size;
  return result;
}

#if LUA_VERSION_NUM >= 504
#define CLOSE "<close>"
#else
#define CLOSE ""
#endif

static const char kScript[] =
    "local t = {} for i = 1, 40 do t[i] = {i, name = 'n' .. i} t['key' .. i] = i t[i + 0.5] = {i} end\n"
    "table.sort(t, function(a, b) return a[1] > b[1] end) table.concat({1, 2, 3}, ',') table.unpack(t)\n"
    "string.format('%5.2f %q %s', 1.5, 'x\\n', {}) ; local _ = ('x'):rep(300) .. ('hello world'):gsub('o', {o = '0'})\n"
    "string.pack('i4s1', 7, 'abc'); ('a,b'):find(','); ('abc'):upper():byte(1, -1) utf8.char(8364, 955)\n"
    "local co = coroutine.wrap(function(...) local x " CLOSE " = setmetatable({}, {__close = function() end})\n"
    "  for i = 1, 5 do coroutine.yield(i, ...) end end) for i = 1, 3 do co(i) end\n"
    "local m = setmetatable({}, {__index = function(_, k) return k .. k end, __gc = function() end, __mode = 'k'}) local v = m.abc\n"
    "local ok, message = pcall(error, {code = 1}) pcall(function() local x = nil; x.y = 1 end)\n"
    "assert(load('local a, b = ... return function() return a + b end'))(1, 2)()\n"
    "assert(load(string.dump(function() return 1 end)))() debug.traceback('x') debug.getinfo(1, 'SnlutfL')\n"
    "os.time() os.date('*t') os.getenv('HOME') io.write('') math.random(10) tostring(1.5) select('#', 1, 2)\n"
    "local f = io.tmpfile() if f then f:write('line\\n') f:seek('set') f:read('l') f:close() end\n"
    "collectgarbage() for k, v in pairs(t) do t[k] = nil end return true";

static int work(lua_State *L) {
  luaL_openlibs(L);
  if (luaL_loadstring(L, kScript)) return lua_error(L);
  lua_call(L, 0, 1);
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (int i = 0; i < 200; i++) luaL_addstring(&b, "some text ");
  luaL_pushresult(&b);
  lua_newuserdatauv(L, 100, 2);
  luaL_newmetatable(L, "host");
  lua_pushcclosure(L, work, 1);
  int reference = luaL_ref(L, LUA_REGISTRYINDEX);
  luaL_unref(L, LUA_REGISTRYINDEX, reference);
  lua_State *T = lua_newthread(L);
  lua_checkstack(T, 500);
  lua_pushfstring(T, "%s %d %f", "text", 5, 1.5);
  luaL_traceback(L, L, "message", 0);
  return 1;
}

/* The number of states that could be made, that finished their work, and that failed otherwise than for memory. */
static long attempts, made, finished, strange;
static int attempt(long n, int for_ever) {
  struct account a = {n, for_ever, 0, 0};
  int done = 0;
  attempts++;
  lua_State *L = lua_newstate(refusing, &a);
  if (L != NULL) {
    made++;
    lua_pushcfunction(L, work);
    int status = lua_pcall(L, 0, 1, 0);
    if (status == LUA_OK) finished++;
    else if (status != LUA_ERRMEM) {
      const char *message = lua_tostring(L, -1);
      /* A script may turn a refusal into another error, such as a file that cannot be made. */
      if (message == NULL || strstr(message, "memory") == NULL) strange++;
      if (getenv("HOST_VERBOSE")) printf("%ld: %d %s\n", n, status, message ? message : "(no message)");
    }
    done = status == LUA_OK && a.left > 0;
    lua_close(L);
  }
  if (a.blocks != 0 || a.bytes != 0) printf("refusal %ld leaves %ld blocks, %zu bytes\n", n, a.blocks, a.bytes);
  return done;
}

int main(void) {
  const char *text = getenv("HOST_STRIDE"); /* a run under valgrind is content with some */
  long stride = text != NULL ? atol(text) : 1;
  for (int for_ever = 0; for_ever <= 1; for_ever++) {
    long n = 1;
    while (!attempt(n, for_ever) && n < 100000) n += stride > 1 ? stride : n < 2000 ? 1 : 7;
    printf("ended %d, some made %d, some finished %d, strange failures %ld\n", n < 100000, made > 0, finished > 0, strange);
    if (getenv("HOST_VERBOSE")) printf("%ld attempts\n", attempts);
  }
  return 0;
}
