// Arithmetic, comparison, concatenation, length.

#include "interpreter/operations.h"
#include "capi/api.h"

#include <cstring>

using namespace perigee;
using namespace perigee::capi;

static_assert(static_cast<int>(Arithmetic::Add) == LUA_OPADD &&
              static_cast<int>(Arithmetic::Shr) == LUA_OPSHR &&
              static_cast<int>(Arithmetic::Unm) == LUA_OPUNM &&
              static_cast<int>(Arithmetic::BNot) == LUA_OPBNOT);

void lua_arith(lua_State* state, int op) {
  Thread* L = Thread::from(state);
  demand(L, op >= LUA_OPADD && op <= LUA_OPBNOT, "invalid operation");
  if (op == LUA_OPUNM || op == LUA_OPBNOT) {
    checkElements(L, 1);
    push(L, L->top[-1]);
  }
  checkElements(L, 2);
  Value result =
      running(L, [&] { return arithmetic(L, static_cast<Arithmetic>(op), L->top[-2], L->top[-1]); });
  L->top--;
  L->top[-1] = result;
  heapOf(L).remember(L);
}

int lua_compare(lua_State* state, int i, int j, int op) {
  Thread* L = Thread::from(state);
  Value* a = slotAt(L, i);
  Value* b = slotAt(L, j);
  if (a == &kNoValue || b == &kNoValue) return 0;
  return running(L, [&]() -> int {
    switch (op) {
    case LUA_OPEQ: return equal(L, *a, *b);
    case LUA_OPLT: return lessThan(L, *a, *b);
    case LUA_OPLE: return lessEqual(L, *a, *b);
    default: check(false, "invalid operation", "lua_compare"); return 0;
    }
  });
}

void lua_concat(lua_State* state, int n) {
  Thread* L = Thread::from(state);
  checkElements(L, n);
  if (n == 1) return;
  running(L, [&] {
    concat(L, n);
    return 0;
  });
  heapOf(L).remember(L);
}

void lua_len(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  Value v = *slotAt(L, i);
  Value length = running(L, [&] { return lengthOf(L, v); });
  pushAny(L, length);
}

size_t lua_stringtonumber(lua_State* state, const char* s) {
  Thread* L = Thread::from(state);
  Value text = Value::of(newString(L, s));
  Value number = toNumber(text);
  if (number.isNil()) return 0;
  push(L, number);
  return std::strlen(s) + 1;
}
