#include "interpreter/closing.h"

#include "interpreter/call.h"
#include "interpreter/hooks.h"
#include "vm/error.h"
#include "vm/metamethod.h"

namespace perigee {
namespace {

// Makes room for such a call at `place`; returns where it is now.
Value* roomForClose(Thread* L, Value* place) {
  if (L->stack_limit - place >= kMetaSlots) return place;
  ptrdiff_t saved = saveSlot(L, place);
  growStack(L, place, kMetaSlots);
  return restoreSlot(L, saved);
}

} // namespace

Value* layCloseCall(Thread* L, Value* slot, Value* place, Value error) {
  Value handler = metamethodOf(L, *slot, Meta::Close);
  place[0] = handler;
  place[2] = *slot;
  place[3] = error;
  return place + kFrameSlots;
}

PERIGEE_HANDLER(closeVariables) {
  L->pc = pc;
  L->c_depth++;
  checkCDepth(L);
  closeUpvalues(L, const_cast<Value*>(k));
  Value* place = roomForClose(L, L->top);
  base = L->base;
  Value* callee = layCloseCall(L, popToBeClosed(L), place, Value::nil());
  writeLink(callee, pc, FrameKind::Meta, 0, static_cast<uint32_t>(callee - base));
  base = callee;
  i = Operands::ofCount(2);
  PERIGEE_TAIL callAny(PERIGEE_STATE);
}

PERIGEE_HANDLER(unwindTo) {
  closeUpvalues(L, base);
  if (!hasToBeClosed(L, base)) {
    if (L->global->ticks.stopping) [[unlikely]] {
      L->base = base;
      L->top = base + 1;
      releaseErrorSlots(L);
      raiseStop(L);
    }
    base[1] = base[0];
    base[0] = Value::boolean(false);
    L->base = base;
    L->top = base + 2;
    if (L->stackSize() > kMaxStack) [[unlikely]] {
      releaseErrorSlots(L);
      base = L->base;
    }
    if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] {
      pollAtNativeReturn(L, 2);
      base = L->base;
    }
    k = base;
    i = Operands::ofCount(2);
    PERIGEE_TAIL returnValues(PERIGEE_STATE);
  }
  Value* slot = L->stack + L->to_be_closed - 1;
  ptrdiff_t frame = saveSlot(L, base), variable = saveSlot(L, slot);
  L->base = base;
  L->top = slot + 1;
  Value* place = roomForClose(L, slot + 1);
  base = restoreSlot(L, frame);
  popToBeClosed(L);
  Value* callee = layCloseCall(L, restoreSlot(L, variable), place, base[0]);
  writeLink(callee, nullptr, FrameKind::Unwind, depthToKeep(L), static_cast<uint32_t>(callee - base));
  base = callee;
  i = Operands::ofCount(2);
  PERIGEE_TAIL callAny(PERIGEE_STATE);
}

PERIGEE_HANDLER(returnToUnwind) {
  base -= linkOf(base)->delta;
  PERIGEE_TAIL unwindTo(PERIGEE_STATE);
}

void closeAll(Thread* L, ptrdiff_t level, Value error) {
  closeUpvalues(L, restoreSlot(L, level));
  while (hasToBeClosed(L, restoreSlot(L, level))) {
    Value* slot = popToBeClosed(L);
    if (L->top <= slot) L->top = slot + 1;
    ptrdiff_t variable = saveSlot(L, slot);
    ensureStack(L, kMetaSlots);
    Value* place = L->top;
    layCloseCall(L, restoreSlot(L, variable), place, error);
    L->top = place + 4;
    call(L, place, 0);
  }
}

} // namespace perigee
