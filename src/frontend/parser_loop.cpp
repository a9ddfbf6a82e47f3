#include "frontend/parser_state.h"

namespace perigee {

Stat* Parser::whileStatement(int line) {
  WhileStat* stat = makeStat<WhileStat>(StatKind::While, line);
  lexer_.advance();
  stat->condition = expression();
  BlockScope loop;
  enterBlock(loop, true);
  stat->loop = loop.block;
  skip(Token::Do);
  stat->block = block();
  skipClosing(Token::End, Token::While, line);
  leaveBlock();
  return finishStat(stat);
}

Stat* Parser::repeatStatement(int line) {
  RepeatStat* stat = makeStat<RepeatStat>(StatKind::Repeat, line);
  BlockScope loop;
  BlockScope scope;
  enterBlock(loop, true);
  enterBlock(scope, false);
  stat->loop = loop.block;
  stat->block = scope.block;
  lexer_.advance();
  blockContents();
  skipClosing(Token::Until, Token::Repeat, line);
  stat->condition = expression();
  leaveBlock();
  leaveBlock();
  return finishStat(stat);
}

Stat* Parser::forStatement(int line) {
  BlockScope loop;
  enterBlock(loop, true);
  lexer_.advance();
  Name* name = takeName();
  Stat* stat = nullptr;
  switch (lexer_.token().kind) {
  case tokenOf('='): stat = numericFor(name, loop, line); break;
  case tokenOf(','):
  case Token::In: stat = genericFor(name, loop, line); break;
  default: lexer_.syntaxError({"'=' or 'in' expected"});
  }
  skipClosing(Token::End, Token::For, line);
  leaveBlock();
  return finishStat(stat);
}

// A variable that holds part of a loop's state; no program can name it.
void Parser::declareHidden(NodeList<LocalVar>& list, const char* name) {
  list.append(scope_.declare(lexer_.intern(name != nullptr ? name : "")));
}

// Whether an integer loop might go on past the largest or smallest integer: not if limit and step are
// literals that forbid it. With a step of 1 or -1 the limit is that integer then; with others it must be
// remembered.
void Parser::decideWrapping(NumericForStat* stat) {
  Constant one;
  one.kind = Constant::Kind::Integer;
  one.integer = 1;
  Constant step = stat->step == nullptr ? one : constantOf(stat->step);
  Constant limit = constantOf(stat->limit);
  bool step_known = step.kind == Constant::Kind::Integer && step.integer != 0;
  int64_t sum;
  bool fits = step_known && limit.kind == Constant::Kind::Integer &&
              !__builtin_add_overflow(limit.integer, step.integer, &sum);
  stat->may_wrap = lexer_.dialect().integer_loops_wrap && !fits;
  bool by_one = step_known && (step.integer == 1 || step.integer == -1);
  if (!stat->may_wrap || by_one) return;
  stat->kept_limit = scope_.declare(lexer_.intern(""));
  scope_.activate(stat->kept_limit);
}

Stat* Parser::numericFor(Name* name, BlockScope& loop, int line) {
  NumericForStat* stat = makeStat<NumericForStat>(StatKind::NumericFor, line);
  stat->loop = loop.block;
  for (const char* hidden : lexer_.dialect().numeric_loop_state) declareHidden(stat->hidden, hidden);
  NodeList<LocalVar> vars;
  stat->var = scope_.declare(name);
  vars.append(stat->var);
  skip('=');
  stat->start = expression();
  skip(',');
  stat->limit = expression();
  if (skipIf(',')) stat->step = expression();
  decideWrapping(stat);
  scope_.activateAll(stat->hidden);
  stat->block = forBody(vars, &stat->scope, &stat->do_line);
  return stat;
}

Stat* Parser::genericFor(Name* name, BlockScope& loop, int line) {
  GenericForStat* stat = makeStat<GenericForStat>(StatKind::GenericFor, line);
  stat->loop = loop.block;
  for (const char* hidden : lexer_.dialect().generic_loop_state) declareHidden(stat->hidden, hidden);
  stat->vars.append(scope_.declare(name));
  while (skipIf(',')) stat->vars.append(scope_.declare(takeName()));
  skip(Token::In);
  stat->values_line = lexer_.line();
  expressionList(stat->values);
  scope_.activateAll(stat->hidden);
  if (lexer_.dialect().generic_loops_close) scope_.markToBeClosed(stat->hidden.last);
  stat->block = forBody(stat->vars, &stat->scope, &stat->do_line);
  return stat;
}

// The loop's own variables live in a block around its body.
Block* Parser::forBody(const NodeList<LocalVar>& vars, Block** scope_block, int* do_line) {
  skip(Token::Do);
  *do_line = lexer_.lastLine();
  BlockScope scope;
  enterBlock(scope, false);
  *scope_block = scope.block;
  for (LocalVar* var : vars) var->block = scope.block;
  scope_.activateAll(vars);
  Block* body = block();
  leaveBlock();
  return body;
}

} // namespace perigee
