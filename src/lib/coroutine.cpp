// The coroutine library. resume, wrap, yield and close are entries of the interpreter
// (interpreter/coroutines.h); the plain functions here stand behind lua_tocfunction.

#include "interpreter/call.h"
#include "interpreter/coroutines.h"
#include "interpreter/pause.h"
#include "lib/native.h"
#include "vm/hooks.h"

namespace perigee {
namespace {

Thread* checkCoroutine(Native L, int i) {
  if (!L.arg(i).isThread()) L.expectedError(i, "thread");
  return L.arg(i).thread();
}

int create(lua_State* state) {
  Native L(state);
  L.checkType(1, Type::Function);
  Thread* co = newThread(L.thread());
  L.push(Value::of(co));
  inheritHook(L.thread(), co);
  growStackFor(co, kNativeSlots);
  *co->top++ = L.arg(1);
  return 1;
}

int resumeFunction(lua_State* state) {
  Native L(state);
  Thread* co = checkCoroutine(L, 1);
  int n = L.count() - 1, results;
  Thread* thread = L.thread();
  if (const char* problem =
          prepareResume(thread, co, saveSlot(thread, thread->base + 1), static_cast<size_t>(n))) {
    L.pushBoolean(false);
    L.pushString(problem);
    return 2;
  }
  ThreadStatus status = resume(co, thread, n, &results);
  bool ok = status == ThreadStatus::Ok || status == ThreadStatus::Yielded;
  L.ensure(results + 1);
  L.pushBoolean(ok);
  for (int i = 0; i < results; i++) L.push(co->top[i - results]);
  if (ok) co->top -= results;
  return results + 1;
}

int wrapCall(lua_State* state) {
  Native L(state);
  L.push(L.upvalue(1));
  L.insert(1);
  int n = resumeFunction(state);
  if (L.top(-n).isTruthy()) return n - 1;
  prependPositionToMessage(L.thread());
  raise(L.thread());
}

int wrap(lua_State* state) {
  create(state);
  Native L(state);
  NativeFunction* f = newNativeFunction(L.thread(), wrapCall, 1, asEntry(enterWrap));
  f->flags |= Function::kSealed;
  f->upvalues()[0] = L.top(-1);
  L.push(Value::of(f));
  return 1;
}

int yieldFunction(lua_State* state) {
  Native L(state);
  return yield(L.thread(), L.count());
}

int status(lua_State* state) {
  Native L(state);
  Thread* co = checkCoroutine(L, 1);
  L.pushString(statusName(L.thread(), co));
  return 1;
}

int isYieldable(lua_State* state) {
  Native L(state);
  bool own = L.isNone(1) || !dialectOf(L.thread()).yieldable_of_others;
  Thread* co = own ? L.thread() : checkCoroutine(L, 1);
  L.pushBoolean(co != L.state()->main_thread && !co->refusesYields());
  return 1;
}

int running(lua_State* state) {
  Native L(state);
  L.push(Value::of(L.thread()));
  L.pushBoolean(L.thread() == L.state()->main_thread);
  return 2;
}

int close(lua_State* state) {
  Native L(state);
  Thread* co = checkCoroutine(L, 1);
  if (!isClosable(L.thread(), co)) L.error("cannot close a %s coroutine", statusName(L.thread(), co));
  ThreadStatus result = closeThread(co, L.thread());
  if (L.state()->ticks.stopping) raiseStop(L.thread());
  if (result == ThreadStatus::Ok) {
    L.pushBoolean(true);
    return 1;
  }
  L.pushBoolean(false);
  L.push(co->top[-1]);
  co->top--;
  return 2;
}

constexpr NativeEntry kFunctions[] = {
    {"create", create},           {"wrap", wrap},       {"status", status},
    {"isyieldable", isYieldable}, {"running", running}, {nullptr, nullptr},
};

} // namespace

int openCoroutine(lua_State* state) {
  Native L(state);
  Table* t = L.pushUniqueTable(8);
  L.setFunctions(t, kFunctions);
  auto setEntry = [&](const char* name, lua_CFunction f, Handler entry) {
    L.push(Value::of(newNativeFunction(L.thread(), f, 0, asEntry(entry))));
    L.setField(t, name);
  };
  setEntry("resume", resumeFunction, enterResume);
  setEntry("yield", yieldFunction, enterYield);
  if (dialectOf(L.thread()).coroutine_close) setEntry("close", close, enterClose);
  return 1;
}

} // namespace perigee
