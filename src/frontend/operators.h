// The operators: their meaning for the rest of the frontend and their priorities.
#pragma once

#include <cstdint>

#include "frontend/token.h"

namespace perigee {

enum class BinaryOperator : uint8_t {
  Add,
  Subtract,
  Multiply,
  Modulo,
  Power,
  Divide,
  FloorDivide,
  BitAnd,
  BitOr,
  BitXor,
  ShiftLeft,
  ShiftRight,
  Concat,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  And,
  Or,
};

enum class UnaryOperator : uint8_t { Negate, BitNot, Not, Length };

// An operator takes an operand to its left if the operator there has a lower `right` than its `left`; `right`
// below `left` makes it associate to the right.
struct BinaryOperatorInfo {
  Token token;
  BinaryOperator op;
  uint8_t left;
  uint8_t right;
};

inline constexpr BinaryOperatorInfo kBinaryOperators[] = {
    {Token::Or, BinaryOperator::Or, 1, 1},
    {Token::And, BinaryOperator::And, 2, 2},
    {tokenOf('<'), BinaryOperator::Less, 3, 3},
    {tokenOf('>'), BinaryOperator::Greater, 3, 3},
    {Token::LessEqual, BinaryOperator::LessEqual, 3, 3},
    {Token::GreaterEqual, BinaryOperator::GreaterEqual, 3, 3},
    {Token::NotEqual, BinaryOperator::NotEqual, 3, 3},
    {Token::Equal, BinaryOperator::Equal, 3, 3},
    {tokenOf('|'), BinaryOperator::BitOr, 4, 4},
    {tokenOf('~'), BinaryOperator::BitXor, 5, 5},
    {tokenOf('&'), BinaryOperator::BitAnd, 6, 6},
    {Token::ShiftLeft, BinaryOperator::ShiftLeft, 7, 7},
    {Token::ShiftRight, BinaryOperator::ShiftRight, 7, 7},
    {Token::Concat, BinaryOperator::Concat, 9, 8},
    {tokenOf('+'), BinaryOperator::Add, 10, 10},
    {tokenOf('-'), BinaryOperator::Subtract, 10, 10},
    {tokenOf('*'), BinaryOperator::Multiply, 11, 11},
    {tokenOf('/'), BinaryOperator::Divide, 11, 11},
    {Token::FloorDivide, BinaryOperator::FloorDivide, 11, 11},
    {tokenOf('%'), BinaryOperator::Modulo, 11, 11},
    {tokenOf('^'), BinaryOperator::Power, 14, 13},
};

inline constexpr uint8_t kUnaryPriority = 12;

struct UnaryOperatorInfo {
  Token token;
  UnaryOperator op;
};

inline constexpr UnaryOperatorInfo kUnaryOperators[] = {
    {tokenOf('-'), UnaryOperator::Negate},
    {tokenOf('~'), UnaryOperator::BitNot},
    {Token::Not, UnaryOperator::Not},
    {tokenOf('#'), UnaryOperator::Length},
};

namespace detail {

// Position of each token's row in the tables above, plus one; zero if it is no operator.
struct OperatorIndex {
  static constexpr unsigned kTokens = static_cast<unsigned>(Token::String) + 1;
  uint8_t binary[kTokens];
  uint8_t unary[kTokens];

  constexpr OperatorIndex() : binary{}, unary{} {
    uint8_t row = 0;
    for (const BinaryOperatorInfo& info : kBinaryOperators) binary[static_cast<unsigned>(info.token)] = ++row;
    row = 0;
    for (const UnaryOperatorInfo& info : kUnaryOperators) unary[static_cast<unsigned>(info.token)] = ++row;
  }
};

inline constexpr OperatorIndex kOperatorIndex;

} // namespace detail

// The row of the operator spelled `token`, or null.
inline const BinaryOperatorInfo* binaryOperatorOf(Token token) {
  uint8_t row = detail::kOperatorIndex.binary[static_cast<unsigned>(token)];
  return row == 0 ? nullptr : &kBinaryOperators[row - 1];
}

inline const UnaryOperatorInfo* unaryOperatorOf(Token token) {
  uint8_t row = detail::kOperatorIndex.unary[static_cast<unsigned>(token)];
  return row == 0 ? nullptr : &kUnaryOperators[row - 1];
}

} // namespace perigee
