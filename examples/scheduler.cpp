// Many programs on one OS thread, each with its fair share: whoever has spent its ticks waits until all
// others have had their turn. The programs know nothing of it.
//
//   c++ -std=c++20 -O2 scheduler.cpp $(pkg-config --cflags --libs perigee) -o scheduler
//   ./scheduler [PROGRAMS] [TICKS]
#include "lua.hpp"
#include "perigee.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>

namespace {

constexpr const char* kProgram = R"(
  local name, rounds = ...
  local sum = 0
  local function add(n) sum = (sum + n) % 65521 end
  for round = 1, rounds do
    for i = 1, 100 do add(i * round) end
  end
  return name, sum
)";

struct Program {
  lua_State* thread;
  int reference; // keeps the thread
  int arguments; // for the first resume
};

} // namespace

int main(int argc, char** argv) {
  int programs = argc > 1 ? std::atoi(argv[1]) : 10'000;
  lua_Integer slice = argc > 2 ? std::atoll(argv[2]) : 1'000;
  lua_State* L = luaL_newstate();
  if (L == nullptr) return EXIT_FAILURE;
  luaL_openlibs(L);
  if (luaL_loadstring(L, kProgram) != LUA_OK) return EXIT_FAILURE;
  perigee_setticks(L, slice);

  std::deque<Program> waiting;
  for (int i = 1; i <= programs; ++i) {
    lua_State* thread = lua_newthread(L);
    int reference = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pushvalue(L, 1);
    lua_xmove(L, thread, 1);
    lua_pushinteger(thread, i);
    lua_pushinteger(thread, 50 + i % 50);
    waiting.push_back({thread, reference, 2});
  }

  auto start = std::chrono::steady_clock::now();
  long long switches = 0;
  int failed = 0;
  while (!waiting.empty()) {
    Program p = waiting.front();
    waiting.pop_front();
    perigee_setticks(L, slice);
    int results;
    int status = lua_resume(p.thread, L, p.arguments, &results);
    ++switches;
    if (status == PERIGEE_PAUSED) {
      p.arguments = 0;
      waiting.push_back(p);
      continue;
    }
    if (status != LUA_OK) {
      std::fprintf(stderr, "program failed: %s\n", lua_tostring(p.thread, -1));
      ++failed;
    }
    luaL_unref(L, LUA_REGISTRYINDEX, p.reference);
  }
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  lua_Integer ticks = perigee_ticks(L);
  std::printf(
      "%d programs, %lld turns of %lld ticks in %.2f s: %.0f turns and %.1f million ticks per second\n",
      programs, switches, static_cast<long long>(slice), seconds, static_cast<double>(switches) / seconds,
      static_cast<double>(ticks) / seconds * 1e-6);
  lua_close(L);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
