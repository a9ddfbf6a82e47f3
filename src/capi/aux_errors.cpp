// Errors, tracebacks, and results of system calls.

#include "capi/api.h"
#include "lib/native.h"
#include "lib/traceback.h"
#include "perigee/lauxlib.h"

#include <cerrno>

using namespace perigee;
using namespace perigee::capi;

void luaL_where(lua_State* state, int level) {
  Thread* L = Thread::from(state);
  pushPosition(L, level);
  heapOf(L).remember(L);
}

int luaL_error(lua_State* L, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  ensureStack(Thread::from(L), 2 + kMetaSlots);
  reserveSlots(Thread::from(L), 2);
  luaL_where(L, 1);
  lua_pushvfstring(L, format, arguments);
  va_end(arguments);
  lua_concat(L, 2);
  return lua_error(L);
}

void luaL_traceback(lua_State* state, lua_State* from, const char* message, int level) {
  Thread* L = Thread::from(state);
  ensureStack(L, kNativeSlots);
  pushTraceback(L, Thread::from(from), message, level);
  heapOf(L).remember(L);
}

int luaL_fileresult(lua_State* L, int ok, const char* file_name) {
  return Native(L).fileResult(ok != 0, file_name);
}

int luaL_execresult(lua_State* L, int status) { return Native(L).execResult(status); }
