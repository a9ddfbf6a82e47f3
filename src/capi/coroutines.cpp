// Threads and coroutines.

#include "capi/api.h"
#include "interpreter/call.h"
#include "vm/hooks.h"

using namespace perigee;
using namespace perigee::capi;

namespace {
// A thread made by a host starts with as many free slots as hosts are used to.
constexpr size_t kHostSlots = 2 * LUA_MINSTACK + 5;
} // namespace

lua_State* lua_newthread(lua_State* state) {
  Thread* L = Thread::from(state);
  Thread* co = newThread(L);
  pushAny(L, Value::of(co));
  inheritHook(L, co);
  growStackFor(co, kHostSlots);
  return co->state();
}

int(lua_closethread)(lua_State* state, lua_State* from) {
  Thread* L = Thread::from(state);
  ThreadStatus status = closeThread(L, from != nullptr ? Thread::from(from) : nullptr);
  // Whatever happened, the thread can be used again.
  L->extra = static_cast<uint8_t>(ThreadStatus::Ok);
  return statusFor(L, status);
}

int lua_resetthread(lua_State* state) { return (lua_closethread)(state, nullptr); }

// More than there are arguments are told to be there. HAProxy repeats the number of an earlier resume: then a
// continuation finds what there is.
__attribute__((noinline)) static int argumentsPresent(Thread* co, int nargs) {
  check(false, "not enough values on the stack", "lua_resume");
  if (co->status() != ThreadStatus::Yielded) checkElements(co, nargs, "lua_resume");
  return static_cast<int>(co->top - co->base);
}

int capi::resumeThread(Thread* co, lua_State* from, int nargs, int* nresults) {
  if (static_cast<size_t>(ptrdiff_t{nargs}) > static_cast<size_t>(co->top - co->base)) [[unlikely]]
    nargs = argumentsPresent(co, nargs);
  heapOf(co).remember(co);
  // A paused program takes nothing; it may have overflowed its stack, and it is not to get an error here.
  if (co->status() != ThreadStatus::Paused) growStackFor(co, kNativeSlots);
  ThreadStatus status = resume(co, from != nullptr ? Thread::from(from) : nullptr, nargs, nresults);
  if (status <= ThreadStatus::Yielded) growStackFor(co, kNativeSlots);
  return statusFor(co, status);
}

__attribute__((noinline)) static int resumeUncounted(Thread* co, lua_State* from, int nargs) {
  int unused;
  return resumeThread(co, from, nargs, &unused);
}

// Hosts of some versions give three arguments.
int lua_resume(lua_State* state, lua_State* from, int nargs, int* nresults) {
  Thread* co = Thread::from(state);
  if (hostApiOf(co).resume_counts_results) [[likely]]
    return resumeThread(co, from, nargs, nresults);
  return resumeUncounted(co, from, nargs);
}

int lua_yieldk(lua_State* state, int nresults, lua_KContext context, lua_KFunction k) {
  Thread* L = Thread::from(state);
  checkElements(L, nresults);
  if (L->refusesYields() || L == L->global->main_thread) raiseNotYieldable(L);
  if (isLuaFrame(L->base)) {
    check(nresults == 0 && k == nullptr, "hooks can neither yield values nor continue");
    return requestYield(L);
  }
  return k != nullptr ? yieldContinuable(L, nresults, context, k) : yield(L, nresults);
}

int lua_status(lua_State* state) {
  Thread* L = Thread::from(state);
  return statusFor(L, L->status());
}

int lua_isyieldable(lua_State* state) {
  Thread* L = Thread::from(state);
  bool idle = L->started == 0 || L->status() != ThreadStatus::Ok;
  if (idle && !hostApiOf(L).idle_threads_yieldable) return 0;
  return L != L->global->main_thread && !L->refusesYields();
}
