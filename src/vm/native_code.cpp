#include "vm/native_code.h"

#include "vm/proto.h"
#include "vm/state.h"
#include "vm/thread.h"

namespace perigee {

const char* nameOf(ExitReason reason) {
  static constexpr const char* kNames[kExitReasonCount] = {"poll",   "type",  "shape", "bounds",    "target",
                                                           "unseen", "range", "error", "assumption"};
  return kNames[static_cast<int>(reason)];
}

NativeCode* findUnit(const Proto* p, uint32_t entry_pc) {
  if (p->unit_index != nullptr) return p->unit_index[entry_pc != kFunctionEntry ? entry_pc : p->code_size];
  NativeCode* unit = p->native;
  while (unit != nullptr && unit->entry_pc != entry_pc) unit = unit->next;
  return unit;
}

NativeCode* unitAt(const Proto* p, const void* address) {
  NativeCode* unit = p->native;
  while (unit != nullptr && !unit->contains(address)) unit = unit->next;
  return unit;
}

void interpretLink(Value* base) {
  FrameLink* link = linkOf(base);
  bool tail_called = isTailCalled(base);
  link->return_pc = callerPc(base);
  link->kind = FrameKind::Lua;
  if (tail_called) markTailCalled(base);
}

namespace {

// A running unit that calls C++ is in nobody's link. It is one of the function on top, or of one that has
// that inlined: of the caller, its caller, and so on, linked as interpreted functions are. Visits their
// prototypes until `visit` says true; has it?
template <class F> bool anyRunningPrototype(const Thread* t, F&& visit) {
  const Value* bottom = t->stack + kFrameSlots;
  Value* base = t->base;
  for (int depth = 0; depth <= kDeepestInlined && base > bottom && isLuaFrame(base); ++depth) {
    if (visit(base[-2].function()->lua()->proto)) return true;
    if (frameKind(base) != FrameKind::Lua) return false;
    base = callerBase(base);
  }
  return false;
}

} // namespace

bool mayBeRunning(const Thread* t, const Proto* p) {
  return anyRunningPrototype(t, [p](const Proto* running) { return running == p; });
}

namespace {

bool mayRunDiscardedUnit(const Thread* t) {
  const State* G = t->global;
  if (t != G->running) return false;
  for (const NativeCode* unit = G->discarded_units; unit != nullptr; unit = unit->older) {
    if (mayBeRunning(t, unit->proto)) return true;
  }
  return false;
}

} // namespace

void deoptimizeCaller(Value* base) {
  if (frameKind(base) != FrameKind::Native) return;
  interpretLink(base);
  // A function with variable arguments returns through the link it was called with, where its frame lay
  // first.
  if (isLuaFrame(base) && base[-2].function()->lua()->proto->isVararg())
    interpretLink(base - varargDistance(base));
}

void leaveDiscardedUnits(Thread* t) {
  const Value* bottom = t->stack + kFrameSlots;
  for (Value* base = t->base; base > bottom && linkOf(base)->delta != 0; base = callerBase(base)) {
    if (frameKind(base) != FrameKind::Native) continue;
    const Proto* caller = callerBase(base)[-2].function()->lua()->proto;
    if (unitAt(caller, linkOf(base)->return_pc) == nullptr) deoptimizeCaller(base);
  }
  if (!mayRunDiscardedUnit(t)) t->code_epoch = t->global->code_epoch;
}

void forEachRunningUnit(const Thread* t, void (*visit)(State* G, NativeCode* unit)) {
  State* G = t->global;
  anyRunningPrototype(t, [=](const Proto* p) {
    for (NativeCode *unit = G->discarded_units, *older; unit != nullptr; unit = older) {
      older = unit->older;
      if (unit->proto == p) visit(G, unit);
    }
    for (NativeCode *unit = p->native, *next; unit != nullptr; unit = next) {
      next = unit->next;
      visit(G, unit);
    }
    return false;
  });
}

} // namespace perigee
