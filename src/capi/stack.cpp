// Stack manipulation.

#include "capi/api.h"
#include "interpreter/call.h"
#include "interpreter/closing.h"

#include "vm/error.h"

#include <cstdio>
#include <cstdlib>

using namespace perigee;
using namespace perigee::capi;

namespace perigee::capi {

const Value kNoValue = Value::nil();

void reportMisuse(const char* function, const char* rule) {
  std::fprintf(stderr, "perigee: %s: %s\n", function, rule);
  std::abort();
}

void raiseMisuse(Thread* L, const char* function, const char* rule) {
  raiseError(L, "%s: %s", function, rule);
}

void makeRoom(Thread* L, ptrdiff_t n) { ensureStack(L, static_cast<size_t>(n)); }

void pushSlow(Thread* L, Value v) {
  makeRoom(L, 1);
  *L->top++ = v;
  heapOf(L).remember(L);
}

int pushResultSlow(Thread* L, Value v) {
  pushSlow(L, v);
  return typeNumber(v);
}

namespace {

// The running function if it is a C function with upvalues.
NativeFunction* runningClosure(Thread* L) {
  Value f = L->base[-2];
  return f.tag == Tag::Function && f.function()->isNative() ? f.function()->native() : nullptr;
}

} // namespace

__attribute__((preserve_most)) Value* pseudoSlot(Thread* L, int i, const char* function) {
  if (i == LUA_REGISTRYINDEX) return &L->global->registry;
  int n = LUA_REGISTRYINDEX - i;
  check(n <= 256, "upvalue index too large", function);
  NativeFunction* f = runningClosure(L);
  if (f == nullptr || n > f->extra) return const_cast<Value*>(&kNoValue);
  return f->upvalues() + (n - 1);
}

void storeSlow(Thread* L, Value* slot, int i, Value v) {
  *slot = v;
  if (i != LUA_REGISTRYINDEX) heapOf(L).barrier(runningClosure(L), v);
}

} // namespace perigee::capi

namespace {

void reverse(Value* from, Value* to) {
  for (; from < to; ++from, --to) {
    Value v = *from;
    *from = *to;
    *to = v;
  }
}

void closeFrom(Thread* L, ptrdiff_t level) {
  running(L, [&] {
    closeAll(L, level, Value::nil());
    return 0;
  });
}

// lua_settop where the new top is beyond the stack, or some frame has variables to be closed: those above
// the new top are.
__attribute__((noinline)) void setTopSlow(Thread* L, Value* top) {
  demand(L, top <= L->stack_limit, "new top too large", "lua_settop");
  if (top < L->top && hasToBeClosed(L, top)) {
    ptrdiff_t level = saveSlot(L, top);
    closeFrom(L, level);
    top = restoreSlot(L, level);
  }
  L->top = top;
}

} // namespace

int lua_absindex(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  return i > 0 || isPseudo(i) ? i : static_cast<int>(L->top - L->base) + i + 1;
}

int lua_gettop(lua_State* state) {
  Thread* L = Thread::from(state);
  return static_cast<int>(L->top - L->base);
}

void lua_settop(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  Value* top;
  if (i < 0) {
    top = L->top + (i + 1);
    check(top >= L->base, "invalid new top");
    if (top < L->base) [[unlikely]]
      top = L->base; // miltertest and HAProxy pop from empty stacks
  } else {
    top = L->base + i;
    if (top > L->stack_limit) [[unlikely]]
      return setTopSlow(L, top);
    for (Value* p = L->top; p < top; ++p) *p = Value::nil();
  }
  if (L->to_be_closed != 0) [[unlikely]]
    return setTopSlow(L, top);
  L->top = top;
}

namespace {
__attribute__((noinline)) void pushPseudo(Thread* L, int i) {
  pushAny(L, *pseudoSlot(L, i, "lua_pushvalue"), "lua_pushvalue");
}
} // namespace

void lua_closeslot(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  ptrdiff_t level = saveSlot(L, stackSlot(L, i));
  demand(L, hasToBeClosed(L, restoreSlot(L, level)), "no variable to close at the given level");
  closeFrom(L, level);
  *restoreSlot(L, level) = Value::nil();
}

void lua_pushvalue(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  if (isPseudo(i)) [[unlikely]]
    return pushPseudo(L, i);
  pushAny(L, *slotAt(L, i));
}

void lua_rotate(lua_State* state, int i, int n) {
  Thread* L = Thread::from(state);
  Value* last = L->top - 1;
  Value* first = stackSlot(L, i);
  demand(L, (n >= 0 ? n : -n) <= last - first + 1, "invalid 'n'");
  if (n == 1) { // lua_insert
    Value v = *last;
    for (Value* p = last; p > first; --p) *p = p[-1];
    *first = v;
  } else if (n == -1) { // lua_remove
    Value v = *first;
    for (Value* p = first; p < last; ++p) *p = p[1];
    *last = v;
  } else {
    Value* middle = n >= 0 ? last - n : first - n - 1;
    reverse(first, middle);
    reverse(middle + 1, last);
    reverse(first, last);
  }
}

void lua_copy(lua_State* state, int from, int to) {
  Thread* L = Thread::from(state);
  Value v = *slotAt(L, from);
  store(L, validSlot(L, to), to, v);
}

int lua_checkstack(lua_State* state, int n) {
  Thread* L = Thread::from(state);
  demand(L, n >= 0, "negative 'n'");
  // What is refused leaves enough for saying so.
  if (n > kMaxStack - kErrorSlots || L->top - L->stack > kMaxStack - kErrorSlots - n) return 0;
  promiseSlots(L, static_cast<size_t>(n));
  if (L->stack_limit - L->top >= n) [[likely]] {
    reserveSlots(L, static_cast<size_t>(n));
    return 1;
  }
  size_t slots = static_cast<size_t>(n);
  auto grow = [](Thread* T, void* ud) { growStack(T, T->top, *static_cast<size_t*>(ud)); };
  return running(L, [&] {
    if (protectedRun(L, grow, &slots, saveSlot(L, L->top)) != ThreadStatus::Ok) {
      L->top--;
      return 0;
    }
    reserveSlots(L, slots);
    return 1;
  });
}

void lua_xmove(lua_State* from_state, lua_State* to_state, int n) {
  Thread* from = Thread::from(from_state);
  Thread* to = Thread::from(to_state);
  if (from == to) return;
  checkElements(from, n);
  demand(from, from->global == to->global, "moving among independent states");
  checkRoom(to, n);
  if (to->stack_limit - to->top < n) [[unlikely]]
    makeRoom(to, n);
  from->top -= n;
  for (int j = 0; j < n; ++j) *to->top++ = from->top[j];
  heapOf(to).remember(to);
}
