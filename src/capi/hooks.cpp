// Debug hooks of hosts, on top of vm/hooks.h.

#include "vm/hooks.h"

#include "capi/debug_record.h"

#include <atomic>

using namespace perigee;
using namespace perigee::capi;

static_assert(static_cast<int>(HookEvent::Call) == LUA_HOOKCALL &&
              static_cast<int>(HookEvent::Count) == LUA_HOOKCOUNT &&
              static_cast<int>(HookEvent::TailCall) == LUA_HOOKTAILCALL);
static_assert(hook_mask::kCall == LUA_MASKCALL && hook_mask::kReturn == LUA_MASKRET &&
              hook_mask::kLine == LUA_MASKLINE && hook_mask::kCount == LUA_MASKCOUNT);

namespace {

void callHostHook(Thread* L, HookEvent event, int line, void* data) {
  if (data == nullptr) return; // it is being set at this moment
  lua_Debug record;
  withRecord(L, &record, [=](auto* r) {
    r->event = static_cast<int>(event);
    r->currentline = line;
    r->i_ci = reinterpret_cast<CallInfo*>(saveSlot(L, L->base));
  });
  reinterpret_cast<lua_Hook>(data)(L->state(), &record);
}

// What stands for the hook of the debug library towards a host, which may want to put it back later. There is
// one such hook function.
std::atomic<HookFunction> library_hook;
void libraryHook(lua_State* state, lua_Debug* record) {
  HookFunction f = library_hook.load();
  if (f == nullptr) return;
  Thread* L = Thread::from(state);
  withRecord(L, record, [=](auto* r) { f(L, static_cast<HookEvent>(r->event), r->currentline, nullptr); });
}

} // namespace

void lua_sethook(lua_State* state, lua_Hook f, int mask, int count) {
  Thread* L = Thread::from(state);
  if (f == libraryHook) {
    setHook(L, library_hook.load(), nullptr, static_cast<uint8_t>(mask), count);
  } else {
    HookFunction adapter = f != nullptr ? callHostHook : nullptr;
    setHook(L, adapter, reinterpret_cast<void*>(f), static_cast<uint8_t>(mask), count);
  }
}

lua_Hook lua_gethook(lua_State* state) {
  const HookState* h = Thread::from(state)->hooks;
  HookFunction function = h != nullptr ? h->function.load() : nullptr;
  if (function == nullptr) return nullptr;
  if (function == callHostHook) return reinterpret_cast<lua_Hook>(h->data.load());
  library_hook.store(function);
  return libraryHook;
}

int lua_gethookmask(lua_State* state) {
  const HookState* h = Thread::from(state)->hooks;
  return h != nullptr ? h->mask.load() : 0;
}

int lua_gethookcount(lua_State* state) {
  const HookState* h = Thread::from(state)->hooks;
  return h != nullptr ? h->base_count.load() : 0;
}
