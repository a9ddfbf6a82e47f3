// The C API where it is not a matter of comparing with stock Lua (tests/capi does that): misuse, threads that
// are used without being resumed, the collector, the stack's limits.
#include "perigee/lua.hpp"

#include <cstdio>
#include <gtest/gtest.h>
#include <string>

namespace {

class CApi : public testing::Test {
protected:
  void SetUp() override {
    L = luaL_newstate();
    luaL_openlibs(L);
  }
  void TearDown() override { lua_close(L); }
  std::string text(int i) { return lua_tostring(L, i) != nullptr ? lua_tostring(L, i) : "(none)"; }
  lua_State* L = nullptr;
};

#if defined(PERIGEE_CHECKED) && PERIGEE_CHECKED
using CApiMisuse = CApi;
TEST_F(CApiMisuse, NamesTheFunction) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(lua_type(L, -3), "lua_type: invalid index");
  EXPECT_DEATH(lua_tointegerx(L, 0, nullptr), "lua_tointegerx: invalid index");
  EXPECT_DEATH(lua_settop(L, -5), "lua_settop: invalid new top");
  EXPECT_DEATH(lua_rawgeti(L, LUA_REGISTRYINDEX - 1, 1), "lua_rawgeti: table expected");
  EXPECT_DEATH(lua_callk(L, 0, 0, 0, nullptr), "lua_callk: not enough values");
  EXPECT_DEATH(lua_setfield(L, LUA_REGISTRYINDEX, "x"), "not enough values");
  EXPECT_DEATH(lua_copy(L, LUA_REGISTRYINDEX, 3), "lua_copy: invalid index");
  EXPECT_DEATH(lua_rotate(L, LUA_REGISTRYINDEX, 1), "lua_rotate: index not in the stack");
  EXPECT_DEATH(
      {
        for (;;) lua_pushinteger(L, 1);
      },
      "lua_pushinteger: stack overflow");
  EXPECT_DEATH(
      {
        luaL_Buffer b;
        luaL_buffinit(L, &b);
        lua_pushinteger(L, 1);
        luaL_prepbuffsize(&b, 5000);
      },
      "luaL_prepbuffsize: the buffer's slot");
  EXPECT_DEATH(lua_arith(L, 99), "lua_arith: invalid operation");
  EXPECT_DEATH(luaL_argerror(L, 1, "no frame"), "bad argument #1 \\(no frame\\)");
  EXPECT_DEATH(lua_typename(L, 77), "lua_typename: invalid type");
}
#endif

TEST_F(CApi, ValuesOnThreadsThatDoNotRunStayAlive) {
  lua_State* T = lua_newthread(L);
  ASSERT_TRUE(lua_checkstack(T, 40));
  for (int i = 1; i <= 40; i++) {
    lua_pushfstring(T, "a string of thread T, number %d, that nobody else refers to", i);
    lua_gc(L, LUA_GCCOLLECT);
    lua_gc(L, LUA_GCSTEP, 0);
    for (int j = 0; j < 100; j++) {
      lua_pushfstring(L, "garbage %d %d that takes the place of what was freed, if it was freed", i, j);
      lua_pop(L, 1);
    }
  }
  for (int i = 1; i <= 40; i++) {
    lua_pushfstring(L, "a string of thread T, number %d, that nobody else refers to", i);
    EXPECT_STREQ(lua_tostring(L, -1), lua_tostring(T, i));
    lua_pop(L, 1);
  }
}

TEST_F(CApi, ErrorsOnOtherThreads) {
  lua_State* T = lua_newthread(L);
  lua_pushlightuserdata(L, T);
  lua_pushcclosure(
      L,
      [](lua_State* S) {
        auto* other = static_cast<lua_State*>(lua_touserdata(S, lua_upvalueindex(1)));
        return luaL_error(other, "raised on another thread");
      },
      1);
  lua_pushvalue(L, -1);
  EXPECT_EQ(LUA_ERRRUN, lua_pcall(L, 0, 0, 0));
  EXPECT_EQ("raised on another thread", text(-1));
  lua_pop(L, 1);
  for (const char* code : {"return select(2, pcall(...))", "return select(2, xpcall(..., tostring))",
                           "return select(2, coroutine.resume(coroutine.create(...)))"}) {
    luaL_loadstring(L, code);
    lua_pushvalue(L, -2);
    ASSERT_EQ(LUA_OK, lua_pcall(L, 1, 1, 0)) << code;
    EXPECT_EQ("raised on another thread", text(-1)) << code;
    lua_pop(L, 1);
  }
  luaL_loadstring(T, "return coroutine.running()");
  ASSERT_EQ(LUA_OK, lua_pcall(T, 0, 1, 0));
  EXPECT_EQ(T, lua_tothread(T, -1));
}

TEST_F(CApi, CallsOnEverNewThreadsEndInAnError) {
  lua_CFunction nest = [](lua_State* S) {
    lua_State* T = lua_newthread(S);
    lua_pushcfunction(T, lua_tocfunction(S, 1));
    lua_pushvalue(T, -1);
    lua_call(T, 1, 0);
    return 0;
  };
  lua_pushcfunction(L, nest);
  lua_pushcfunction(L, nest);
  EXPECT_EQ(LUA_ERRRUN, lua_pcall(L, 1, 0, 0));
  EXPECT_NE(std::string::npos, text(-1).find("C stack overflow"));
}

TEST_F(CApi, ResumingEverNewThreadsEndsInAnError) {
  lua_CFunction nest = [](lua_State* S) {
    lua_State* T = lua_newthread(S);
    lua_pushcfunction(T, lua_tocfunction(S, 1));
    lua_pushvalue(T, -1);
    int n;
    int status = lua_resume(T, nullptr, 1, &n);
    if (status != LUA_OK) {
      lua_xmove(T, S, 1);
      return lua_error(S);
    }
    return 0;
  };
  lua_pushcfunction(L, nest);
  lua_pushcfunction(L, nest);
  EXPECT_EQ(LUA_ERRRUN, lua_pcall(L, 1, 0, 0));
  EXPECT_NE(std::string::npos, text(-1).find("C stack overflow"));
}

TEST_F(CApi, StackLimit) {
  EXPECT_TRUE(lua_checkstack(L, 900000));
  for (int i = 0; i < 899990; i++) lua_pushinteger(L, i);
  EXPECT_FALSE(lua_checkstack(L, 2000000));
  EXPECT_FALSE(lua_checkstack(L, 0x7fffffff));
  lua_pushcfunction(L, [](lua_State* S) {
    for (;;) {
      luaL_checkstack(S, 1000, "for more");
      for (int i = 0; i < 1000; i++) lua_pushnil(S);
    }
    return 0;
  });
  EXPECT_EQ(LUA_ERRRUN, lua_pcall(L, 0, 0, 0));
  EXPECT_NE(std::string::npos, text(-1).find("stack overflow (for more)"));
  EXPECT_EQ(899989, lua_tointeger(L, -2));
}

TEST_F(CApi, LiteralsOutliveTheirCache) {
  char name[16];
  for (int i = 0; i < 2000; i++) {
    std::snprintf(name, sizeof name, "name%d", i % 7); // the same address, different contents
    lua_pushinteger(L, i);
    lua_setglobal(L, name);
    if (i % 50 == 0) lua_gc(L, LUA_GCCOLLECT);
    EXPECT_EQ(LUA_TNUMBER, lua_getglobal(L, name));
    EXPECT_EQ(i, lua_tointeger(L, -1));
    lua_pop(L, 1);
    EXPECT_STREQ(name, lua_pushstring(L, name));
    lua_pop(L, 1);
  }
}

TEST_F(CApi, FinalizersRunWithoutLuaCode) {
  static int finalized;
  finalized = 0;
  luaL_newmetatable(L, "counted");
  lua_pushcfunction(L, [](lua_State*) {
    finalized++;
    return 0;
  });
  lua_setfield(L, -2, "__gc");
  for (int i = 0; i < 200000; i++) {
    lua_newuserdatauv(L, 100, 0);
    luaL_setmetatable(L, "counted");
    lua_pop(L, 1);
  }
  EXPECT_GT(finalized, 100000);
}

TEST_F(CApi, GlobalsAreWhatTheRegistrySays) {
  lua_newtable(L);
  lua_pushinteger(L, 5);
  lua_setfield(L, -2, "x");
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  EXPECT_EQ(LUA_TNUMBER, lua_getglobal(L, "x"));
  ASSERT_EQ(LUA_OK, luaL_dostring(L, "return x"));
  EXPECT_EQ(5, lua_tointeger(L, -1));
}

TEST_F(CApi, CloseThread) {
  lua_State* T = lua_newthread(L);
  luaL_loadstring(
      T,
      "local a <close> = setmetatable({}, {__close = function() error('closing', 0) end}) coroutine.yield()");
  int n;
  ASSERT_EQ(LUA_YIELD, lua_resume(T, L, 0, &n));
  EXPECT_EQ(LUA_ERRRUN, (lua_closethread)(T, L));
  EXPECT_STREQ("closing", lua_tostring(T, -1));
  EXPECT_EQ(LUA_OK, lua_status(T));
}

} // namespace
