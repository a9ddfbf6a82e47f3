// Micro-benchmarks of the C API. The program uses lua.h and nothing of Perigee; which library it runs with is
// up to the dynamic linker: see tools/capi_bench.py. An iteration is one use of what the name says, or kBatch
// of them where entering Lua would drown it.

#include "lua.hpp"

#include <benchmark/benchmark.h>

#include <cstring>

namespace {

constexpr int kBatch = 1000;

struct Host {
  lua_State* L = luaL_newstate();
  Host() { luaL_openlibs(L); }
  ~Host() { lua_close(L); }
  // Runs `code`, which leaves its results on the stack.
  void run(const char* code) {
    if (luaL_dostring(L, code) != LUA_OK) luaL_error(L, "%s", lua_tostring(L, -1));
  }
};

int addOne(lua_State* L) {
  lua_pushinteger(L, luaL_checkinteger(L, 1) + 1);
  return 1;
}
int addNumbers(lua_State* L) {
  lua_pushnumber(L, luaL_checknumber(L, 1) + luaL_checknumber(L, 2));
  return 1;
}
int nothing(lua_State*) { return 0; }
int counter(lua_State* L) {
  lua_Integer n = lua_tointeger(L, lua_upvalueindex(1)) + 1;
  lua_pushinteger(L, n);
  lua_copy(L, -1, lua_upvalueindex(1));
  return 1;
}
struct Point {
  double x, y;
};
int pointX(lua_State* L) {
  auto* p = static_cast<Point*>(luaL_checkudata(L, 1, "point"));
  lua_pushnumber(L, p->x);
  return 1;
}

// A loop of Lua around `f(i)`, kBatch times an iteration.
void callFromLua(benchmark::State& state, lua_CFunction f, int upvalues, const char* body) {
  Host host;
  lua_State* L = host.L;
  host.run(body);
  for (int i = 0; i < upvalues; i++) lua_pushinteger(L, 0);
  lua_pushcclosure(L, f, upvalues);
  lua_call(L, 1, 1);
  for (auto _ : state) {
    lua_pushvalue(L, -1);
    lua_call(L, 0, 0);
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
}
void c_function_from_lua(benchmark::State& state) {
  callFromLua(state, addOne, 0, "return function(f) return function() for i = 1, 1000 do f(i) end end end");
}
BENCHMARK(c_function_from_lua);
void c_function_result_used(benchmark::State& state) {
  callFromLua(
      state, addNumbers, 0,
      "return function(f) return function() local s = 0.0 for i = 1, 1000 do s = f(s, 1.5) end end end");
}
BENCHMARK(c_function_result_used);
void c_function_without_arguments(benchmark::State& state) {
  callFromLua(state, nothing, 0, "return function(f) return function() for i = 1, 1000 do f() end end end");
}
BENCHMARK(c_function_without_arguments);
void c_closure_from_lua(benchmark::State& state) {
  callFromLua(state, counter, 1, "return function(f) return function() for i = 1, 1000 do f() end end end");
}
BENCHMARK(c_closure_from_lua);

void userdata_method(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  luaL_newmetatable(L, "point");
  lua_newtable(L);
  lua_pushcfunction(L, pointX);
  lua_setfield(L, -2, "x");
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  host.run("return function(p) return function() for i = 1, 1000 do p:x() end end end");
  *static_cast<Point*>(lua_newuserdatauv(L, sizeof(Point), 0)) = {1, 2};
  luaL_setmetatable(L, "point");
  lua_call(L, 1, 1);
  for (auto _ : state) {
    lua_pushvalue(L, -1);
    lua_call(L, 0, 0);
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(userdata_method);

void push_to_integer(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  lua_Integer sum = 0;
  for (auto _ : state) {
    lua_pushinteger(L, sum);
    sum += lua_tointeger(L, -1) + 1;
    lua_pop(L, 1);
  }
  benchmark::DoNotOptimize(sum);
}
BENCHMARK(push_to_integer);

void push_ten_integers(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  for (auto _ : state) {
    for (int i = 0; i < 10; i++) lua_pushinteger(L, i);
    lua_settop(L, 0);
  }
}
BENCHMARK(push_ten_integers);

void push_to_number(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  double sum = 0;
  for (auto _ : state) {
    lua_pushnumber(L, sum);
    sum += lua_tonumber(L, -1);
    lua_pop(L, 1);
  }
  benchmark::DoNotOptimize(sum);
}
BENCHMARK(push_to_number);

void push_to_string(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  for (auto _ : state) {
    lua_pushstring(L, "a literal");
    benchmark::DoNotOptimize(lua_tostring(L, -1));
    lua_pop(L, 1);
  }
}
BENCHMARK(push_to_string);

void push_lstring(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  char text[16] = "text 0000000";
  unsigned n = 0;
  for (auto _ : state) {
    std::memcpy(text + 5, &++n, sizeof n);
    lua_pushlstring(L, text, 12);
    lua_pop(L, 1);
  }
}
BENCHMARK(push_lstring);

void stack_shuffle(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  for (int i = 0; i < 5; i++) lua_pushinteger(L, i);
  for (auto _ : state) {
    lua_pushvalue(L, 2);
    lua_insert(L, 1);
    lua_remove(L, 3);
    lua_pushvalue(L, -1);
    lua_replace(L, 1);
  }
}
BENCHMARK(stack_shuffle);

void getfield(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  host.run("return {x = 1, y = 2, name = 'a', callback = print, value = 1.5}");
  for (auto _ : state) {
    lua_getfield(L, -1, "value");
    lua_pop(L, 1);
  }
}
BENCHMARK(getfield);

void getfield_missing(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  host.run("return setmetatable({x = 1, y = 2}, {__index = {name = 'a'}})");
  for (auto _ : state) {
    lua_getfield(L, -1, "name");
    lua_pop(L, 1);
  }
}
BENCHMARK(getfield_missing);

void getglobal(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  for (auto _ : state) {
    lua_getglobal(L, "print");
    lua_pop(L, 1);
  }
}
BENCHMARK(getglobal);

void setfield(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  host.run("return {x = 1, y = 2, name = 'a', callback = print, value = 1.5}");
  lua_Integer n = 0;
  for (auto _ : state) {
    lua_pushinteger(L, n++);
    lua_setfield(L, -2, "value");
  }
}
BENCHMARK(setfield);

void setfield_new_table(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  for (auto _ : state) {
    lua_createtable(L, 0, 3);
    lua_pushinteger(L, 1);
    lua_setfield(L, -2, "x");
    lua_pushinteger(L, 2);
    lua_setfield(L, -2, "y");
    lua_pushinteger(L, 3);
    lua_setfield(L, -2, "z");
    lua_pop(L, 1);
  }
}
BENCHMARK(setfield_new_table);

void rawgeti(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  host.run("local t = {} for i = 1, 1000 do t[i] = i end return t");
  lua_Integer i = 0;
  for (auto _ : state) {
    lua_rawgeti(L, -1, i % 1000 + 1);
    lua_pop(L, 1);
    i++;
  }
}
BENCHMARK(rawgeti);

void rawgeti_registry(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  host.run("return print");
  int reference = luaL_ref(L, LUA_REGISTRYINDEX);
  for (auto _ : state) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, reference);
    lua_pop(L, 1);
  }
}
BENCHMARK(rawgeti_registry);

void rawseti(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  host.run("local t = {} for i = 1, 1000 do t[i] = i end return t");
  lua_Integer i = 0;
  for (auto _ : state) {
    lua_pushinteger(L, i);
    lua_rawseti(L, -2, i % 1000 + 1);
    i++;
  }
}
BENCHMARK(rawseti);

void gettable(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  host.run("return {x = 1, y = 2, name = 'a', callback = print, value = 1.5}, 'value'");
  for (auto _ : state) {
    lua_pushvalue(L, -1);
    lua_gettable(L, -3);
    lua_pop(L, 1);
  }
}
BENCHMARK(gettable);

// kBatch entries.
void traverse(benchmark::State& state, const char* code) {
  Host host;
  lua_State* L = host.L;
  host.run(code);
  for (auto _ : state) {
    lua_pushnil(L);
    while (lua_next(L, -2)) lua_pop(L, 1);
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
}
void next_of_list(benchmark::State& state) {
  traverse(state, "local t = {} for i = 1, 1000 do t[i] = i end return t");
}
BENCHMARK(next_of_list);
void next_of_fields(benchmark::State& state) {
  traverse(state, "local t = {} for i = 1, 1000 do t['field' .. i] = i end return t");
}
BENCHMARK(next_of_fields);

void call(benchmark::State& state, const char* code, lua_CFunction f) {
  Host host;
  lua_State* L = host.L;
  if (code != nullptr) {
    host.run(code);
  } else {
    lua_pushcfunction(L, f);
  }
  for (auto _ : state) {
    lua_pushvalue(L, -1);
    lua_pushinteger(L, 1);
    lua_call(L, 1, 1);
    lua_pop(L, 1);
  }
}
void call_of_lua(benchmark::State& state) { call(state, "return function(a) return a end", nullptr); }
BENCHMARK(call_of_lua);
void call_of_c(benchmark::State& state) { call(state, nullptr, addOne); }
BENCHMARK(call_of_c);
void call_of_callback(benchmark::State& state) {
  call(state, "local n = 0 return function(a) n = n + a if n > 100 then n = 0 end return n end", nullptr);
}
BENCHMARK(call_of_callback);

void protectedCall(benchmark::State& state, const char* code, lua_CFunction f, int handler) {
  Host host;
  lua_State* L = host.L;
  lua_pushcfunction(L, nothing);
  if (code != nullptr) {
    host.run(code);
  } else {
    lua_pushcfunction(L, f);
  }
  for (auto _ : state) {
    lua_pushvalue(L, -1);
    lua_pushinteger(L, 1);
    lua_pcall(L, 1, 1, handler);
    lua_pop(L, 1);
  }
}
void pcall_of_lua(benchmark::State& state) {
  protectedCall(state, "return function(a) return a end", nullptr, 0);
}
BENCHMARK(pcall_of_lua);
void pcall_of_lua_with_handler(benchmark::State& state) {
  protectedCall(state, "return function(a) return a end", nullptr, 1);
}
BENCHMARK(pcall_of_lua_with_handler);
void pcall_of_c(benchmark::State& state) { protectedCall(state, nullptr, addOne, 0); }
BENCHMARK(pcall_of_c);
void pcall_of_error(benchmark::State& state) {
  protectedCall(state, "return function(a) error(a) end", nullptr, 0);
}
BENCHMARK(pcall_of_error);

void resume_yield(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  lua_State* co = lua_newthread(L);
  luaL_loadstring(co, "local yield = coroutine.yield while true do yield(1) end");
  int n;
  lua_resume(co, L, 0, &n);
  for (auto _ : state) {
    lua_pop(co, n);
    lua_resume(co, L, 0, &n);
  }
}
BENCHMARK(resume_yield);

void bufferOf(benchmark::State& state, int pieces, const char* piece) {
  Host host;
  lua_State* L = host.L;
  size_t length = std::strlen(piece);
  for (auto _ : state) {
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    for (int i = 0; i < pieces; i++) luaL_addlstring(&b, piece, length);
    luaL_pushresult(&b);
    lua_pop(L, 1);
  }
}
void buffer_short(benchmark::State& state) { bufferOf(state, 4, "piece "); }
BENCHMARK(buffer_short);
void buffer_inline(benchmark::State& state) { bufferOf(state, 50, "some text "); }
BENCHMARK(buffer_inline);
void buffer_grown(benchmark::State& state) { bufferOf(state, 2000, "some text "); }
BENCHMARK(buffer_grown);
void buffer_characters(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  for (auto _ : state) {
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    for (int i = 0; i < 10000; i++) luaL_addchar(&b, static_cast<char>(i));
    luaL_pushresult(&b);
    lua_pop(L, 1);
  }
}
BENCHMARK(buffer_characters);
void buffer_values(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  for (auto _ : state) {
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    for (int i = 0; i < 100; i++) {
      lua_pushinteger(L, i);
      luaL_addvalue(&b);
    }
    luaL_pushresult(&b);
    lua_pop(L, 1);
  }
}
BENCHMARK(buffer_values);

void pushfstring(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  for (auto _ : state) {
    lua_pushfstring(L, "%s: %d items (%f)", "name", 42, 1.5);
    lua_pop(L, 1);
  }
}
BENCHMARK(pushfstring);

void concat(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  for (auto _ : state) {
    lua_pushliteral(L, "a text ");
    lua_pushinteger(L, 42);
    lua_pushliteral(L, " and more");
    lua_concat(L, 3);
    lua_pop(L, 1);
  }
}
BENCHMARK(concat);

void new_table(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  for (auto _ : state) {
    lua_newtable(L);
    lua_pop(L, 1);
  }
}
BENCHMARK(new_table);

void new_userdata(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  luaL_newmetatable(L, "point");
  for (auto _ : state) {
    lua_newuserdatauv(L, sizeof(Point), 1);
    luaL_setmetatable(L, "point");
    lua_pop(L, 1);
  }
}
BENCHMARK(new_userdata);

void checkudata(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  luaL_newmetatable(L, "point");
  lua_newuserdatauv(L, sizeof(Point), 0);
  luaL_setmetatable(L, "point");
  for (auto _ : state) benchmark::DoNotOptimize(luaL_checkudata(L, -1, "point"));
}
BENCHMARK(checkudata);

void ref_unref(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  lua_newtable(L);
  for (auto _ : state) {
    lua_pushvalue(L, -1);
    luaL_unref(L, LUA_REGISTRYINDEX, luaL_ref(L, LUA_REGISTRYINDEX));
  }
}
BENCHMARK(ref_unref);

void load_chunk(benchmark::State& state) {
  Host host;
  lua_State* L = host.L;
  for (auto _ : state) {
    luaL_loadstring(L, "local a, b = ... return a + b");
    lua_pop(L, 1);
  }
}
BENCHMARK(load_chunk);

} // namespace

BENCHMARK_MAIN();
