// Unary operators, arithmetic and concatenation.

#include "bytecode/function_emitter.h"

namespace perigee {

void FunctionEmitter::unary(UnaryExpr* e, int target, int line) {
  Expr* operand = unwrap(e->operand);
  bool is_jump = isComparison(operand) || isLogical(operand) ||
                 (operand->kind == ExprKind::Unary && as<UnaryExpr>(operand)->op == UnaryOperator::Not);
  if (e->op == UnaryOperator::Not && is_jump && !constantOf(operand).known())
    return booleanValue(e, target, line);
  int level = free_;
  int reg = anyRegister(operand, operand->end_line, target);
  Opcode op = Opcode::Not;
  switch (e->op) {
  case UnaryOperator::Negate: op = Opcode::Unm; break;
  case UnaryOperator::BitNot: op = Opcode::BNot; break;
  case UnaryOperator::Length: op = Opcode::Len; break;
  case UnaryOperator::Not: break;
  }
  emit(op, target, reg, 0, 0, e->line);
  free_ = level;
}

void FunctionEmitter::binaryStep(BinaryExpr* node, Operand left, int target, int line) {
  if (node->op == BinaryOperator::Concat) return concat(node, left.index, target);
  if (!isComparison(node)) return arithmetic(node, left, target);
  // false unless the jump over it is taken
  JumpList yes;
  int level = free_;
  link(compareAndJump(node, left, true), yes);
  free_ = level;
  emit(Opcode::LoadFalseSkip, target, 0, 0, 0, line);
  bind(yes);
  emit(Opcode::LoadTrue, target, 0, 0, 0, line);
  mark();
}

// May a constant left operand stay in the instruction?
bool FunctionEmitter::immediateLeft(const BinaryExpr* node, const Constant& left) const {
  switch (node->op) {
  case BinaryOperator::Equal:
  case BinaryOperator::NotEqual: return true;
  case BinaryOperator::Less:
  case BinaryOperator::LessEqual:
  case BinaryOperator::Greater:
  case BinaryOperator::GreaterEqual:
    return left.kind == Constant::Kind::Integer && left.integer == static_cast<int16_t>(left.integer);
  default: return left.isNumber();
  }
}

namespace {

// Rows of the instruction table that hold the operators in the order of BinaryOperator.
Opcode registerForm(BinaryOperator op) {
  return static_cast<Opcode>(static_cast<int>(Opcode::Add) + static_cast<int>(op));
}
Opcode constantForm(BinaryOperator op) {
  return static_cast<Opcode>(static_cast<int>(Opcode::AddK) + static_cast<int>(op));
}
constexpr bool sameOrder(Opcode opcode, Opcode first, BinaryOperator op) {
  return static_cast<int>(opcode) - static_cast<int>(first) == static_cast<int>(op);
}
static_assert(sameOrder(Opcode::Sub, Opcode::Add, BinaryOperator::Subtract) &&
              sameOrder(Opcode::Mod, Opcode::Add, BinaryOperator::Modulo) &&
              sameOrder(Opcode::Pow, Opcode::Add, BinaryOperator::Power) &&
              sameOrder(Opcode::IDiv, Opcode::Add, BinaryOperator::FloorDivide) &&
              sameOrder(Opcode::BXor, Opcode::Add, BinaryOperator::BitXor) &&
              sameOrder(Opcode::Shr, Opcode::Add, BinaryOperator::ShiftRight) &&
              sameOrder(Opcode::ModK, Opcode::AddK, BinaryOperator::Modulo) &&
              sameOrder(Opcode::PowK, Opcode::AddK, BinaryOperator::Power) &&
              sameOrder(Opcode::ShrK, Opcode::AddK, BinaryOperator::ShiftRight));

} // namespace

void FunctionEmitter::arithmetic(BinaryExpr* node, Operand left, int target) {
  int level = free_;
  if (left.kind == Operand::Kind::Constant) {
    int right = anyRegister(node->right);
    emit(constantForm(node->op), target, right, 1, static_cast<int32_t>(constantIndex(left.constant)),
         node->line);
    free_ = level;
    return;
  }
  Constant right = constantOf(node->right);
  bool adds = node->op == BinaryOperator::Add || node->op == BinaryOperator::Subtract;
  if (adds && right.kind == Constant::Kind::Integer && right.integer == static_cast<int32_t>(right.integer)) {
    Opcode op = node->op == BinaryOperator::Add ? Opcode::AddI : Opcode::SubI;
    emit(op, target, left.index, 0, static_cast<int32_t>(right.integer), node->line);
  } else if (right.isNumber()) {
    emit(constantForm(node->op), target, left.index, 0, static_cast<int32_t>(constantIndex(right)),
         node->line);
  } else {
    int reg = anyRegister(node->right);
    emit(registerForm(node->op), target, left.index, reg, 0, node->line);
    free_ = level;
  }
}

// `a .. b .. c` associates to the right; the operands of the whole lie side by side. The first one is in the
// topmost register already.
void FunctionEmitter::concat(BinaryExpr* node, int first, int target) {
  int count = 1;
  for (;;) {
    Expr* right = unwrap(node->right);
    ++count;
    bool goes_on = right->kind == ExprKind::Binary && as<BinaryExpr>(right)->op == BinaryOperator::Concat;
    if (!goes_on) {
      intoNext(right);
      break;
    }
    node = as<BinaryExpr>(right);
    intoNext(node->left, node->line);
  }
  emit(Opcode::Concat, target, first, count, 0, node->line);
}

} // namespace perigee
