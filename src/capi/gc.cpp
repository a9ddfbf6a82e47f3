// lua_gc.

#include "capi/api.h"
#include "interpreter/call.h"

#include <algorithm>
#include <cstdarg>

using namespace perigee;
using namespace perigee::capi;

namespace {

void collect(Thread* L) {
  running(L, [&] {
    heapOf(L).fullCollection(L);
    runFinalizers(L);
    return 0;
  });
}

int step(Thread* L, int kilobytes) {
  return running(L, [&]() -> int {
    bool finished = heapOf(L).step(L, kilobytes > 0 ? static_cast<size_t>(kilobytes) * 1024 : 0);
    runFinalizers(L);
    return finished;
  });
}

// Some dialects keep them in steps of four.
int exchange(Thread* L, int& parameter, int value) {
  int old = dialectOf(L).collector_stepwise ? parameter / 4 * 4 : parameter;
  parameter = value;
  return old;
}

void setUnlessZero(int& parameter, int value) {
  if (value != 0) parameter = value;
}

int changeMode(Thread* L, GcMode mode) {
  GcMode old = heapOf(L).mode();
  heapOf(L).setMode(L, mode);
  return old == GcMode::Generational ? LUA_GCGEN : LUA_GCINC;
}

} // namespace

int lua_gc(lua_State* state, int what, ...) {
  Thread* L = Thread::from(state);
  Heap& heap = heapOf(L);
  HeapParameters& parameters = heap.parameters();
  const Dialect& dialect = dialectOf(L);
  if (L->global->finalizers_running != 0 && what != LUA_GCCOUNT && what != LUA_GCCOUNTB &&
      what != LUA_GCISRUNNING)
    return dialect.collects_in_finalizers ? 0 : -1; // not from inside a finalizer
  if (what > LUA_GCISRUNNING && !hostApiOf(L).collector_modes) return -1;
  // (Hosts of 5.3 call a function with three arguments, which end up in the same registers.)
  va_list arguments;
  va_start(arguments, what);
  int result = 0;
  switch (what) {
  case LUA_GCSTOP: heap.stop(); break;
  case LUA_GCRESTART: heap.restart(); break;
  case LUA_GCCOLLECT: collect(L); break;
  case LUA_GCCOUNT: result = static_cast<int>(heap.bytesInUse() >> 10); break;
  case LUA_GCCOUNTB: result = static_cast<int>(heap.bytesInUse() & 0x3FF); break;
  case LUA_GCSTEP: result = step(L, va_arg(arguments, int)); break;
  case LUA_GCSETPAUSE: result = exchange(L, parameters.pause, va_arg(arguments, int)); break;
  case LUA_GCSETSTEPMUL:
    result = exchange(L, parameters.step_multiplier,
                      std::max(va_arg(arguments, int), dialect.least_step_multiplier));
    break;
  case LUA_GCISRUNNING: result = heap.isRunning(); break;
  case LUA_GCGEN:
    setUnlessZero(parameters.minor_multiplier, va_arg(arguments, int));
    setUnlessZero(parameters.major_multiplier, va_arg(arguments, int));
    result = changeMode(L, GcMode::Generational);
    break;
  case LUA_GCINC:
    setUnlessZero(parameters.pause, va_arg(arguments, int));
    setUnlessZero(parameters.step_multiplier, va_arg(arguments, int));
    setUnlessZero(parameters.step_size_log2, va_arg(arguments, int));
    result = changeMode(L, GcMode::Incremental);
    break;
  default: result = -1;
  }
  va_end(arguments);
  return result;
}
