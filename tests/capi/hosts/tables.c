/* Tables, metatables, userdata, references, the registry. */
#include "host.h"

static int report_gc(lua_State *L) {
  printf("gc %d\n", *(int *)lua_touserdata(L, 1));
  return 0;
}

static int index_function(lua_State *L) {
  lua_pushfstring(L, "<%s>", luaL_tolstring(L, 2, NULL));
  return 1;
}

static void fields(lua_State *L) {
  lua_createtable(L, 3, 4);
  for (int i = 1; i <= 5; i++) {
    lua_pushinteger(L, i * i);
    lua_seti(L, 1, i);
  }
  lua_pushstring(L, "v");
  lua_setfield(L, -2, "name");
  lua_pushstring(L, "w");
  lua_rawseti(L, 1, -7);
  lua_pushnumber(L, 2.0);
  lua_pushstring(L, "two");
  lua_rawset(L, 1);
  lua_pushboolean(L, 1);
  lua_rawsetp(L, 1, &fields);
  printf("%d %d %d %d %d\n", lua_getfield(L, 1, "name"), lua_getfield(L, 1, "none"), lua_geti(L, 1, 2),
         lua_rawgeti(L, 1, -7), lua_rawgetp(L, 1, &fields));
  lua_pushinteger(L, 3);
  printf("%d\n", lua_gettable(L, 1));
  lua_pushnumber(L, 4.0);
  printf("%d\n", lua_rawget(L, 1));
  show_stack(L, "got");
  printf("rawlen %d len %d\n", (int)lua_rawlen(L, 1), (int)luaL_len(L, 1));
  lua_settop(L, 1);
  int n = 0;
  lua_Integer sum = 0;
  for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
    n++;
    if (lua_isinteger(L, -1)) sum += lua_tointeger(L, -1);
  }
  printf("next: %d pairs, sum %lld\n", n, sum);
  lua_pushstring(L, "a key that is longer than forty characters, to be no short string");
  lua_setfield(L, 1, "a key that is longer than forty characters, to be no short string");
  lua_getfield(L, 1, "a key that is longer than forty characters, to be no short string");
  show(L, -1);
  printf("\n");
  lua_settop(L, 0);
  run(L, "G = setmetatable({}, {__index = function(t, k) return k .. '!' end, __newindex = function(t, k, v) rawset(t, k, v * 2) end})");
  lua_getglobal(L, "G");
  lua_getfield(L, 1, "abc");
  lua_geti(L, 1, 42);
  lua_pushinteger(L, 21);
  lua_setfield(L, 1, "twice");
  lua_getfield(L, 1, "twice");
  lua_pushinteger(L, 4);
  lua_seti(L, 1, 9);
  lua_rawgeti(L, 1, 9);
  lua_pushstring(L, "k");
  lua_gettable(L, 1);
  show_stack(L, "metamethods");
  lua_settop(L, 0);
  lua_pushinteger(L, 1);
  lua_setglobal(L, "x");
  printf("%d ", lua_getglobal(L, "x"));
  lua_pushglobaltable(L);
  printf("%d\n", lua_getfield(L, -1, "x"));
  lua_settop(L, 0);
  lua_pushstring(L, "text");
  lua_getfield(L, 1, "upper");
  printf("string method: %d\n", lua_iscfunction(L, -1));
  lua_settop(L, 0);
}

static void userdata(lua_State *L) {
  int *a = lua_newuserdatauv(L, sizeof(int), 2);
  *a = 1;
#if LUA_VERSION_NUM >= 504
  lua_pushstring(L, "uv");
  printf("set %d ", lua_setiuservalue(L, 1, 2));
  lua_pushstring(L, "uv");
  printf("%d ", lua_setiuservalue(L, 1, 3));
  printf("get %d %d %d\n", lua_getiuservalue(L, 1, 1), lua_getiuservalue(L, 1, 2), lua_getiuservalue(L, 1, 3));
#else
  printf("get %d ", lua_getuservalue(L, 1));
  lua_pushstring(L, "uv");
  lua_setuservalue(L, 1);
  printf("%d\n", lua_getuservalue(L, 1));
#endif
  show_stack(L, "user values");
  lua_settop(L, 1);
  printf("newmetatable %d", luaL_newmetatable(L, "host.type"));
  lua_pushcfunction(L, report_gc);
  lua_setfield(L, -2, "__gc");
  lua_pushcfunction(L, index_function);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, 1);
  printf(" %d\n", luaL_newmetatable(L, "host.type"));
  lua_pop(L, 1);
  printf("testudata %d %d\n", luaL_testudata(L, 1, "host.type") == a, luaL_testudata(L, 1, "other") != NULL);
  lua_getfield(L, 1, "field");
  luaL_tolstring(L, 1, NULL);
  printf("%.10s %s\n", lua_tostring(L, -1), lua_tostring(L, -2));
  printf("getmetafield %d %d\n", luaL_getmetafield(L, 1, "__name"), luaL_getmetafield(L, 1, "__nothing"));
  show(L, -1);
  printf("\n");
  lua_settop(L, 0);
  lua_gc(L, LUA_GCCOLLECT, 0);
  printf("collected\n");
  for (int i = 2; i <= 4; i++) {
    *(int *)lua_newuserdatauv(L, sizeof(int), 0) = i;
    luaL_setmetatable(L, "host.type");
  }
  lua_remove(L, 2);
  lua_gc(L, LUA_GCCOLLECT, 0);
}

static void references(lua_State *L) {
  int t = lua_gettop(L) + 1;
  lua_newtable(L);
  int r[5];
  for (int i = 0; i < 5; i++) {
    lua_pushinteger(L, i * 100);
    r[i] = luaL_ref(L, t);
  }
  printf("free list %d\n", lua_rawgeti(L, t, 0));
  lua_settop(L, t);
  luaL_unref(L, t, r[1]);
  luaL_unref(L, t, r[3]);
  luaL_unref(L, t, LUA_REFNIL);
  lua_pushstring(L, "again");
  int x = luaL_ref(L, t);
  lua_pushstring(L, "twice");
  int y = luaL_ref(L, t);
  lua_pushnil(L);
  printf("refs %d %d %d %d %d; %d %d; %d\n", r[0], r[1], r[2], r[3], r[4], x, y, luaL_ref(L, t));
  lua_rawgeti(L, t, x);
  lua_rawgeti(L, t, r[4]);
  show(L, -1);
  show(L, -2);
  printf("\n");
  lua_settop(L, t - 1);
  lua_pushstring(L, "in the registry");
  int g = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_rawgeti(L, LUA_REGISTRYINDEX, g);
  show(L, -1);
  printf(" %d\n", g > LUA_RIDX_LAST);
  luaL_unref(L, LUA_REGISTRYINDEX, g);
  lua_settop(L, t - 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
  printf("main %d\n", lua_tothread(L, -1) == L);
  lua_pop(L, 1);
}

static const luaL_Reg kFunctions[] = {{"gc", report_gc},
#if LUA_VERSION_NUM >= 504
                                      {"placeholder", NULL},
#endif
                                      {NULL, NULL}};
static int open_module(lua_State *L) {
  printf("opening %s\n", lua_tostring(L, 1));
  luaL_newlib(L, kFunctions);
  return 1;
}

int main(void) {
  lua_State *L = open_state();
  fields(L);
  userdata(L);
  references(L);
  lua_settop(L, 0);
  printf("subtable %d %d\n", luaL_getsubtable(L, LUA_REGISTRYINDEX, "sub"), luaL_getsubtable(L, LUA_REGISTRYINDEX, "sub"));
  luaL_requiref(L, "module", open_module, 1);
  luaL_requiref(L, "module", open_module, 0);
  printf("%d\n", lua_rawequal(L, -1, -2));
  run(L, "print(module.placeholder, require 'module' == module, type(module.gc))");
  lua_pushnil(L);
  lua_newtable(L);
  lua_pushcfunction(L, index_function);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  run(L, "print((nil).field)");
  lua_pushnil(L);
  lua_setmetatable(L, -2);
  run(L, "print((nil).field)");
  *(int *)lua_newuserdatauv(L, sizeof(int), 0) = 99;
  luaL_setmetatable(L, "host.type");
  printf("closing\n");
  lua_close(L);
  return 0;
}
