#include "capi/host_api.h"

#include "capi/api.h"

#include <atomic>

#if !defined(__x86_64__)
#error "lua_version relies on how x86-64 returns structures"
#endif

namespace perigee {
namespace {

constexpr HostApi kApis[] = {
    {
        .number = 503,
        .version = 503,
        .handler_error = 6,
        .finalizer_error = 5,
        .resume_counts_results = false,
        .idle_threads_yieldable = false,
        .buffer_bytes = 8192,
        .buffers_take_slot = false,
        .free_references = 0,
        .free_references_known = false,
        .strings_have_addresses = false,
        .transfers_recorded = false,
        .collector_modes = false,
        .untold_panic = "(null)",
    },
    {
        .number = 504,
        .version = 504,
        .handler_error = 5,
        .finalizer_error = 2, // not told apart from others
        .resume_counts_results = true,
        .idle_threads_yieldable = true,
        .buffer_bytes = 1024,
        .buffers_take_slot = true,
        .free_references = 3,
        .free_references_known = true,
        .strings_have_addresses = true,
        .transfers_recorded = true,
        .collector_modes = true,
        .untold_panic = "error object is not a string",
    },
};

std::atomic<const HostApi*> chosen; // null: the library's

} // namespace

const HostApi* findHostApi(int number) {
  for (const HostApi& api : kApis)
    if (api.number == number) return &api;
  return nullptr;
}

__attribute__((preserve_most)) const HostApi& defaultHostApi() {
  const HostApi* api = chosen.load(std::memory_order_relaxed);
  return api != nullptr ? *api : *findHostApi(kHostVersion);
}

void setDefaultHostApi(const HostApi& api) { chosen.store(&api, std::memory_order_relaxed); }

} // namespace perigee

namespace {

// lua_version returns the number itself in 5.4 and its address in 5.3: one is looked for in xmm0, the other
// in rax, and a structure of both is returned in just these (System V ABI for x86-64, 3.2.3).
struct VersionInBoth {
  const lua_Number* address;
  lua_Number number;
};

} // namespace

LUA_API VersionInBoth versionInBoth(lua_State* L) __asm__("lua_version");
VersionInBoth versionInBoth(lua_State* L) {
  using namespace perigee;
  const HostApi& api = L != nullptr ? hostApiOf(Thread::from(L)) : defaultHostApi();
  return {&api.version, api.version};
}
