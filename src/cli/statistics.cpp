#include "cli/statistics.h"

#include "jit/tiering.h"
#include "lib/metatable.h"
#include "lib/native.h"
#include "support/version.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <sys/resource.h>

namespace perigee {
namespace {

struct Figures {
  uint64_t bytes_in_use;
  uint64_t bytes_held;
  HeapStatistics heap;
  int64_t ticks; // spent; -1: not counted
  const char* jit;
  std::string compiled; // statisticsAsJson
};

// The process has one state that is reported on.
State* reported_state = nullptr; // null once it has been closed
Figures last_figures;
timespec started;

double secondsOn(clockid_t clock) {
  timespec t;
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

Figures figuresOf(const State* G) {
  return {G->heap.bytesInUse(), G->heap.bytesHeld(),
          G->heap.statistics(), G->ticks.counts ? G->ticks.spent() : -1,
          nameOf(jitMode(G)),   statisticsAsJson(G)};
}

// The finalizer of an object made before all others.
int stateCloses(lua_State* state) {
  last_figures = figuresOf(Thread::from(state)->global);
  reported_state = nullptr;
  return 0;
}

void printFigures() {
  std::fflush(stdout);
  if (reported_state != nullptr) last_figures = figuresOf(reported_state);
  const Figures& f = last_figures;
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  double wall = secondsOn(CLOCK_MONOTONIC) - static_cast<double>(started.tv_sec) -
                static_cast<double>(started.tv_nsec) * 1e-9;
  auto number = [](uint64_t n) { return static_cast<unsigned long long>(n); };
  std::fprintf(
      stderr,
      "{\"version\": \"%s\", \"jit\": \"%s\", \"wall_seconds\": %.6f, \"cpu_seconds\": %.6f, "
      "\"bytes_in_use\": %llu, \"bytes_held\": %llu, \"bytes_peak\": %llu, \"resident_bytes_peak\": %llu, "
      "\"minor_collections\": %llu, \"major_collections\": %llu, "
      "\"collect_seconds\": %.6f, \"pause_seconds_max\": %.6f, \"ticks\": %s, \"compiler\": {%s}}\n",
      kVersion, f.jit, wall, secondsOn(CLOCK_PROCESS_CPUTIME_ID), number(f.bytes_in_use),
      number(f.bytes_held), number(f.heap.peak_bytes), number(static_cast<uint64_t>(usage.ru_maxrss)) * 1024,
      number(f.heap.minor_collections), number(f.heap.major_collections),
      static_cast<double>(f.heap.collect_nanoseconds) * 1e-9,
      static_cast<double>(f.heap.pause_nanoseconds_max) * 1e-9,
      f.ticks < 0 ? "null" : std::to_string(f.ticks).c_str(), f.compiled.c_str());
}

} // namespace

void reportStatisticsAtExit(Thread* L) {
  clock_gettime(CLOCK_MONOTONIC, &started);
  Native native(L);
  Table* sentinel = native.pushTable();
  Table* metatable = native.pushTable();
  native.pushFunction(stateCloses);
  native.setField(metatable, "__gc");
  setTableMetatable(L, sentinel, metatable);
  native.pop(1);
  native.setField(native.state()->registry.table(), "perigee.statistics");
  reported_state = L->global;
  std::atexit(printFigures);
}

} // namespace perigee
