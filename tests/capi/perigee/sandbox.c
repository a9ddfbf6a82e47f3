/* What programs in a sandbox can and cannot reach; many sandboxes. With an argument: prints what they take.
 */
#include "check.h"

#include <sys/resource.h>

static lua_State* new_sandbox(int flags) {
  lua_State* L = luaL_newstate();
  CHECK(perigee_opensandbox(L, flags) == LUA_OK);
  CHECK(lua_gettop(L) == 0);
  return L;
}

/* All of these hold in any environment. */
static const char* const facts[] = {
    "assert(io == nil and os == nil and package == nil and require == nil and dofile == nil and loadfile == "
    "nil)",
    "assert(print == nil and warn == nil and string.dump == nil and ('').dump == nil)",
    "assert(debug.getinfo == nil and debug.getregistry == nil and debug.sethook == nil and "
    "type(debug.traceback()) == 'string')",
    "local names = {} for k in pairs(debug) do names[#names + 1] = k end assert(#names == 1)",
    "local n = 0 for k, v in pairs(string) do n = n + 1 assert(string[k] == v) end assert(n == 16, n)",
    "local n = 0 for k, v in pairs(_G) do n = n + 1 end assert(n >= 26 and _G._G == _G and _ENV == _G, n)",
    /* libraries are read-only */
    "assert(not pcall(function() string.rep = 1 end))",
    "assert(not pcall(function() math.new = 1 end) and math.new == nil)",
    "assert(not pcall(rawset, string, 'rep', 1) and not pcall(rawset, math, 'new', 1) and rawget(math, "
    "'new') == nil)",
    "assert(not pcall(setmetatable, table, {}) and not pcall(setmetatable, table, nil))",
    "assert(getmetatable(string) == false and getmetatable('') == false and getmetatable(coroutine) == "
    "false)",
    "assert(not pcall(table.insert, string, 1) and not pcall(table.insert, utf8, 1, 2))",
    "assert(not pcall(table.move, {1, 2, 3}, 1, 3, 1, math))",
    "pcall(table.sort, math) pcall(table.remove, math) pcall(table.remove, math, 1) assert(math.floor(1.5) "
    "== 1)",
    "assert(next(string) == nil and #string == 0 and rawlen(string) == 0 and rawget(string, 'rep') == nil)",
    "for k, v in pairs(string) do assert(type(v) == 'function') end assert(select(2, pairs(string)) == "
    "string)",
    "local f, t, k = pairs(math) assert(f({}, nil) ~= nil and t == math)",
    "getmetatable = nil setmetatable = 1 assert(_G.setmetatable == 1)",
    "rawset(_G, 'x', 1) assert(x == 1) setmetatable(_G, {__index = function(_, k) return k end}) assert(y == "
    "'y')",
    "local mt = {__metatable = 'mine'} local t = setmetatable({}, mt) assert(not pcall(rawset, t, 1, 1)) "
    "t[1] = 2 assert(t[1] == 2)",
    /* methods of strings are the library's */
    "assert(('x'):rep(3) == 'xxx' and ('%d'):format(3) == '3' and #('abc'):upper() == 3 and '10' + 5 == 15)",
    /* text only */
    "assert(load('return 1')() == 1 and load('x = 7') and not load('\\27Lua') and not load('\\27LuaS', 'x', "
    "'b'))",
    "local f, m = load('return 1', 'x', 'b') assert(not f and m:find('attempt to load a text chunk'))",
    "local f, m = load('\\27Lua', 'x', 'bt') assert(not f and m:find('attempt to load a binary chunk'))",
    "assert(load('y = 5; return _G ~= nil and y')() == 5 and y == 5)",
    "local e = {} load('z = 1', 'x', 't', e)() assert(e.z == 1 and z == nil)",
    "assert(load('return ...', 'x', 't', nil)(3) == 3 and not pcall(load('return x', 'x', 't', nil)))",
    "local n = 0 assert(load(function() n = n + 1 return n == 1 and 'return 8' or nil end)() == 8)",
    "local f, m = load('x x') assert(not f and m == '[string \"x x\"]:1: syntax error near \\'x\\'', m)",
    /* the collector */
    "assert(collectgarbage() == 0 and collectgarbage('count') > 1 and collectgarbage('step') == true)",
    "assert(not pcall(collectgarbage, 'stop') and not pcall(collectgarbage, 'generational'))",
    "setmetatable({}, {__gc = function() called = true end}) local t for i = 1, 1e5 do t = {} end assert(not "
    "called)",
    "math.randomseed(7) local a = math.random() math.randomseed(7) assert(a == math.random() and not "
    "math.randomseed())",
    "local t = setmetatable({}, {__close = function(o) o.closed = true end}) do local c <close> = t end "
    "assert(t.closed)",
    "local co = coroutine.wrap(function(...) local x = coroutine.yield(...) return x end) assert(co(1) == 1 "
    "and co(2) == 2)",
    "assert(select('#', xpcall(error, debug.traceback, 'x')) == 2)",
    "local t = setmetatable({}, {__index = string}) assert(t.rep == string.rep)",
    "assert(math.type(1) == 'integer' and utf8.char(228) == '\xC3\xA4' and table.concat({1, 2}, ',') == "
    "'1,2')",
};

static void test_facts(lua_State* L, int environment) {
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
    lua_settop(L, 0);
    CHECK(luaL_loadstring(L, facts[i]) == LUA_OK);
    perigee_newguest(L);
    if (environment) {
      CHECK(lua_setupvalue(L, 1, 1) != NULL);
    } else {
      lua_pop(L, 1);
    }
    if (lua_pcall(L, 0, 0, 0) != LUA_OK) {
      printf("%s: %s\n", facts[i], lua_tostring(L, -1));
      CHECK(!"fact");
    }
  }
}

static void test_flags(void) {
  lua_State* L = new_sandbox(PERIGEE_ALLOW_TIME | PERIGEE_ALLOW_PRINT | PERIGEE_ALLOW_FINALIZERS);
  CHECK(
      run_chunk(
          L,
          "assert(print and warn and io.write and not io.open and not io.read and os.time() > 0 and os.clock "
          "and not os.execute and not os.exit and not os.getenv and not os.remove and os.date)") == NULL);
  CHECK(run_chunk(L, "setmetatable({}, {__gc = function() called = true end}) local t = {} for i = 1, 1e6 do "
                     "t[i % 10] = {} end assert(called)") == NULL);
  lua_close(L);
}

/* Guests do not see one another, nor what the host has. */
static void test_guests(void) {
  lua_State* L = new_sandbox(0);
  lua_pushinteger(L, 1);
  lua_setglobal(L, "host_value");
  for (int guest = 1; guest <= 3; guest++) {
    luaL_loadstring(L,
                    "assert(host_value == nil and mine == nil) mine = ... string_rep = string.rep return _G");
    perigee_newguest(L);
    lua_setupvalue(L, -2, 1);
    lua_pushinteger(L, guest);
    CHECK(lua_pcall(L, 1, 1, 0) == LUA_OK);
    lua_getfield(L, -1, "mine");
    CHECK(lua_tointeger(L, -1) == guest);
    lua_settop(L, 0);
  }
  lua_close(L);
  L = luaL_newstate();
  luaL_openlibs(L);
  lua_pushcfunction(L, (lua_CFunction)perigee_newguest);
  CHECK(lua_pcall(L, 0, 0, 0) == LUA_ERRRUN);
  lua_close(L);
}

static size_t held;
static void* count(void* ud, void* block, size_t old_size, size_t size) {
  (void)ud;
  if (block == NULL) old_size = 0;
  held += size - old_size;
  if (size != 0) return realloc(block, size);
  free(block);
  return NULL;
}

static void test_many(int prints) {
  enum { kMany = 10000 };
  static lua_State* states[kMany];
  lua_State* L = lua_newstate(count, NULL);
  luaL_openlibs(L);
  size_t with_libraries = perigee_memory(L);
  lua_close(L);
  for (int i = 0; i < kMany; i++) states[i] = new_sandbox(0);
  size_t of_state = perigee_memory(states[0]);
  for (int i = 0; i < kMany; i += 97)
    CHECK(run_chunk(states[i], "x = ('a'):rep(10) assert(#x == 10)") == NULL);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  for (int i = 0; i < kMany; i++) lua_close(states[i]);
  L = new_sandbox(0);
  size_t before = perigee_memory(L);
  luaL_checkstack(L, kMany + 10, NULL);
  for (int i = 0; i < kMany; i++) perigee_newguest(L);
  size_t of_guest = (perigee_memory(L) - before) / kMany;
  lua_close(L);
  CHECK(with_libraries < 32000);
  CHECK(of_state < 32000);
  CHECK(of_guest < 1500);
  if (prints)
    printf("bytes: a state with libraries %zu, a sandboxed state %zu, an environment %zu; 10,000 sandboxed "
           "states: %ld KB in the process\n",
           with_libraries, of_state, of_guest, usage.ru_maxrss);
}

/* An opening that is refused memory says so. */
static void test_refusal(void) {
  for (size_t room = 0; room < 30000; room += 501) {
    lua_State* L = luaL_newstate();
    perigee_setmemorylimit(L, perigee_memory(L) + room);
    int status = perigee_opensandbox(L, 0);
    CHECK(status == LUA_OK || status == LUA_ERRMEM);
    lua_close(L);
  }
}

int main(int argc, char** argv) {
  (void)argv;
  setvbuf(stdout, NULL, _IOLBF, 0);
  lua_State* L = new_sandbox(0);
  test_facts(L, 1);
  lua_close(L);
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) { /* in the globals of a state, each in its own */
    L = new_sandbox(0);
    const char* message = run_chunk(L, facts[i]);
    if (message != NULL) printf("%s: %s\n", facts[i], message);
    CHECK(message == NULL);
    lua_close(L);
  }
  test_flags();
  test_guests();
  test_refusal();
  test_many(argc > 1);
  return end_of_checks();
}
