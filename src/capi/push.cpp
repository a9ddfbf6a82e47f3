// Pushing values.

#include "capi/api.h"
#include "vm/proto.h"

using namespace perigee;
using namespace perigee::capi;

String* perigee::capi::makeLiteral(Thread* L, const char* s, String*& slot) {
  String* string = newString(L, s, std::strlen(s));
  // Making it may have ended a mark phase.
  const HeapStatistics& statistics = heapOf(L).statistics();
  bool current = L->global->literals.epoch == statistics.minor_collections + statistics.major_collections;
  if (current && string->isShort()) slot = string;
  return string;
}

void lua_pushnil(lua_State* state) { push(Thread::from(state), Value::nil()); }
void lua_pushboolean(lua_State* state, int b) { push(Thread::from(state), Value::boolean(b != 0)); }
void lua_pushnumber(lua_State* state, lua_Number n) { push(Thread::from(state), Value::of(n)); }
void lua_pushinteger(lua_State* state, lua_Integer n) {
  push(Thread::from(state), Value::of(static_cast<int64_t>(n)));
}
void lua_pushlightuserdata(lua_State* state, void* p) { push(Thread::from(state), Value::lightUserdata(p)); }

const char* lua_pushlstring(lua_State* state, const char* s, size_t length) {
  Thread* L = Thread::from(state);
  String* string = length == 0 ? newString(L, "", 0) : newString(L, s, length);
  pushAny(L, Value::of(string));
  return string->data();
}

const char* lua_pushstring(lua_State* state, const char* s) {
  Thread* L = Thread::from(state);
  if (s == nullptr) {
    push(L, Value::nil());
    return nullptr;
  }
  String* string = literal(L, s);
  pushAny(L, Value::of(string));
  return string->data();
}

const char* lua_pushvfstring(lua_State* state, const char* format, va_list arguments) {
  Thread* L = Thread::from(state);
  String* s = newStringFormatV(L, format, arguments);
  pushAny(L, Value::of(s));
  return s->data();
}

const char* lua_pushfstring(lua_State* state, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char* s = lua_pushvfstring(state, format, arguments);
  va_end(arguments);
  return s;
}

void lua_pushcclosure(lua_State* state, lua_CFunction f, int n) {
  Thread* L = Thread::from(state);
  if (n == 0) {
    push(L, Value::lightFunction(f));
    return;
  }
  checkElements(L, n);
  demand(L, n > 0 && n <= 255, "invalid number of upvalues");
  NativeFunction* closure = newNativeFunction(L, f, n);
  Value* first = L->top - n;
  for (int j = 0; j < n; ++j) closure->upvalues()[j] = first[j];
  *first = Value::of(static_cast<Function*>(closure));
  L->top = first + 1;
  heapOf(L).remember(L);
}

int lua_pushthread(lua_State* state) {
  Thread* L = Thread::from(state);
  pushAny(L, Value::of(L));
  return L == L->global->main_thread;
}
