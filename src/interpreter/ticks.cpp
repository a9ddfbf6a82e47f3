#include "interpreter/ticks.h"

#include "vm/error.h"
#include "vm/ticks.h"

namespace perigee {
namespace {

// Everything between L and `target` is left as it is, but for C frames.
PERIGEE_HANDLER(pause) {
  State* G = L->global;
  Activation* target = pauseTarget(L);
  for (Thread* t = L;; t = t->resumer) {
    if (G->activation != target) giveUpCallers(t);
    if (t->resumer == nullptr) break;
  }
  Thread* outer = target->thread;
  outer->paused_in = L;
  outer->extra = static_cast<uint8_t>(ThreadStatus::Paused);
  heapOf(L).barrier(outer, L);
  if (G->activation != target) jumpPause(target);
  PERIGEE_TAIL leave(PERIGEE_STATE);
}

__attribute__((noinline)) PERIGEE_HANDLER(ticksSpent) {
  State* G = L->global;
  L->pc = pc;
  if (pauseTarget(L) != nullptr) PERIGEE_TAIL pause(PERIGEE_STATE);
  G->ticks.stopping = true;
  G->ticks.setLeft(kStopGrace);
  raiseStop(L);
}

// The prototype's table of costs is not there yet; if there is no memory for it, the cost is found anew.
__attribute__((noinline)) PERIGEE_HANDLER(chargeNewBlock) {
  Proto* p = runningFunction(base)->proto;
  if (ensureBlockTicks(L->global, p)) PERIGEE_TAIL chargeBlock(PERIGEE_STATE);
  TickAccount& account = L->global->ticks;
  account.charge(ticksOfBlock(p, static_cast<uint32_t>(pc - 1 - p->code)));
  if (account.left < 0) PERIGEE_TAIL ticksSpent(PERIGEE_STATE);
  PERIGEE_TAIL table->handlers[i.op()](PERIGEE_STATE);
}

} // namespace

PERIGEE_HANDLER(chargeBlock) {
  const Proto* p = runningFunction(base)->proto;
  if (p->block_ticks == nullptr) [[unlikely]]
    PERIGEE_TAIL chargeNewBlock(PERIGEE_STATE);
  TickAccount& account = L->global->ticks;
  account.charge(p->block_ticks[pc - 1 - p->code]);
  if (account.left < 0) [[unlikely]]
    PERIGEE_TAIL ticksSpent(PERIGEE_STATE);
  PERIGEE_TAIL table->handlers[i.op()](PERIGEE_STATE);
}

PERIGEE_HANDLER(continuePaused) {
  base = L->base;
  pc = L->pc - 1;
  PERIGEE_TAIL continueCharged(PERIGEE_STATE);
}

Activation* pauseTarget(const Thread* L) {
  const State* G = L->global;
  if (G->ticks.stopping || G->finalizers_running != 0) return nullptr;
  for (const Thread* t = L;; t = t->resumer) {
    if (t->non_yieldable != 0) return nullptr;
    if (t->resumer != nullptr) continue;
    Activation* a = t->resumed_in;
    return a != nullptr && a->previous == G->ticks.grantor ? a : nullptr;
  }
}

Thread* leavePause(Thread* outer, Activation* a, uint32_t depth) {
  Thread* inner = outer->paused_in;
  uint32_t change = depth - outer->depth_base;
  for (Thread* t = inner;; t = t->resumer) {
    t->resumed_in = a;
    t->depth_base += change;
    t->c_depth += change;
    if (t == outer) break;
  }
  outer->paused_in = nullptr;
  return inner;
}

} // namespace perigee
