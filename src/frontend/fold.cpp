#include "frontend/fold.h"

#include "support/libm.h"
#include "support/numbers.h"

#include <cmath>

namespace perigee {

namespace {

constexpr Constant::Kind kNone = Constant::Kind::None;

int64_t wrap(uint64_t value) { return static_cast<int64_t>(value); }
uint64_t bits(int64_t value) { return static_cast<uint64_t>(value); }

double toFloat(const Constant& value) {
  return value.kind == Constant::Kind::Integer ? static_cast<double>(value.integer) : value.number;
}

bool toInteger(const Constant& value, int64_t* out) {
  if (value.kind == Constant::Kind::Float) return floatToInteger(value.number, out);
  *out = value.integer;
  return value.kind == Constant::Kind::Integer;
}

// Zeros are left to run time because a constant table could not tell 0.0 from -0.0.
Constant floatResult(double value) {
  if (std::isnan(value) || value == 0) return {};
  return Constant::ofFloat(value);
}

int64_t floorDivide(int64_t a, int64_t b) {
  if (b == -1) return wrap(0 - bits(a)); // the machine's division would trap on the smallest integer
  int64_t quotient = a / b;
  return a % b != 0 && (a ^ b) < 0 ? quotient - 1 : quotient;
}

int64_t floorModulo(int64_t a, int64_t b) {
  if (b == -1) return 0;
  int64_t remainder = a % b;
  return remainder != 0 && (remainder ^ b) < 0 ? remainder + b : remainder;
}

double floorModulo(double a, double b) {
  double remainder = floatRemainder(a, b);
  return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
}

// Shifts by `by` to the left, to the right if it is negative, filling with zeros.
int64_t shiftLeft(int64_t value, int64_t by) {
  if (by <= -64 || by >= 64) return 0;
  return by >= 0 ? wrap(bits(value) << by) : wrap(bits(value) >> -by);
}

Constant foldIntegers(BinaryOperator op, int64_t a, int64_t b) {
  switch (op) {
  case BinaryOperator::Add: return Constant::ofInteger(wrap(bits(a) + bits(b)));
  case BinaryOperator::Subtract: return Constant::ofInteger(wrap(bits(a) - bits(b)));
  case BinaryOperator::Multiply: return Constant::ofInteger(wrap(bits(a) * bits(b)));
  case BinaryOperator::FloorDivide: return b == 0 ? Constant{} : Constant::ofInteger(floorDivide(a, b));
  case BinaryOperator::Modulo: return b == 0 ? Constant{} : Constant::ofInteger(floorModulo(a, b));
  default: return {};
  }
}

Constant foldFloats(BinaryOperator op, double a, double b) {
  switch (op) {
  case BinaryOperator::Add: return floatResult(a + b);
  case BinaryOperator::Subtract: return floatResult(a - b);
  case BinaryOperator::Multiply: return floatResult(a * b);
  case BinaryOperator::Power: return floatResult(b == 2 ? a * a : libm::pow(a, b));
  case BinaryOperator::Divide: return b == 0 ? Constant{} : floatResult(a / b);
  case BinaryOperator::FloorDivide: return b == 0 ? Constant{} : floatResult(roundDown(a / b));
  case BinaryOperator::Modulo: return b == 0 ? Constant{} : floatResult(floorModulo(a, b));
  default: return {};
  }
}

Constant foldBitwise(BinaryOperator op, int64_t a, int64_t b) {
  switch (op) {
  case BinaryOperator::BitAnd: return Constant::ofInteger(a & b);
  case BinaryOperator::BitOr: return Constant::ofInteger(a | b);
  case BinaryOperator::BitXor: return Constant::ofInteger(a ^ b);
  case BinaryOperator::ShiftLeft: return Constant::ofInteger(shiftLeft(a, b));
  case BinaryOperator::ShiftRight: return Constant::ofInteger(shiftLeft(a, wrap(0 - bits(b))));
  default: return {};
  }
}

bool isBitwise(BinaryOperator op) { return op >= BinaryOperator::BitAnd && op <= BinaryOperator::ShiftRight; }

bool wantsFloats(BinaryOperator op) { return op == BinaryOperator::Power || op == BinaryOperator::Divide; }

} // namespace

Constant Constant::ofKind(Kind kind) {
  Constant result;
  result.kind = kind;
  return result;
}

Constant Constant::ofBoolean(bool value) { return ofKind(value ? Kind::True : Kind::False); }

Constant Constant::ofInteger(int64_t value) {
  Constant result = ofKind(Kind::Integer);
  result.integer = value;
  return result;
}

Constant Constant::ofFloat(double value) {
  Constant result = ofKind(Kind::Float);
  result.number = value;
  return result;
}

Constant Constant::ofString(std::string_view text) {
  Constant result = ofKind(Kind::String);
  result.text = text;
  return result;
}

Constant foldUnary(UnaryOperator op, const Constant& operand) {
  switch (op) {
  case UnaryOperator::Not: return operand.known() ? Constant::ofBoolean(!operand.isTruthy()) : Constant{};
  case UnaryOperator::Negate:
    if (operand.kind == Constant::Kind::Integer) return Constant::ofInteger(wrap(0 - bits(operand.integer)));
    return operand.kind == Constant::Kind::Float ? floatResult(-operand.number) : Constant{};
  case UnaryOperator::BitNot: {
    int64_t value = 0;
    return operand.isNumber() && toInteger(operand, &value) ? Constant::ofInteger(~value) : Constant{};
  }
  case UnaryOperator::Length: return {};
  }
  return {};
}

Constant foldBinary(BinaryOperator op, const Constant& left, const Constant& right) {
  if (left.kind == kNone || right.kind == kNone) return {};
  if (op == BinaryOperator::And) return left.isTruthy() ? right : Constant{};
  if (op == BinaryOperator::Or) return left.isTruthy() ? Constant{} : right;
  if (!left.isNumber() || !right.isNumber()) return {};
  if (isBitwise(op)) {
    int64_t a = 0;
    int64_t b = 0;
    return toInteger(left, &a) && toInteger(right, &b) ? foldBitwise(op, a, b) : Constant{};
  }
  if (left.kind == Constant::Kind::Integer && right.kind == Constant::Kind::Integer && !wantsFloats(op)) {
    return foldIntegers(op, left.integer, right.integer);
  }
  return foldFloats(op, toFloat(left), toFloat(right));
}

} // namespace perigee
