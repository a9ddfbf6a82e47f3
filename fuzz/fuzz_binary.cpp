// Any bytes given to the loader of binary chunks are refused with an error, or are sound: what was loaded can
// run (for a while), be dumped and be loaded again without a crash.

#include <cstddef>
#include <cstdint>

#include "lua_host.h"

namespace {

// The chunk gets an empty environment; it reaches methods of strings at most. A hook bounds its run.
constexpr const char* kTarget = R"lua(
  local load, dump, pcall, error = load, string.dump, pcall, error
  local create, resume, close = coroutine.create, coroutine.resume, coroutine.close
  local sethook, getinfo = debug.sethook, debug.getinfo
  local function stop() error("ran long enough") end
  return function(bytes)
    local chunk = load(bytes, "=fuzz", "b", {})
    if not chunk then return end
    getinfo(chunk, "SLlnu")
    assert(load(dump(chunk), "=again", "b"))
    local thread = create(chunk)
    sethook(thread, stop, "", 10000)
    resume(thread, bytes)
    pcall(close, thread)
  end
)lua";

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static perigee::LuaHost host(kTarget);
  host.run({reinterpret_cast<const char*>(data), size});
  return 0;
}
