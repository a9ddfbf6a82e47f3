// Versions of the C API: what compiled hosts and modules take for granted, one row of constants for each in
// host_api.cpp. Which a state has depends on who uses it, not on the language that it runs: a host of 5.4 can
// have states that run Lua 5.3 (vm/dialect.h). docs/dialects.md has the table for readers, with the tests.
#pragma once

#include "vm/state.h"

#include <cstdint>

namespace perigee {

struct HostApi {
  int number;                  // LUA_VERSION_NUM; states that are made without options run this version
  double version;              // of lua_version, which in 5.3 gives its address
  int handler_error;           // LUA_ERRERR; one more: LUA_ERRFILE
  int finalizer_error;         // LUA_ERRGCMM
  bool resume_counts_results;  // lua_resume has a fourth argument
  bool idle_threads_yieldable; // lua_isyieldable: threads that do not run, too
  uint16_t buffer_bytes;       // in a luaL_Buffer
  bool buffers_take_slot;      // from the beginning; else once they have grown
  int64_t free_references;     // key of luaL_ref's list
  bool free_references_known; // it is in the table with the first reference; else with the first that is free
  bool strings_have_addresses; // lua_topointer
  bool transfers_recorded;     // lua_Debug has srclen, ftransfer, ntransfer
  bool collector_modes;        // lua_gc
  const char* untold_panic;    // stands for error objects that are no strings
};

// LUA_VERSION_NUM of the API that this library is linked as (host_version.cpp).
extern const int kHostVersion;

// By number; null if there is none.
const HostApi* findHostApi(int number);
// That of hosts and modules that say nothing: the library has been built for it, the command is told by its
// user.
__attribute__((preserve_most)) const HostApi& defaultHostApi();
// For the command, before there is a state.
void setDefaultHostApi(const HostApi& api);

inline const HostApi& hostApiOf(const Thread* L) {
  const HostApi* api = L->global->host_api;
  if (api != nullptr) [[likely]]
    return *api;
  return defaultHostApi();
}

} // namespace perigee
