// Expressions: values into registers, and chains of left operands.

#include "bytecode/function_emitter.h"
#include "vm/string.h"

namespace perigee {

int dischargeLine(const Expr* parent, const Expr* child) {
  switch (parent->kind) {
  case ExprKind::Binary:
  case ExprKind::And:
  case ExprKind::Or: return parent->line;
  case ExprKind::MethodCall: return as<MethodCallExpr>(parent)->method_line;
  default: return child->end_line;
  }
}

// Evaluates to one value in register `target`.
void FunctionEmitter::into(Expr* e, int target, int line) {
  e = unwrap(e);
  Constant constant = constantOf(e);
  if (constant.known()) return loadConstant(constant, target, line);
  switch (e->kind) {
  case ExprKind::Vararg: emit(Opcode::Vararg, target, 0, 2, 0, line); return;
  case ExprKind::Function: return closure(as<FunctionExpr>(e), target, line);
  case ExprKind::Local: return move(target, as<LocalExpr>(e)->var->reg, line);
  case ExprKind::Upvalue: emit(Opcode::GetUpvalue, target, as<UpvalueExpr>(e)->index, 0, 0, line); return;
  case ExprKind::Global: return global(as<GlobalExpr>(e), target, line);
  case ExprKind::Unary: return unary(as<UnaryExpr>(e), target, line);
  case ExprKind::And:
  case ExprKind::Or: return logical(e, target, line);
  case ExprKind::Table: return table(as<TableExpr>(e), target, line);
  default: return chain(e, target, line, 1);
  }
}

int FunctionEmitter::intoNext(Expr* e, int line) {
  int reg = allocate();
  into(e, reg, line);
  return reg;
}

// Evaluates to one value in some register: a local variable's own, else `hint` if it is a scratch register,
// else the next one.
int FunctionEmitter::anyRegister(Expr* e, int line, int hint) {
  e = unwrap(e);
  if (e->kind == ExprKind::Local) return as<LocalExpr>(e)->var->reg;
  if (hint < 0 || !isScratch(hint)) return intoNext(e, line);
  into(e, hint, line);
  return hint;
}

void FunctionEmitter::loadConstant(const Constant& c, int target, int line) {
  switch (c.kind) {
  case Constant::Kind::Nil: return loadNil(target, 1, line);
  case Constant::Kind::True: emit(Opcode::LoadTrue, target, 0, 0, 0, line); return;
  case Constant::Kind::False: emit(Opcode::LoadFalse, target, 0, 0, 0, line); return;
  case Constant::Kind::Integer:
    if (c.integer == static_cast<int32_t>(c.integer)) {
      emit(Opcode::LoadInt, target, 0, 0, static_cast<int32_t>(c.integer), line);
      return;
    }
    break;
  default: break;
  }
  emit(Opcode::LoadK, target, 0, 0, static_cast<int32_t>(constantIndex(c)), line);
}

// Joins with a LoadNil just before, unless a jump leads in between.
void FunctionEmitter::loadNil(int from, int count, int line) {
  if (count <= 0) return;
  if (pc() > last_target_ && !code_.empty() && code_.back().op == Opcode::LoadNil) {
    Instruction& before = code_.back();
    if (before.a + before.d == from) {
      before.d += count;
      return;
    }
  }
  emit(Opcode::LoadNil, from, 0, 0, count, line);
}

void FunctionEmitter::move(int target, int from, int line) {
  if (target != from) emit(Opcode::Move, target, from, 0, 0, line);
}

void FunctionEmitter::global(GlobalExpr* e, int target, int line) {
  String* key = context_.stringOf(e->name);
  if (e->environment->kind == ExprKind::Upvalue && key->isShort()) {
    int upvalue = as<UpvalueExpr>(e->environment)->index;
    emit(Opcode::GetGlobal, target, upvalue, 0, static_cast<int32_t>(cacheFor(key)), line);
    return;
  }
  int level = free_;
  int environment = anyRegister(e->environment, line, target);
  getField(target, environment, key, line);
  free_ = level;
}

void FunctionEmitter::getField(int target, int object, String* key, int line) {
  if (key->isShort()) {
    emit(Opcode::GetField, target, object, 0, static_cast<int32_t>(cacheFor(key)), line);
    return;
  }
  int level = free_;
  int key_reg = allocate();
  emit(Opcode::LoadK, key_reg, 0, 0, static_cast<int32_t>(constants_.indexOf(Value::of(key))), line);
  emit(Opcode::GetIndex, target, object, key_reg, 0, line);
  free_ = level;
}

void FunctionEmitter::closure(FunctionExpr* e, int target, int line) {
  FunctionNode* node = e->function;
  children_[node->index] = FunctionEmitter(context_, this, node).run();
  emit(Opcode::Closure, target, 0, 0, node->index, line);
}

// --- chains of left operands ------------------------------------------------------------------------------
//
// `a.b.c(d) + e + f` is a node whose left operand is a node whose left operand …, maybe thousands deep. A
// chain is walked from its leftmost operand up to its root, the intermediate result always lying in the same
// scratch register.

namespace {

// The left operand that is to be evaluated in the same chain, or null.
Expr* chainLeft(const Expr* node) {
  if (isLogical(node) || constantOf(node).known()) return nullptr;
  return leftOperand(node);
}

} // namespace

// `wanted`: how many values of a call at the root are wanted, from `target` on; -1 all. Other than 1 only if
// `target` is scratch.
void FunctionEmitter::chain(Expr* root, int target, int line, int wanted) {
  int level = free_;
  int home = isScratch(target) ? target : -1;
  Expr* node = root;
  while (Expr* left = chainLeft(node)) node = left;
  Operand operand = chainStart(node, node->spine_parent, home);
  for (;;) {
    node = node->spine_parent;
    int scratch = scratchOf(home, level);
    if (scratch >= free_) need(scratch + 1 - free_);
    if (node == root) {
      chainStep(node, operand, scratch, target, line, wanted);
      free_ = level;
      return;
    }
    chainStep(node, operand, scratch, scratch, dischargeLine(node->spine_parent, node), 1);
    free_ = scratch + 1;
    operand = Operand::inRegister(scratch);
  }
}

// Evaluates the leftmost operand as its parent can use it best: in the scratch register if the parent needs
// it there (a callee, the first one of a concatenation), else where it is.
FunctionEmitter::Operand FunctionEmitter::chainStart(Expr* leaf, const Expr* parent, int home) {
  int line = dischargeLine(parent, leaf);
  Expr* e = unwrap(leaf);
  bool must_be_scratch = parent->kind == ExprKind::Call;
  if (parent->kind == ExprKind::Binary) {
    const BinaryExpr* binary = as<BinaryExpr>(parent);
    if (binary->op == BinaryOperator::Concat) {
      must_be_scratch = true;
    } else {
      Constant c = constantOf(e);
      if (c.known() && !constantOf(binary->right).known() && immediateLeft(binary, c)) {
        return {Operand::Kind::Constant, 0, c};
      }
    }
  } else if (parent->kind == ExprKind::Field && e->kind == ExprKind::Upvalue) {
    if (context_.stringOf(as<FieldExpr>(parent)->name)->isShort()) {
      return {Operand::Kind::Upvalue, as<UpvalueExpr>(e)->index, {}};
    }
  }
  if (!must_be_scratch) return Operand::inRegister(anyRegister(e, line, home));
  int scratch = home >= 0 ? home : allocate();
  into(e, scratch, line);
  return Operand::inRegister(scratch);
}

// Emits one node of a chain, whose left operand has been evaluated. Registers from `scratch` on may be used
// for calls.
void FunctionEmitter::chainStep(Expr* node, Operand left, int scratch, int target, int line, int wanted) {
  switch (node->kind) {
  case ExprKind::Field: {
    String* key = context_.stringOf(as<FieldExpr>(node)->name);
    if (left.kind == Operand::Kind::Upvalue) {
      emit(Opcode::GetGlobal, target, left.index, 0, static_cast<int32_t>(cacheFor(key)), line);
    } else {
      getField(target, left.index, key, line);
    }
    return;
  }
  case ExprKind::Index: return indexStep(as<IndexExpr>(node), left.index, target, line);
  case ExprKind::Call:
    call(as<CallExpr>(node), scratch, wanted);
    if (wanted == 1) move(target, scratch, line);
    return;
  case ExprKind::MethodCall:
    methodCall(as<MethodCallExpr>(node), left.index, scratch, wanted);
    if (wanted == 1) move(target, scratch, line);
    return;
  default: return binaryStep(as<BinaryExpr>(node), left, target, line);
  }
}

String* FunctionEmitter::stringOfConstant(const Constant& c) { return context_.stringOf(c.text); }

namespace {

bool isSmallInteger(const Constant& c) {
  return c.kind == Constant::Kind::Integer && c.integer >= 1 && c.integer <= 255;
}

} // namespace

void FunctionEmitter::indexStep(const IndexExpr* node, int object, int target, int line) {
  Constant key = constantOf(node->key);
  if (key.kind == Constant::Kind::String) return getField(target, object, stringOfConstant(key), line);
  if (isSmallInteger(key)) {
    emit(Opcode::GetInt, target, object, static_cast<int>(key.integer), 0, line);
    return;
  }
  int level = free_;
  int key_reg = anyRegister(node->key, node->line);
  emit(Opcode::GetIndex, target, object, key_reg, 0, line);
  free_ = level;
}

} // namespace perigee
