// Handlers of conditional jumps: tests, equality, order.

#include "interpreter/handler.h"
#include "interpreter/operations.h"
#include "vm/error.h"
#include "vm/string.h"

namespace perigee {
namespace {

// Takes the jump of a conditional one: a dispatch apart from that of falling through, so that each is
// predicted on its own.
__attribute__((always_inline)) inline PERIGEE_HANDLER(jump) {
  pc += i.d();
  PERIGEE_TAIL next(PERIGEE_STATE);
}

// Order relations on two numbers of the same kind.
struct Less {
  static bool apply(int64_t a, int64_t b) { return a < b; }
  static bool apply(double a, double b) { return a < b; }
};
struct LessEqual {
  static bool apply(int64_t a, int64_t b) { return a <= b; }
  static bool apply(double a, double b) { return a <= b; }
};
struct Greater {
  static bool apply(int64_t a, int64_t b) { return a > b; }
  static bool apply(double a, double b) { return a > b; }
};
struct GreaterEqual {
  static bool apply(int64_t a, int64_t b) { return a >= b; }
  static bool apply(double a, double b) { return a >= b; }
};

// What an ordering instruction compares, brought to the form a < b or a <= b.
struct Order {
  bool or_equal;
  bool sense;     // jump if the relation's truth equals this
  bool immediate; // second operand is the 16-bit immediate
  bool swapped;   // the immediate is the left operand
};
Order orderOf(Opcode op) {
  switch (op) {
  case Opcode::JumpLt: return {false, true, false, false};
  case Opcode::JumpNotLt: return {false, false, false, false};
  case Opcode::JumpLe: return {true, true, false, false};
  case Opcode::JumpNotLe: return {true, false, false, false};
  case Opcode::JumpLtI: return {false, true, true, false};
  case Opcode::JumpNotLtI: return {false, false, true, false};
  case Opcode::JumpLeI: return {true, true, true, false};
  case Opcode::JumpNotLeI: return {true, false, true, false};
  case Opcode::JumpGtI: return {false, true, true, true};
  case Opcode::JumpNotGtI: return {false, false, true, true};
  case Opcode::JumpGeI: return {true, true, true, true};
  default: return {true, false, true, true};
  }
}

__attribute__((noinline)) PERIGEE_HANDLER(orderSlow) {
  Order order = orderOf(static_cast<Opcode>(i.op()));
  Value a = base[i.a()];
  Value b = order.immediate ? Value::of(i.signed16()) : base[i.b()];
  if (order.swapped) {
    Value t = a;
    a = b;
    b = t;
  }
  bool holds;
  if (a.isNumber() && b.isNumber()) {
    holds = order.or_equal ? numberLessEqual(a, b) : numberLess(a, b);
  } else if (a.isString() && b.isString()) {
    L->pc = pc;
    int c = compareStrings(L, a.string(), b.string());
    holds = order.or_equal ? c <= 0 : c < 0;
  } else {
    L->pc = pc;
    OrderHandler found = findOrderHandler(L, a, b, order.or_equal);
    base = layMetaFrame(L, base, pc, found.handler);
    base[0] = found.negated ? b : a;
    base[1] = found.negated ? a : b;
    if (found.negated) linkOf(base)->wanted = kNegatedResult;
    i = Operands::ofCount(2);
    PERIGEE_TAIL callAny(PERIGEE_STATE);
  }
  if (holds == order.sense) pc += i.d();
  PERIGEE_TAIL next(PERIGEE_STATE);
}

template <class Relation, bool sense> __attribute__((always_inline)) inline PERIGEE_HANDLER(jumpOnOrder) {
  const Value* a = base + i.a();
  const Value* b = base + i.b();
  if (a->isInteger() && b->isInteger()) [[likely]] {
    if (Relation::apply(a->integer, b->integer) == sense) PERIGEE_TAIL jump(PERIGEE_STATE);
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  if (a->isFloat() && b->isFloat()) [[likely]] {
    if (Relation::apply(a->number, b->number) == sense) PERIGEE_TAIL jump(PERIGEE_STATE);
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  PERIGEE_TAIL orderSlow(PERIGEE_STATE);
}

template <class Relation, bool sense> __attribute__((always_inline)) inline PERIGEE_HANDLER(jumpOnImmediate) {
  const Value* a = base + i.a();
  if (a->isInteger()) [[likely]] {
    if (Relation::apply(a->integer, i.signed16()) == sense) PERIGEE_TAIL jump(PERIGEE_STATE);
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  if (a->isFloat()) {
    if (Relation::apply(a->number, static_cast<double>(i.signed16())) == sense)
      PERIGEE_TAIL jump(PERIGEE_STATE);
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  PERIGEE_TAIL orderSlow(PERIGEE_STATE);
}

// Both operands are tables or both userdata, and not the same object: there may be an __eq.
PERIGEE_HANDLER(equalSlow) {
  Value a = base[i.a()], b = base[i.b()];
  L->pc = pc;
  Value handler = metamethodOf(L, a, Meta::Eq);
  if (handler.isNil()) handler = metamethodOf(L, b, Meta::Eq);
  if (handler.isNil()) {
    if (static_cast<Opcode>(i.op()) == Opcode::JumpNe) pc += i.d();
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  base = layMetaFrame(L, base, pc, handler);
  base[0] = a;
  base[1] = b;
  i = Operands::ofCount(2);
  PERIGEE_TAIL callAny(PERIGEE_STATE);
}

enum class Verdict { Equal, Different, Unknown };

// What can be said without calling anything: not about long strings, numbers of different kinds, and objects
// that may have an __eq.
__attribute__((always_inline)) inline Verdict compareQuickly(const Value* a, const Value* b) {
  if (a->tag != b->tag) return a->isNumber() && b->isNumber() ? Verdict::Unknown : Verdict::Different;
  if (a->tag <= Tag::True) return Verdict::Equal;
  if (a->isFloat()) return a->number == b->number ? Verdict::Equal : Verdict::Different;
  if (a->integer == b->integer) return Verdict::Equal;
  if (a->isString()) return a->string()->isShort() ? Verdict::Different : Verdict::Unknown;
  return a->isTable() || a->isUserdata() ? Verdict::Unknown : Verdict::Different;
}

// rawEqual; raises what interrupts ask for.
bool sameValue(Thread* L, Value a, Value b) {
  return takesLongToCompare(a, b) ? equalInPieces(L, a.string(), b.string()) : rawEqual(a, b);
}

// The cases that compareQuickly leaves over.
template <bool sense> __attribute__((noinline)) PERIGEE_HANDLER(jumpOnEqualitySlow) {
  Value a = base[i.a()], b = base[i.b()];
  if (a.isTable() || a.isUserdata()) PERIGEE_TAIL equalSlow(PERIGEE_STATE);
  L->pc = pc;
  if (sameValue(L, a, b) == sense) PERIGEE_TAIL jump(PERIGEE_STATE);
  PERIGEE_TAIL next(PERIGEE_STATE);
}
template <bool sense> __attribute__((noinline)) PERIGEE_HANDLER(jumpOnConstantSlow) {
  L->pc = pc;
  if (sameValue(L, base[i.a()], k[i.unsigned16()]) == sense) PERIGEE_TAIL jump(PERIGEE_STATE);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

template <bool sense> __attribute__((always_inline)) inline PERIGEE_HANDLER(jumpOnEquality) {
  Verdict verdict = compareQuickly(base + i.a(), base + i.b());
  if (verdict == Verdict::Unknown) [[unlikely]]
    PERIGEE_TAIL jumpOnEqualitySlow<sense>(PERIGEE_STATE);
  if ((verdict == Verdict::Equal) == sense) PERIGEE_TAIL jump(PERIGEE_STATE);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

// The same for a constant, which is nil, a boolean, a number or a string: no metamethod.
__attribute__((always_inline)) inline Verdict compareWithConstant(const Value* a, const Value* constant) {
  static_assert((static_cast<int>(Tag::Integer) ^ static_cast<int>(Tag::Float)) == 7);
  if (a->tag != constant->tag) {
    int both = static_cast<int>(a->tag) ^ static_cast<int>(constant->tag);
    return both == 7 ? Verdict::Unknown : Verdict::Different; // an integer and a float, among others
  }
  if (a->isFloat()) [[unlikely]]
    return a->number == constant->number ? Verdict::Equal : Verdict::Different;
  if (a->integer == constant->integer || a->tag <= Tag::True) return Verdict::Equal;
  return a->isString() && !constant->string()->isShort() ? Verdict::Unknown : Verdict::Different;
}

template <bool sense> __attribute__((always_inline)) inline PERIGEE_HANDLER(jumpOnConstant) {
  Verdict verdict = compareWithConstant(base + i.a(), k + i.unsigned16());
  if (verdict == Verdict::Unknown) [[unlikely]]
    PERIGEE_TAIL jumpOnConstantSlow<sense>(PERIGEE_STATE);
  if ((verdict == Verdict::Equal) == sense) PERIGEE_TAIL jump(PERIGEE_STATE);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

} // namespace

PERIGEE_HANDLER(opJumpIf) {
  if (onlyRegister(pc, base)->isTruthy()) PERIGEE_TAIL jump(PERIGEE_STATE);
  PERIGEE_TAIL next(PERIGEE_STATE);
}
PERIGEE_HANDLER(opJumpIfNot) {
  if (onlyRegister(pc, base)->isFalsy()) PERIGEE_TAIL jump(PERIGEE_STATE);
  PERIGEE_TAIL next(PERIGEE_STATE);
}
PERIGEE_HANDLER(opJumpIfMove) {
  Value b = base[i.b()];
  if (b.isTruthy()) {
    base[i.a()] = b;
    pc += i.d();
  }
  PERIGEE_TAIL next(PERIGEE_STATE);
}
PERIGEE_HANDLER(opJumpIfNotMove) {
  Value b = base[i.b()];
  if (b.isFalsy()) {
    base[i.a()] = b;
    pc += i.d();
  }
  PERIGEE_TAIL next(PERIGEE_STATE);
}

PERIGEE_HANDLER(opJumpEq) { PERIGEE_TAIL jumpOnEquality<true>(PERIGEE_STATE); }
PERIGEE_HANDLER(opJumpNe) { PERIGEE_TAIL jumpOnEquality<false>(PERIGEE_STATE); }
PERIGEE_HANDLER(opJumpEqK) { PERIGEE_TAIL jumpOnConstant<true>(PERIGEE_STATE); }
PERIGEE_HANDLER(opJumpNeK) { PERIGEE_TAIL jumpOnConstant<false>(PERIGEE_STATE); }

PERIGEE_HANDLER(opJumpLt) { PERIGEE_TAIL jumpOnOrder<Less, true>(PERIGEE_STATE); }
PERIGEE_HANDLER(opJumpNotLt) { PERIGEE_TAIL jumpOnOrder<Less, false>(PERIGEE_STATE); }
PERIGEE_HANDLER(opJumpLe) { PERIGEE_TAIL jumpOnOrder<LessEqual, true>(PERIGEE_STATE); }
PERIGEE_HANDLER(opJumpNotLe) { PERIGEE_TAIL jumpOnOrder<LessEqual, false>(PERIGEE_STATE); }
PERIGEE_HANDLER(opJumpLtI) { PERIGEE_TAIL jumpOnImmediate<Less, true>(PERIGEE_STATE); }
PERIGEE_HANDLER(opJumpNotLtI) { PERIGEE_TAIL jumpOnImmediate<Less, false>(PERIGEE_STATE); }
PERIGEE_HANDLER(opJumpLeI) { PERIGEE_TAIL jumpOnImmediate<LessEqual, true>(PERIGEE_STATE); }
PERIGEE_HANDLER(opJumpNotLeI) { PERIGEE_TAIL jumpOnImmediate<LessEqual, false>(PERIGEE_STATE); }
PERIGEE_HANDLER(opJumpGtI) { PERIGEE_TAIL jumpOnImmediate<Greater, true>(PERIGEE_STATE); }
PERIGEE_HANDLER(opJumpNotGtI) { PERIGEE_TAIL jumpOnImmediate<Greater, false>(PERIGEE_STATE); }
PERIGEE_HANDLER(opJumpGeI) { PERIGEE_TAIL jumpOnImmediate<GreaterEqual, true>(PERIGEE_STATE); }
PERIGEE_HANDLER(opJumpNotGeI) { PERIGEE_TAIL jumpOnImmediate<GreaterEqual, false>(PERIGEE_STATE); }

} // namespace perigee
