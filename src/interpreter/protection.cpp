// A protected call is a frame: entering it costs a few moves, leaving it normally a few more; only an error
// looks for it (activation.cpp).
//
//   pcall   … pcall link f args…      becomes   … pcall link | f link args…        (frame kind Protected)
//   xpcall  … xpcall link f h args…   becomes   … xpcall link h | f link args…     (ProtectedHandler)

#include "interpreter/protection.h"

#include "interpreter/hooks.h"
#include "vm/error.h"

namespace perigee {
namespace {

// Room for one more slot above the i.count() arguments at base.
__attribute__((noinline)) Value* makeRoom(Thread* L, Value* base, size_t n) {
  L->top = base + n;
  if (L->stack_limit - L->top < kNativeSlots) {
    ptrdiff_t saved = saveSlot(L, base);
    if (const Instruction* pc = callerPc(base)) L->pc = pc;
    growStack(L, L->top, kNativeSlots);
    base = restoreSlot(L, saved);
  }
  return base;
}

// Protected calls nest no deeper than C calls, as in stock Lua; or messages that grow at every level of a
// runaway recursion through them would grow to gigabytes.
inline void nestCall(Thread* L) {
  L->c_depth++;
  checkCDepth(L);
}

} // namespace

PERIGEE_HANDLER(enterPcall) {
  size_t n = i.count();
  base = makeRoom(L, base, n);
  L->base = base;
  if (n == 0) [[unlikely]]
    raiseArgumentError(L, 1, "value expected");
  nestCall(L);
  if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] {
    pollAtCall(L);
    base = L->base;
  }
  for (size_t j = n; j > 1; --j) base[j] = base[j - 1];
  base += kFrameSlots;
  writeLink(base, nullptr, FrameKind::Protected, depthToKeep(L) - 1, kFrameSlots);
  i = Operands::ofCount(n - 1);
  PERIGEE_TAIL callAny(PERIGEE_STATE);
}

PERIGEE_HANDLER(enterXpcall) {
  size_t n = i.count();
  base = makeRoom(L, base, n);
  L->base = base;
  if (n < 2 || !base[1].isFunction()) [[unlikely]]
    raiseArgumentTypeError(L, 2, "function");
  nestCall(L);
  if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] {
    pollAtCall(L);
    base = L->base;
  }
  Value f = base[0];
  base[0] = base[1];
  base[1] = f;
  for (size_t j = n; j > 2; --j) base[j] = base[j - 1];
  base += 1 + kFrameSlots;
  writeLink(base, nullptr, FrameKind::ProtectedHandler, depthToKeep(L) - 1, 1 + kFrameSlots);
  i = Operands::ofCount(n - 2);
  PERIGEE_TAIL callAny(PERIGEE_STATE);
}

// Both: `true` goes to the callee's function slot, its results behind it, and all that is returned.
PERIGEE_HANDLER(returnToProtected) {
  size_t n = i.count();
  L->c_depth = depthBefore(L, base);
  Value* to = base - kFrameSlots;
  uint32_t delta = linkOf(base)->delta;
  for (size_t j = 0; j < n; j++) to[1 + j] = k[j];
  to[0] = Value::boolean(true);
  base -= delta;
  L->base = base;
  L->top = to + 1 + n;
  if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] {
    ptrdiff_t saved = saveSlot(L, to);
    pollAtNativeReturn(L, static_cast<int>(n) + 1);
    base = L->base;
    to = restoreSlot(L, saved);
  }
  k = to;
  i = Operands::ofCount(n + 1);
  PERIGEE_TAIL returnValues(PERIGEE_STATE);
}

PERIGEE_HANDLER(returnToProtectedHandler) { PERIGEE_TAIL returnToProtected(PERIGEE_STATE); }

} // namespace perigee
