#include "frontend/parser_state.h"

#include <utility>

namespace perigee {

// From the parameters to `end`. `line` is where the function counts as defined.
FunctionExpr* Parser::functionBody(bool is_method, int line) {
  FunctionExpr* expr = makeExpr<FunctionExpr>(ExprKind::Function, line);
  FunctionScope function;
  BlockScope body;
  FunctionNode* node = arena_.make<FunctionNode>();
  const int outer_values = std::exchange(held_values_, 0);
  expr->function = node;
  node->line_defined = line;
  node->is_method = is_method;
  scope_.enterFunction(function, node);
  enterBlock(body, false);
  node->body = body.block;
  parameters(node);
  blockContents();
  node->last_line = lexer_.line();
  skipClosing(Token::End, Token::Function, line);
  leaveBlock();
  scope_.leaveFunction();
  held_values_ = outer_values;
  return finishExpr(expr);
}

void Parser::parameters(FunctionNode* node) {
  skip('(');
  if (node->is_method) node->params.append(scope_.declare(self_name_));
  if (!at(')')) {
    do {
      if (at(Token::Name)) {
        node->params.append(scope_.declare(takeName()));
      } else if (skipIf(Token::Dots)) {
        node->is_vararg = true;
      } else {
        lexer_.syntaxError({"<name> or '...' expected"});
      }
    } while (!node->is_vararg && skipIf(','));
  }
  scope_.activateAll(node->params);
  skip(')');
}

Stat* Parser::localFunction(int line) {
  LocalFunctionStat* stat = makeStat<LocalFunctionStat>(StatKind::LocalFunction, line);
  stat->var = scope_.declare(takeName());
  scope_.activate(stat->var); // visible in its own body
  stat->function = functionBody(false, lexer_.line());
  return finishStat(stat);
}

Stat* Parser::functionDeclaration(int line) {
  FunctionDeclStat* stat = makeStat<FunctionDeclStat>(StatKind::FunctionDecl, line);
  lexer_.advance();
  int name_line = lexer_.line();
  stat->target = nameExpression(takeName(), name_line);
  while (at('.')) stat->target = field(stat->target);
  bool is_method = at(':');
  if (is_method) stat->target = field(stat->target);
  stat->function = functionBody(is_method, line);
  checkNotConst(stat->target);
  noteAssignment(stat->target);
  return finishStat(stat);
}

} // namespace perigee
