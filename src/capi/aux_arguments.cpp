// Arguments of C functions.

#include "capi/api.h"
#include "perigee/lauxlib.h"

#include <cstring>

using namespace perigee;
using namespace perigee::capi;

namespace {

[[noreturn]] void tagError(Thread* L, int i, const char* expected) {
  luaL_typeerror(L->state(), i, expected);
  __builtin_unreachable();
}

[[noreturn]] void integerError(Thread* L, int i) {
  if (lua_isnumber(L->state(), i)) luaL_argerror(L->state(), i, "number has no integer representation");
  tagError(L, i, typeName(Type::Number));
}

// What has to be converted. Apart from the functions that callers see, so that those need no frame.
__attribute__((noinline)) lua_Integer convertToInteger(Thread* L, Value v, int i) {
  int64_t result;
  if (!toInteger(v, &result)) integerError(L, i);
  return result;
}
__attribute__((noinline)) lua_Number convertToNumber(Thread* L, Value v, int i) {
  if (!v.isInteger()) v = toNumber(v);
  if (v.isNil()) tagError(L, i, typeName(Type::Number));
  return v.isInteger() ? static_cast<double>(v.integer) : v.number;
}

} // namespace

int luaL_argerror(lua_State* L, int i, const char* message) {
  raiseArgumentError(Thread::from(L), i, message);
}

int luaL_typeerror(lua_State* state, int i, const char* expected) {
  Thread* L = Thread::from(state);
  Value* v = slotAt(L, i);
  const char* actual = v == &kNoValue ? "no value"
                       : v->tag == Tag::LightUserdata && metatableOf(L, *v) == nullptr
                           ? "light userdata"
                           : typeNameForMessage(L, *v);
  raiseArgumentError(L, i, lua_pushfstring(state, "%s expected, got %s", expected, actual));
}

lua_Integer luaL_checkinteger(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  const Value* v = slotAt(L, i);
  if (!v->isInteger()) [[unlikely]]
    return convertToInteger(L, *v, i);
  return v->integer;
}

lua_Integer luaL_optinteger(lua_State* L, int i, lua_Integer otherwise) {
  return lua_isnoneornil(L, i) ? otherwise : luaL_checkinteger(L, i);
}

lua_Number luaL_checknumber(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  const Value* v = slotAt(L, i);
  if (!v->isFloat()) [[unlikely]]
    return convertToNumber(L, *v, i);
  return v->number;
}

lua_Number luaL_optnumber(lua_State* L, int i, lua_Number otherwise) {
  return lua_isnoneornil(L, i) ? otherwise : luaL_checknumber(L, i);
}

const char* luaL_checklstring(lua_State* L, int i, size_t* length) {
  const char* s = lua_tolstring(L, i, length);
  if (s == nullptr) [[unlikely]]
    tagError(Thread::from(L), i, typeName(Type::String));
  return s;
}

const char* luaL_optlstring(lua_State* L, int i, const char* otherwise, size_t* length) {
  if (!lua_isnoneornil(L, i)) return luaL_checklstring(L, i, length);
  if (length != nullptr) *length = otherwise != nullptr ? std::strlen(otherwise) : 0;
  return otherwise;
}

void luaL_checkstack(lua_State* L, int slots, const char* message) {
  if (lua_checkstack(L, slots)) [[likely]]
    return;
  if (message != nullptr) luaL_error(L, "stack overflow (%s)", message);
  luaL_error(L, "stack overflow");
}

void luaL_checktype(lua_State* L, int i, int type) {
  if (lua_type(L, i) != type) [[unlikely]]
    tagError(Thread::from(L), i, lua_typename(L, type));
}

void luaL_checkany(lua_State* L, int i) {
  if (lua_isnone(L, i)) [[unlikely]]
    luaL_argerror(L, i, "value expected");
}

int luaL_checkoption(lua_State* L, int i, const char* otherwise, const char* const names[]) {
  const char* name = otherwise != nullptr ? luaL_optstring(L, i, otherwise) : luaL_checkstring(L, i);
  for (int n = 0; names[n] != nullptr; ++n)
    if (std::strcmp(name, names[n]) == 0) return n;
  return luaL_argerror(L, i, lua_pushfstring(L, "invalid option '%s'", name));
}

void* luaL_testudata(lua_State* state, int i, const char* type_name) {
  Thread* L = Thread::from(state);
  Value* v = slotAt(L, i);
  Table* mt;
  void* p;
  if (v->isUserdata()) {
    mt = v->userdata()->metatable;
    p = v->userdata()->bytes();
  } else if (v->tag == Tag::LightUserdata) {
    mt = metatableOf(L, *v);
    p = v->pointer;
  } else {
    return nullptr;
  }
  if (mt == nullptr) return nullptr;
  Value expected = getString(L->global->registry.table(), literal(L, type_name));
  return expected.isTable() && expected.table() == mt ? p : nullptr;
}

void* luaL_checkudata(lua_State* L, int i, const char* type_name) {
  void* p = luaL_testudata(L, i, type_name);
  if (p == nullptr) [[unlikely]]
    tagError(Thread::from(L), i, type_name);
  return p;
}
