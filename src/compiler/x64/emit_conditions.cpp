// Conditions: they are computed where they are used, into the flags.

#include "compiler/x64/unit_emitter.h"

namespace perigee::x64 {

namespace x86 = asmjit::x86;
using namespace ir::types;
using ir::TypeSet;

void UnitEmitter::compareIntegers(const Node* a, const Node* b) {
  Gp left = payload(a, x86::rax);
  if (b->isConstant() && b->imm.integer == 0) {
    a_.test(left, left);
  } else if (b->isConstant()) {
    a_.emit(x86::Inst::kIdCmp, left, literal(b->imm.integer));
  } else {
    a_.cmp(left, payload(b, x86::rcx));
  }
}

// Unordered operands set the carry and zero flags: a < b is asked as b > a, which is then false.
UnitEmitter::Test UnitEmitter::testFloats(const Node* a, const Node* b, Op op) {
  if (op == Op::EqualFloat) {
    a_.ucomisd(number(a, x86::xmm14), number(b, x86::xmm15));
    return {Test::Kind::FlagsNoParity, Condition::kE};
  }
  a_.ucomisd(number(b, x86::xmm14), number(a, x86::xmm15));
  return {Test::Kind::Flags, op == Op::LessFloat ? Condition::kA : Condition::kAE};
}

UnitEmitter::Test UnitEmitter::testTag(const Node* value, TypeSet types) {
  TypeSet known = value->type;
  TypeSet wanted = known & types;
  if (wanted == known) return {Test::Kind::True, {}};
  if (wanted.isEmpty()) return {Test::Kind::False, {}};
  Gp t = tag(value, x86::rdx);
  TypeSet unwanted = known.without(types);
  if (wanted.isSingle()) {
    a_.cmp(t.r32(), static_cast<int>(wanted.tag()));
    return {Test::Kind::Flags, Condition::kE};
  }
  if (unwanted.isSingle()) {
    a_.cmp(t.r32(), static_cast<int>(unwanted.tag()));
    return {Test::Kind::Flags, Condition::kNE};
  }
  if (unwanted == kFalsy || wanted == kFalsy) { // the lowest tags
    a_.cmp(t.r32(), static_cast<int>(Tag::False));
    return {Test::Kind::Flags, wanted == kFalsy ? Condition::kBE : Condition::kA};
  }
  a_.mov(x86::eax, static_cast<uint32_t>(types.bits()));
  a_.bt(x86::eax, t.r32());
  return {Test::Kind::Flags, Condition::kB};
}

UnitEmitter::Test UnitEmitter::test(const Node* bit) {
  const Node* a = bit->inputs[0];
  const Node* b = bit->input_count > 1 ? bit->inputs[1] : nullptr;
  switch (bit->op) {
  case Op::Truthy: return testTag(a, kTruthy);
  case Op::HasType: return testTag(a, bit->types);
  case Op::LessFloat:
  case Op::LessEqualFloat:
  case Op::EqualFloat: return testFloats(a, b, bit->op);
  default: break;
  }
  compareIntegers(a, b);
  switch (bit->op) {
  case Op::LessInteger: return {Test::Kind::Flags, Condition::kL};
  case Op::LessEqualInteger: return {Test::Kind::Flags, Condition::kLE};
  case Op::BelowInteger: return {Test::Kind::Flags, Condition::kB};
  default: return {Test::Kind::Flags, Condition::kE}; // EqualInteger, SameObject
  }
}

void UnitEmitter::jumpIf(const Test& t, bool sense, Label to) {
  switch (t.kind) {
  case Test::Kind::True:
  case Test::Kind::False:
    if ((t.kind == Test::Kind::True) == sense) a_.jmp(to);
    return;
  case Test::Kind::Flags: a_.j(sense ? t.condition : x86::negateCond(t.condition), to); return;
  case Test::Kind::FlagsNoParity:
    if (sense) {
      Label no = a_.newLabel();
      a_.jp(no);
      a_.je(to);
      a_.bind(no);
    } else {
      a_.jp(to);
      a_.jne(to);
    }
    return;
  }
}

void UnitEmitter::guardCondition(const Node* n) {
  Test t = test(n->inputs[0]);
  jumpIf(t, n->is(Op::GuardFalse), exitOf(n));
}

} // namespace perigee::x64
