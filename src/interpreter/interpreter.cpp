#include "interpreter/interpreter.h"

#include "interpreter/activation.h"
#include "interpreter/call.h"
#include "interpreter/handler.h"
#include "interpreter/ticks.h"
#include "vm/error.h"
#include "vm/string.h"

#include <cstdlib>

namespace perigee {
namespace {

void* systemAllocate(void*, void* ptr, size_t, size_t new_size) {
  if (new_size == 0) {
    std::free(ptr);
    return nullptr;
  }
  return std::realloc(ptr, new_size);
}

const Upcalls& interpreterUpcalls() {
  static const Upcalls upcalls = [] {
    Upcalls u;
    u.call = call;
    u.run_finalizers = runFinalizers;
    u.throw_error = throwError;
    u.handle_message = handleMessage;
    u.lua_entry = asEntry(enterLua);
    u.vararg_entry = asEntry(enterVararg);
    u.native_entry = asEntry(enterNative);
    u.moved_entry = asEntry(enterMoved);
    u.dispatch = &kDispatches[static_cast<int>(DispatchKind::Plain)][0];
    return u;
  }();
  return upcalls;
}

void warnAbout(Thread* L, const char* where) {
  State* G = L->global;
  if (G->warn == nullptr) return;
  Value error = L->top[-1];
  const char* message = error.isString() ? error.string()->data() : "error object is not a string";
  G->warn(G->warn_data, "error in ", 1);
  G->warn(G->warn_data, where, 1);
  G->warn(G->warn_data, " (", 1);
  G->warn(G->warn_data, message, 1);
  G->warn(G->warn_data, ")", 0);
}

// Has the finalizer failed (its error is on top) in a way that its program is to notice?
bool raisesErrors(Thread* L, ThreadStatus status) {
  return dialectOf(L).finalizer_errors_raised && !L->global->closing && status != ThreadStatus::Stopped;
}

// Calls one finalizer with hooks and the collector held off. An error to be raised is left on the stack; true
// then.
bool callFinalizer(Thread* L, Object* object) {
  Value value = Value::of(object, object->type);
  Value handler = metamethodOf(L, value, Meta::Gc);
  bool any = dialectOf(L).finalizers_any_value && !metamethodOf(L, handler, Meta::Call).isNil();
  if (!handler.isFunction() && !any) return false;
  *L->top++ = handler;
  *L->top++ = value;
  uint8_t in_hook = L->in_hook;
  L->in_hook = 1;
  ThreadStatus status = protectedCall(L, 1, 0);
  L->in_hook = in_hook;
  if (status == ThreadStatus::Ok) return false;
  if (raisesErrors(L, status)) {
    const Value& error = L->top[-1];
    const char* text = error.isString() ? error.string()->data() : "no message";
    L->top[-1] = Value::of(newStringFormat(L, "error in __gc metamethod (%s)", text));
    return true;
  }
  warnAbout(L, "__gc");
  L->top--;
  return false;
}

// What the finalizers that run now may spend. In the long run they get a share of what the program spends: it
// could make any number of them.
int64_t finalizerTicks(const TickAccount& account) {
  int64_t allowed = kFinalizerTicks + kFinalizerShare * account.spent() - account.spent_by_finalizers;
  return allowed < 0 ? 0 : allowed < kFinalizerTicks ? allowed : kFinalizerTicks;
}

} // namespace

void runFinalizers(Thread* L) {
  State* G = L->global;
  if (G->finalizers_running != 0) return;
  G->finalizers_running = 1;
  // Finalizers have an account of their own: when they run depends on when garbage is collected.
  TickAccount account = G->ticks;
  int64_t granted = finalizerTicks(account);
  G->ticks.setLeft(granted);
  int64_t before = G->ticks.spent();
  ptrdiff_t top = saveSlot(L, L->top);
  const Instruction* pc = L->pc;
  if (isLuaFrame(L->base)) L->top = frameEnd(L);
  ensureStack(L, kNativeSlots);
  bool failed = false;
  for (Object* object; !failed && (object = G->heap.takeDueFinalizer()) != nullptr;)
    failed = callFinalizer(L, object);
  Value error = failed ? L->top[-1] : Value::nil();
  L->pc = pc;
  L->top = restoreSlot(L, top);
  if (G->ticks.counts == account.counts) { // else a finalizer has begun or ended it: there is a new account
    account.spent_by_finalizers += G->ticks.spent() - before;
    if (G->ticks.withheld != 0) account.requestPause();
    G->ticks = account;
  }
  G->finalizers_running = 0;
  if (!failed) return;
  raiseStatus(L, ThreadStatus::ErrorFinalizer, error);
}

Thread* newState(Allocator allocator, void* allocator_data, uint32_t seed, const Dialect& dialect) {
  return createState(allocator, allocator_data, seed, interpreterUpcalls(), dialect);
}
Thread* newState(const Dialect& dialect) { return newState(systemAllocate, nullptr, 0, dialect); }

void finishState(Thread* L) {
  State* G = L->global;
  L = G->main_thread;
  setRunning(G, L);
  G->activation = nullptr;
  L->base = L->stack + kFrameSlots;
  L->c_depth = 0;
  closeProtected(L, kFrameSlots, ThreadStatus::Ok, Value::nil());
  L->top = L->base;
  G->closing = 1;
  G->finalizers_running = 0; // a finalizer may have asked for this: the others still get their turn
  G->heap.makeAllFinalizersDue();
  runFinalizers(L);
}

void closeState(Thread* L) {
  finishState(L);
  destroyState(L->global->main_thread);
}

} // namespace perigee
