// Calls, errors, variables to be closed.

#include "capi/api.h"
#include "interpreter/call.h"

using namespace perigee;
using namespace perigee::capi;

namespace {

// However many results there are, the caller may push on.
void roomAfter(Thread* L, int wanted) {
  if (wanted != LUA_MULTRET) return;
  ensureStack(L, kNativeSlots);
  promiseSlots(L, kNativeSlots);
  reserveSlots(L, 0);
}

void checkCall(Thread* L, int nargs, lua_KFunction k, const char* function = __builtin_FUNCTION()) {
  checkElements(L, nargs + 1, function);
  check(k == nullptr || !isLuaFrame(L->base), "cannot use continuations inside hooks", function);
  check(L->status() == ThreadStatus::Ok, "cannot do calls on a suspended or dead thread", function);
}

__attribute__((noinline)) void callSlow(Thread* L, int nargs, int wanted, lua_KContext context,
                                        lua_KFunction k) {
  running(L, [&] {
    if (k != nullptr && !L->refusesPauses() && L != L->global->main_thread) {
      callContinuable(L, nargs, wanted, context, k);
    } else {
      callPushed(L, nargs, wanted);
    }
    return 0;
  });
  roomAfter(L, wanted);
}

} // namespace

void lua_callk(lua_State* state, int nargs, int wanted, lua_KContext context, lua_KFunction k) {
  Thread* L = Thread::from(state);
  checkCall(L, nargs, k);
  if (k == nullptr && wanted != LUA_MULTRET && L->global->running == L) [[likely]]
    return callPushed(L, nargs, wanted);
  callSlow(L, nargs, wanted, context, k);
}
int lua_pcallk(lua_State* state, int nargs, int wanted, int handler, lua_KContext context, lua_KFunction k) {
  Thread* L = Thread::from(state);
  checkCall(L, nargs, k);
  ptrdiff_t message_handler = 0;
  if (handler != 0) {
    Value* h = stackSlot(L, handler);
    check(h->isFunction(), "error handler must be a function");
    message_handler = saveSlot(L, h);
  }
  if (k == nullptr && L->global->running == L) [[likely]] {
    ThreadStatus status = protectedCall(L, nargs, wanted, message_handler);
    if (status != ThreadStatus::Ok) return statusFor(L, status);
    roomAfter(L, wanted);
    return LUA_OK;
  }
  ThreadStatus status = running(L, [&] {
    if (k != nullptr && !L->refusesPauses() && L != L->global->main_thread)
      return protectedCallContinuable(L, nargs, wanted, message_handler, context, k);
    return protectedCall(L, nargs, wanted, message_handler);
  });
  if (status == ThreadStatus::Ok) roomAfter(L, wanted);
  return statusFor(L, status);
}

int capi::unusualStatus(const HostApi& api, ThreadStatus status) {
  switch (status) {
  case ThreadStatus::ErrorError: return api.handler_error;
  case ThreadStatus::ErrorFile: return api.handler_error + 1;
  case ThreadStatus::ErrorFinalizer: return api.finalizer_error;
  default: return static_cast<int>(status);
  }
}

int lua_error(lua_State* state) {
  Thread* L = Thread::from(state);
  checkElements(L, 1);
  Value v = L->top[-1];
  if (v.isString() && v.string() == L->global->memory_message) raiseMemory(L);
  State* G = L->global;
  // An error on a thread that does not run is one of the thread that does.
  if (G->running != L && G->activation != nullptr) [[unlikely]]
    raiseValue(G->running, v);
  raise(L);
}

void lua_toclose(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  Value* slot = stackSlot(L, i);
  demand(L, static_cast<ptrdiff_t>(L->to_be_closed) <= slot - L->stack,
         "variable above this one already to be closed");
  markToBeClosed(L, slot);
  L->poll.fetch_or(poll::kToBeClosed);
}

lua_CFunction lua_atpanic(lua_State* state, lua_CFunction f) {
  State* G = Thread::from(state)->global;
  lua_CFunction old = G->panic;
  G->panic = f;
  return old;
}
