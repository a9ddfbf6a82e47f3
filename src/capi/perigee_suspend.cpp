// Calls that wait for something: C functions that suspend the program they were called by, and calls that can
// be paused.

#include "capi/api.h"
#include "interpreter/call.h"
#include "interpreter/pause.h"
#include "perigee/lauxlib.h"
#include "perigee/perigee.h"

using namespace perigee;
using namespace perigee::capi;

int perigee_suspend(lua_State* L) { suspend(Thread::from(L)); }

lua_Integer perigee_suspension(lua_State* L) {
  const Thread* co = Thread::from(L);
  return co->status() == ThreadStatus::Suspended ? co->suspension : 0;
}

namespace {

// Is it the suspension that `co` waits in? Else the n values on top give way to a message.
bool checkSuspension(lua_State* co, lua_Integer suspension, int n, int* nresults) {
  if (suspension != 0 && suspension == perigee_suspension(co)) return true;
  lua_pop(co, n);
  lua_pushliteral(co, "the suspension has ended");
  *nresults = 1;
  return false;
}

} // namespace

int perigee_resume(lua_State* co, lua_State* from, lua_Integer suspension, int nargs, int* nresults) {
  if (!checkSuspension(co, suspension, nargs, nresults)) return LUA_ERRRUN;
  return resumeThread(Thread::from(co), from, nargs, nresults);
}

int perigee_fail(lua_State* co, lua_State* from, lua_Integer suspension, int* nresults) {
  if (!checkSuspension(co, suspension, 1, nresults)) return LUA_ERRRUN;
  Thread* L = Thread::from(co);
  heapOf(L).remember(L);
  return static_cast<int>(failResume(L, from != nullptr ? Thread::from(from) : nullptr, nresults));
}

// The coroutine that a call on L runs in is kept in the registry, by L.
int perigee_call(lua_State* L, int nargs, int nresults) {
  lua_pushthread(L);
  lua_rawget(L, LUA_REGISTRYINDEX);
  lua_State* co = lua_tothread(L, -1);
  lua_pop(L, 1);
  int moved = nargs;
  if (co == nullptr) {
    lua_pushthread(L);
    co = lua_newthread(L);
    lua_rawset(L, LUA_REGISTRYINDEX);
    moved++;
  }
  lua_xmove(L, co, moved);
  int n;
  int status = resumeThread(Thread::from(co), L, nargs, &n);
  if (status == PERIGEE_PAUSED || status == PERIGEE_SUSPENDED) return status;
  if (status == LUA_OK && !lua_checkstack(L, nresults == LUA_MULTRET ? n : nresults)) {
    (lua_closethread)(co, L);
    lua_pushliteral(L, "stack overflow (too many results)");
    status = LUA_ERRRUN;
  } else if (status == LUA_OK) {
    if (nresults != LUA_MULTRET) lua_settop(co, lua_gettop(co) - n + nresults);
    int count = nresults == LUA_MULTRET ? n : nresults;
    lua_xmove(co, L, count);
  } else {
    int closed = (lua_closethread)(co, L); // leaves the error, or one of a __close metamethod
    if (closed == LUA_OK) lua_pushliteral(co, "attempt to yield from outside a coroutine");
    if (status == LUA_YIELD) status = closed == LUA_OK ? LUA_ERRRUN : closed;
    lua_xmove(co, L, 1);
  }
  lua_pushthread(L);
  lua_pushnil(L);
  lua_rawset(L, LUA_REGISTRYINDEX);
  return status;
}
