#include "interpreter/ticks.h"

#include "interpreter/pause.h"
#include "vm/error.h"

namespace perigee {
namespace {

__attribute__((noinline)) PERIGEE_HANDLER(ticksSpent) {
  TickAccount& account = L->global->ticks;
  L->pc = pc;
  bool is_asked = account.takeRequest(); // then ticks may be left
  if (pauseTarget(L) != nullptr) PERIGEE_TAIL pause(PERIGEE_STATE);
  bool overdraws = !account.stopping && L->global->finalizers_running == 0;
  bool goes_on = is_asked ? account.left >= 0 : overdraws && account.left >= -kMostOverdrawn;
  if (goes_on) PERIGEE_TAIL table->handlers[i.op()](PERIGEE_STATE);
  raiseSpent(L);
}

// The prototype's table of costs is not there yet; if there is no memory for it, the cost is found anew.
__attribute__((noinline)) PERIGEE_HANDLER(chargeNewBlock) {
  Proto* p = runningFunction(base)->proto;
  if (ensureBlockTicks(L->global, p)) PERIGEE_TAIL chargeBlock(PERIGEE_STATE);
  TickAccount& account = L->global->ticks;
  account.left -= ticksOfBlock(p, static_cast<uint32_t>(pc - 1 - p->code));
  if (account.left < 0) PERIGEE_TAIL ticksSpent(PERIGEE_STATE);
  PERIGEE_TAIL table->handlers[i.op()](PERIGEE_STATE);
}

} // namespace

PERIGEE_HANDLER(chargeBlock) {
  const Proto* p = runningFunction(base)->proto;
  if (p->block_ticks == nullptr) [[unlikely]]
    PERIGEE_TAIL chargeNewBlock(PERIGEE_STATE);
  TickAccount& account = L->global->ticks;
  account.left -= p->block_ticks[pc - 1 - p->code];
  if (account.left < 0) [[unlikely]]
    PERIGEE_TAIL ticksSpent(PERIGEE_STATE);
  PERIGEE_TAIL table->handlers[i.op()](PERIGEE_STATE);
}

} // namespace perigee
