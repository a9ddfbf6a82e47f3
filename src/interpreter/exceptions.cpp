#include "interpreter/exceptions.h"

#include "interpreter/closing.h"

namespace perigee {

void abandonFrames(Thread* L, ptrdiff_t entry) {
  Value* base = restoreSlot(L, entry);
  Value* bottom = base - kFrameSlots;
  closeUpvalues(L, bottom);
  while (hasToBeClosed(L, bottom)) popToBeClosed(L);
  if (linkOf(base)->return_pc != nullptr) L->pc = linkOf(base)->return_pc;
  L->base = callerBase(base);
  L->top = bottom;
}

void abandonThread(Thread* co) {
  co->base = co->stack + kFrameSlots;
  closeUpvalues(co, co->base);
  co->to_be_closed = 0;
  co->extra = static_cast<uint8_t>(ThreadStatus::ErrorRun);
  co->resumer = nullptr;
  co->resumed_in = nullptr;
  co->paused_in = nullptr;
  co->base[0] = Value::nil(); // the error it died of
  co->top = co->base + 1;
}

void abandonActivation(Activation* a) {
  Thread* L = a->thread;
  State* G = L->global;
  for (Thread* co = G->running; co != L && co != nullptr;) {
    Thread* resumer = co->resumer;
    abandonThread(co);
    co = resumer;
  }
  setRunning(G, L);
  G->activation = a->previous;
  L->c_depth = a->c_depth;
  L->barriers = a->barriers;
  L->in_hook = a->in_hook;
}

} // namespace perigee
