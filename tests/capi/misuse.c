/* What the manual forbids. The checked build stops with a message that names the function; the release build, for what
   would otherwise break the state, raises an error or does nothing, and goes on.

     misuse              lists the cases
     misuse CASE         runs one; then the state must still work */
#include "hosts/host.h"

static int nothing(lua_State *L) {
  (void)L;
  return 0;
}
static int continuation(lua_State *L, int status, lua_KContext context) {
  (void)L;
  (void)context;
  return status;
}

/* Stack and indices. */
static void settop_high(lua_State *L) { lua_settop(L, 2000000); }
static void settop_low(lua_State *L) { lua_settop(L, -100); }
static void checkstack_negative(lua_State *L) { lua_checkstack(L, -5); }
static void push_beyond(lua_State *L) {
  for (int i = 0; i < 100; i++) lua_pushinteger(L, i);
}
static void push_nil_beyond(lua_State *L) {
  for (int i = 0; i < 100; i++) lua_pushnil(L);
}
static void push_string_beyond(lua_State *L) {
  for (int i = 0; i < 100; i++) lua_pushstring(L, "text");
}
static void push_value_beyond(lua_State *L) {
  for (int i = 0; i < 100; i++) lua_pushvalue(L, 1);
}
static void getfield_beyond(lua_State *L) {
  lua_pushglobaltable(L);
  for (int i = 0; i < 100; i++) lua_getfield(L, 2, "print");
}
static void push_far_beyond(lua_State *L) {
  for (int i = 0; i < 100000; i++) lua_pushinteger(L, i);
}
static void xmove_beyond(lua_State *L) {
  lua_State *T = lua_newthread(L);
  lua_checkstack(L, 200);
  for (int i = 0; i < 150; i++) lua_pushinteger(L, i);
  lua_xmove(L, T, 150);
}
static void xmove_missing(lua_State *L) {
  lua_State *T = lua_newthread(L);
  lua_xmove(L, T, 10);
}
static void xmove_states(lua_State *L) {
  lua_State *other = luaL_newstate();
  lua_pushinteger(L, 1);
  lua_xmove(L, other, 1);
}
static void index_low(lua_State *L) { lua_pushvalue(L, -50); }
static void index_far_low(lua_State *L) { lua_tolstring(L, -900000, NULL); }
static void index_zero(lua_State *L) { lua_type(L, 0); }
static void index_far_high(lua_State *L) { lua_touserdata(L, 2000000000); }
static void insert_missing(lua_State *L) { lua_insert(L, 30); }
static void remove_missing(lua_State *L) { lua_remove(L, 30); }
static void remove_pseudo(lua_State *L) { lua_remove(L, LUA_REGISTRYINDEX); }
static void rotate_far(lua_State *L) { lua_rotate(L, 1, 40); }
static void copy_missing(lua_State *L) { lua_copy(L, 1, 40); }
static void replace_upvalue(lua_State *L) { lua_copy(L, 1, lua_upvalueindex(3)); }
static void upvalue_far(lua_State *L) { lua_pushvalue(L, lua_upvalueindex(5000)); }
#if LUA_VERSION_NUM >= 504
static void closeslot(lua_State *L) { lua_closeslot(L, 1); }
static void toclose_order(lua_State *L) {
  luaL_dostring(L, "return setmetatable({}, {__close = print}), setmetatable({}, {__close = print})");
  lua_toclose(L, 3);
  lua_toclose(L, 2);
}
static void toclose_missing(lua_State *L) { lua_toclose(L, 17); }
#endif

/* Missing operands. */
static void arith_missing(lua_State *L) { lua_settop(L, 1); lua_arith(L, LUA_OPADD); }
static void arith_operation(lua_State *L) { lua_pushinteger(L, 1); lua_arith(L, 77); }
static void compare_operation(lua_State *L) { lua_pushinteger(L, 1); lua_compare(L, 1, 2, 9); }
static void concat_missing(lua_State *L) { lua_concat(L, 12); }
static void concat_negative(lua_State *L) { lua_concat(L, -2); }
static void setglobal_missing(lua_State *L) { lua_settop(L, 0); lua_setglobal(L, "x"); }
static void setfield_missing(lua_State *L) { lua_settop(L, 0); lua_setfield(L, LUA_REGISTRYINDEX, "x"); }
static void settable_missing(lua_State *L) { lua_settop(L, 1); lua_settable(L, LUA_REGISTRYINDEX); }
static void gettable_missing(lua_State *L) { lua_settop(L, 0); lua_gettable(L, LUA_REGISTRYINDEX); }
static void seti_missing(lua_State *L) { lua_settop(L, 0); lua_seti(L, LUA_REGISTRYINDEX, 5); }
static void rawset_missing(lua_State *L) { lua_settop(L, 1); lua_rawset(L, LUA_REGISTRYINDEX); }
static void rawseti_missing(lua_State *L) { lua_settop(L, 0); lua_rawseti(L, LUA_REGISTRYINDEX, 5); }
static void rawsetp_missing(lua_State *L) { lua_settop(L, 0); lua_rawsetp(L, LUA_REGISTRYINDEX, L); }
static void setmetatable_missing(lua_State *L) { lua_settop(L, 0); lua_setmetatable(L, LUA_REGISTRYINDEX); }
static void setuservalue_missing(lua_State *L) {
  lua_newuserdata(L, 1);
  lua_replace(L, 1);
  lua_settop(L, 0);
  lua_setuservalue(L, LUA_REGISTRYINDEX);
}
static void cclosure_missing(lua_State *L) { lua_pushcclosure(L, nothing, 10); }
static void cclosure_many(lua_State *L) {
  lua_checkstack(L, 400);
  lua_settop(L, 300);
  lua_pushcclosure(L, nothing, 256);
}
static void call_missing(lua_State *L) { lua_call(L, 10, 0); }
static void pcall_missing(lua_State *L) { lua_pcall(L, 10, 0, 0); }
static void pcall_handler(lua_State *L) {
  lua_pushcfunction(L, nothing);
  lua_pcall(L, 0, 0, 1);
}
static void error_missing(lua_State *L) { lua_settop(L, 0); lua_error(L); }
static void resume_missing(lua_State *L) {
  lua_State *T = lua_newthread(L);
  int n;
  lua_pushcfunction(T, nothing);
  lua_resume(T, L, 7, &n);
}
static int answered(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  return lua_gettop(L);
}
static int asks(lua_State *L) { return lua_yieldk(L, 0, 0, answered); }
static void resume_again_missing(lua_State *L) {
  lua_State *T = lua_newthread(L);
  int n;
  lua_pushcfunction(T, asks);
  lua_pushinteger(T, 1);
  lua_resume(T, L, 1, &n);
  lua_settop(T, 0);
  lua_resume(T, L, 1, &n);
}
static void yield_missing(lua_State *L) { lua_yield(L, 9); }
static void next_missing(lua_State *L) { lua_settop(L, 0); lua_next(L, LUA_REGISTRYINDEX); }
static void dump_missing(lua_State *L) { lua_settop(L, 0); lua_dump(L, NULL, NULL, 0); }
static void getinfo_missing(lua_State *L) {
  lua_Debug record;
  lua_settop(L, 0);
  lua_getinfo(L, ">S", &record);
}
static void setupvalue_missing(lua_State *L) { lua_settop(L, 0); lua_setupvalue(L, LUA_REGISTRYINDEX, 1); }

/* Wrong kinds of values. */
static void rawget_number(lua_State *L) { lua_pushinteger(L, 1); lua_rawget(L, 1); }
static void rawgeti_number(lua_State *L) { lua_rawgeti(L, 1, 1); }
static void rawgetp_none(lua_State *L) { lua_rawgetp(L, 9, L); }
static void rawset_number(lua_State *L) { lua_settop(L, 3); lua_rawset(L, 1); }
static void rawseti_none(lua_State *L) { lua_pushnil(L); lua_rawseti(L, 12, 1); }
static void next_number(lua_State *L) { lua_pushnil(L); lua_next(L, 1); }
static void ref_number(lua_State *L) { lua_pushinteger(L, 1); luaL_ref(L, 1); }
static void metatable_number(lua_State *L) { lua_newtable(L); lua_pushinteger(L, 5); lua_setmetatable(L, -2); }
static void uservalue_table(lua_State *L) { lua_newtable(L); lua_getuservalue(L, -1); }
#if LUA_VERSION_NUM >= 504
static void userdata_values(lua_State *L) { lua_newuserdatauv(L, 8, -3); }
#endif
static void createtable_negative(lua_State *L) { lua_createtable(L, -1, -1); }
static void getinfo_number(lua_State *L) {
  lua_Debug record;
  lua_pushinteger(L, 1);
  lua_getinfo(L, ">S", &record);
}
static void upvalueid_number(lua_State *L) { lua_upvalueid(L, 1, 1); }
static void upvaluejoin_c(lua_State *L) { lua_pushcfunction(L, nothing); lua_upvaluejoin(L, -1, 1, -1, 1); }
static void typename_far(lua_State *L) { lua_typename(L, LUA_NUMTAGS); }
static void addvalue_table(lua_State *L) {
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  lua_newtable(L);
  luaL_addvalue(&b);
}
static void buffer_moved(lua_State *L) {
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  if (LUA_VERSION_NUM < 504) luaL_prepbuffsize(&b, 10000);
  lua_newtable(L);
  for (int i = 0; i < 5000; i++) luaL_addlstring(&b, "text", 4);
}

static void buffer_copied(lua_State *L) {
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (int i = 0; i < 5000; i++) luaL_addlstring(&b, "text", 4);
  lua_pushvalue(L, -1);
  for (int i = 0; i < 5000; i++) luaL_addlstring(&b, "text", 4);
  lua_gc(L, LUA_GCCOLLECT, 0);
  luaL_pushresult(&b);
  lua_gc(L, LUA_GCCOLLECT, 0);
}

/* At the wrong time. */
static void hook(lua_State *L, lua_Debug *record) {
  (void)record;
  lua_sethook(L, NULL, 0, 0);
  lua_pushcfunction(L, nothing);
  lua_callk(L, 0, 0, 0, continuation);
}
static void callk_in_hook(lua_State *L) {
  lua_sethook(L, hook, LUA_MASKLINE, 0);
  luaL_dostring(L, "local x = 1");
}
static void call_on_suspended(lua_State *L) {
  int n;
  lua_State *T = lua_newthread(L);
  luaL_loadstring(T, "coroutine.yield()");
  lua_resume(T, L, 0, &n);
  lua_pushcfunction(T, nothing);
  lua_call(T, 0, 0);
}

static const struct {
  const char *name;
  const char *function; /* that the message names */
  void (*run)(lua_State *);
} kCases[] = {
#define CASE(name, function) {#name, #function, name},
    CASE(settop_high, lua_settop) CASE(settop_low, lua_settop) CASE(checkstack_negative, lua_checkstack)
    CASE(push_beyond, lua_pushinteger) CASE(push_nil_beyond, lua_pushnil) CASE(push_string_beyond, lua_pushstring)
    CASE(push_value_beyond, lua_pushvalue) CASE(getfield_beyond, lua_getfield) CASE(push_far_beyond, lua_pushinteger)
    CASE(xmove_beyond, lua_xmove) CASE(xmove_missing, lua_xmove) CASE(xmove_states, lua_xmove)
    CASE(index_low, lua_pushvalue) CASE(index_far_low, lua_tolstring) CASE(index_zero, lua_type)
    CASE(index_far_high, lua_touserdata) CASE(insert_missing, lua_rotate) CASE(remove_missing, lua_rotate)
    CASE(remove_pseudo, lua_rotate) CASE(rotate_far, lua_rotate) CASE(copy_missing, lua_copy)
    CASE(replace_upvalue, lua_copy) CASE(upvalue_far, lua_pushvalue)
#if LUA_VERSION_NUM >= 504
    CASE(closeslot, lua_closeslot) CASE(toclose_order, lua_toclose) CASE(toclose_missing, lua_toclose)
    CASE(uservalue_table, lua_getiuservalue) CASE(userdata_values, lua_newuserdatauv)
    CASE(setuservalue_missing, lua_setiuservalue)
#else
    CASE(uservalue_table, lua_getuservalue) CASE(setuservalue_missing, lua_setuservalue)
#endif
    CASE(arith_missing, lua_arith) CASE(arith_operation, lua_arith) CASE(compare_operation, lua_compare)
    CASE(concat_missing, lua_concat) CASE(concat_negative, lua_concat) CASE(setglobal_missing, lua_setglobal)
    CASE(setfield_missing, lua_setfield) CASE(settable_missing, lua_settable) CASE(gettable_missing, lua_gettable)
    CASE(seti_missing, lua_seti) CASE(rawset_missing, lua_rawset) CASE(rawseti_missing, lua_rawseti)
    CASE(rawsetp_missing, lua_rawsetp) CASE(setmetatable_missing, lua_setmetatable)
    CASE(cclosure_missing, lua_pushcclosure)
    CASE(cclosure_many, lua_pushcclosure) CASE(call_missing, lua_callk) CASE(pcall_missing, lua_pcallk)
    CASE(pcall_handler, lua_pcallk) CASE(error_missing, lua_error) CASE(resume_missing, lua_resume)
    CASE(resume_again_missing, lua_resume)
    CASE(yield_missing, lua_yieldk) CASE(next_missing, lua_next) CASE(dump_missing, lua_dump)
    CASE(getinfo_missing, lua_getinfo) CASE(setupvalue_missing, lua_setupvalue)
    CASE(rawget_number, lua_rawget) CASE(rawgeti_number, lua_rawgeti) CASE(rawgetp_none, lua_rawgetp)
    CASE(rawset_number, lua_rawset) CASE(rawseti_none, lua_rawseti) CASE(next_number, lua_next)
    CASE(ref_number, luaL_ref) CASE(metatable_number, lua_setmetatable)
    CASE(createtable_negative, lua_createtable)
    CASE(getinfo_number, lua_getinfo) CASE(upvalueid_number, lua_upvalueid) CASE(upvaluejoin_c, lua_upvaluejoin)
    CASE(typename_far, lua_typename) CASE(addvalue_table, luaL_addvalue) CASE(buffer_moved, luaL_prepbuffsize)
    CASE(buffer_copied, luaL_prepbuffsize)
    CASE(callk_in_hook, lua_callk) CASE(call_on_suspended, lua_callk)
};
enum { kCount = sizeof kCases / sizeof kCases[0] };

static int wanted;
static int misuse(lua_State *L) {
  lua_pushinteger(L, 7);
  kCases[wanted].run(L);
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    for (int i = 0; i < kCount; i++) printf("%s %s\n", kCases[i].name, kCases[i].function);
    return 0;
  }
  for (wanted = 0; wanted < kCount && strcmp(argv[1], kCases[wanted].name) != 0; wanted++) {}
  if (wanted == kCount) return 2;
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  lua_pushcfunction(L, misuse);
  int status = lua_pcall(L, 0, 0, 0);
  printf("status %d%s%s\n", status, status ? ": " : "", status ? lua_tostring(L, -1) : "");
  lua_settop(L, 0);
  lua_gc(L, LUA_GCCOLLECT, 0);
  if (luaL_dostring(L, "local t = {} for i = 1, 100 do t[i] = {tostring(i)} end return select('#', table.unpack(t))")) {
    printf("broken: %s\n", lua_tostring(L, -1));
    return 3;
  }
  printf("works %d\n", (int)lua_tointeger(L, -1));
  lua_close(L);
  return 0;
}
