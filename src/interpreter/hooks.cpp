#include "interpreter/hooks.h"

#include "interpreter/activation.h"
#include "interpreter/call.h"
#include "interpreter/closing.h"
#include "interpreter/coroutines.h"
#include "interpreter/handler.h"
#include "vm/error.h"

#include "vm/work.h"
#include <new>

namespace perigee {
namespace {

uint8_t hookMask(const Thread* L) {
  const HookState* h = L->hooks.load(std::memory_order_acquire);
  return h != nullptr ? h->mask.load(std::memory_order_acquire) : uint8_t{0};
}
bool hasHook(const Thread* L, uint8_t mask) { return (hookMask(L) & mask) != 0 && L->in_hook == 0; }

// A hook has been set: counting and tracing begin anew.
void noteChange(HookState* h) {
  if (h->changed.load(std::memory_order_relaxed) == 0 || h->changed.exchange(0) == 0) return;
  h->count = h->base_count;
  h->last_pc = nullptr;
  h->last_base = PTRDIFF_MAX; // as when a call returns: the line on which the hook is set has begun already
}

DispatchKind dispatchKindOf(uint8_t mask) {
  bool every_instruction = mask & (hook_mask::kLine | hook_mask::kCount | hook_mask::kReturn);
  return every_instruction ? DispatchKind::Hook : DispatchKind::Plain;
}

// What does not depend on where the poll happens.
void pollCommon(Thread* L) {
  uint32_t bits = L->poll.load(std::memory_order_relaxed);
  if (bits & poll::kDeadSlots) L->poll.fetch_and(~poll::kDeadSlots);
  if (bits & poll::kLargeStacks) {
    L->poll.fetch_and(~poll::kLargeStacks);
    heapOf(L).shrinkStacks();
  }
  if (bits & poll::kHooks) {
    fillSpareHooks(L->global);
    L->poll.fetch_and(~poll::kHooks); // first: who sets a hook from now on is noticed at the next poll
    uint8_t mask = hookMask(L);
    setDispatch(L, dispatchKindOf(mask));
    if (mask & (hook_mask::kCall | hook_mask::kReturn)) L->poll.fetch_or(poll::kHooks);
  }
  if (bits & poll::kFinalizers) {
    L->poll.fetch_and(~poll::kFinalizers);
    if (L->global->finalizers_running == 0) runFinalizers(L);
  }
}

// Events before the instruction at `pc` of the Lua frame on top.
void traceInstruction(Thread* L, const Instruction* pc) {
  HookState* h = L->hooks;
  const Proto* p = runningFunction(L->base)->proto;
  noteChange(h);
  if ((h->mask & hook_mask::kCount) && --h->count <= 0) {
    h->count = h->base_count;
    runHook(L, HookEvent::Count, -1);
    noteChange(h);
  }
  if (!(h->mask & hook_mask::kLine)) return;
  ptrdiff_t frame = saveSlot(L, L->base);
  if (pc->op == Opcode::VarargPrep) {
    // Belongs to no line: the first one begins with the next instruction.
    h->last_pc = nullptr;
    h->last_base = frame;
    return;
  }
  const Instruction* last = h->last_pc;
  bool same_function = last >= p->code && last < p->code + p->code_size;
  if (frame < h->last_base && pc > p->code) {
    last = pc - 1; // back from a call: a new line only if the call was on another one
  } else if (frame != h->last_base || !same_function || pc == p->code) {
    last = nullptr;
  }
  h->last_pc = pc;
  h->last_base = frame;
  uint32_t index = static_cast<uint32_t>(pc - p->code);
  int line = lineAt(p, index);
  // A jump that leads to the jump back of a loop counts as one with it: stock Lua makes it lead on at once.
  if (pc->op == Opcode::Loop && last != nullptr && last + 1 != pc && last->op != Opcode::ForPrep) return;
  bool enters_loop = last != nullptr && last + 1 == pc && last->op == Opcode::ForPrep;
  bool back = pc <= last || (enters_loop && dialectOf(L).loops_entered_backward);
  if (last == nullptr || back || line != lineAt(p, static_cast<uint32_t>(last - p->code)))
    runHook(L, HookEvent::Line, line);
}

void traceReturn(Thread* L, const Instruction* pc) {
  if (!hasHook(L, hook_mask::kReturn)) return;
  HookState* h = L->hooks;
  int first = pc->op == Opcode::Return0 ? 0 : pc->a;
  int n = pc->op == Opcode::Return0   ? 0
          : pc->op == Opcode::Return1 ? 1
          : pc->b != 0                ? pc->b - 1
                                      : static_cast<int>(L->top - (L->base + pc->a));
  h->transfer_first = static_cast<uint16_t>(first + 1);
  h->transfer_count = static_cast<uint16_t>(n);
  runHook(L, HookEvent::Return, -1);
}

// Does the instruction take what it works on from its registers up to L->top?
bool usesTop(Operands i) {
  Opcode op = static_cast<Opcode>(i.op());
  return i.b() == 0 &&
         (op == Opcode::Return || op == Opcode::Call || op == Opcode::TailCall || op == Opcode::SetList);
}

// The Return event belongs to the instruction that is about to return; then it is executed.
PERIGEE_HANDLER(finishHookedInstruction) {
  Opcode op = static_cast<Opcode>(i.op());
  // A Return that first calls __close metamethods is executed again after each.
  bool returns =
      op == Opcode::Return0 || op == Opcode::Return1 || (op == Opcode::Return && !hasToBeClosed(L, base));
  if (returns) {
    ptrdiff_t top = saveSlot(L, L->top);
    traceReturn(L, pc - 1);
    if (usesTop(i)) L->top = restoreSlot(L, top);
    base = L->base;
  }
  table = dispatchOf(L);
  PERIGEE_TAIL plainHandler(i.op())(PERIGEE_STATE);
}

// The hook before instruction i wants the thread suspended: a frame without function on top of the Lua frame
// says where to go on. The slot in front of its function holds the position of L->top if the instruction
// needs it, else 0.
PERIGEE_HANDLER(yieldInHook) {
  bool uses_top = usesTop(i);
  Value* place = base + runningFunction(base)->proto->frame_size;
  if (uses_top && L->top > place) place = L->top;
  ptrdiff_t saved = saveSlot(L, place);
  growStack(L, place, kMetaSlots);
  place = restoreSlot(L, saved);
  base = L->base;
  place[0] = Value::of(uses_top ? static_cast<int64_t>(saveSlot(L, L->top)) : int64_t{0});
  place[1] = Value::nil();
  Value* frame = place + 1 + kFrameSlots;
  writeLink(frame, pc, FrameKind::HookYield, 0, static_cast<uint32_t>(frame - base));
  L->base = L->top = base = frame;
  if (L->global->activation != L->resumed_in) jumpYield(L, 0);
  i = Operands::ofCount(0);
  PERIGEE_TAIL deliverYield(PERIGEE_STATE);
}

// A native function returns: its variables are closed, if it has any. The results stay on top.
void closeVariablesOfNative(Thread* L) {
  if (!isLuaFrame(L->base) && hasToBeClosed(L, L->base)) closeAll(L, saveSlot(L, L->base), Value::nil());
  if (L->to_be_closed == 0) L->poll.fetch_and(~poll::kToBeClosed);
}

} // namespace

// In front of every instruction while the hook dispatch table is in use.
PERIGEE_HANDLER(hookInstruction) {
  if (L->hooks == nullptr || L->in_hook != 0) PERIGEE_TAIL plainHandler(i.op())(PERIGEE_STATE);
  L->pc = pc;
  ptrdiff_t top = saveSlot(L, L->top);
  traceInstruction(L, pc - 1);
  if (usesTop(i)) L->top = restoreSlot(L, top);
  base = L->base;
  if (HookState* h = L->hooks; h->yields) [[unlikely]] {
    h->yields = 0;
    PERIGEE_TAIL yieldInHook(PERIGEE_STATE);
  }
  PERIGEE_TAIL finishHookedInstruction(PERIGEE_STATE);
}

PERIGEE_HANDLER(returnToHookYield) {
  int64_t top = base[-3].integer;
  FrameLink* link = linkOf(base);
  pc = link->return_pc;
  base -= link->delta;
  L->base = base;
  L->pc = pc;
  if (top != 0) L->top = restoreSlot(L, top);
  k = constantsOf(base);
  i = Operands::load(pc - 1);
  PERIGEE_TAIL finishHookedInstruction(PERIGEE_STATE);
}

void prepareHooks(Thread* L) {
  if (L->hooks != nullptr) return;
  L->hooks = new (heapOf(L).allocateRaw(L, sizeof(HookState))) HookState{};
}

void inheritHook(const Thread* creator, Thread* co) {
  const HookState* h = creator->hooks;
  if (h != nullptr && h->function != nullptr) setHook(co, h->function, h->data, h->mask, h->base_count);
}

int requestYield(Thread* L) {
  HookState* h = L->hooks;
  bool allowed =
      L->in_hook != 0 && h != nullptr && (h->event == HookEvent::Line || h->event == HookEvent::Count);
  if (!allowed || L->refusesYields()) raiseNotYieldable(L);
  h->yields = 1;
  return 0;
}

namespace {
// Null if the thread has no settings and there are no spare ones.
HookState* settingsOf(Thread* L) {
  HookState* h = L->hooks.load(std::memory_order_acquire);
  if (h != nullptr) return h;
  HookState* spare = takeSpareHooks(L->global);
  if (spare == nullptr || L->hooks.compare_exchange_strong(h, spare)) return spare;
  giveSpareHooks(L->global, spare); // somebody else was faster
  return h;
}
} // namespace

void setHook(Thread* L, HookFunction function, void* data, uint8_t mask, int count) {
  if (function == nullptr || mask == 0) {
    function = nullptr;
    mask = 0;
    if (L->hooks.load(std::memory_order_relaxed) == nullptr) return;
  }
  HookState* h = settingsOf(L);
  if (h == nullptr) {
    prepareHooks(L);
    h = L->hooks;
  }
  h->data.store(data, std::memory_order_relaxed);
  h->function.store(function, std::memory_order_relaxed);
  h->base_count.store(count, std::memory_order_relaxed);
  h->changed.store(1, std::memory_order_relaxed);
  h->mask.store(mask, std::memory_order_release);
  requestDispatch(L, dispatchKindOf(mask));
  L->poll.fetch_or(poll::kHooks);
}

void runHook(Thread* L, HookEvent event, int line) {
  HookState* h = L->hooks;
  HookFunction function = h != nullptr ? h->function.load() : nullptr;
  if (function == nullptr || L->in_hook != 0) return;
  ptrdiff_t top = saveSlot(L, L->top);
  const Instruction* pc = L->pc;
  if (isLuaFrame(L->base)) L->top = frameEnd(L);
  ensureStack(L, kNativeSlots);
  if (event == HookEvent::Line || event == HookEvent::Count) h->transfer_count = 0;
  h->hooked_base = saveSlot(L, L->base);
  h->event = event;
  L->in_hook = 1;
  reserveNativeSlots(L);
  function(L, event, line, h->data);
  L->in_hook = 0;
  h->hooked_base = 0;
  L->pc = pc;
  L->top = restoreSlot(L, top);
}

void pollAtCall(Thread* L) {
  pollCommon(L);
  bool lua = isLuaFrame(L->base);
  if (lua) L->pc++;
  noticeInterrupt(L); // frame and L->pc are as for a hook
  if (lua) L->pc--;
  if (!hasHook(L, hook_mask::kCall)) return;
  HookState* h = L->hooks;
  h->transfer_first = 1;
  h->transfer_count = static_cast<uint16_t>(lua ? runningFunction(L->base)->proto->parameters
                                                : static_cast<int>(L->top - L->base));
  // Hooks take the pc to be behind the current instruction, which is the first one after the preparation of
  // variable arguments.
  int ahead = !lua ? 0 : runningFunction(L->base)->proto->isVararg() ? 2 : 1;
  L->pc += ahead;
  runHook(L, isTailCalled(L->base) ? HookEvent::TailCall : HookEvent::Call, -1);
  L->pc -= ahead;
}

void pollAtNativeReturn(Thread* L, int results) {
  pollCommon(L);
  noticeInterrupt(L);
  if (L->poll.load(std::memory_order_relaxed) & poll::kToBeClosed) closeVariablesOfNative(L);
  if (!hasHook(L, hook_mask::kReturn)) return;
  HookState* h = L->hooks;
  h->transfer_first = static_cast<uint16_t>(L->top - results - L->base + 1);
  h->transfer_count = static_cast<uint16_t>(results);
  runHook(L, HookEvent::Return, -1);
}

void pollAtLoop(Thread* L) {
  pollCommon(L);
  L->pc++;
  noticeInterrupt(L);
  L->pc--;
}

} // namespace perigee
