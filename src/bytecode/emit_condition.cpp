// Conditions: comparisons and logical operators as jumps.

#include "bytecode/function_emitter.h"

namespace perigee {

namespace {

// The condition of an expression under any number of `not`s and parentheses, and whether they invert it.
Expr* underNot(Expr* e, bool* sense) {
  for (;;) {
    e = unwrap(e);
    if (e->kind != ExprKind::Unary || as<UnaryExpr>(e)->op != UnaryOperator::Not) return e;
    e = as<UnaryExpr>(e)->operand;
    *sense = !*sense;
  }
}

bool isInt16(const Constant& c) {
  return c.kind == Constant::Kind::Integer && c.integer == static_cast<int16_t>(c.integer);
}

// The form with an immediate of a comparison whose constant operand is on the right.
Opcode immediateForm(BinaryOperator op) {
  switch (op) {
  case BinaryOperator::Less: return Opcode::JumpLtI;
  case BinaryOperator::LessEqual: return Opcode::JumpLeI;
  case BinaryOperator::Greater: return Opcode::JumpGtI;
  default: return Opcode::JumpGeI;
  }
}

BinaryOperator mirrored(BinaryOperator op) {
  switch (op) {
  case BinaryOperator::Less: return BinaryOperator::Greater;
  case BinaryOperator::LessEqual: return BinaryOperator::GreaterEqual;
  case BinaryOperator::Greater: return BinaryOperator::Less;
  case BinaryOperator::GreaterEqual: return BinaryOperator::LessEqual;
  default: return op;
  }
}

// Each conditional jump is followed in the table by the one of the opposite sense.
Opcode withSense(Opcode op, bool sense) {
  return static_cast<Opcode>(static_cast<int>(op) + (sense ? 0 : 1));
}

} // namespace

// Jumps to `out` if the truth of the value equals `sense`.
void FunctionEmitter::branch(Expr* e, bool sense, JumpList& out, int line) {
  Constant constant = constantOf(e);
  if (constant.known()) {
    if (constant.isTruthy() == sense) link(emit(Opcode::Jump, 0, 0, 0, 0, line), out);
    return;
  }
  e = underNot(e, &sense);
  if (isComparison(e)) return compare(as<BinaryExpr>(e), sense, out);
  if (isLogical(e)) return logicalChain(e, {false, sense, nullptr, &out}, line);
  constant = constantOf(e);
  if (constant.known()) return branch(e, sense, out, line);
  int level = free_;
  int reg = anyRegister(e, line);
  link(emit(withSense(Opcode::JumpIf, sense), reg, 0, 0, 0, line), out);
  free_ = level;
}

// The same, and the value is stored on the way out (or left to be stored: see ValueExits).
void FunctionEmitter::branchWithValue(Expr* e, bool sense, ValueExits& exits, int line) {
  e = unwrap(e);
  Constant constant = constantOf(e);
  if (constant.known()) {
    if (constant.isTruthy() != sense) return;
    loadConstant(constant, exits.target, line);
    link(emit(Opcode::Jump, 0, 0, 0, 0, line), exits.end);
    return;
  }
  bool is_not = e->kind == ExprKind::Unary && as<UnaryExpr>(e)->op == UnaryOperator::Not;
  if (is_not || isComparison(e)) return branch(e, sense, sense ? exits.need_true : exits.need_false, line);
  if (isLogical(e)) return logicalChain(e, {false, sense, &exits, nullptr}, line);
  int level = free_;
  int reg = anyRegister(e, line, exits.target);
  if (reg == exits.target) {
    link(emit(withSense(Opcode::JumpIf, sense), reg, 0, 0, 0, line), exits.end);
  } else {
    link(emit(withSense(Opcode::JumpIfMove, sense), exits.target, reg, 0, 0, line), exits.end);
  }
  free_ = level;
}

// --- comparisons ------------------------------------------------------------------------------------------

void FunctionEmitter::compare(BinaryExpr* node, bool sense, JumpList& out) {
  int level = free_;
  Constant c = constantOf(node->left);
  Operand left;
  if (c.known() && !constantOf(node->right).known() && immediateLeft(node, c)) {
    left = {Operand::Kind::Constant, 0, c};
  } else {
    left = Operand::inRegister(anyRegister(node->left, node->line));
  }
  link(compareAndJump(node, left, sense), out);
  free_ = level;
}

// The left operand has been evaluated. Returns the jump, which is not linked yet.
int FunctionEmitter::compareAndJump(BinaryExpr* node, Operand left, bool sense) {
  int line = node->end_line;
  bool equality = node->op == BinaryOperator::Equal || node->op == BinaryOperator::NotEqual;
  BinaryOperator op = node->op;
  Constant constant = constantOf(node->right);
  int reg = left.index;
  if (left.kind == Operand::Kind::Constant) {
    constant = left.constant;
    op = mirrored(op);
    reg = anyRegister(node->right);
  }
  if (equality) {
    if (op == BinaryOperator::NotEqual) sense = !sense;
    if (constant.known()) {
      uint32_t k = constantIndex(constant);
      if (k <= 0xFFFF) {
        return emit(withSense(Opcode::JumpEqK, sense), reg, static_cast<int>(k & 0xFF),
                    static_cast<int>(k >> 8), 0, line);
      }
    }
  } else if (isInt16(constant)) {
    int bits = static_cast<uint16_t>(constant.integer);
    return emit(withSense(immediateForm(op), sense), reg, bits & 0xFF, bits >> 8, 0, line);
  }
  int other;
  if (left.kind == Operand::Kind::Constant) {
    other = allocate();
    loadConstant(constant, other, line);
  } else {
    other = anyRegister(node->right);
  }
  switch (op) {
  case BinaryOperator::Less: return emit(withSense(Opcode::JumpLt, sense), reg, other, 0, 0, line);
  case BinaryOperator::LessEqual: return emit(withSense(Opcode::JumpLe, sense), reg, other, 0, 0, line);
  case BinaryOperator::Greater: return emit(withSense(Opcode::JumpLt, sense), other, reg, 0, 0, line);
  case BinaryOperator::GreaterEqual: return emit(withSense(Opcode::JumpLe, sense), other, reg, 0, 0, line);
  default: return emit(withSense(Opcode::JumpEq, sense), reg, other, 0, 0, line);
  }
}

// --- values -----------------------------------------------------------------------------------------------

// The truth of a condition as a boolean.
void FunctionEmitter::booleanValue(Expr* e, int target, int line) {
  JumpList yes;
  branch(e, true, yes, line);
  emit(Opcode::LoadFalseSkip, target, 0, 0, 0, line);
  bind(yes);
  emit(Opcode::LoadTrue, target, 0, 0, 0, line);
  mark();
}

// The value of an `and` or `or`.
void FunctionEmitter::logical(Expr* e, int target, int line) {
  ValueExits exits{target, {}, {}, {}};
  logicalChain(e, {true, true, &exits, nullptr}, line);
}

// --- chains of `and` and `or` -----------------------------------------------------------------------------
//
// x0 op1 x1 op2 x2 …: `and` after an operand sends false ones on to what follows the next `or`, or, if there
// is none, out of the chain; `or` likewise sends true ones on to what follows the next `and`. The last
// operand decides.

void FunctionEmitter::logicalChain(Expr* root, const LogicUse& use, int line) {
  int ands = 0;
  int ors = 0;
  Expr* operand = root;
  for (; isLogical(operand) && !constantOf(operand).known(); operand = as<BinaryExpr>(operand)->left) {
    ++(operand->kind == ExprKind::And ? ands : ors);
  }
  JumpList to_next_and;
  JumpList to_next_or;
  JumpList through; // out of the chain to what follows it
  BinaryExpr* node = as<BinaryExpr>(operand->spine_parent);
  for (;; node = as<BinaryExpr>(node->spine_parent)) {
    bool is_and = node->kind == ExprKind::And;
    --(is_and ? ands : ors);
    if ((is_and ? ors : ands) > 0) {
      branch(operand, !is_and, is_and ? to_next_or : to_next_and, node->line);
    } else {
      logicalExit(operand, !is_and, use, through, node->line);
    }
    bind(is_and ? to_next_and : to_next_or);
    operand = node->right;
    if (node == root) break;
  }
  if (!use.full) {
    logicalExit(operand, use.sense, use, through, line);
    bind(through);
    return;
  }
  operand = unwrap(operand);
  if (isLogical(operand) && !constantOf(operand).known()) return logicalChain(operand, use, line);
  ValueExits& exits = *use.exits;
  bool sense = true;
  Expr* condition = underNot(operand, &sense);
  bool is_jump = isComparison(condition) || isLogical(condition);
  if (is_jump && !constantOf(operand).known()) {
    branch(operand, true, exits.need_true, line);
  } else {
    into(operand, exits.target, line);
    if (!exits.need_true.empty() || !exits.need_false.empty()) {
      link(emit(Opcode::Jump, 0, 0, 0, 0, line), exits.end);
    }
    is_jump = false;
  }
  if (is_jump || !exits.need_false.empty()) {
    bind(exits.need_false);
    bool skips = !exits.need_true.empty();
    emit(skips ? Opcode::LoadFalseSkip : Opcode::LoadFalse, exits.target, 0, 0, 0, line);
  }
  if (!exits.need_true.empty()) {
    bind(exits.need_true);
    emit(Opcode::LoadTrue, exits.target, 0, 0, 0, line);
    mark();
  }
  bind(exits.end);
}

// Leaves the chain if the truth of `e` equals `sense`.
void FunctionEmitter::logicalExit(Expr* e, bool sense, const LogicUse& use, JumpList& through, int line) {
  if (!use.full && sense != use.sense) return branch(e, sense, through, line);
  if (use.exits != nullptr) return branchWithValue(e, sense, *use.exits, line);
  branch(e, sense, *use.out, line);
}

} // namespace perigee
