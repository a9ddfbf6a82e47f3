// Looking at values on the stack.

#include "capi/api.h"
#include "interpreter/operations.h"

using namespace perigee;
using namespace perigee::capi;

int lua_type(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  Value* v = slotAt(L, i);
  if (v == &kNoValue) [[unlikely]]
    return LUA_TNONE;
  return typeNumber(*v);
}

const char* lua_typename(lua_State* state, int type) {
  demand(Thread::from(state), type >= LUA_TNONE && type < LUA_NUMTYPES, "invalid type");
  return typeName(static_cast<Type>(type));
}

int lua_isnumber(lua_State* state, int i) {
  Value v = *slotAt(Thread::from(state), i);
  return v.isNumber() || !toNumber(v).isNil();
}

int lua_isstring(lua_State* state, int i) {
  Value v = *slotAt(Thread::from(state), i);
  return v.isString() || v.isNumber();
}

int lua_iscfunction(lua_State* state, int i) {
  Value v = *slotAt(Thread::from(state), i);
  return v.tag == Tag::LightFunction || (v.tag == Tag::Function && v.function()->isNative());
}

int lua_isinteger(lua_State* state, int i) { return slotAt(Thread::from(state), i)->isInteger(); }

int lua_isuserdata(lua_State* state, int i) {
  Tag tag = slotAt(Thread::from(state), i)->tag;
  return tag == Tag::Userdata || tag == Tag::LightUserdata;
}

// What has to be converted. Apart from the functions below, so that those need no frame.
namespace {

__attribute__((noinline)) lua_Number convertToNumber(Value v, int* is_number) {
  if (!v.isNumber()) v = toNumber(v);
  bool ok = !v.isNil();
  if (is_number != nullptr) *is_number = ok;
  return v.isFloat() ? v.number : ok ? static_cast<double>(v.integer) : 0;
}

__attribute__((noinline)) lua_Integer convertToInteger(Value v, int* is_number) {
  int64_t result;
  bool ok = toInteger(v, &result);
  if (is_number != nullptr) *is_number = ok;
  return ok ? result : 0;
}

} // namespace

lua_Number lua_tonumberx(lua_State* state, int i, int* is_number) {
  const Value* v = slotAt(Thread::from(state), i);
  if (!v->isFloat()) [[unlikely]]
    return convertToNumber(*v, is_number);
  if (is_number != nullptr) *is_number = 1;
  return v->number;
}

lua_Integer lua_tointegerx(lua_State* state, int i, int* is_number) {
  const Value* v = slotAt(Thread::from(state), i);
  if (!v->isInteger()) [[unlikely]]
    return convertToInteger(*v, is_number);
  if (is_number != nullptr) *is_number = 1;
  return v->integer;
}

int lua_toboolean(lua_State* state, int i) { return slotAt(Thread::from(state), i)->isTruthy(); }

const char* lua_tolstring(lua_State* state, int i, size_t* length) {
  Thread* L = Thread::from(state);
  Value* v = slotAt(L, i);
  if (!v->isString()) [[unlikely]] {
    if (!v->isNumber()) {
      if (length != nullptr) *length = 0;
      return nullptr;
    }
    store(L, v, i, Value::of(numberToString(L, *v)));
  }
  if (length != nullptr) *length = v->string()->length;
  return v->string()->data();
}

lua_Unsigned lua_rawlen(lua_State* state, int i) {
  Value v = *slotAt(Thread::from(state), i);
  switch (v.tag) {
  case Tag::String: return v.string()->length;
  case Tag::Userdata: return v.userdata()->size;
  case Tag::Table: return static_cast<lua_Unsigned>(length(v.table()));
  default: return 0;
  }
}

lua_CFunction lua_tocfunction(lua_State* state, int i) {
  Value v = *slotAt(Thread::from(state), i);
  if (v.tag == Tag::LightFunction) return v.light_function;
  if (v.tag == Tag::Function && v.function()->isNative()) return v.function()->native()->function;
  return nullptr;
}

void* lua_touserdata(lua_State* state, int i) {
  Value v = *slotAt(Thread::from(state), i);
  if (v.isUserdata()) [[likely]]
    return v.userdata()->bytes();
  return v.tag == Tag::LightUserdata ? v.pointer : nullptr;
}

lua_State* lua_tothread(lua_State* state, int i) {
  Value v = *slotAt(Thread::from(state), i);
  return v.isThread() ? v.thread()->state() : nullptr;
}

const void* lua_topointer(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  Value v = *slotAt(L, i);
  if (v.isString() && !hostApiOf(L).strings_have_addresses) return nullptr;
  return identityOf(v);
}

int lua_rawequal(lua_State* state, int i, int j) {
  Thread* L = Thread::from(state);
  Value* a = slotAt(L, i);
  Value* b = slotAt(L, j);
  return a != &kNoValue && b != &kNoValue && rawEqual(*a, *b);
}
