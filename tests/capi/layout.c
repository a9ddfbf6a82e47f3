/* Prints every constant, size and offset of the C API's headers; compiled against two sets of them, to be compared. */
#include <locale.h>
#include <math.h>
#include <float.h>
#include <stdio.h>
#include <stdlib.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

#define NUMBER(x) printf(#x " %lld\n", (long long)(x))
#define TEXT(x) printf(#x " \"%s\"\n", (x))
#define FIELD(type, field) \
  printf(#type "." #field " %zu %zu\n", offsetof(type, field), sizeof(((type *)0)->field))

int main(void) {
#include "layout_constants.inc"
  NUMBER(sizeof(lua_Debug));
  FIELD(lua_Debug, event);
  FIELD(lua_Debug, name);
  FIELD(lua_Debug, namewhat);
  FIELD(lua_Debug, what);
  FIELD(lua_Debug, source);
#if LUA_VERSION_NUM >= 504
  FIELD(lua_Debug, srclen);
#endif
  FIELD(lua_Debug, currentline);
  FIELD(lua_Debug, linedefined);
  FIELD(lua_Debug, lastlinedefined);
  FIELD(lua_Debug, nups);
  FIELD(lua_Debug, nparams);
  FIELD(lua_Debug, isvararg);
  FIELD(lua_Debug, istailcall);
#if LUA_VERSION_NUM >= 504
  FIELD(lua_Debug, ftransfer);
  FIELD(lua_Debug, ntransfer);
#endif
  FIELD(lua_Debug, short_src);
  FIELD(lua_Debug, i_ci);
  NUMBER(sizeof(luaL_Buffer));
  FIELD(luaL_Buffer, b);
  FIELD(luaL_Buffer, size);
  FIELD(luaL_Buffer, n);
  FIELD(luaL_Buffer, L);
#if LUA_VERSION_NUM >= 504
  FIELD(luaL_Buffer, init);
#else
  FIELD(luaL_Buffer, initb);
#endif
  NUMBER(_Alignof(luaL_Buffer));
  NUMBER(sizeof(luaL_Reg));
  FIELD(luaL_Reg, name);
  FIELD(luaL_Reg, func);
  NUMBER(sizeof(luaL_Stream));
  FIELD(luaL_Stream, f);
  FIELD(luaL_Stream, closef);
  NUMBER(sizeof(lua_Number));
  NUMBER(sizeof(lua_Integer));
  NUMBER(sizeof(lua_Unsigned));
  NUMBER(sizeof(lua_KContext));
  NUMBER(LUAL_NUMSIZES);
  NUMBER(lua_upvalueindex(1));
  NUMBER(lua_upvalueindex(255));
  NUMBER((char *)lua_getextraspace((lua_State *)1024) - (char *)0);
  return 0;
}
