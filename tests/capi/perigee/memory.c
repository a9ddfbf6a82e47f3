/* The limit of memory: nothing a program does takes the state beyond it, and each program meets a memory
 * error that it can catch. With the argument `list`: prints the programs, one a line. */
#include "check.h"

static size_t held, limit;
static int beyond;

static void* count(void* ud, void* block, size_t old_size, size_t size) {
  (void)ud;
  if (block == NULL) old_size = 0;
  if (size == 0) {
    free(block);
    held -= old_size;
    return NULL;
  }
  if (limit != 0 && size > old_size && held - old_size + size > limit) beyond = 1;
  void* result = realloc(block, size);
  if (result != NULL) held += size - old_size;
  return result;
}

static const char* const programs[] = {
    "local s = 'x' while true do s = s .. s end",
    "return ('x'):rep(1e9)",
    "return ('x'):rep(1e5, ('y'):rep(1e5))",
    "local t = {} for i = 1, 1e9 do t[i] = i end",
    "local t = {} for i = 1, 1e9 do t[i] = i + 0.5 end",
    "local t = {} for i = 1, 1e9 do t[i] = {} end",
    "local t = {} for i = 1, 1e9 do t['k' .. i] = i end",
    "local t = {} for i = 1, 1e9 do t[i * 1000003] = i end",
    "local t = {} while true do t = {t, t} end",
    "local t = {} for i = 1, 1e9 do t[i] = coroutine.create(print) end",
    "local t = {} for i = 1, 1e9 do t[i] = coroutine.wrap(function() coroutine.yield() end) t[i]() end",
    "local function f() return coroutine.wrap(f)() end f()",
    "local t = {} for i = 1, 1e9 do t[i] = function() return i end end",
    "local function f(n) return 1 + f(n + 1) end f(1)",
    "local function f(...) return 1 + f(1, ...) end f(1)",
    "local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end}) return t[1]",
    "local function f() local ok, m = pcall(f) error(m, 0) end f()",
    "local t = {} for i = 1, 1e6 do t[i] = i end return select('#', table.unpack(t))",
    "local t = {} for i = 1, 9e5 do t[i] = i end return select('#', table.unpack(t))",
    "return ('%99.99f'):rep(1e6):format(table.unpack(setmetatable({}, {__index = function() return 1 end}), "
    "1, 9e5))",
    "local t = {} for i = 1, 1e9 do t[i] = ('%d'):format(i) end",
    "local t = {} for i = 1, 1e9 do t[#t + 1] = ('abc'):gsub('%w', '%0%0%0' .. i) end",
    "local s = ('a'):rep(1e5) return (s:gsub('a', s))",
    "local t = {} for i = 1, 1e9 do t[#t + 1] = assert(load('local a, b = 1, 2 return function() return a + "
    "b + ' .. i .. ' end')) end",
    "load(function() return 'local x = 1 ' end)",
    "load(function() return 'x = {1, 2, 3, \"a string\"} ' end)",
    "return load(('x = 1 '):rep(1e6))",
    "return load('return ' .. ('{'):rep(150) .. ('\"abcdefghij\",'):rep(1e6) .. ('}'):rep(150))",
    "return load('--' .. ('x'):rep(1e7))",
    "return load('return [[' .. ('x'):rep(5e6) .. ']]')",
    "return load('return \"' .. ('x'):rep(5e6) .. '\"')",
    "local t = {} for i = 1, 1e5 do t[i] = string.dump(assert(load('return ' .. i))) end return "
    "load(table.concat(t))",
    "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(100) end return table.concat(t)",
    "local t = {} for i = 1, 20 do t[i] = ('x'):rep(1e5) end while true do t[#t + 1] = table.concat(t) end",
    "return table.concat(setmetatable({}, {__len = function() return 1e9 end, __index = function() return "
    "'xyz' end}))",
    "local t = {} for i = 1, 1e9 do t[i] = setmetatable({}, {__gc = function() t[#t + 1] = {} end}) end",
    "local t = setmetatable({}, {__mode = 'k'}) for i = 1, 1e9 do t[{}] = {i} if i % 10 == 0 then t[i] = {} "
    "end end",
    "local t = {} for i = 1, 1e5 do t[i] = i % 2 == 0 and {} or 'x' .. i end "
    "table.sort(t, function(a, b) return tostring(a) < tostring(b) end) while true do t = {t, "
    "('x'):rep(1000)} end",
    "local t = {} for i = 1, 2e4 do t[i] = i end for i = 1, 1e9 do t[i] = table.move(t, 1, #t, 1, {}) end",
    "local t = {} while true do t[#t + 1] = table.pack(('x'):byte(1, -1), table.unpack(t, 1, math.min(#t, "
    "200))) end",
    "local t = {} for i = 1, 1e9 do t[i] = utf8.char(i % 1000, i % 2000, 300, 4000):rep(50) end",
    "local t = {} for i = 1, 1e9 do t[i] = ('s8'):pack(('x'):rep(i)) end",
    "return ('!16' .. ('c9999999'):rep(1000)):pack(table.unpack(setmetatable({}, {__index = function() "
    "return '' end}), 1, 1000))",
    "local s = 'x' xpcall(function() while true do s = s .. s end end, function(m) while true do s = s .. "
    "'y' end end) "
    "while true do s = s .. s end",
    "local t = {} for i = 1, 1e9 do local c <close> = setmetatable({}, {__close = function() t[#t + 1] = "
    "('z'):rep(1000) end}) end",
    "local t = {} for i = 1, 1e9 do t[i] = io and i .. '' end",
    "local hot = 0 local t = {} local function f(a) hot = hot + a return {a, hot} end for i = 1, 1e9 do t[i] "
    "= f(i) end",
    /* much code */
    "local t = {} for n = 1, 1e9 do local f = assert(load('local a = ... for i = 1, 3000 do a = a + i % ' .. "
    "n .. "
    "' if a > 1e6 then a = a - ' .. n .. ' end end return a')) f(n) t[n] = {f, ('x'):rep(100)} end",
};

static void test_program(const char* program, size_t bytes, int with_compiler) {
  held = 0;
  limit = 0;
  beyond = 0;
  lua_State* L = lua_newstate(count, NULL);
  luaL_openlibs(L);
  if (!with_compiler) run_chunk(L, "require 'jit'.off()");
  limit = bytes;
  perigee_setmemorylimit(L, bytes);
  CHECK(perigee_memorylimit(L) == bytes);
  luaL_loadstring(L, program);
  int status = lua_pcall(L, 0, 0, 0);
  const char* message = status != LUA_OK ? lua_tostring(L, -1) : "no error";
  if (!with_compiler && getenv("VERBOSE"))
    printf("%d %.60s: %.80s\n", status, program, message ? message : "(none)");
  CHECK(!beyond);
  CHECK(perigee_memory(L) <= bytes);
  CHECK(perigee_memory(L) >= held);
  lua_settop(L, 0);
  lua_gc(L, LUA_GCCOLLECT);
  CHECK(run_chunk(L, "local t = {} for i = 1, 100 do t[i] = i .. 'x' end return #table.concat(t)") == NULL);
  if (beyond) printf("beyond the limit: %s\n", program);
  limit = 0;
  lua_close(L);
  CHECK(held == 0);
}

int main(int argc, char** argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc > 1 && strcmp(argv[1], "list") == 0) {
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) puts(programs[i]);
    return 0;
  }
  for (int with_compiler = 0; with_compiler < 2; with_compiler++) {
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
      test_program(programs[i], 400000, with_compiler);
      test_program(programs[i], 3000000, with_compiler);
    }
  }
  /* Whatever the limit, down to what is in use already. */
  for (size_t room = 0; room < 60000; room += 777) {
    held = limit = 0;
    lua_State* L = luaL_newstate();
    luaL_openlibs(L);
    size_t bytes = perigee_memory(L) + room;
    perigee_setmemorylimit(L, bytes);
    int status = luaL_loadstring(L, "local t = {} for i = 1, 1e9 do t[i] = pcall(string.rep, 'x', i) end");
    if (status == LUA_OK) status = lua_pcall(L, 0, 0, 0);
    CHECK(status == LUA_ERRMEM);
    CHECK(perigee_memory(L) <= bytes);
    lua_close(L);
  }
  return end_of_checks();
}
