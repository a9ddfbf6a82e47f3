// Ticks and pauses.

#include "capi/api.h"
#include "interpreter/activation.h"
#include "jit/tiering.h"
#include "perigee/perigee.h"

#include <algorithm>

using namespace perigee;

static_assert(PERIGEE_STOPPED == static_cast<int>(ThreadStatus::Stopped));
static_assert(PERIGEE_PAUSED == static_cast<int>(ThreadStatus::Paused));
static_assert(PERIGEE_SUSPENDED == static_cast<int>(ThreadStatus::Suspended));

void perigee_setticks(lua_State* L, lua_Integer n) {
  State* G = Thread::from(L)->global;
  countTicks(G, true);
  TickAccount& account = G->ticks;
  account.takeRequest();
  int64_t overdrawn = account.stopping ? 0 : std::min<int64_t>(account.left, 0);
  account.stopping = false;
  account.grantor = serialOf(G->activation);
  int64_t most = TickAccount::kUnlimited;
  account.setLeft(n < 0 ? most : std::min<int64_t>(n, most) + overdrawn);
}

void perigee_countticks(lua_State* L, int on) { countTicks(Thread::from(L)->global, on != 0); }

lua_Integer perigee_ticks(lua_State* L) {
  const TickAccount& account = Thread::from(L)->global->ticks;
  return account.counts ? account.spent() : 0;
}

lua_Integer perigee_ticksleft(lua_State* L) {
  const TickAccount& account = Thread::from(L)->global->ticks;
  int64_t left = account.left + account.withheld;
  if (!account.counts || left > TickAccount::kUnlimited / 2) return LUA_MAXINTEGER;
  return left;
}

void perigee_charge(lua_State* L, lua_Integer n) {
  capi::check(n >= 0, "a charge is not negative");
  Thread::from(L)->global->ticks.charge(std::clamp<int64_t>(n, 0, TickAccount::kUnlimited));
}

void perigee_pause(lua_State* L) {
  State* G = Thread::from(L)->global;
  if (G->ticks.counts) G->ticks.requestPause();
}
