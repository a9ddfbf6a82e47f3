#include "interpreter/pause.h"

#include "vm/error.h"

namespace perigee {
namespace {

// The program that runs on L waits; its C frames, if there are any in front of `target`, are given up.
void layDown(Thread* L, Activation* target, ThreadStatus status) {
  for (Thread* t = L; L->global->activation != target; t = t->resumer) {
    giveUpCallers(t);
    if (t->resumer == nullptr) break;
  }
  Thread* outer = target->thread;
  outer->paused_in = L;
  outer->extra = static_cast<uint8_t>(status);
  heapOf(L).barrier(outer, L);
}

} // namespace

Activation* pauseTarget(const Thread* L) {
  const State* G = L->global;
  if (G->ticks.stopping || G->finalizers_running != 0) return nullptr;
  for (const Thread* t = L; !t->refusesPauses(); t = t->resumer) {
    if (t->resumer != nullptr) continue;
    Activation* a = t->resumed_in;
    return a != nullptr && serialOf(a->previous) == G->ticks.grantor ? a : nullptr;
  }
  return nullptr;
}

PERIGEE_HANDLER(pause) {
  Activation* target = pauseTarget(L);
  layDown(L, target, ThreadStatus::Paused);
  if (L->global->activation != target) jumpPause(target);
  PERIGEE_TAIL leave(PERIGEE_STATE);
}

void suspend(Thread* L) {
  Activation* target = pauseTarget(L);
  if (target == nullptr) raiseErrorAt(L, 1, "attempt to suspend across a C-call boundary");
  L->top = L->base;
  layDown(L, target, ThreadStatus::Suspended);
  if (++L->global->suspensions == 0) ++L->global->suspensions;
  target->thread->suspension = L->global->suspensions;
  jumpPause(target);
}

void leavePause(Thread* outer, Activation* a, uint32_t depth) {
  uint32_t change = depth - outer->depth_base;
  for (Thread* t = outer->paused_in;; t = t->resumer) {
    t->resumed_in = a;
    t->depth_base += change;
    t->c_depth += change;
    if (t == outer) break;
  }
  outer->paused_in = nullptr;
}

PERIGEE_HANDLER(continuePaused) {
  base = L->base;
  pc = L->pc - 1;
  PERIGEE_TAIL continueCharged(PERIGEE_STATE);
}

PERIGEE_HANDLER(failSuspended) { raise(L); }

} // namespace perigee
