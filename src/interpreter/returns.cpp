// Handlers that return: instructions, and what happens to results for each kind of caller.

#include "interpreter/closing.h"
#include "interpreter/concatenation.h"
#include "interpreter/continuations.h"
#include "interpreter/coroutines.h"
#include "interpreter/handler.h"
#include "interpreter/hooks.h"
#include "interpreter/protection.h"
#include "interpreter/tiers.h"

namespace perigee {
namespace {

// Copies `n` results from `from` down to `to` and pads them with nils to `wanted` (all if negative); returns
// the end.
Value* placeResults(Value* to, const Value* from, size_t n, int wanted) {
  size_t limit = wanted < 0 || static_cast<size_t>(wanted) > n ? n : static_cast<size_t>(wanted);
  for (size_t j = 0; j < limit; j++) to[j] = from[j];
  Value* end = to + limit;
  for (int j = static_cast<int>(limit); j < wanted; j++) *end++ = Value::nil();
  return end;
}

PERIGEE_HANDLER(returnToLua) {
  FrameLink* link = linkOf(base);
  int wanted = link->wanted;
  pc = link->return_pc;
  Value* caller = base - link->delta;
  if (wanted < 0 && pc[-1].op == Opcode::TailCall) [[unlikely]] {
    // A native function called in tail position: its caller returns the results.
    if (L->poll.load(std::memory_order_relaxed) != 0) {
      ptrdiff_t values = saveSlot(L, k), frame = saveSlot(L, caller);
      L->base = caller;
      L->pc = pc;
      pollAtNativeReturn(L, static_cast<int>(i.count()));
      k = restoreSlot(L, values);
      caller = restoreSlot(L, frame);
    }
    base = runningFunction(caller)->proto->isVararg() ? caller - varargDistance(caller) : caller;
    PERIGEE_TAIL returnValues(PERIGEE_STATE);
  }
  Value* end = placeResults(base - kFrameSlots, k, i.count(), wanted);
  if (wanted < 0) L->top = end;
  base = caller;
  L->base = base;
  PERIGEE_TAIL continueLua(PERIGEE_STATE);
}

PERIGEE_HANDLER(returnToNative) {
  if (isHooked(L)) {
    interpretLink(base);
    PERIGEE_TAIL returnToLua(PERIGEE_STATE);
  }
  int wanted = linkOf(base)->wanted;
  Handler address = nativeReturn(base);
  Value* end = placeResults(base - kFrameSlots, k, i.count(), wanted);
  if (wanted < 0) L->top = end;
  k = ticksInRegister(L);
  PERIGEE_TAIL address(PERIGEE_STATE);
}

PERIGEE_HANDLER(returnToEntry) {
  FrameLink* link = linkOf(base);
  if (link->wanted == 1 && i.count() >= 1) [[likely]] {
    base[-2] = *k;
    PERIGEE_TAIL returnOneToEntry(PERIGEE_STATE);
  }
  Value* caller = base - link->delta;
  L->pc = link->return_pc;
  L->top = placeResults(base - kFrameSlots, k, i.count(), link->wanted);
  L->base = caller;
  PERIGEE_TAIL leave(PERIGEE_STATE);
}

// Gives the result of a metamethod to the instruction that called it.
PERIGEE_HANDLER(returnToMeta) {
  FrameLink* link = linkOf(base);
  Value result = i.count() > 0 ? k[0] : Value::nil();
  if (link->wanted == kNegatedResult) result = Value::boolean(result.isFalsy());
  Value* function_slot = base - kFrameSlots;
  L->c_depth--;
  pc = link->return_pc;
  base -= link->delta;
  L->base = base;
  const Instruction& instruction = pc[-1];
  switch (info(instruction.op).finish) {
  case Finish::None: break;
  case Finish::Store: base[instruction.a] = result; break;
  case Finish::Jump:
    if (result.isTruthy()) pc += instruction.d;
    break;
  case Finish::JumpNot:
    if (result.isFalsy()) pc += instruction.d;
    break;
  case Finish::Concat:
    storeConcatResult(base, instruction, result);
    k = constantsOf(base);
    table = dispatchOf(L);
    i = Operands::load(pc - 1);
    PERIGEE_TAIL continueConcat(PERIGEE_STATE);
  case Finish::Again:
    L->top = function_slot; // end of the values a Return with all results is about to return
    --pc;
    break;
  }
  PERIGEE_TAIL continueLua(PERIGEE_STATE);
}

// By FrameKind.
constexpr Handler kReturnTo[] = {
    returnToLua,
    returnToEntry,
    returnToMeta,
    returnToProtected,
    returnToProtectedHandler,
    returnToCoroutine,
    returnToUnwind,
    returnToContinuation,
    returnToContinuation,
    returnToUnwindContinuation,
    returnToHookYield,
    returnToNative,
    returnToPausableContinuation,
    returnToCoroutineClose,
};

} // namespace

PERIGEE_HANDLER(leave) {
  // Nothing to do: returning from the last handler returns to the C++ code that called the first.
}

PERIGEE_HANDLER(returnOneToEntry) {
  FrameLink* link = linkOf(base);
  L->pc = link->return_pc;
  L->top = base - 1;
  L->base = base - link->delta;
  PERIGEE_TAIL leave(PERIGEE_STATE);
}

PERIGEE_HANDLER(continueLua) {
  const Proto* p = runningFunction(base)->proto;
  k = p->constants;
  table = dispatchOf(L);
  if (p->resume_points != nullptr) [[unlikely]]
    PERIGEE_TAIL resumeCompiled(PERIGEE_STATE);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

PERIGEE_HANDLER(continueInterpreted) {
  k = constantsOf(base);
  table = dispatchOf(L);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

PERIGEE_HANDLER(continueCharged) {
  k = constantsOf(base);
  table = dispatchOf(L);
  PERIGEE_TAIL nextCharged(PERIGEE_STATE);
}

PERIGEE_HANDLER(returnValues) {
  PERIGEE_TAIL kReturnTo[static_cast<uint8_t>(frameKind(base))](PERIGEE_STATE);
}

PERIGEE_HANDLER(opReturn) {
  Value* first = base + i.a();
  size_t n = i.b() != 0 ? i.b() - 1 : static_cast<size_t>(L->top - first);
  if (i.c() != 0) {
    L->top = first + n;
    if (hasToBeClosed(L, base)) {
      k = nullptr;
      PERIGEE_TAIL closeVariables(pc, base, L, base, table, i);
    }
    closeUpvalues(L, base);
  }
  if (runningFunction(base)->proto->isVararg()) base -= varargDistance(base);
  k = first;
  i = Operands::ofCount(n);
  PERIGEE_TAIL returnValues(PERIGEE_STATE);
}

PERIGEE_HANDLER(opReturn0) {
  FrameLink* link = linkOf(base);
  if (linkIs(base, FrameKind::Lua, 0)) [[likely]] {
    pc = link->return_pc;
    base -= link->delta;
    L->base = base;
    k = constantsOf(base);
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  if (linkIs(base, FrameKind::Native, 0) && !isHooked(L)) {
    k = ticksInRegister(L);
    PERIGEE_TAIL nativeReturn(base)(PERIGEE_STATE);
  }
  k = base;
  i = Operands::ofCount(0);
  PERIGEE_TAIL returnValues(PERIGEE_STATE);
}

// The one result may be all that a call with an open number of results wants: f(g(x)).
PERIGEE_HANDLER(opReturn1) {
  FrameLink* link = linkOf(base);
  const Value* result = onlyRegister(pc, base);
  if (linkIs(base, FrameKind::Lua, 1)) [[likely]] {
    base[-2] = *result;
    pc = link->return_pc;
    base -= link->delta;
    L->base = base;
    k = constantsOf(base);
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  if (linkIs(base, FrameKind::Lua, kAllResults)) {
    base[-2] = *result;
    L->top = base - 1;
    pc = link->return_pc;
    base -= link->delta;
    L->base = base;
    k = constantsOf(base);
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  if (linkIs(base, FrameKind::Native, 1) && !isHooked(L)) {
    base[-2] = *result;
    k = ticksInRegister(L);
    PERIGEE_TAIL nativeReturn(base)(PERIGEE_STATE);
  }
  k = result;
  i = Operands::ofCount(1);
  PERIGEE_TAIL returnValues(PERIGEE_STATE);
}

} // namespace perigee
