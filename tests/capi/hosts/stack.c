/* Stack manipulation, access, pushing, comparison, arithmetic. */
#include "host.h"

#include <limits.h>
#include <math.h>

static void rotations(lua_State *L) {
  for (int n = -5; n <= 5; n++) {
    lua_settop(L, 0);
    for (int i = 1; i <= 6; i++) lua_pushinteger(L, i);
    lua_rotate(L, 2, n);
    show_stack(L, "rotate");
  }
  lua_settop(L, 0);
  for (int i = 1; i <= 5; i++) lua_pushinteger(L, i);
  lua_insert(L, 2);
  show_stack(L, "insert");
  lua_remove(L, 1);
  lua_remove(L, -2);
  show_stack(L, "remove");
  lua_pushstring(L, "x");
  lua_replace(L, 1);
  lua_copy(L, 1, 3);
  lua_pushvalue(L, -2);
  show_stack(L, "replace copy pushvalue");
  printf("absindex %d %d %d\n", lua_absindex(L, -1), lua_absindex(L, 2), lua_absindex(L, LUA_REGISTRYINDEX) == LUA_REGISTRYINDEX);
  lua_settop(L, 7);
  lua_settop(L, -3);
  show_stack(L, "settop");
  lua_settop(L, 0);
}

static void conversions(lua_State *L) {
  const char *texts[] = {"10", "0x10", "1e2", "  7  ", "1.5", "abc", "", "0x", "1e", "9223372036854775807",
                         "9223372036854775808", "-0x1p4", "nan", "inf", "1 2", NULL};
  for (int i = 0; texts[i]; i++) {
    int is_number, is_integer;
    lua_pushstring(L, texts[i]);
    lua_Number n = lua_tonumberx(L, -1, &is_number);
    lua_Integer k = lua_tointegerx(L, -1, &is_integer);
    printf("'%s': %d %.14g %d %lld isnumber %d isstring %d stringtonumber %d\n", texts[i], is_number, n, is_integer, k,
           lua_isnumber(L, -1), lua_isstring(L, -1), (int)lua_stringtonumber(L, texts[i]));
    lua_settop(L, 0);
  }
  double floats[] = {0.0, -0.0, 1.5, 3.0, 1e15, 1e100, -1e300, INFINITY, 9007199254740993.0, 9.3e18, -9223372036854775808.0};
  for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
    int ok;
    size_t length;
    lua_pushnumber(L, floats[i]);
    lua_Integer k = lua_tointegerx(L, -1, &ok);
    printf("%d %lld ", ok, k);
    printf("%s %d\n", lua_tolstring(L, -1, &length), (int)length);
    printf("now %s\n", luaL_typename(L, -1));
    lua_settop(L, 0);
  }
  lua_pushnil(L);
  lua_pushboolean(L, 2);
  lua_pushlightuserdata(L, L);
  lua_pushcfunction(L, luaopen_base);
  lua_newtable(L);
  lua_newuserdatauv(L, 10, 2);
  lua_pushthread(L);
  lua_pushliteral(L, "a\0b");
  for (int i = 1; i <= lua_gettop(L) + 1; i++)
    printf("%d %s: %d%d%d%d%d %d %s %d %d %d\n", i, luaL_typename(L, i), lua_isnumber(L, i), lua_isstring(L, i),
           lua_iscfunction(L, i), lua_isuserdata(L, i), lua_isinteger(L, i), lua_toboolean(L, i),
           lua_tostring(L, i) ? lua_tostring(L, i) : "(null)", (int)lua_rawlen(L, i), lua_touserdata(L, i) != NULL,
           lua_topointer(L, i) != NULL);
  printf("%d %d %d\n", lua_tocfunction(L, 4) == luaopen_base, lua_tothread(L, 7) == L, lua_tothread(L, 1) == NULL);
  printf("%s %s\n", lua_typename(L, LUA_TNONE), lua_typename(L, LUA_TLIGHTUSERDATA));
  lua_settop(L, 0);
  printf("pushstring NULL: %d\n", lua_pushstring(L, NULL) == NULL);
  printf("%s\n", lua_pushfstring(L, "%s|%d|%I|%f|%c|%U|%%|%s", "str", -5, (LUAI_UACINT)LLONG_MIN, 3.25, 'x', 0x20ACL, NULL));
  printf("%s\n", lua_pushfstring(L, "%f %f %f", 1.0, 1e15, 1e16));
  printf("%d\n", lua_pushfstring(L, "%p", (void *)0) != NULL);
  lua_settop(L, 0);
}

static void operations(lua_State *L) {
  static const char *names[] = {"+", "-", "*", "%", "^", "/", "//", "&", "|", "~", "<<", ">>", "neg", "not"};
  for (int op = LUA_OPADD; op <= LUA_OPBNOT; op++) {
    lua_pushinteger(L, 7);
    lua_pushinteger(L, -3);
    lua_arith(L, op);
    lua_pushnumber(L, 7.0);
    lua_pushinteger(L, 2);
    lua_arith(L, op);
    if (op < LUA_OPBAND || op == LUA_OPUNM) {
      lua_pushstring(L, "10");
      lua_pushinteger(L, 3);
      lua_arith(L, op);
    }
    show_stack(L, names[op]);
    lua_settop(L, 0);
  }
  lua_pushinteger(L, 1);
  lua_pushnumber(L, 1.0);
  lua_pushstring(L, "1");
  lua_pushstring(L, "a");
  lua_pushstring(L, "b");
  for (int i = 1; i <= 2; i++)
    for (int j = 1; j <= 3; j++)
      printf("%d%d eq %d raw %d\n", i, j, lua_compare(L, i, j, LUA_OPEQ), lua_rawequal(L, i, j));
  printf("lt %d le %d none %d %d\n", lua_compare(L, 4, 5, LUA_OPLT), lua_compare(L, 5, 4, LUA_OPLE),
         lua_compare(L, 1, 20, LUA_OPEQ), lua_rawequal(L, 20, 21));
  lua_concat(L, 5);
  show_stack(L, "concat");
  lua_concat(L, 1);
  lua_concat(L, 0);
  show_stack(L, "concat 0");
  lua_len(L, 1);
  show_stack(L, "len");
  lua_settop(L, 0);
  luaL_checkstack(L, 1000, "many");
  for (int i = 0; i < 1000; i++) lua_pushinteger(L, i);
  printf("%d %d %d\n", lua_gettop(L), lua_checkstack(L, 900000) != 0, lua_checkstack(L, INT_MAX / 2));
  lua_concat(L, 1000);
  printf("%d\n", (int)lua_rawlen(L, -1));
  lua_settop(L, 0);
}

static int upvalues(lua_State *L) {
  lua_pushinteger(L, lua_tointeger(L, lua_upvalueindex(1)) + 1);
  lua_copy(L, -1, lua_upvalueindex(1));
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_pushboolean(L, lua_isnone(L, lua_upvalueindex(3)));
  lua_pushstring(L, lua_tostring(L, lua_upvalueindex(1)));
  return 4;
}

int main(void) {
  lua_State *L = open_state();
  rotations(L);
  conversions(L);
  operations(L);
  lua_pushinteger(L, 41);
  lua_newtable(L);
  lua_pushcclosure(L, upvalues, 2);
  for (int i = 0; i < 3; i++) {
    lua_pushvalue(L, 1);
    lua_call(L, 0, 4);
  }
  show_stack(L, "upvalues");
  lua_settop(L, 0);
  lua_State *other = lua_newthread(L);
  lua_pushinteger(L, 5);
  lua_pushstring(L, "moved");
  lua_xmove(L, other, 2);
  show_stack(other, "other");
  show_stack(L, "this");
  printf("pushthread %d %d\n", lua_pushthread(other), lua_pushthread(L));
#if LUA_VERSION_NUM >= 504
  printf("version %g\n", lua_version(L));
#else
  printf("version %g %d\n", *lua_version(L), *lua_version(NULL) == *lua_version(L));
#endif
  lua_close(L);
  return 0;
}
