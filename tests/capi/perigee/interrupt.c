/* Programs are interrupted from another OS thread, wherever they are. Arguments: `print` prints how long that
   took, `slow` says that the library is a slow build. Times are those that the interrupted thread has spent
   until it was out of the program, not those of a busy machine. */
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static double at(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
static double now(void) { return at(CLOCK_MONOTONIC); }

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static lua_State* running;
static double interrupted_at;     /* by the clock */
static double interrupted_at_cpu; /* by the time that the thread had spent */
static clockid_t cpu_of_main;
static int terminating;

static int begin(lua_State* L) {
  pthread_mutex_lock(&mutex);
  running = L;
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&mutex);
  return 0;
}

static lua_State* open_state(int with_compiler) {
  lua_State* L = luaL_newstate();
  luaL_openlibs(L);
  lua_register(L, "begin", begin);
  if (!with_compiler) luaL_dostring(L, "require 'jit'.off()");
  return L;
}

static void* interrupter(void* unused) {
  (void)unused;
  for (unsigned n = 0;; n++) {
    pthread_mutex_lock(&mutex);
    while (running == NULL) pthread_cond_wait(&changed, &mutex);
    lua_State* L = running;
    running = NULL;
    pthread_mutex_unlock(&mutex);
    usleep(1000 + n % 7 * 900);
    interrupted_at = now();
    interrupted_at_cpu = at(cpu_of_main);
    if (terminating)
      perigee_terminate(L);
    else
      perigee_interrupt(L);
  }
}

/* All of these run for long. */
static const struct {
  const char *name, *setup, *body;
} programs[] = {
    {"an empty loop", "", "while true do end"},
    {"a counting loop", "", "local n = 0 for i = 1, math.maxinteger do n = n + i * 2 end"},
    {"calls", "local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end",
     "while true do f(100) end"},
    {"coroutines", "local function body() while true do coroutine.yield(1) end end",
     "while true do local co = coroutine.wrap(body) for i = 1, 5 do co() end end"},
    {"a loop in a coroutine", "", "coroutine.wrap(function() while true do end end)()"},
    {"nested pcall", "local function f() local x = 0 for i = 1, 1e9 do x = x + i end end",
     "assert(pcall(function() assert(pcall(f)) end))"},
    {"exponential backtracking", "local s = ('a'):rep(40)", "s:find(('a?'):rep(40) .. ('a'):rep(40))"},
    {"backtracking captures", "local s = ('a'):rep(3000)", "s:find('(.-)(.-)(.-)(.-)b')"},
    {"a search without end", "local s = ('ab'):rep(3e7)", "while true do s:find('[^ab]') end"},
    {"a plain search", "local s = ('ab'):rep(3e7)", "while true do s:find('aa', 1, true) end"},
    {"a balanced search", "local s = ('('):rep(2e5)", "s:find('%b()')"},
    {"gsub", "local s = ('ab '):rep(1e7)", "s:gsub('%w', '%0%0')"},
    {"string.rep", "", "while true do local s = ('x'):rep(3e8) end"},
    {"string.rep of two", "", "while true do local s = ('xyz'):rep(1e8, ',') end"},
    {"string.upper", "local s = ('x'):rep(1e8)", "while true do s:upper() end"},
    {"string.reverse", "local s = ('x'):rep(1e8)", "while true do s:reverse() end"},
    {"string.sub", "local s = ('x'):rep(3e8)", "while true do s:sub(2) end"},
    {"concatenation", "local s = ('x'):rep(2e8)", "while true do local t = s .. 'y' end"},
    {"string.format", "", "while true do string.format('%99.99f', 1e300) end"},
    {"string.format of a long format",
     "local f = ('%99.99f'):rep(200) local t = {} for i = 1, 200 do t[i] = 1e300 end",
     "while true do string.format(f, table.unpack(t)) end"},
    {"string.format with %q", "local s = ('\\n'):rep(3e7)", "string.format('%q', s)"},
    {"string.format of long strings", "local s = ('x'):rep(1e8)",
     "while true do string.format('%s%s', s, s) end"},
    {"string.pack", "local s = ('x'):rep(1e8)", "while true do string.pack('s8', s) end"},
    {"table.concat", "local s = ('x'):rep(1000) local t = {} for i = 1, 3e5 do t[i] = s end",
     "while true do table.concat(t, ',') end"},
    {"table.concat of numbers", "local t = {} for i = 1, 5e6 do t[i] = i end",
     "while true do table.concat(t) end"},
    {"table.sort of numbers", "local t = {} for i = 1, 5e6 do t[i] = i * 7919 % 5000011 end",
     "table.sort(t)"},
    {"table.sort of floats", "local t = {} for i = 1, 5e6 do t[i] = i * 7919 % 5000011 / 3 end",
     "table.sort(t)"},
    {"table.sort of strings", "local t = {} for i = 1, 5e5 do t[i] = tostring(i * 7919 % 5000011) end",
     "table.sort(t)"},
    {"table.sort of long strings",
     "local s = ('x'):rep(1e6) local t = {} for i = 1, 64 do t[i] = s .. i % 7 end",
     "while true do table.sort(t) t[1], t[9] = t[9], t[1] end"},
    {"table.sort with an order", "local t = {} for i = 1, 1e6 do t[i] = i * 7919 % 5000011 end",
     "table.sort(t, function(a, b) return a > b end)"},
    {"table.insert", "local t = {} for i = 1, 3e6 do t[i] = i end",
     "while true do table.insert(t, 1, 0) end"},
    {"table.remove", "local t = {} for i = 1, 3e6 do t[i] = i end", "while true do table.remove(t, 1) end"},
    {"table.move", "local t = {} for i = 1, 3e6 do t[i] = i end",
     "while true do table.move(t, 1, #t, 2) end"},
    {"table.unpack", "local t = {} for i = 1, 9e5 do t[i] = i end",
     "while true do select('#', table.unpack(t)) end"},
    {"utf8.len", "local s = ('\xC3\xA9'):rep(3e7)", "while true do utf8.len(s) end"},
    {"utf8.offset", "local s = ('\xC3\xA9'):rep(3e7)", "while true do utf8.offset(s, 3e7) end"},
    {"load of a long comment", "local s = '--' .. ('x'):rep(1e8)", "while true do assert(load(s)) end"},
    {"load of a long function",
     "local s = ('local a = {1, 2, b = f(c)} a.b = 3 '):rep(100):rep(1000, ' do ') ",
     "while true do load('do ' .. ('local a = {1, 2, b = f(c)} a.b = 3 end do '):rep(3e5) .. 'end') end"},
    {"load through a function", "local s = ('x = 1 '):rep(100)",
     "assert(load(function() return s end)) while true do end"},
    {"load of many constants",
     "local t = {} for i = 1, 1e5 do t[i] = 'x' .. i .. '=1 ' end local s = table.concat(t)",
     "while true do load(s) end"},
    {"load of a binary chunk",
     "local t = {} for i = 1, 2e5 do t[i] = 'x' .. i .. '=' .. i .. '.5 ' end "
     "local s = string.dump(load(table.concat(t)))",
     "while true do load(s) end"},
    {"string.dump",
     "local t = {} for i = 1, 2e5 do t[i] = 'x' .. i .. '=' .. i .. '.5 ' end local f = "
     "load(table.concat(t))",
     "while true do string.dump(f) end"},
    {"equality", "local a, b = ('x'):rep(1e8), ('x'):rep(1e8)", "while true do local x = a == b end"},
    {"order", "local a, b = ('x'):rep(1e8), ('x'):rep(1e8)", "while true do local x = a < b end"},
    {"order of zeros", "local a, b = ('\\0'):rep(1e8), ('\\0'):rep(1e8)",
     "while true do local x = a <= b end"},
    {"rawequal", "local a, b = ('x'):rep(1e8), ('x'):rep(1e8)", "while true do rawequal(a, b) end"},
    {"tonumber", "local s = ('1'):rep(1e8)", "while true do tonumber(s) end"},
    {"tonumber with a base", "local s = ('1'):rep(1e8)", "while true do tonumber(s, 7) end"},
    {"tonumber of spaces", "local s = (' '):rep(1e8)", "while true do tonumber(s) end"},
    {"arithmetic on a string", "local s = (' '):rep(1e8) .. '1'", "while true do local x = s + 1 end"},
    {"a capture", "local s = ('ab'):rep(5e7)", "while true do s:match('(.*)') end"},
    {"a long pattern", "local s = ('a'):rep(3e7) .. '%a'", "while true do ('x'):find(s) end"},
    {"a long set", "local p = '[' .. ('a'):rep(3e7) .. ']'", "while true do ('x'):find(p) end"},
    {"string.unpack of z", "local s = ('x'):rep(1e8) .. '\\0'", "while true do string.unpack('z', s) end"},
    {"string.unpack of s", "local s = string.pack('s8', ('x'):rep(1e8))",
     "while true do string.unpack('s8', s) end"},
    {"string.format with a precision", "local s = ('x'):rep(1e8)",
     "while true do string.format('%.9s', s) end"},
    {"string.byte", "local s = ('x'):rep(9e5)", "while true do s:byte(1, -1) end"},
    {"string.char",
     "local t = {} for i = 1, 3e5 do t[i] = 65 end local function f(...) while true do "
     "string.char(...) end end",
     "f(table.unpack(t))"},
    {"compiling", "local s = 'local s = 0 for i = 1, 200 do ' .. ('s = s + i * 2 '):rep(600) .. ' end '",
     "local n = 0 while true do n = n + 1 load(s .. 'return ' .. n)() end"},
    {"package.searchpath", "local s = ('?;'):rep(1e6)", "while true do package.searchpath('x', s) end"},
    {"a full collection", "local t = {} for i = 1, 1e6 do t[i] = {i} end",
     "while true do collectgarbage() end"},
    {"a full collection of a large array", "local t = {} for i = 1, 1e7 do t[i] = 'x' end",
     "while true do collectgarbage() end"},
    {"a full collection of a large dictionary", "local t = {} for i = 1, 1e6 do t['k' .. i] = i end",
     "while true do collectgarbage() end"},
    {"a full collection of weak tables",
     "local t, u = setmetatable({}, {__mode = 'k'}), setmetatable({}, {__mode = 'v'}) "
     "local k = {} for i = 1, 3e5 do local n = {} t[k] = n u[i] = n k = n end t[1] = k",
     "while true do collectgarbage() end"},
    {"collections on their way", "local t = {} for i = 1, 1e6 do t[i] = {i} end",
     "local j = 0 while true do j = j % 1000000 + 1 t[j] = {j} end"},
    {"a finalizer", "setmetatable({}, {__gc = function() while true do end end})",
     "collectgarbage() while true do end"},
};

static int by_value(const void* a, const void* b) {
  double x = *(const double*)a, y = *(const double*)b;
  return (x > y) - (x < y);
}

/* The best and the middle one of some latencies, in seconds. */
static void measure(lua_State* L, int i, double* best, double* middle) {
  enum { kRuns = 7 };
  double latencies[kRuns];
  char chunk[2000];
  snprintf(chunk, sizeof chunk, "%s return function(begin) begin() %s end", programs[i].setup,
           programs[i].body);
  const char* message = run_chunk(L, chunk);
  if (message != NULL) printf("%s: %s\n", programs[i].name, message);
  CHECK(message == NULL);
  for (int n = 0; n < kRuns; n++) {
    lua_pushvalue(L, 1);
    lua_pushcfunction(L, begin);
    int status = lua_pcall(L, 1, 0, 0);
    latencies[n] = at(CLOCK_THREAD_CPUTIME_ID) - interrupted_at_cpu;
    message = lua_tostring(L, -1);
    int as_expected = status == LUA_ERRRUN && strstr(message, "interrupted!") != NULL;
    if (!as_expected) printf("%s: status %d, %s\n", programs[i].name, status, message);
    CHECK(as_expected);
    lua_settop(L, 1);
  }
  qsort(latencies, kRuns, sizeof *latencies, by_value);
  *best = latencies[0];
  *middle = latencies[kRuns / 2];
}

/* What a program that catches every error does about perigee_terminate. */
static const char* const kStubborn[] = {
    "while true do pcall(function() while true do end end) end",
    "local function f() pcall(f) pcall(f) return f() end f()",
    "local function f() while true do xpcall(function() while true do end end, f) end end f()",
    "while true do local c <close> = setmetatable({}, {__close = function() while true do end end}) "
    "error('x') end",
    "while true do coroutine.wrap(function() pcall(function() while true do end end) end)() end",
    "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
    "setmetatable({}, {__gc = function(o) setmetatable(o, getmetatable(o)) while true do end end}) "
    "collectgarbage() "
    "while true do pcall(collectgarbage) end",
    "while true do pcall(string.find, ('a'):rep(40), ('a?'):rep(40) .. ('a'):rep(40)) end",
    "while true do load(function() while true do end end) end",
    "local t = setmetatable({}, {__index = function(t, k) while true do pcall(rawlen, t) end end}) return "
    "t.x",
};

static void test_terminate(int with_compiler) {
  terminating = 1;
  for (size_t i = 0; i < sizeof kStubborn / sizeof *kStubborn; i++) {
    lua_State* L = open_state(with_compiler); /* its own: a finalizer may never end */
    char chunk[500];
    snprintf(chunk, sizeof chunk, "begin() %s", kStubborn[i]);
    const char* message = run_chunk(L, chunk);
    CHECK(message != NULL);
    CHECK(now() - interrupted_at < 2);
    CHECK(run_chunk(L, "for i = 1, 10 do end") != NULL); /* until: */
    perigee_cancelinterrupt(L);
    if (strstr(kStubborn[i], "__gc") == NULL) CHECK(run_chunk(L, "for i = 1, 10 do end") == NULL);
    perigee_terminate(L);
    lua_close(L);
  }
  terminating = 0;
}

static lua_State* of_handler;
static void on_alarm(int signal_number) {
  (void)signal_number;
  perigee_interrupt(of_handler);
}

/* Interrupts come in the middle of collections, which stop: nothing is lost, and nothing stays for ever. */
static void test_collections(lua_State* L) {
  of_handler = L;
  signal(SIGALRM, on_alarm);
  const char* message = run_chunk(
      L,
      "local strong, weak, keys = {}, setmetatable({}, {__mode = 'v'}), setmetatable({}, {__mode = 'k'}) "
      "local threads, counters = {}, {} "
      "for i = 1, 100 do "
      "  threads[i] = coroutine.wrap(function() local n, t = 0, {} counters[i] = function() n = n + 1 t[n] = "
      "{n} "
      "    return n, t end while true do coroutine.yield(n, t) end end) "
      "  threads[i]() "
      "end "
      "local finalized, made = 0, 0 "
      "function work() "
      "  for i = 1, 20000 do "
      "    local v, k = {i}, {i} "
      "    strong[i] = {v, k} weak[i] = v keys[k] = {k, v} "
      "  end "
      "  for i = 1, 100 do counters[i]() made = made + 1 "
      "    setmetatable({}, {__gc = function() finalized = finalized + 1 end}) end "
      "  collectgarbage() collectgarbage('step') "
      "end "
      "function check() "
      "  collectgarbage() collectgarbage() "
      "  for i, e in ipairs(strong) do assert(e[1][1] == i and e[2][1] == i) "
      "    assert(weak[i] == nil or weak[i] == e[1]) assert(keys[e[2]] == nil or keys[e[2]][1] == e[2]) end "
      "  for i = 1, 100 do local n, t = threads[i]() for j = 1, n do assert(t[j][1] == j) end "
      "    assert(counters[i]() == n + 1) end "
      "  local n = 0 for k, v in pairs(keys) do n = n + 1 assert(v[1] == k) end assert(n <= #strong, n) "
      "  assert(finalized <= made) "
      "end");
  CHECK(message == NULL);
  for (int mode = 0; mode < 2; mode++) {
    lua_gc(L, mode ? LUA_GCINC : LUA_GCGEN, 0, 0, 0);
    for (int i = 0; i < 200; i++) {
      ualarm(200 + (useconds_t)(i * 7919 % 61 * 100), 0);
      run_chunk(L, "for i = 1, 20 do work() end");
      if (i % 20 != 19) continue;
      ualarm(0, 0);
      perigee_cancelinterrupt(L);
      message = run_chunk(L, "check()");
      if (message != NULL) printf("after interrupts: %s\n", message);
      CHECK(message == NULL);
    }
  }
  signal(SIGALRM, SIG_DFL);
  run_chunk(L, "work, check = nil");
}

static void test_pending(lua_State* L) {
  perigee_interrupt(L);
  perigee_interrupt(L);
  CHECK(run_chunk(L, "local function f() end f()") != NULL);
  CHECK(run_chunk(L, "local function f() end f() for i = 1, 10 do f() end") == NULL);
  perigee_interrupt(L);
  perigee_cancelinterrupt(L);
  CHECK(run_chunk(L, "for i = 1, 10 do end") == NULL);
  perigee_interrupt(L); /* caught once, and gone */
  CHECK(
      run_chunk(
          L,
          "local ok, m = pcall(function() for i = 1, 10 do end end) assert(not ok and m:find 'interrupted!') "
          "for i = 1, 10 do end") == NULL ||
      lua_gettop(L) == 1);
  perigee_cancelinterrupt(L);
}

static void test_signals(lua_State* L) {
  of_handler = L;
  signal(SIGALRM, on_alarm);
  for (int i = 0; i < 20; i++) {
    ualarm(2000, 0);
    CHECK(run_chunk(L, "while true do end") != NULL);
  }
  signal(SIGALRM, SIG_DFL);
}

/* Threads come and go, and are collected, while others interrupt. */
static _Atomic int storm_over;
static void* storm(void* L) {
  while (!storm_over) perigee_interrupt(L);
  return NULL;
}
static void test_storm(lua_State* L) {
  pthread_t others[2];
  for (int i = 0; i < 2; i++) pthread_create(&others[i], NULL, storm, L);
  double end = now() + 1;
  long caught = 0;
  while (now() < end) {
    caught += run_chunk(L, "local function f(n) if n > 0 then return coroutine.wrap(f)(n - 1) end "
                           "collectgarbage('step') end "
                           "for i = 1, 100 do pcall(f, 5) end for i = 1, 100 do f(5) end") != NULL;
  }
  storm_over = 1;
  for (int i = 0; i < 2; i++) pthread_join(others[i], NULL);
  CHECK(caught > 0);
  perigee_cancelinterrupt(L);
  CHECK(run_chunk(L, "for i = 1, 10 do end") == NULL);
}

int main(int argc, char** argv) {
  int prints = argc > 1 && strcmp(argv[1], "print") == 0;
  double limit = argc > 1 && strcmp(argv[1], "slow") == 0 ? 0.1 : 0.005;
  setvbuf(stdout, NULL, _IOLBF, 0);
  pthread_getcpuclockid(pthread_self(), &cpu_of_main);
  pthread_t other;
  pthread_create(&other, NULL, interrupter, NULL);
  const char* mode = getenv("HOST_JIT");
  int modes = mode != NULL && strcmp(mode, "off") == 0 ? 1 : 2;
  for (int with_compiler = 0; with_compiler < modes; with_compiler++) {
    lua_State* L = open_state(with_compiler);
    test_pending(L);
    test_signals(L);
    test_collections(L);
    test_terminate(with_compiler);
    test_storm(L);
    lua_close(L);
    storm_over = 0;
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
      L = open_state(with_compiler);
      double best, middle;
      measure(L, (int)i, &best, &middle);
      if (prints) printf("%-40s %8.0f us, best %8.0f us\n", programs[i].name, middle * 1e6, best * 1e6);
      if (middle > limit) printf("%s: %.0f us\n", programs[i].name, middle * 1e6);
      CHECK(middle < limit); /* above what is promised, since caches and the other core are shared */
      perigee_terminate(L);
      lua_close(L);
    }
  }
  return end_of_checks();
}
