#include "frontend/parser_state.h"

namespace perigee {

// Statements up to a token that ends a block.
void Parser::statements(NodeList<Stat>& list) {
  while (!atBlockEnd(true)) {
    bool is_last = at(Token::Return);
    if (Stat* stat = statement()) list.append(stat);
    if (is_last) return;
  }
}

// The contents of the current block.
void Parser::blockContents() {
  Block* current = scope_.block().block;
  statements(current->body);
  current->end_line = lexer_.lastLine();
}

Block* Parser::block() {
  BlockScope scope;
  enterBlock(scope, false);
  blockContents();
  leaveBlock();
  return scope.block;
}

// Returns null for an empty statement.
Stat* Parser::statement() {
  Level level(*this);
  return statementProper(lexer_.line());
}

Stat* Parser::statementProper(int line) {
  switch (lexer_.token().kind) {
  case tokenOf(';'): lexer_.advance(); return nullptr;
  case Token::If: return ifStatement(line);
  case Token::While: return whileStatement(line);
  case Token::Do: return doStatement(line);
  case Token::For: return forStatement(line);
  case Token::Repeat: return repeatStatement(line);
  case Token::Function: return functionDeclaration(line);
  case Token::Local:
    lexer_.advance();
    return skipIf(Token::Function) ? localFunction(line) : localDeclaration(line);
  case Token::DoubleColon: return labelStatement(line);
  case Token::Return: return returnStatement(line);
  case Token::Break: return breakStatement(line);
  case Token::Goto: return gotoStatement(line);
  default: return expressionStatement(line);
  }
}

Stat* Parser::expressionStatement(int line) {
  Expr* expr = suffixedExpression();
  if (at('=') || at(',')) return assignment(expr, line);
  if (expr->kind != ExprKind::Call && expr->kind != ExprKind::MethodCall)
    lexer_.syntaxError({"syntax error"});
  CallStat* stat = makeStat<CallStat>(StatKind::Call, line);
  stat->call = expr;
  return finishStat(stat);
}

Stat* Parser::assignment(Expr* first_target, int line) {
  AssignStat* stat = makeStat<AssignStat>(StatKind::Assign, line);
  int outer_levels = levels_;
  checkAssignable(first_target);
  stat->targets.append(first_target);
  while (skipIf(',')) {
    Expr* target = suffixedExpression();
    enterLevels(1); // each further target counts until the statement ends
    checkAssignable(target);
    stat->targets.append(target);
  }
  skip('=');
  expressionList(stat->values);
  levels_ = outer_levels;
  for (const Expr* target : stat->targets) noteAssignment(target);
  return finishStat(stat);
}

void Parser::checkAssignable(const Expr* target) {
  switch (target->kind) {
  case ExprKind::Local:
  case ExprKind::Upvalue:
  case ExprKind::NamedConstant: return checkNotConst(target);
  case ExprKind::Global:
  case ExprKind::Index:
  case ExprKind::Field: return;
  default: lexer_.syntaxError({"syntax error"});
  }
}

void Parser::checkNotConst(const Expr* target) {
  const LocalVar* var = nullptr;
  switch (target->kind) {
  case ExprKind::Local: var = as<LocalExpr>(target)->var; break;
  case ExprKind::Upvalue: var = as<UpvalueExpr>(target)->var; break;
  case ExprKind::NamedConstant: var = as<NamedConstantExpr>(target)->var; break;
  default: return;
  }
  if (var->attrib != VarAttrib::Regular) {
    lexer_.semanticError({"attempt to assign to const variable '", var->name->text, "'"});
  }
}

// Records what an assignment tells about a variable.
void Parser::noteAssignment(const Expr* target) {
  switch (target->kind) {
  case ExprKind::Local: as<LocalExpr>(target)->var->assigned = true; break;
  case ExprKind::Upvalue: as<UpvalueExpr>(target)->var->assigned = true; break;
  case ExprKind::Field: {
    const FieldExpr* field = as<FieldExpr>(target);
    if (field->object->kind == ExprKind::Local) {
      scope_.noteFieldStore(as<LocalExpr>(field->object)->var, field->name);
    }
    break;
  }
  default: break;
  }
}

Stat* Parser::localDeclaration(int line) {
  LocalDeclStat* stat = makeStat<LocalDeclStat>(StatKind::LocalDecl, line);
  do {
    LocalVar* var = scope_.declare(takeName());
    if (lexer_.dialect().attribs) var->attrib = attribute();
    if (var->attrib == VarAttrib::Close) {
      if (stat->to_be_closed != nullptr) {
        lexer_.semanticError({"multiple to-be-closed variables in local list"});
      }
      stat->to_be_closed = var;
    }
    stat->vars.append(var);
  } while (skipIf(','));
  if (skipIf('=')) expressionList(stat->values);
  LocalVar* last = stat->vars.last;
  if (last->attrib == VarAttrib::Const && stat->vars.count == stat->values.count) {
    last->constant = constantOf(stat->values.last);
    if (last->constant.known()) last->attrib = VarAttrib::CompileTime;
  }
  scope_.activateAll(stat->vars);
  if (stat->to_be_closed != nullptr) scope_.markToBeClosed(stat->to_be_closed);
  return finishStat(stat);
}

VarAttrib Parser::attribute() {
  if (!skipIf('<')) return VarAttrib::Regular;
  std::string_view text = takeName()->text;
  skip('>');
  if (text == "const") return VarAttrib::Const;
  if (text == "close") return VarAttrib::Close;
  lexer_.semanticError({"unknown attribute '", text, "'"});
}

Stat* Parser::ifStatement(int line) {
  IfStat* stat = makeStat<IfStat>(StatKind::If, line);
  do {
    stat->clauses.append(ifClause());
  } while (at(Token::ElseIf));
  if (skipIf(Token::Else)) stat->else_block = block();
  skipClosing(Token::End, Token::If, line);
  return finishStat(stat);
}

IfClause* Parser::ifClause() {
  IfClause* clause = arena_.make<IfClause>();
  clause->line = lexer_.line();
  lexer_.advance();
  clause->condition = expression();
  skip(Token::Then);
  clause->then_line = lexer_.lastLine();
  clause->block = block();
  return clause;
}

Stat* Parser::doStatement(int line) {
  DoStat* stat = makeStat<DoStat>(StatKind::Do, line);
  lexer_.advance();
  stat->block = block();
  skipClosing(Token::End, Token::Do, line);
  return finishStat(stat);
}

Stat* Parser::returnStatement(int line) {
  ReturnStat* stat = makeStat<ReturnStat>(StatKind::Return, line);
  lexer_.advance();
  stat->inside_to_be_closed = scope_.block().inside_to_be_closed;
  if (!atBlockEnd(true) && !at(';')) valueList(stat->values, 0);
  finishStat(stat);
  skipIf(';');
  return stat;
}

Stat* Parser::breakStatement(int line) {
  BreakStat* stat = makeStat<BreakStat>(StatKind::Break, line);
  lexer_.advance();
  labels_.addBreak(stat);
  return finishStat(stat);
}

Stat* Parser::gotoStatement(int line) {
  GotoStat* stat = makeStat<GotoStat>(StatKind::Goto, line);
  lexer_.advance();
  stat->name = takeName();
  labels_.addGoto(stat);
  return finishStat(stat);
}

// A label takes the empty statements and labels after it along, so as to know whether the block ends there.
// Those labels come before it in the tree, at the same place in the program.
Stat* Parser::labelStatement(int line) {
  LabelStat* stat = makeStat<LabelStat>(StatKind::Label, line);
  lexer_.advance();
  stat->name = takeName();
  skip(Token::DoubleColon);
  finishStat(stat);
  while (at(';') || at(Token::DoubleColon)) {
    if (Stat* other = statement()) scope_.block().block->body.append(other);
  }
  labels_.addLabel(stat, atBlockEnd(false));
  return stat;
}

} // namespace perigee
