// States: beginning, end, and what belongs to all threads of one.

#include "capi/api.h"
#include "capi/host_api.h"
#include "interpreter/call.h"
#include "interpreter/interpreter.h"
#include "jit/default_compiler.h"
#include "jit/tiering.h"
#include "lib/warnings.h"
#include "perigee/lauxlib.h"
#include "perigee/lualib.h"
#include "perigee/perigee.h"
#include "vm/hooks.h"

#include <cstdio>
#include <cstdlib>

using namespace perigee;
using namespace perigee::capi;

namespace {

constexpr size_t kHostSlots = 2 * LUA_MINSTACK + 5;

// What a new state needs in order to be used by a host; false if the allocator refuses.
bool prepareForHost(Thread* L) {
  auto prepare = [](Thread* T, void*) {
    growStackFor(T, kHostSlots);
    prepareHooks(T);
  };
  return protectedRun(L, prepare, nullptr, saveSlot(L, L->top)) == ThreadStatus::Ok;
}

void* systemAllocate(void*, void* p, size_t, size_t size) {
  if (size == 0) {
    std::free(p);
    return nullptr;
  }
  return std::realloc(p, size);
}

int panic(lua_State* L) {
  const char* message = lua_tostring(L, -1);
  if (message == nullptr) message = hostApiOf(Thread::from(L)).untold_panic;
  std::fprintf(stderr, "PANIC: unprotected error in call to Lua API (%s)\n", message);
  std::fflush(stderr);
  return 0;
}

} // namespace

namespace {

// What a host asks for: a language, and its own version of the API.
struct Versions {
  const Dialect* dialect;
  const HostApi* api;
};
Versions defaultVersions() {
  const HostApi& api = defaultHostApi();
  return {findDialect(api.number), &api};
}

lua_State* newHostState(lua_Alloc allocator, void* data, const Versions& versions) {
  Thread* L = newState(allocator, data, 0, *versions.dialect);
  if (L == nullptr) return nullptr;
  L->global->host_api = versions.api;
  if (!installJit(L->global, defaultCompiler()) || !prepareForHost(L)) {
    closeState(L);
    return nullptr;
  }
  setJitMode(L->global, JitMode::On);
  return L->state();
}

lua_State* newStandardState(const Versions& versions) {
  lua_State* L = newHostState(systemAllocate, nullptr, versions);
  if (L != nullptr) {
    lua_atpanic(L, panic);
    installWarnings(Thread::from(L)->global);
  }
  return L;
}

} // namespace

lua_State* lua_newstate(lua_Alloc allocator, void* data) {
  return newHostState(allocator, data, defaultVersions());
}

lua_State* luaL_newstate() { return newStandardState(defaultVersions()); }

lua_State* perigee_newstate(const perigee_Options* options) {
  perigee_Options given = {};
  given.size = sizeof given;
  if (options != nullptr) given = *options;
  if (given.size != sizeof given) return nullptr;
  const HostApi* api = given.api == 0 ? &defaultHostApi() : findHostApi(given.api);
  if (api == nullptr) return nullptr;
  const Dialect* dialect = findDialect(given.lua == 0 ? api->number : given.lua);
  if (dialect == nullptr) return nullptr;
  Versions versions = {dialect, api};
  return given.allocator == nullptr ? newStandardState(versions)
                                    : newHostState(given.allocator, given.data, versions);
}

void lua_close(lua_State* state) { closeState(Thread::from(state)->global->main_thread); }

void luaL_checkversion_(lua_State* L, lua_Number version, size_t sizes) {
  if (sizes != LUAL_NUMSIZES) luaL_error(L, "core and library have incompatible numeric types");
  double ours = hostApiOf(Thread::from(L)).version;
  if (version != ours) luaL_error(L, "version mismatch: app. needs %f, Lua core provides %f", version, ours);
}

lua_Alloc lua_getallocf(lua_State* state, void** data) {
  Heap& heap = heapOf(Thread::from(state));
  if (data != nullptr) *data = heap.allocatorData();
  return heap.allocator();
}

void lua_setallocf(lua_State* state, lua_Alloc allocator, void* data) {
  heapOf(Thread::from(state)).setAllocator(allocator, data);
}

int lua_setcstacklimit(lua_State*, unsigned) { return kMaxCDepth; }

void lua_setwarnf(lua_State* state, lua_WarnFunction f, void* data) {
  State* G = Thread::from(state)->global;
  G->warn_data = data;
  G->warn = f;
}

void lua_warning(lua_State* state, const char* message, int to_be_continued) {
  State* G = Thread::from(state)->global;
  if (G->warn != nullptr) G->warn(G->warn_data, message, to_be_continued);
}
