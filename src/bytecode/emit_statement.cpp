// Statements but for loops and assignments.

#include "bytecode/function_emitter.h"

namespace perigee {

void FunctionEmitter::statements(Block* block) {
  for (Stat* s : block->body) {
    statement(s);
    free_ = active_;
  }
}

void FunctionEmitter::statement(Stat* s) {
  if (isInterrupted(context_.L)) raiseInterrupted(context_.L);
  switch (s->kind) {
  case StatKind::LocalDecl: return localDeclaration(as<LocalDeclStat>(s));
  case StatKind::Assign: return assignment(as<AssignStat>(s));
  case StatKind::Call: return callStatement(as<CallStat>(s));
  case StatKind::Do: return block(as<DoStat>(s)->block);
  case StatKind::While: return whileStatement(as<WhileStat>(s));
  case StatKind::Repeat: return repeatStatement(as<RepeatStat>(s));
  case StatKind::If: return ifStatement(as<IfStat>(s));
  case StatKind::NumericFor: return numericFor(as<NumericForStat>(s));
  case StatKind::GenericFor: return genericFor(as<GenericForStat>(s));
  case StatKind::FunctionDecl: return functionDeclaration(as<FunctionDeclStat>(s));
  case StatKind::LocalFunction: return localFunction(as<LocalFunctionStat>(s));
  case StatKind::Return: return returnStatement(as<ReturnStat>(s));
  case StatKind::Break: return breakStatement(as<BreakStat>(s));
  case StatKind::Goto: return gotoStatement(as<GotoStat>(s));
  case StatKind::Label: return labelStatement(as<LabelStat>(s));
  }
}

// `close` false: whoever leaves the surrounding scope next closes this one's variables, too.
void FunctionEmitter::block(Block* b, bool close) {
  statements(b);
  leaveScope(b, close, b->end_line);
}

// --- declarations -----------------------------------------------------------------------------------------

// A constructor whose value goes to a local variable gets room for the fields later stored through the
// variable.
void FunctionEmitter::hintTable(Expr* value, const LocalVar* var) {
  value = unwrap(value);
  if (value->kind == ExprKind::Call) {
    CallExpr* call = as<CallExpr>(value);
    bool makes_object = call->callee->kind == ExprKind::Global &&
                        as<GlobalExpr>(call->callee)->name->text == "setmetatable" && !call->args.empty();
    if (!makes_object) return;
    value = call->args.first;
  }
  if (value->kind != ExprKind::Table) return;
  hinted_table_ = as<TableExpr>(value);
  field_hint_ = var->field_stores;
}

void FunctionEmitter::localDeclaration(LocalDeclStat* s) {
  int first = free_;
  if (s->vars.count == 1 && s->values.count == 1) hintTable(s->values.first, s->vars.first);
  if (s->vars.last->attrib == VarAttrib::CompileTime) {
    for (Expr* value : s->values) {
      if (value != s->values.last) intoNext(value);
    }
  } else {
    expressionsInto(s->values, s->vars.count, s->end_line);
  }
  int reg = first;
  for (LocalVar* var : s->vars) activate(var, var->attrib == VarAttrib::CompileTime ? -1 : reg++);
  if (s->to_be_closed != nullptr) emit(Opcode::ToBeClosed, s->to_be_closed->reg, 0, 0, 0, s->end_line);
}

void FunctionEmitter::localFunction(LocalFunctionStat* s) {
  int reg = allocate();
  activate(s->var, reg); // it can be named in its own body
  closure(s->function, reg, s->end_line);
  // Debug information only knows it from here on.
  locals_[static_cast<uint32_t>(s->var->debug_index)].start_pc = static_cast<uint32_t>(pc());
}

void FunctionEmitter::functionDeclaration(FunctionDeclStat* s) {
  Place target = place(s->target, nullptr);
  int reg = allocate();
  closure(s->function, reg, s->function->end_line);
  storeRegister(target, reg, s->line);
}

void FunctionEmitter::callStatement(CallStat* s) { multi(s->call, 0, s->end_line); }

// --- if ---------------------------------------------------------------------------------------------------

namespace {

bool endsInJump(const Block* block) {
  const Stat* last = block->body.last;
  return last != nullptr &&
         (last->kind == StatKind::Return || last->kind == StatKind::Break || last->kind == StatKind::Goto);
}

} // namespace

void FunctionEmitter::ifStatement(IfStat* s) {
  JumpList end;
  for (IfClause* clause : s->clauses) {
    if (jumpClause(clause)) continue;
    JumpList otherwise;
    branch(clause->condition, false, otherwise, clause->then_line);
    block(clause->block);
    bool more = clause->next != nullptr || s->else_block != nullptr;
    if (more && !endsInJump(clause->block)) {
      link(emit(Opcode::Jump, 0, 0, 0, 0, clause->block->end_line), end);
    }
    bind(otherwise);
  }
  if (s->else_block != nullptr) block(s->else_block);
  bind(end);
}

// `if condition then break` (or goto, forward): the condition itself can jump there.
bool FunctionEmitter::jumpClause(IfClause* clause) {
  if (clause->block->body.count != 1) return false;
  Stat* s = clause->block->body.first;
  int* jumps = nullptr;
  if (s->kind == StatKind::Break) {
    BreakStat* b = as<BreakStat>(s);
    if (!b->loop->needs_close && leavesVariablesToClose(b->active, b->loop->outer_local)) return false;
    jumps = &b->loop->breaks;
  } else if (s->kind == StatKind::Goto) {
    GotoStat* g = as<GotoStat>(s);
    if (g->backward || leavesVariablesToClose(g->active, g->target->active)) return false;
    jumps = &g->target->jumps;
  } else {
    return false;
  }
  JumpList list{*jumps};
  branch(clause->condition, true, list, clause->then_line);
  *jumps = list.head;
  return true;
}

// --- jumps ------------------------------------------------------------------------------------------------

void FunctionEmitter::breakStatement(BreakStat* s) {
  Block* loop = s->loop;
  // A loop that closes its own variables at the exit closes those inside of it, too.
  if (!loop->needs_close && leavesVariablesToClose(s->active, loop->outer_local)) {
    emit(Opcode::Close, registerLevel(loop->outer_local), 0, 0, 0, s->end_line);
  }
  JumpList breaks{loop->breaks};
  link(emit(Opcode::Jump, 0, 0, 0, 0, s->end_line), breaks);
  loop->breaks = breaks.head;
}

void FunctionEmitter::gotoStatement(GotoStat* s) {
  LabelStat* label = s->target;
  if (leavesVariablesToClose(s->active, label->active)) {
    emit(Opcode::Close, registerLevel(label->active), 0, 0, 0, s->end_line);
  }
  if (s->backward) {
    jumpTo(label->pc, s->end_line);
    return;
  }
  JumpList jumps{label->jumps};
  link(emit(Opcode::Jump, 0, 0, 0, 0, s->end_line), jumps);
  label->jumps = jumps.head;
}

void FunctionEmitter::labelStatement(LabelStat* s) {
  s->pc = mark();
  JumpList jumps{s->jumps};
  bind(jumps);
}

// --- return -----------------------------------------------------------------------------------------------

// Values returned while variables are to be closed lie above those, where calls of __close find room.
void FunctionEmitter::returnStatement(ReturnStat* s) {
  bool close = leavesVariablesToClose(innermost_, nullptr);
  int line = s->end_line;
  Expr* first = s->values.first;
  if (s->values.empty()) return emitReturn(free_, 0, close, line);
  if (s->values.count > 1 || isMultiValued(first)) {
    if (s->values.count == 1 && first->kind != ExprKind::Vararg && !s->inside_to_be_closed)
      return tailCall(s);
    int base = free_;
    bool open = false;
    int count = arguments(s->values, &open);
    return emitReturn(base, open ? -1 : count, close, line);
  }
  int reg = s->inside_to_be_closed ? intoNext(first) : anyRegister(first);
  emitReturn(reg, 1, close, line);
}

void FunctionEmitter::tailCall(ReturnStat* s) {
  multi(s->values.first, -1, s->end_line);
  Instruction& call = code_.back();
  call.op = Opcode::TailCall;
  call.c = leavesVariablesToClose(innermost_, nullptr) ? 1 : 0;
}

// `count` values from `first` on; -1: up to the top.
void FunctionEmitter::emitReturn(int first, int count, bool close, int line) {
  if (!node_->is_vararg && !close && count == 0) {
    emit(Opcode::Return0, 0, 0, 0, 0, line);
  } else if (!node_->is_vararg && !close && count == 1) {
    emit(Opcode::Return1, first, 0, 0, 0, line);
  } else {
    if (first == free_) need(1); // the operand names a register even if there is no value
    emit(Opcode::Return, first, count + 1, close ? 1 : 0, 0, line);
  }
}

} // namespace perigee
