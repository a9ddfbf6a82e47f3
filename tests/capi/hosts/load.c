/* Chunks from readers, memory and files; binary chunks to writers and back; luaL_Buffer; string helpers. */
#include "host.h"

#include <unistd.h>

struct pieces {
  const char **next;
};
static const char *read_piece(lua_State *L, void *ud, size_t *size) {
  struct pieces *p = ud;
  (void)L;
  if (*p->next == NULL) return NULL;
  *size = strlen(*p->next);
  return *p->next++;
}
static const char *failing_reader(lua_State *L, void *ud, size_t *size) {
  (void)ud;
  (void)size;
  luaL_error(L, "reader fails");
  return NULL;
}

static void load_pieces(lua_State *L) {
  const char *good[] = {"ret", "urn 1", " + 2", ", ...", NULL};
  struct pieces p = {good};
  printf("load %d\n", lua_load(L, read_piece, &p, "=pieces", NULL));
  lua_pushstring(L, "argument");
  lua_call(L, 1, LUA_MULTRET);
  show_stack(L, "results");
  lua_settop(L, 0);
  const char *bad[] = {"x = = ", "1", NULL};
  p.next = bad;
  printf("load %d ", lua_load(L, read_piece, &p, "@file.lua", NULL));
  show_stack(L, "");
  lua_settop(L, 0);
  p.next = bad;
  printf("load %d ", lua_load(L, read_piece, &p, NULL, NULL));
  show_stack(L, "");
  lua_settop(L, 0);
  printf("load %d ", lua_load(L, failing_reader, NULL, "x", "t"));
  show_stack(L, "");
  lua_settop(L, 0);
  printf("load %d ", luaL_loadbufferx(L, "return 1", 8, "name", "b"));
  show_stack(L, "");
  lua_settop(L, 0);
  printf("load %d ", luaL_loadstring(L, "return _ENV"));
  lua_call(L, 0, 1);
  lua_pushglobaltable(L);
  printf("%d\n", lua_rawequal(L, 1, 2));
  lua_settop(L, 0);
}

static int write_piece(lua_State *L, const void *bytes, size_t size, void *ud) {
  (void)L;
  luaL_addlstring(ud, bytes, size);
  return 0;
}
static int failing_writer(lua_State *L, const void *bytes, size_t size, void *ud) {
  (void)L;
  (void)bytes;
  (void)size;
  return ++*(int *)ud >= 1 ? 7 : 0;
}

static void dump(lua_State *L) {
  for (int strip = 0; strip <= 1; strip++) {
    luaL_Buffer b;
    luaL_loadstring(L, "local a = ... local function f(x) return x and f(x - 1) end return a * 2, 'text', 1.5, function() return a end, undefined.field");
    lua_State *T = lua_newthread(L);
    luaL_buffinit(T, &b);
    lua_pushvalue(L, 1);
    printf("dump %d\n", lua_dump(L, write_piece, &b, strip));
    luaL_pushresult(&b);
    size_t size;
    const char *bytes = lua_tolstring(T, -1, &size);
    printf("signature %d\n", bytes[0] == LUA_SIGNATURE[0]);
    printf("text mode %d\n", luaL_loadbufferx(L, bytes, size, "=dumped", "t"));
    printf("load %d\n", luaL_loadbufferx(L, bytes, size, "=dumped", "b"));
    lua_pushinteger(L, 21);
    printf("call %d ", lua_pcall(L, 1, LUA_MULTRET, 0));
    printf("%s\n", lua_tostring(L, -1));
    lua_settop(L, 0);
    printf("truncated %d\n", luaL_loadbufferx(L, "\x1bLuaXX", 6, "=bad", NULL) != LUA_OK);
    lua_settop(L, 0);
  }
  int calls = 0;
  luaL_loadstring(L, "return 1");
  printf("dump %d", lua_dump(L, failing_writer, &calls, 0));
  printf(" after %d\n", calls);
  lua_pushcfunction(L, luaopen_base);
  printf("dump of a C function %d\n", lua_dump(L, failing_writer, &calls, 0));
  lua_settop(L, 0);
}

static void load_file(lua_State *L) {
  char name[] = "/tmp/perigee_hostXXXXXX";
  FILE *f = fdopen(mkstemp(name), "w");
  fprintf(f, "#!/usr/bin/lua\nlocal x = 1\nreturn x, ..., debug.getinfo(1, 'l').currentline");
  fclose(f);
  printf("file %d\n", luaL_loadfile(L, name));
  lua_pushinteger(L, 5);
  lua_call(L, 1, LUA_MULTRET);
  show_stack(L, "file");
  lua_settop(L, 0);
  unlink(name);
  printf("missing %d ", luaL_loadfile(L, "/nonexistent/file"));
  printf("%s\n", lua_tostring(L, -1));
  lua_settop(L, 0);
}

static void buffers(lua_State *L) {
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  luaL_addstring(&b, "one ");
  lua_pushinteger(L, 2);
  luaL_addvalue(&b);
  luaL_addchar(&b, ' ');
  luaL_addlstring(&b, "three\0four", 10);
  luaL_pushresult(&b);
  printf("%d ", (int)lua_rawlen(L, -1));
  show_stack(L, "small");
  lua_settop(L, 0);
  for (int round = 0; round < 3; round++) {
    int n = round == 0 ? 2000 : round == 1 ? 100000 : 1000003;
    lua_pushstring(L, "below");
    luaL_buffinit(L, &b);
    for (int i = 0; i < n; i++) {
      luaL_addchar(&b, (char)('a' + i % 26));
      if (i % 1000 == 0) {
        lua_pushfstring(L, "<%d>", i);
        luaL_addvalue(&b);
      }
      if (i % 4999 == 0) lua_gc(L, LUA_GCCOLLECT, 0);
    }
    char *p = luaL_prepbuffsize(&b, 5000);
    memset(p, 'x', 5000);
    luaL_addsize(&b, 4000);
#if LUA_VERSION_NUM >= 504
    luaL_buffsub(&b, 1000);
    printf("%d ", (int)luaL_bufflen(&b));
#endif
    luaL_pushresult(&b);
    size_t length;
    const char *s = lua_tolstring(L, -1, &length);
    unsigned h = 0;
    for (size_t i = 0; i < length; i++) h = h * 31 + (unsigned char)s[i];
    printf("%zu %u %d %d\n", length, h, s[length], lua_gettop(L));
    lua_settop(L, 0);
  }
  char *p = luaL_buffinitsize(L, &b, 3000);
  memset(p, 'y', 3000);
  luaL_pushresultsize(&b, 3000);
  printf("%d %.5s\n", (int)lua_rawlen(L, -1), lua_tostring(L, -1));
  lua_settop(L, 0);
  printf("%s\n", luaL_gsub(L, "a.b.c", ".", "::"));
#if LUA_VERSION_NUM >= 504
  luaL_buffinit(L, &b);
  luaL_addgsub(&b, "hello world", "o", "0");
  luaL_pushresult(&b);
  show_stack(L, "gsub");
  lua_settop(L, 0);
#endif
}

static void texts(lua_State *L) {
  run(L, "T = setmetatable({}, {__tostring = function() return 'a T' end, __name = 'Kind'}) N = setmetatable({}, {__name = 'Kind'}) B = setmetatable({}, {__tostring = function() return {} end})");
  lua_pushinteger(L, 1);
  lua_pushnumber(L, 1);
  lua_pushboolean(L, 0);
  lua_pushnil(L);
  lua_pushstring(L, "s");
  lua_getglobal(L, "T");
  lua_getglobal(L, "N");
  for (int i = 1; i <= 7; i++) printf("%.6s ", luaL_tolstring(L, i, NULL));
  printf("\n");
  lua_settop(L, 0);
  printf("%d ", luaL_fileresult(L, 1, NULL));
  show_stack(L, "file");
  lua_settop(L, 0);
  fopen("/nonexistent", "r");
  printf("%d ", luaL_fileresult(L, 0, "name"));
  show_stack(L, "file");
  lua_settop(L, 0);
  printf("%d ", luaL_execresult(L, 3 << 8));
  show_stack(L, "exec");
  lua_settop(L, 0);
  printf("%d ", luaL_execresult(L, 0));
  show_stack(L, "exec");
  lua_settop(L, 0);
}

int main(void) {
  lua_State *L = open_state();
  load_pieces(L);
  dump(L);
  load_file(L);
  buffers(L);
  texts(L);
  lua_close(L);
  return 0;
}
