// The parser proper: recursive descent, one member function for a rule of the grammar. Its parts are in
// parser.cpp, parser_expression.cpp, parser_statement.cpp, parser_loop.cpp and parser_function.cpp.
#pragma once

#include "frontend/ast.h"
#include "frontend/labels.h"
#include "frontend/lexer.h"
#include "frontend/scope.h"

namespace perigee {

class Parser {
public:
  Parser(const SyntaxHost& host, const SourceReader& reader, std::string_view first_piece,
         std::string_view chunk_name)
      : arena_(host.allocate, host.ud), lexer_(host, arena_, reader, first_piece, chunk_name),
        scope_(lexer_, arena_), labels_(lexer_, arena_, scope_), environment_name_(lexer_.intern("_ENV")),
        self_name_(lexer_.intern("self")), levels_(host.levels_in_use) {}

  FunctionNode* parseMain();

private:
  // Counts one level of nesting while it lives.
  class Level {
  public:
    explicit Level(Parser& parser) : parser_(parser) { parser.enterLevels(1); }
    ~Level() { --parser_.levels_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

  private:
    Parser& parser_;
  };

  void enterLevels(int count);

  // Tokens.
  bool at(char c) const { return lexer_.at(c); }
  bool at(Token token) const { return lexer_.at(token); }
  void expect(Token token);
  void skip(Token token);
  void skip(char c) { skip(tokenOf(c)); }
  bool skipIf(Token token);
  bool skipIf(char c) { return skipIf(tokenOf(c)); }
  void skipClosing(Token closing, Token opening, int opening_line);
  Name* takeName();
  bool atBlockEnd(bool until_ends) const;
  [[noreturn]] void failExpected(Token token);

  // Nodes.
  template <class T> T* makeExpr(ExprKind kind, int line) {
    T* expr = arena_.make<T>();
    expr->kind = kind;
    expr->line = line;
    expr->end_line = line;
    return expr;
  }
  template <class T> T* makeStat(StatKind kind, int line) {
    T* stat = arena_.make<T>();
    stat->kind = kind;
    stat->line = line;
    return stat;
  }
  template <class T> T* finishExpr(T* expr) {
    expr->end_line = lexer_.lastLine();
    return expr;
  }
  template <class T> T* finishStat(T* stat) {
    stat->end_line = lexer_.lastLine();
    return stat;
  }
  const Constant* keepIfKnown(const Constant& constant);

  // Expressions.
  Expr* expression() { return subexpression(0); }
  Expr* subexpression(int priority);
  Expr* unaryExpression(const UnaryOperatorInfo& info);
  Expr* binaryExpression(const BinaryOperatorInfo& info, Expr* left);
  Expr* simpleExpression();
  Expr* literal();
  Expr* primaryExpression();
  Expr* suffixedExpression();
  Expr* call(Expr* callee, int line);
  Expr* methodCall(Expr* object, int line);
  void arguments(CallExpr* call);
  Expr* field(Expr* object);
  Expr* index(Expr* object);
  Expr* nameExpression(Name* name, int line);
  Expr* table();
  TableItem* tableItem();
  Expr* bracketedKey();
  void expressionList(NodeList<Expr>& list);
  void valueList(NodeList<Expr>& list, int more);

  // Functions.
  FunctionExpr* functionBody(bool is_method, int line);
  void parameters(FunctionNode* node);

  // Statements.
  void statements(NodeList<Stat>& list);
  Stat* statement();
  Stat* statementProper(int line);
  void enterBlock(BlockScope& scope, bool is_loop) { scope_.enterBlock(scope, is_loop); }
  void leaveBlock() { labels_.leaveBlock(); }
  void blockContents();
  Block* block();
  Stat* expressionStatement(int line);
  Stat* assignment(Expr* first_target, int line);
  void checkAssignable(const Expr* target);
  void checkNotConst(const Expr* target);
  void noteAssignment(const Expr* target);
  Stat* localDeclaration(int line);
  VarAttrib attribute();
  Stat* localFunction(int line);
  Stat* functionDeclaration(int line);
  Stat* ifStatement(int line);
  IfClause* ifClause();
  Stat* doStatement(int line);
  Stat* returnStatement(int line);
  Stat* breakStatement(int line);
  Stat* gotoStatement(int line);
  Stat* labelStatement(int line);

  // Loops.
  Stat* whileStatement(int line);
  Stat* repeatStatement(int line);
  Stat* forStatement(int line);
  Stat* numericFor(Name* name, BlockScope& loop, int line);
  Stat* genericFor(Name* name, BlockScope& loop, int line);
  void declareHidden(NodeList<LocalVar>& list, const char* name);
  void decideWrapping(NumericForStat* stat);
  Block* forBody(const NodeList<LocalVar>& vars, Block** scope_block, int* do_line);

  Arena arena_;
  Lexer lexer_;
  Scope scope_;
  Labels labels_;
  Name* environment_name_;
  Name* self_name_;
  int levels_;
  int held_values_ = 0; // values that wait in registers of the current function for the rest of their lists
};

} // namespace perigee
