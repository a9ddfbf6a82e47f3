// Constants known while compiling, and the arithmetic on them that stock Lua does then.
#pragma once

#include <cstdint>
#include <string_view>

#include "frontend/operators.h"

namespace perigee {

struct Constant {
  enum class Kind : uint8_t { None, Nil, False, True, Integer, Float, String };

  Kind kind = Kind::None;
  union {
    int64_t integer = 0;
    double number;
  };
  std::string_view text;

  static Constant ofKind(Kind kind);
  static Constant ofBoolean(bool value);
  static Constant ofInteger(int64_t value);
  static Constant ofFloat(double value);
  static Constant ofString(std::string_view text);

  bool known() const { return kind != Kind::None; }
  bool isNumber() const { return kind == Kind::Integer || kind == Kind::Float; }
  bool isTruthy() const { return kind >= Kind::True; }
};

// The value of the operation, or a constant of kind None where stock Lua leaves it to run time: operands that
// are not numbers (`not` takes any), no integer representation for a bitwise operation, division by zero, or
// a floating-point result that is NaN or zero. And and Or: the right operand, if the left one is certain to
// let evaluation get there. Comparisons and concatenations are never folded.
Constant foldUnary(UnaryOperator op, const Constant& operand);
Constant foldBinary(BinaryOperator op, const Constant& left, const Constant& right);

} // namespace perigee
