#include "frontend/parser_state.h"

#include "bytecode/instruction.h"
#include "support/libm.h"
#include "vm/frame.h"

#include <dlfcn.h>

namespace perigee {

void Parser::expressionList(NodeList<Expr>& list) {
  do {
    list.append(expression());
  } while (skipIf(','));
}

// A list of values that a call or return needs in registers all at once, with `more` others below them. What
// cannot fit for this reason alone is noticed here, where the next token is known.
void Parser::valueList(NodeList<Expr>& list, int more) {
  const int outer = held_values_;
  held_values_ += more;
  list.append(expression());
  while (skipIf(',')) {
    if (++held_values_ >= kMaxRegisters)
      lexer_.syntaxError({"function or expression needs too many registers"});
    list.append(expression());
  }
  held_values_ = outer;
}

// An expression whose binary operators outside of parentheses all bind more tightly than `priority`.
Expr* Parser::subexpression(int priority) {
  Level level(*this);
  const UnaryOperatorInfo* unary = unaryOperatorOf(lexer_.token().kind);
  Expr* expr = unary != nullptr ? unaryExpression(*unary) : simpleExpression();
  for (;;) {
    const BinaryOperatorInfo* binary = binaryOperatorOf(lexer_.token().kind);
    if (binary == nullptr || binary->left <= priority) return expr;
    expr = binaryExpression(*binary, expr);
  }
}

Expr* Parser::unaryExpression(const UnaryOperatorInfo& info) {
  UnaryExpr* expr = makeExpr<UnaryExpr>(ExprKind::Unary, lexer_.line());
  lexer_.advance();
  expr->op = info.op;
  expr->operand = subexpression(kUnaryPriority);
  expr->folded = keepIfKnown(foldUnary(info.op, constantOf(expr->operand)));
  return finishExpr(expr);
}

Expr* Parser::binaryExpression(const BinaryOperatorInfo& info, Expr* left) {
  ExprKind kind = info.op == BinaryOperator::And  ? ExprKind::And
                  : info.op == BinaryOperator::Or ? ExprKind::Or
                                                  : ExprKind::Binary;
  BinaryExpr* expr = makeExpr<BinaryExpr>(kind, lexer_.line());
  lexer_.advance();
  if (info.op == BinaryOperator::Power && !libm::load()) lexer_.plainError(dlerror());
  expr->op = info.op;
  expr->left = left;
  left->spine_parent = expr;
  expr->right = subexpression(info.right);
  expr->folded = keepIfKnown(foldBinary(info.op, constantOf(left), constantOf(expr->right)));
  return finishExpr(expr);
}

Expr* Parser::simpleExpression() {
  switch (lexer_.token().kind) {
  case tokenOf('{'): return table();
  case Token::Function: lexer_.advance(); return functionBody(false, lexer_.line());
  case Token::Nil:
  case Token::True:
  case Token::False:
  case Token::Integer:
  case Token::Float:
  case Token::String:
  case Token::Dots: {
    Expr* expr = literal();
    lexer_.advance();
    return expr;
  }
  default: return suffixedExpression();
  }
}

// The current token, one that is an expression alone.
Expr* Parser::literal() {
  const TokenData& token = lexer_.token();
  int line = lexer_.line();
  switch (token.kind) {
  case Token::Nil: return makeExpr<Expr>(ExprKind::Nil, line);
  case Token::True: return makeExpr<Expr>(ExprKind::True, line);
  case Token::False: return makeExpr<Expr>(ExprKind::False, line);
  case Token::Integer: {
    IntegerExpr* expr = makeExpr<IntegerExpr>(ExprKind::Integer, line);
    expr->value = token.integer;
    return expr;
  }
  case Token::Float: {
    FloatExpr* expr = makeExpr<FloatExpr>(ExprKind::Float, line);
    expr->value = token.number;
    return expr;
  }
  case Token::String: {
    StringExpr* expr = makeExpr<StringExpr>(ExprKind::String, line);
    expr->value = token.text;
    return expr;
  }
  default:
    if (!scope_.function().node->is_vararg) {
      lexer_.syntaxError({"cannot use '...' outside a vararg function"});
    }
    return makeExpr<Expr>(ExprKind::Vararg, line);
  }
}

Expr* Parser::primaryExpression() {
  if (at(Token::Name)) {
    int line = lexer_.line();
    return nameExpression(takeName(), line);
  }
  if (!at('(')) lexer_.syntaxError({"unexpected symbol"});
  ParenExpr* expr = makeExpr<ParenExpr>(ExprKind::Paren, lexer_.line());
  lexer_.advance();
  expr->inner = expression();
  skipClosing(tokenOf(')'), tokenOf('('), expr->line);
  return finishExpr(expr);
}

Expr* Parser::suffixedExpression() {
  int line = lexer_.line();
  Expr* expr = primaryExpression();
  for (;;) {
    switch (lexer_.token().kind) {
    case tokenOf('.'): expr = field(expr); break;
    case tokenOf('['): expr = index(expr); break;
    case tokenOf(':'): expr = methodCall(expr, line); break;
    case tokenOf('('):
    case tokenOf('{'):
    case Token::String: expr = call(expr, line); break;
    default: return expr;
    }
  }
}

// `.name` or, in the name of a method, `:name`.
Expr* Parser::field(Expr* object) {
  lexer_.advance();
  FieldExpr* expr = makeExpr<FieldExpr>(ExprKind::Field, lexer_.line());
  expr->object = object;
  object->spine_parent = expr;
  expr->name = takeName();
  return expr;
}

Expr* Parser::index(Expr* object) {
  IndexExpr* expr = makeExpr<IndexExpr>(ExprKind::Index, lexer_.line());
  expr->object = object;
  object->spine_parent = expr;
  expr->key = bracketedKey();
  expr->line = lexer_.lastLine();
  return finishExpr(expr);
}

Expr* Parser::bracketedKey() {
  lexer_.advance();
  Expr* key = expression();
  skip(']');
  return key;
}

Expr* Parser::call(Expr* callee, int line) {
  CallExpr* expr = makeExpr<CallExpr>(ExprKind::Call, line);
  expr->callee = callee;
  callee->spine_parent = expr;
  arguments(expr);
  return finishExpr(expr);
}

Expr* Parser::methodCall(Expr* object, int line) {
  lexer_.advance();
  MethodCallExpr* expr = makeExpr<MethodCallExpr>(ExprKind::MethodCall, line);
  expr->callee = object;
  object->spine_parent = expr;
  expr->method_line = lexer_.line();
  expr->method = takeName();
  arguments(expr);
  return finishExpr(expr);
}

void Parser::arguments(CallExpr* call) {
  call->args_line = lexer_.line();
  switch (lexer_.token().kind) {
  case tokenOf('('):
    lexer_.advance();
    if (!at(')')) valueList(call->args, kFrameSlots);
    skipClosing(tokenOf(')'), tokenOf('('), call->line);
    break;
  case tokenOf('{'): call->args.append(table()); break;
  case Token::String:
    call->args.append(literal());
    lexer_.advance();
    break;
  default: lexer_.syntaxError({"function arguments expected"});
  }
}

Expr* Parser::nameExpression(Name* name, int line) {
  Resolution found = scope_.resolve(name);
  switch (found.kind) {
  case Resolution::Kind::Local: {
    LocalExpr* expr = makeExpr<LocalExpr>(ExprKind::Local, line);
    expr->var = found.var;
    return expr;
  }
  case Resolution::Kind::Upvalue: {
    UpvalueExpr* expr = makeExpr<UpvalueExpr>(ExprKind::Upvalue, line);
    expr->index = found.upvalue;
    expr->var = found.var;
    return expr;
  }
  case Resolution::Kind::Constant: {
    NamedConstantExpr* expr = makeExpr<NamedConstantExpr>(ExprKind::NamedConstant, line);
    expr->var = found.var;
    return expr;
  }
  case Resolution::Kind::NotFound: break;
  }
  GlobalExpr* expr = makeExpr<GlobalExpr>(ExprKind::Global, line);
  expr->name = name;
  expr->environment = nameExpression(environment_name_, line); // always found
  return expr;
}

Expr* Parser::table() {
  TableExpr* expr = makeExpr<TableExpr>(ExprKind::Table, lexer_.line());
  skip('{');
  while (!at('}')) {
    TableItem* item = tableItem();
    expr->items.append(item);
    ++(item->kind == TableItem::Kind::Positional ? expr->positional_count : expr->keyed_count);
    if (!skipIf(',') && !skipIf(';')) break;
  }
  skipClosing(tokenOf('}'), tokenOf('{'), expr->line);
  TableItem* last = expr->items.last;
  expr->last_is_multi =
      last != nullptr && last->kind == TableItem::Kind::Positional && isMultiValued(last->value);
  return finishExpr(expr);
}

TableItem* Parser::tableItem() {
  TableItem* item = arena_.make<TableItem>();
  item->line = lexer_.line();
  item->kind = TableItem::Kind::Positional;
  if (at('[')) {
    item->kind = TableItem::Kind::Computed;
    item->key = bracketedKey();
    skip('=');
  } else if (at(Token::Name) && lexer_.peek() == tokenOf('=')) {
    item->kind = TableItem::Kind::Named;
    item->name = takeName();
    skip('=');
  }
  item->value = expression();
  item->end_line = lexer_.lastLine();
  return item;
}

} // namespace perigee
