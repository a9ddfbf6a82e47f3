// Arithmetic on bare integers and floats.

#include "compiler/x64/unit_emitter.h"

namespace perigee::x64 {

namespace x86 = asmjit::x86;

// --- integers ----------------------------------------------------------------------------------------------

namespace {

uint32_t instructionOf(Op op) {
  switch (op) {
  case Op::AddInteger: return x86::Inst::kIdAdd;
  case Op::SubInteger: return x86::Inst::kIdSub;
  case Op::MulInteger: return x86::Inst::kIdImul;
  case Op::AndInteger: return x86::Inst::kIdAnd;
  case Op::OrInteger: return x86::Inst::kIdOr;
  default: return x86::Inst::kIdXor;
  }
}

} // namespace

void UnitEmitter::integerOperation(const Node* n) {
  const Node* left = n->inputs[0];
  const Node* right = n->inputs[1];
  bool commutes = !n->is(Op::SubInteger);
  if (commutes && left->isConstant()) std::swap(left, right);
  if (right->isConstant()) return literalOperation(n, left, right->imm.integer);
  Place place = at(n).payload;
  Gp to = target(place, x86::rax);
  Gp second = payload(right, x86::rcx);
  if (second == to) { // the result must not overwrite the right operand too early
    if (commutes) {
      second = payload(left, x86::rcx);
    } else {
      to = x86::rax;
      a_.mov(to, payload(left, x86::rax));
    }
  } else {
    Gp first = payload(left, x86::rax);
    if (first != to) a_.mov(to, first);
  }
  a_.emit(instructionOf(n->op), to, second);
  settle(place, to);
}

void UnitEmitter::literalOperation(const Node* n, const Node* left, int64_t number) {
  Place place = at(n).payload;
  Gp to = target(place, x86::rax);
  Gp from = payload(left, x86::rax);
  Op op = n->op;
  if (op == Op::SubInteger) {
    op = Op::AddInteger;
    number = static_cast<int64_t>(uint64_t{0} - static_cast<uint64_t>(number));
  }
  bool has_three_operands = (op == Op::AddInteger && from != to) || op == Op::MulInteger;
  if (has_three_operands && mayStandInCode(number)) {
    if (op == Op::MulInteger) {
      a_.imul(to, from, number);
    } else {
      a_.lea(to, x86::ptr(from, static_cast<int32_t>(number)));
    }
  } else {
    if (from != to) a_.mov(to, from);
    a_.emit(instructionOf(op), to, literal(number));
  }
  settle(place, to);
}

void UnitEmitter::integerUnary(const Node* n) {
  Place place = at(n).payload;
  Gp to = target(place, x86::rax);
  Gp from = payload(n->inputs[0], x86::rax);
  if (from != to) a_.mov(to, from);
  if (n->is(Op::NegateInteger)) {
    a_.neg(to);
  } else {
    a_.not_(to);
  }
  settle(place, to);
}

// Quotient and remainder rounded towards minus infinity. Powers of two are shifts and masks; otherwise the
// machine divides, half as wide where both operands are small and not negative.
void UnitEmitter::divide(const Node* n) {
  const Node* divisor = n->inputs[1];
  bool quotient = n->is(Op::DivideInteger);
  Place place = at(n).payload;
  if (divisor->isConstant() && divisor->imm.integer > 0 &&
      (divisor->imm.integer & (divisor->imm.integer - 1)) == 0) {
    int shift = __builtin_ctzll(static_cast<uint64_t>(divisor->imm.integer));
    Gp from = payload(n->inputs[0], x86::rax);
    if (from != x86::rax) a_.mov(x86::rax, from);
    if (quotient) {
      a_.sar(x86::rax, shift);
    } else {
      a_.emit(x86::Inst::kIdAnd, x86::rax, literal(divisor->imm.integer - 1));
    }
    return settle(place, x86::rax);
  }
  Gp second = payload(divisor, x86::rcx);
  if (second != x86::rcx) a_.mov(x86::rcx, second);
  Gp first = payload(n->inputs[0], x86::rax);
  if (first != x86::rax) a_.mov(x86::rax, first);
  Label wide = a_.newLabel(), minus_one = a_.newLabel(), done = a_.newLabel();
  bool literal = divisor->isConstant() && divisor->imm.integer != 0;
  if (!literal) {
    a_.test(x86::rcx, x86::rcx);
    a_.jz(exitOf(n));
  }
  a_.mov(x86::rdx, x86::rax);
  a_.or_(x86::rdx, x86::rcx);
  a_.shr(x86::rdx, 32);
  a_.jnz(wide);
  a_.div(x86::ecx); // rdx is zero
  if (!quotient) a_.mov(x86::eax, x86::edx);
  a_.bind(done);
  settle(place, x86::rax);
  slow_paths_.push_back([this, wide, minus_one, done, quotient] {
    Label exact = a_.newLabel();
    a_.bind(wide);
    a_.cmp(x86::rcx, -1);
    a_.je(minus_one);
    a_.cqo();
    a_.idiv(x86::rcx);
    a_.test(x86::rdx, x86::rdx);
    a_.jz(exact);
    if (quotient) {
      a_.xor_(x86::rdx, x86::rcx); // signs differ: rounded up
      a_.jns(exact);
      a_.dec(x86::rax);
    } else {
      Label keep = a_.newLabel();
      a_.mov(x86::rax, x86::rdx);
      a_.xor_(x86::rax, x86::rcx);
      a_.jns(keep);
      a_.add(x86::rdx, x86::rcx);
      a_.bind(keep);
    }
    a_.bind(exact);
    if (!quotient) a_.mov(x86::rax, x86::rdx);
    a_.jmp(done);
    a_.bind(minus_one);
    if (quotient) {
      a_.neg(x86::rax);
    } else {
      a_.xor_(x86::eax, x86::eax);
    }
    a_.jmp(done);
  });
}

void UnitEmitter::shift(const Node* n) {
  const Node* count = n->inputs[1];
  bool left = n->is(Op::ShiftLeftInteger);
  Place place = at(n).payload;
  if (count->isConstant()) {
    int64_t by = count->imm.integer;
    if (by < 0) {
      left = !left;
      by = by == INT64_MIN ? 64 : -by;
    }
    Gp from = payload(n->inputs[0], x86::rax);
    if (by >= 64) {
      a_.xor_(x86::eax, x86::eax);
    } else {
      if (from != x86::rax) a_.mov(x86::rax, from);
      if (left) {
        a_.shl(x86::rax, static_cast<int>(by));
      } else {
        a_.shr(x86::rax, static_cast<int>(by));
      }
    }
    return settle(place, x86::rax);
  }
  Gp by = payload(count, x86::rcx);
  if (by != x86::rcx) a_.mov(x86::rcx, by);
  Gp from = payload(n->inputs[0], x86::rax);
  if (from != x86::rax) a_.mov(x86::rax, from);
  Label odd = a_.newLabel(), done = a_.newLabel();
  a_.cmp(x86::rcx, 63);
  a_.ja(odd); // negative or too far
  if (left) {
    a_.shl(x86::rax, x86::cl);
  } else {
    a_.shr(x86::rax, x86::cl);
  }
  a_.bind(done);
  settle(place, x86::rax);
  slow_paths_.push_back([this, odd, done, left] {
    Label zero = a_.newLabel();
    a_.bind(odd);
    a_.neg(x86::rcx);
    a_.cmp(x86::rcx, 63);
    a_.ja(zero);
    if (left) {
      a_.shr(x86::rax, x86::cl);
    } else {
      a_.shl(x86::rax, x86::cl);
    }
    a_.jmp(done);
    a_.bind(zero);
    a_.xor_(x86::eax, x86::eax);
    a_.jmp(done);
  });
}

// The step is a literal, or the loop is not counted this way (build/build_instruction.cpp).
void UnitEmitter::loopCount(const Node* n) {
  bool is_known = n->inputs[2]->isConstant();
  int64_t step = is_known ? n->inputs[2]->imm.integer : 1; // positive
  const Node* from = step > 0 ? n->inputs[0] : n->inputs[1];
  const Node* to = step > 0 ? n->inputs[1] : n->inputs[0];
  Gp high = payload(to, x86::rax);
  if (high != x86::rax) a_.mov(x86::rax, high);
  a_.sub(x86::rax, payload(from, x86::rcx));
  uint64_t stride = step > 0 ? static_cast<uint64_t>(step) : uint64_t{0} - static_cast<uint64_t>(step);
  if (stride != 1) loadLiteral(x86::rcx, static_cast<int64_t>(stride));
  if (stride != 1 || !is_known) {
    a_.xor_(x86::edx, x86::edx);
    a_.div(is_known ? Gp(x86::rcx) : payload(n->inputs[2], x86::rcx));
  }
  settle(at(n).payload, x86::rax);
}

// --- floats ------------------------------------------------------------------------------------------------

void UnitEmitter::floatOperation(const Node* n) {
  Place place = at(n).payload;
  Xmm to = target(place, x86::xmm14);
  const Node* left = n->inputs[0];
  const Node* right = n->inputs[1];
  bool commutes = n->is(Op::AddFloat) || n->is(Op::MulFloat);
  Xmm second = number(right, x86::xmm15);
  if (second == to && left != right) {
    if (commutes) {
      second = number(left, x86::xmm15);
    } else {
      a_.movaps(x86::xmm15, second);
      second = x86::xmm15;
      Xmm first = number(left, x86::xmm14);
      if (first != to) a_.movaps(to, first);
    }
  } else {
    Xmm first = number(left, x86::xmm14);
    if (first != to) a_.movaps(to, first);
  }
  switch (n->op) {
  case Op::AddFloat: a_.addsd(to, second); break;
  case Op::SubFloat: a_.subsd(to, second); break;
  case Op::MulFloat: a_.mulsd(to, second); break;
  default: a_.divsd(to, second); break;
  }
  settle(place, to);
}

void UnitEmitter::negateFloat(const Node* n) {
  Xmm from = number(n->inputs[0], x86::xmm14);
  a_.movsd(x86::xmm15, x86::ptr(constant(uint64_t{1} << 63)));
  a_.xorpd(x86::xmm15, from);
  settle(at(n).payload, x86::xmm15);
}

void UnitEmitter::roundFloat(const Node* n) {
  Xmm from = number(n->inputs[0], x86::xmm14);
  if (n->is(Op::FloorDivideFloat)) {
    if (from != x86::xmm14) a_.movaps(x86::xmm14, from);
    a_.divsd(x86::xmm14, number(n->inputs[1], x86::xmm15));
    from = x86::xmm14;
  }
  a_.xorps(x86::xmm15, x86::xmm15);
  a_.roundsd(x86::xmm15, from, n->is(Op::CeilFloat) ? 10 : 9); // up or down, without exceptions
  settle(at(n).payload, x86::xmm15);
}

void UnitEmitter::absoluteFloat(const Node* n) {
  Xmm from = number(n->inputs[0], x86::xmm14);
  a_.movsd(x86::xmm15, x86::ptr(constant(~(uint64_t{1} << 63))));
  a_.andpd(x86::xmm15, from);
  settle(at(n).payload, x86::xmm15);
}

// The machine's operations give their second operand if the operands are equal or one is not a number.
void UnitEmitter::extremeFloat(const Node* n) {
  Xmm second = number(n->inputs[1], x86::xmm15);
  if (second != x86::xmm15) a_.movaps(x86::xmm15, second);
  Xmm first = number(n->inputs[0], x86::xmm14);
  if (n->is(Op::MinFloat)) {
    a_.minsd(x86::xmm15, first);
  } else {
    a_.maxsd(x86::xmm15, first);
  }
  settle(at(n).payload, x86::xmm15);
}

void UnitEmitter::absoluteInteger(const Node* n) {
  Gp from = payload(n->inputs[0], x86::rcx);
  a_.mov(x86::rax, from);
  a_.neg(x86::rax);
  a_.cmovs(x86::rax, from);
  settle(at(n).payload, x86::rax);
}

void UnitEmitter::extremeInteger(const Node* n) {
  Gp second = payload(n->inputs[1], x86::rcx);
  Gp first = payload(n->inputs[0], x86::rax);
  if (first != x86::rax) a_.mov(x86::rax, first);
  a_.cmp(second, x86::rax);
  if (n->is(Op::MinInteger)) {
    a_.cmovl(x86::rax, second);
  } else {
    a_.cmovg(x86::rax, second);
  }
  settle(at(n).payload, x86::rax);
}

void UnitEmitter::squareRoot(const Node* n) {
  a_.xorps(x86::xmm15, x86::xmm15);
  a_.sqrtsd(x86::xmm15, number(n->inputs[0], x86::xmm14));
  settle(at(n).payload, x86::xmm15);
}

void UnitEmitter::floatFunction(const Node* n) {
  lower::Allocation::Live live = allocation_.liveAcross(n);
  saveRegisters(live, false);
  Xmm left = number(n->inputs[0], x86::xmm14);
  Xmm right = number(n->inputs[1], x86::xmm15);
  if (right == x86::xmm0) {
    a_.movaps(x86::xmm15, right);
    right = x86::xmm15;
  }
  if (left != x86::xmm0) a_.movaps(x86::xmm0, left);
  if (right != x86::xmm1) a_.movaps(x86::xmm1, right);
  callRuntime(n->is(Op::PowFloat) ? reinterpret_cast<const void*>(runtime::power)
                                  : reinterpret_cast<const void*>(runtime::modulo));
  a_.movaps(x86::xmm15, x86::xmm0);
  saveRegisters(live, true);
  settle(at(n).payload, x86::xmm15);
}

// The conversion leaves the upper half of its target: a fresh zero keeps it from waiting for what wrote that
// last.
void UnitEmitter::integerToFloat(const Node* n) {
  Gp from = payload(n->inputs[0], x86::rax);
  Xmm to = target(at(n).payload, x86::xmm14);
  a_.xorps(to, to);
  a_.cvtsi2sd(to, from);
  settle(at(n).payload, to);
}

void UnitEmitter::numberToFloat(const Node* n) {
  const Node* value = n->inputs[0];
  Label is_float = a_.newLabel(), done = a_.newLabel();
  Gp bits = payload(value, x86::rax);
  if (bits != x86::rax) a_.mov(x86::rax, bits);
  a_.cmp(tag(value, x86::rdx).r32(), static_cast<int>(Tag::Float));
  a_.je(is_float);
  a_.xorps(x86::xmm14, x86::xmm14);
  a_.cvtsi2sd(x86::xmm14, x86::rax);
  a_.jmp(done);
  a_.bind(is_float);
  a_.movq(x86::xmm14, x86::rax);
  a_.bind(done);
  settle(at(n).payload, x86::xmm14);
}

// rax := the integer of the same value; jumps to `otherwise` if there is none.
void UnitEmitter::convertExactly(Xmm from, Label otherwise) {
  a_.cvttsd2si(x86::rax, from);
  a_.xorps(x86::xmm15, x86::xmm15);
  a_.cvtsi2sd(x86::xmm15, x86::rax);
  a_.ucomisd(x86::xmm15, from);
  a_.jp(otherwise);
  a_.jne(otherwise);
}

void UnitEmitter::floatToInteger(const Node* n) {
  convertExactly(number(n->inputs[0], x86::xmm14), exitOf(n));
  settle(at(n).payload, x86::rax);
}

void UnitEmitter::numberToInteger(const Node* n) {
  const Node* value = n->inputs[0];
  Label done = a_.newLabel();
  Gp bits = payload(value, x86::rax);
  if (bits != x86::rax) a_.mov(x86::rax, bits);
  a_.cmp(tag(value, x86::rdx).r32(), static_cast<int>(Tag::Integer));
  a_.je(done);
  a_.movq(x86::xmm14, x86::rax);
  convertExactly(x86::xmm14, exitOf(n));
  a_.bind(done);
  settle(at(n).payload, x86::rax);
}

} // namespace perigee::x64
