// References and metatables in the registry.

#include "capi/api.h"
#include "perigee/lauxlib.h"

using namespace perigee;
using namespace perigee::capi;

// Free references form a list: each free element holds the next one's number, the element at
// `HostApi::free_references` the first one's, 0 ends it.
int luaL_ref(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  const int64_t free_list = hostApiOf(L).free_references;
  checkElements(L, 1);
  if (L->top[-1].isNil()) {
    L->top--;
    return LUA_REFNIL;
  }
  Table* t = tableAt(L, i);
  Value head = getInteger(t, free_list);
  int64_t reference = head.isInteger() ? head.integer : 0;
  if (head.isNil() && hostApiOf(L).free_references_known) setInteger(L, t, free_list, Value::of(int64_t{0}));
  if (reference != 0) {
    setInteger(L, t, free_list, getInteger(t, reference));
  } else {
    reference = length(t) + 1;
  }
  setInteger(L, t, reference, L->top[-1]);
  L->top--;
  return static_cast<int>(reference);
}

void luaL_unref(lua_State* state, int i, int reference) {
  if (reference < 0) return;
  Thread* L = Thread::from(state);
  const int64_t free_list = hostApiOf(L).free_references;
  Table* t = tableAt(L, i);
  setInteger(L, t, reference, getInteger(t, free_list));
  setInteger(L, t, free_list, Value::of(static_cast<int64_t>(reference)));
}

int luaL_newmetatable(lua_State* L, const char* type_name) {
  if (luaL_getmetatable(L, type_name) != LUA_TNIL) return 0;
  lua_pop(L, 1);
  lua_createtable(L, 0, 2);
  lua_pushstring(L, type_name);
  lua_setfield(L, -2, "__name");
  lua_pushvalue(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, type_name);
  return 1;
}

void luaL_setmetatable(lua_State* L, const char* type_name) {
  luaL_getmetatable(L, type_name);
  lua_setmetatable(L, -2);
}

int luaL_getmetafield(lua_State* L, int i, const char* event) {
  if (!lua_getmetatable(L, i)) return LUA_TNIL;
  lua_pushstring(L, event);
  int type = lua_rawget(L, -2);
  if (type == LUA_TNIL) {
    lua_pop(L, 2);
  } else {
    lua_remove(L, -2);
  }
  return type;
}

int luaL_callmeta(lua_State* L, int i, const char* event) {
  i = lua_absindex(L, i);
  if (luaL_getmetafield(L, i, event) == LUA_TNIL) return 0;
  lua_pushvalue(L, i);
  lua_call(L, 1, 1);
  return 1;
}

lua_Integer luaL_len(lua_State* L, int i) {
  lua_len(L, i);
  int ok;
  lua_Integer n = lua_tointegerx(L, -1, &ok);
  if (!ok) luaL_error(L, "object length is not an integer");
  lua_pop(L, 1);
  return n;
}

const char* luaL_tolstring(lua_State* L, int i, size_t* length) {
  i = lua_absindex(L, i);
  if (luaL_callmeta(L, i, "__tostring")) {
    if (!lua_isstring(L, -1)) luaL_error(L, "'__tostring' must return a string");
    return lua_tolstring(L, -1, length);
  }
  switch (lua_type(L, i)) {
  case LUA_TNUMBER: lua_pushvalue(L, i); break; // lua_tolstring converts the copy
  case LUA_TSTRING: lua_pushvalue(L, i); break;
  case LUA_TBOOLEAN: lua_pushstring(L, lua_toboolean(L, i) ? "true" : "false"); break;
  case LUA_TNIL: lua_pushliteral(L, "nil"); break;
  default: {
    int type = luaL_getmetafield(L, i, "__name");
    const char* kind = type == LUA_TSTRING ? lua_tostring(L, -1) : luaL_typename(L, i);
    lua_pushfstring(L, "%s: %p", kind, lua_topointer(L, i));
    if (type != LUA_TNIL) lua_remove(L, -2);
  }
  }
  return lua_tolstring(L, -1, length);
}
