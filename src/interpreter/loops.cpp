// Handlers of jumps and loops. Backward jumps poll.

#include "interpreter/closing.h"
#include "interpreter/handler.h"
#include "interpreter/hooks.h"
#include "interpreter/number_operations.h"
#include "interpreter/tiers.h"
#include "interpreter/traversal.h"
#include "vm/error.h"
#include "vm/string.h"
#include "vm/table.h"

#include <cmath>

namespace perigee {
namespace {

// What calls and temporaries of the loop's body have left behind would keep objects from being collected for
// as long as the loop runs. `loop` is the instruction that polls.
void clearDeadSlots(Thread* L, Value* base, Operands loop) {
  size_t live;
  switch (static_cast<Opcode>(loop.op())) {
  case Opcode::Loop: live = loop.a(); break;
  case Opcode::ForLoop: live = loop.a() + 4; break;
  case Opcode::GenericCall: live = loop.a() + 4 + loop.c(); break;
  default: return;
  }
  Value* end = base + runningFunction(base)->proto->frame_size;
  for (Value* v = base + live; v < end; ++v) *v = Value::nil();
  L->top = end; // a native function may have left it further up: the collector goes that far
}

PERIGEE_HANDLER(pollLoop) {
  L->pc = pc;
  if (L->poll.load(std::memory_order_relaxed) & poll::kDeadSlots) clearDeadSlots(L, base, i);
  pollAtLoop(L);
  base = L->base;
  pc = L->pc;
  PERIGEE_TAIL continueInterpreted(PERIGEE_STATE);
}

// Goes on at pc after a backward jump.
__attribute__((always_inline)) inline PERIGEE_HANDLER(nextPolling) {
  if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]]
    PERIGEE_TAIL pollLoop(PERIGEE_STATE);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

// Counts that back-edge i, which lies at `site`, is taken; false if that was often or there is a unit for the
// loop. The whole instruction is stored, so that loading it next time need not wait.
__attribute__((always_inline)) inline bool countBackEdge(const Instruction* site, Operands i) {
  uint64_t counted = i.bits() + 0x10000;
  if ((static_cast<uint32_t>(counted) & 0xFFFF0000u) == 0) [[unlikely]]
    return false;
  __builtin_memcpy(const_cast<Instruction*>(site), &counted, sizeof counted);
  return true;
}

// Back-edge i in front of pc is taken, and its count is full.
__attribute__((noinline)) PERIGEE_HANDLER(takeHotBackEdge) {
  Proto* p = runningFunction(base)->proto;
  const Instruction* site = pc - 1;
  pc += i.d();
  if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] {
    // The iterator of pairs polls in the name of the GenericCall.
    if (site->op == Opcode::GenericLoop) i = Operands::load(site - 1);
    PERIGEE_TAIL pollLoop(PERIGEE_STATE);
  }
  if (isHooked(L)) PERIGEE_TAIL next(PERIGEE_STATE);
  uint32_t entry = static_cast<uint32_t>(pc - p->code);
  NativeCode* unit = findUnit(p, entry);
  if (unit == nullptr) {
    L->pc = pc;
    announceHot(L, p, static_cast<uint32_t>(site - p->code));
    table = dispatchOf(L);
    unit = findUnit(p, entry);
    if (unit == nullptr) PERIGEE_TAIL next(PERIGEE_STATE);
  }
  unit->used = 1;
  PERIGEE_TAIL asHandler(unit->entryPoint())(PERIGEE_STATE);
}

double loopNumber(Thread* L, const Value& v, const char* what) {
  Value n = toNumber(v); // numerals in strings count, too
  if (n.isNil()) raiseForError(L, v, what);
  return asFloat(n);
}

// The limit of an integer loop as an integer; false if the loop cannot run.
bool integerLimit(Thread* L, int64_t initial, const Value& limit, int64_t step, int64_t* out) {
  if (toInteger(limit, out)) {
    // *out is it
  } else {
    double f = loopNumber(L, limit, "limit");
    if (std::isnan(f)) {
      if (step > 0) return false;
      f = -HUGE_VAL; // what stock Lua makes of it
    }
    double rounded = step < 0 ? roundUp(f) : roundDown(f);
    if (rounded >= 0x1p63) {
      if (step < 0) return false;
      *out = INT64_MAX;
    } else if (rounded < -0x1p63) {
      if (step > 0) return false;
      *out = INT64_MIN;
    } else {
      *out = static_cast<int64_t>(rounded);
    }
  }
  return step > 0 ? initial <= *out : initial >= *out;
}

// How often an integer loop goes on after its first iteration, before it leaves the integers' range.
uint64_t iterationsToCome(int64_t initial, int64_t limit, int64_t step) {
  if (step == 0) return UINT64_MAX;
  uint64_t count = step > 0 ? static_cast<uint64_t>(limit) - static_cast<uint64_t>(initial)
                            : static_cast<uint64_t>(initial) - static_cast<uint64_t>(limit);
  uint64_t stride = step > 0 ? static_cast<uint64_t>(step) : uint64_t{0} - static_cast<uint64_t>(step);
  return stride != 1 ? count / stride : count;
}

// R[a+1] becomes the number of iterations still to come after the first.
bool prepareInteger(Thread* L, Value* r) {
  int64_t initial = r[0].integer, step = r[2].integer, limit;
  if (step == 0) {
    if (!dialectOf(L).integer_loops_wrap) raiseError(L, "'for' step is zero");
    // Stock Lua 5.3 takes the loop for one that cannot run, which should make it begin at 0 and end at once.
    if (r[1].isFloat() && !(r[1].number >= -0x1p63)) r[0] = Value::of(initial = 0);
  }
  if (!integerLimit(L, initial, r[1], step, &limit)) return false;
  r[1] = Value::of(static_cast<int64_t>(iterationsToCome(initial, limit, step)));
  r[3] = r[0];
  return true;
}

// For a loop that has come to its end at R[a]; see ForWrap.
bool wrapInteger(Thread* L, Value* r, bool has_limit) {
  int64_t step = r[2].integer, next;
  if (!__builtin_add_overflow(r[0].integer, step, &next) && step != 0) return false;
  int64_t limit = step > 0 ? INT64_MAX : INT64_MIN;
  if (has_limit && !integerLimit(L, next, r[-1], step, &limit)) return false;
  r[1] = Value::of(static_cast<int64_t>(iterationsToCome(next, limit, step)));
  r[0] = r[3] = Value::of(next);
  return true;
}

// The first value as Lua 5.3 has it: what comes after the one before it, and subject to the same comparison.
bool prepareFloatBefore(Value* r, double initial, double limit, double step) {
  double first = initial - step + step;
  r[0] = r[3] = Value::of(first);
  r[1] = Value::of(limit);
  r[2] = Value::of(step);
  return step > 0 ? first <= limit : limit <= first;
}

bool prepareFloat(Thread* L, Value* r) {
  double limit = loopNumber(L, r[1], "limit");
  double step = loopNumber(L, r[2], "step");
  double initial = loopNumber(L, r[0], "initial value");
  if (dialectOf(L).float_loops_begin_before) return prepareFloatBefore(r, initial, limit, step);
  if (step == 0) raiseError(L, "'for' step is zero");
  if (step > 0 ? limit < initial : initial < limit)
    return false; // a NaN lets the first iteration happen, as in stock Lua
  r[0] = r[3] = Value::of(initial);
  r[1] = Value::of(limit);
  r[2] = Value::of(step);
  return true;
}

PERIGEE_HANDLER(genericCallSlow) {
  Value* r = base + i.a();
  Value* callee = r + 4 + kFrameSlots;
  callee[-2] = r[0];
  callee[0] = r[1];
  callee[1] = r[2];
  writeLink(callee, pc, FrameKind::Lua, static_cast<int>(i.c()), static_cast<uint32_t>(callee - base));
  base = callee;
  i = Operands::ofCount(2);
  PERIGEE_TAIL callAny(PERIGEE_STATE);
}

// A traversal without a position gets one; a key that is not there is left to `next` itself.
__attribute__((noinline)) PERIGEE_HANDLER(findTraversalPosition) {
  Value* r = base + i.a();
  if (!findPositionAfter(r[1].table(), r[2], &traversalPosition(r + 2)))
    PERIGEE_TAIL genericCallSlow(PERIGEE_STATE);
  PERIGEE_TAIL opGenericCall(PERIGEE_STATE);
}

} // namespace

PERIGEE_HANDLER(opJump) {
  pc += i.d();
  PERIGEE_TAIL next(PERIGEE_STATE);
}

PERIGEE_HANDLER(opLoop) {
  if (!countBackEdge(pc - 1, i)) [[unlikely]]
    PERIGEE_TAIL takeHotBackEdge(PERIGEE_STATE);
  pc += i.d();
  PERIGEE_TAIL nextPolling(PERIGEE_STATE);
}

PERIGEE_HANDLER(opForPrep) {
  Value* r = onlyRegister(pc, base);
  L->pc = pc;
  bool runs = r[0].isInteger() && r[2].isInteger() ? prepareInteger(L, r) : prepareFloat(L, r);
  if (!runs) pc += i.d();
  PERIGEE_TAIL next(PERIGEE_STATE);
}

PERIGEE_HANDLER(opForLoop) {
  Value* r = base + i.a();
  if (r[0].isInteger()) [[likely]] {
    uint64_t left = static_cast<uint64_t>(r[1].integer);
    if (left != 0) [[likely]] {
      int64_t v = wrapAdd(r[0].integer, r[2].integer);
      r[1].integer = static_cast<int64_t>(left - 1);
      r[0].integer = v;
      r[3] = Value::of(v);
      if (!countBackEdge(pc - 1, i)) [[unlikely]]
        PERIGEE_TAIL takeHotBackEdge(PERIGEE_STATE);
      pc += i.d();
    }
  } else {
    double step = r[2].number, v = r[0].number + step;
    if (step > 0 ? v <= r[1].number : r[1].number <= v) {
      r[0].number = v;
      r[3] = Value::of(v);
      if (!countBackEdge(pc - 1, i)) [[unlikely]]
        PERIGEE_TAIL takeHotBackEdge(PERIGEE_STATE);
      pc += i.d();
    }
  }
  PERIGEE_TAIL nextPolling(PERIGEE_STATE);
}

PERIGEE_HANDLER(opForWrap) {
  Value* r = base + i.a();
  L->pc = pc;
  if (r[0].isInteger() && r[2].isInteger() && wrapInteger(L, r, i.b() != 0)) pc += i.d();
  PERIGEE_TAIL next(PERIGEE_STATE);
}

PERIGEE_HANDLER(opGenericPrep) {
  Value* r = base + i.a();
  L->pc = pc;
  if (!r[3].isFalsy() && i.b() == 0) markToBeClosed(L, r + 3);
  if (r[0].tag == Tag::LightFunction && r[0].light_function == L->global->next_function && r[1].isTable())
    traversalPosition(r + 2) = r[2].isNil() ? 0 : kNoPosition;
  pc += i.d();
  PERIGEE_TAIL next(PERIGEE_STATE);
}

// The iterators of pairs and ipairs run here; i describes this instruction, the next one is the GenericLoop.
PERIGEE_HANDLER(opGenericCall) {
  Value* r = base + i.a();
  if (r[0].tag == Tag::LightFunction && r[1].isTable() && L->poll.load(std::memory_order_relaxed) == 0)
      [[likely]] {
    Table* t = r[1].table();
    if (r[0].light_function == L->global->next_function) {
      if (traversalPosition(r + 2) == kNoPosition) [[unlikely]]
        PERIGEE_TAIL findTraversalPosition(PERIGEE_STATE);
      L->pc = pc;
      Value key, value;
      if (nextAt(L, t, &traversalPosition(r + 2), &key, &value)) {
        r[2] = key;
        r[4] = key;
        r[5] = value;
        for (size_t j = 2; j < i.c(); j++) r[4 + j] = Value::nil();
        Operands loop = Operands::load(pc);
        if (!countBackEdge(pc, loop)) [[unlikely]]
          PERIGEE_TAIL takeHotBackEdge(pc + 1, base, L, k, table, loop);
        pc += 1 + loop.d();
      } else {
        pc += 1;
      }
      PERIGEE_TAIL nextPolling(PERIGEE_STATE);
    }
    if (r[0].light_function == L->global->ipairs_iterator && r[2].isInteger()) {
      uint64_t index = static_cast<uint64_t>(r[2].integer);
      if (index < t->array_size) [[likely]] {
        Value value = arrayElement(t, static_cast<uint32_t>(index));
        if (!value.isNil()) [[likely]] {
          r[2] = Value::of(static_cast<int64_t>(index + 1));
          r[4] = r[2];
          r[5] = value;
          for (size_t j = 2; j < i.c(); j++) r[4 + j] = Value::nil();
          Operands loop = Operands::load(pc);
          if (!countBackEdge(pc, loop)) [[unlikely]]
            PERIGEE_TAIL takeHotBackEdge(pc + 1, base, L, k, table, loop);
          pc += 1 + loop.d();
          PERIGEE_TAIL nextPolling(PERIGEE_STATE);
        }
      }
    }
  }
  PERIGEE_TAIL genericCallSlow(PERIGEE_STATE);
}

PERIGEE_HANDLER(opGenericLoop) {
  Value* r = base + i.a();
  if (!r[4].isNil()) {
    r[2] = r[4];
    traversalPosition(r + 2) = kNoPosition; // the iterator was called: a position remembered before is behind
    if (!countBackEdge(pc - 1, i)) [[unlikely]]
      PERIGEE_TAIL takeHotBackEdge(PERIGEE_STATE);
    pc += i.d();
  }
  PERIGEE_TAIL nextPolling(PERIGEE_STATE);
}

} // namespace perigee
