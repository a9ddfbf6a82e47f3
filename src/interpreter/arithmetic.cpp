// Handlers of arithmetic and bitwise instructions.
//
// The handlers cover numbers; everything else (strings in bitwise operations, metamethods, errors) goes to
// one slow handler, which finds operation and operands in the instruction.

#include "interpreter/handler.h"
#include "interpreter/number_operations.h"
#include "interpreter/operations.h"
#include "vm/error.h"
#include "vm/metamethod.h"
#include "vm/string.h"

namespace perigee {
namespace {

// Operations on two numbers. kInteger: integers give integers; kFloat: floats (and mixed operands) are done
// by the fast path, too, and not by a call into the C library from the slow one. kMayFail: an integer second
// operand of zero is an error.
struct AddOp {
  static constexpr bool kFloat = true, kInteger = true, kMayFail = false, kCommutes = true;
  static int64_t apply(int64_t a, int64_t b) { return wrapAdd(a, b); }
  static double apply(double a, double b) { return a + b; }
};
struct SubOp {
  static constexpr bool kFloat = true, kInteger = true, kMayFail = false;
  static int64_t apply(int64_t a, int64_t b) { return wrapSub(a, b); }
  static double apply(double a, double b) { return a - b; }
};
struct MulOp {
  static constexpr bool kFloat = true, kInteger = true, kMayFail = false, kCommutes = true;
  static int64_t apply(int64_t a, int64_t b) { return wrapMul(a, b); }
  static double apply(double a, double b) { return a * b; }
};
struct ModOp {
  static constexpr bool kFloat = false, kInteger = true, kMayFail = true;
  static int64_t apply(int64_t a, int64_t b) { return floorModulo(a, b); }
};
struct DivOp {
  static constexpr bool kFloat = true, kInteger = false;
  static double apply(double a, double b) { return a / b; }
};
struct IDivOp {
  static constexpr bool kFloat = false, kInteger = true, kMayFail = true;
  static int64_t apply(int64_t a, int64_t b) { return floorDivide(a, b); }
};
struct BAndOp {
  static constexpr bool kFloat = false, kInteger = true, kMayFail = false, kCommutes = true;
  static int64_t apply(int64_t a, int64_t b) { return a & b; }
};
struct BOrOp {
  static constexpr bool kFloat = false, kInteger = true, kMayFail = false, kCommutes = true;
  static int64_t apply(int64_t a, int64_t b) { return a | b; }
};
struct BXorOp {
  static constexpr bool kFloat = false, kInteger = true, kMayFail = false, kCommutes = true;
  static int64_t apply(int64_t a, int64_t b) { return a ^ b; }
};
struct ShlOp {
  static constexpr bool kFloat = false, kInteger = true, kMayFail = false;
  static int64_t apply(int64_t a, int64_t b) { return shiftLeftInline(a, b); }
};
struct ShrOp {
  static constexpr bool kFloat = false, kInteger = true, kMayFail = false;
  static int64_t apply(int64_t a, int64_t b) { return shiftRightInline(a, b); }
};

enum class Form { Registers, Constant, ConstantFirst, Immediate };

// The operands of an arithmetic instruction in source order.
struct Pair {
  Value first, second;
  const Value* first_place; // for messages: a register, or null
  const Value* second_place;
};

Form formOf(Opcode op, Operands i) {
  if (op >= Opcode::AddK && op <= Opcode::ShrK) return i.c() ? Form::ConstantFirst : Form::Constant;
  return op == Opcode::AddI || op == Opcode::SubI ? Form::Immediate : Form::Registers;
}

Pair operandsOf(Opcode op, Value* base, const Value* k, Operands i) {
  Value* b = base + i.b();
  switch (formOf(op, i)) {
  case Form::Constant: return {*b, k[i.d()], b, &k[i.d()]};
  case Form::ConstantFirst: return {k[i.d()], *b, &k[i.d()], b};
  case Form::Immediate: return {*b, Value::of(static_cast<int64_t>(i.d())), b, nullptr};
  default: break;
  }
  Value* c = op == Opcode::Unm || op == Opcode::BNot ? b : base + i.c();
  return {*b, *c, b, c};
}

Arithmetic operationOf(Opcode op) {
  auto row = [op](Opcode first) {
    return static_cast<Arithmetic>(static_cast<int>(op) - static_cast<int>(first));
  };
  if (op >= Opcode::Add && op <= Opcode::Shr) return row(Opcode::Add);
  if (op >= Opcode::AddK && op <= Opcode::ShrK) return row(Opcode::AddK);
  if (op == Opcode::AddI) return Arithmetic::Add;
  if (op == Opcode::SubI) return Arithmetic::Sub;
  return op == Opcode::Unm ? Arithmetic::Unm : Arithmetic::BNot;
}

// Everything the fast paths leave over.
__attribute__((noinline)) PERIGEE_HANDLER(arithmeticSlow) {
  Opcode op = static_cast<Opcode>(i.op());
  Arithmetic operation = operationOf(op);
  Pair p = operandsOf(op, base, k, i);
  L->pc = pc;
  Value result;
  if (numericArithmetic(L, operation, p.first, p.second, &result)) {
    base[i.a()] = result;
    table = dispatchOf(L);
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  Meta event = metaOf(operation);
  Value handler = metamethodOf(L, p.first, event);
  if (handler.isNil()) handler = metamethodOf(L, p.second, event);
  if (handler.isNil()) raiseOperandError(L, operation, p.first, p.second, p.first_place, p.second_place);
  base = layMetaFrame(L, base, pc, handler);
  base[0] = p.first;
  base[1] = p.second;
  i = Operands::ofCount(2);
  PERIGEE_TAIL callAny(PERIGEE_STATE);
}

// The fast paths. Operands are read where they lie, so that floats go from memory straight to where they are
// used; every path ends in a dispatch of its own.
template <class Op, bool flipped>
__attribute__((always_inline)) inline bool applyIntegers(const Value* x, const Value* y, Value* out) {
  if (!x->isInteger() || !y->isInteger()) return false;
  const Value* a = flipped ? y : x;
  const Value* b = flipped ? x : y;
  if constexpr (Op::kInteger) {
    if constexpr (requires { Op::kMayFail; }) {
      if (Op::kMayFail && b->integer == 0) [[unlikely]]
        return false;
    }
    *out = Value::of(Op::apply(a->integer, b->integer));
  } else {
    *out = Value::of(Op::apply(toFloat(a->integer), toFloat(b->integer)));
  }
  return true;
}
template <class Op, bool flipped>
__attribute__((always_inline)) inline bool applyFloats(const Value* x, const Value* y, Value* out) {
  if (!x->isFloat() || !y->isFloat()) return false;
  *out = Value::of(flipped ? Op::apply(y->number, x->number) : Op::apply(x->number, y->number));
  return true;
}
template <class Op, bool flipped>
__attribute__((always_inline)) inline bool applyMixed(const Value* x, const Value* y, Value* out) {
  if (!x->isNumber() || !y->isNumber() || x->tag == y->tag) return false;
  double a = asFloat(*x);
  double b = asFloat(*y);
  *out = Value::of(flipped ? Op::apply(b, a) : Op::apply(a, b));
  return true;
}

// R[b] and a second register or a constant; `flipped`: in the source the second one stands first.
enum class Second { Register, Constant };
template <class Op, Second second, bool flipped>
__attribute__((always_inline)) inline PERIGEE_HANDLER(onOperands) {
  const Value* x = second == Second::Register ? lowRegister(pc, base) : base + i.b();
  const Value* y = second == Second::Register ? highRegister(pc, base) : k + i.d();
  if (applyIntegers<Op, flipped>(x, y, base + i.a())) [[likely]]
    PERIGEE_TAIL next(PERIGEE_STATE);
  if constexpr (Op::kFloat) {
    if (applyFloats<Op, flipped>(x, y, base + i.a())) [[likely]]
      PERIGEE_TAIL next(PERIGEE_STATE);
    if (applyMixed<Op, flipped>(x, y, base + i.a())) PERIGEE_TAIL next(PERIGEE_STATE);
  }
  PERIGEE_TAIL arithmeticSlow(PERIGEE_STATE);
}
template <class Op> __attribute__((always_inline)) inline PERIGEE_HANDLER(onRegisters) {
  PERIGEE_TAIL onOperands<Op, Second::Register, false>(PERIGEE_STATE);
}
template <class Op> __attribute__((always_inline)) inline PERIGEE_HANDLER(onConstant) {
  constexpr bool kAnyOrder = requires { Op::kCommutes; };
  if (kAnyOrder || i.c() == 0) [[likely]]
    PERIGEE_TAIL onOperands<Op, Second::Constant, false>(PERIGEE_STATE);
  PERIGEE_TAIL onOperands<Op, Second::Constant, true>(PERIGEE_STATE);
}

template <int sign> __attribute__((always_inline)) inline PERIGEE_HANDLER(onImmediate) {
  Value b = base[i.b()];
  if (b.isInteger()) [[likely]] {
    base[i.a()] = Value::of(sign > 0 ? wrapAdd(b.integer, i.d()) : wrapSub(b.integer, i.d()));
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  if (b.isFloat()) {
    double d = toFloat(i.d());
    base[i.a()] = Value::of(sign > 0 ? b.number + d : b.number - d);
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  PERIGEE_TAIL arithmeticSlow(PERIGEE_STATE);
}

} // namespace

PERIGEE_HANDLER(opAdd) { PERIGEE_TAIL onRegisters<AddOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opSub) { PERIGEE_TAIL onRegisters<SubOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opMul) { PERIGEE_TAIL onRegisters<MulOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opMod) { PERIGEE_TAIL onRegisters<ModOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opPow) { PERIGEE_TAIL arithmeticSlow(PERIGEE_STATE); }
PERIGEE_HANDLER(opDiv) { PERIGEE_TAIL onRegisters<DivOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opIDiv) { PERIGEE_TAIL onRegisters<IDivOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opBAnd) { PERIGEE_TAIL onRegisters<BAndOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opBOr) { PERIGEE_TAIL onRegisters<BOrOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opBXor) { PERIGEE_TAIL onRegisters<BXorOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opShl) { PERIGEE_TAIL onRegisters<ShlOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opShr) { PERIGEE_TAIL onRegisters<ShrOp>(PERIGEE_STATE); }

PERIGEE_HANDLER(opAddK) { PERIGEE_TAIL onConstant<AddOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opSubK) { PERIGEE_TAIL onConstant<SubOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opMulK) { PERIGEE_TAIL onConstant<MulOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opModK) { PERIGEE_TAIL onConstant<ModOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opPowK) {
  const Value* exponent = k + i.d();
  const Value* b = base + i.b();
  bool square = i.c() == 0 && ((exponent->isInteger() && exponent->integer == 2) ||
                               (exponent->isFloat() && exponent->number == 2));
  if (square && b->isNumber()) {
    double x = asFloat(*b);
    base[i.a()] = Value::of(x * x);
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  PERIGEE_TAIL arithmeticSlow(PERIGEE_STATE);
}
PERIGEE_HANDLER(opDivK) { PERIGEE_TAIL onConstant<DivOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opIDivK) { PERIGEE_TAIL onConstant<IDivOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opBAndK) { PERIGEE_TAIL onConstant<BAndOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opBOrK) { PERIGEE_TAIL onConstant<BOrOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opBXorK) { PERIGEE_TAIL onConstant<BXorOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opShlK) { PERIGEE_TAIL onConstant<ShlOp>(PERIGEE_STATE); }
PERIGEE_HANDLER(opShrK) { PERIGEE_TAIL onConstant<ShrOp>(PERIGEE_STATE); }

PERIGEE_HANDLER(opAddI) { PERIGEE_TAIL onImmediate<1>(PERIGEE_STATE); }
PERIGEE_HANDLER(opSubI) { PERIGEE_TAIL onImmediate<-1>(PERIGEE_STATE); }

PERIGEE_HANDLER(opUnm) {
  Value b = *lowRegister(pc, base);
  if (b.isInteger()) {
    *highRegister(pc, base) = Value::of(wrapSub(0, b.integer));
  } else if (b.isFloat()) {
    *highRegister(pc, base) = Value::of(-b.number);
  } else {
    PERIGEE_TAIL arithmeticSlow(PERIGEE_STATE);
  }
  PERIGEE_TAIL next(PERIGEE_STATE);
}

PERIGEE_HANDLER(opBNot) {
  Value b = *lowRegister(pc, base);
  if (!b.isInteger()) [[unlikely]]
    PERIGEE_TAIL arithmeticSlow(PERIGEE_STATE);
  *highRegister(pc, base) = Value::of(~b.integer);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

} // namespace perigee
