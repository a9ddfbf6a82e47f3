#include "frontend/parser.h"

#include "frontend/parser_state.h"

namespace perigee {

FunctionNode* parseChunk(const SyntaxHost& host, const SourceReader& reader, std::string_view first_piece,
                         std::string_view chunk_name) {
  return Parser(host, reader, first_piece, chunk_name).parseMain();
}

FunctionNode* Parser::parseMain() {
  FunctionScope function;
  BlockScope body;
  FunctionNode* node = arena_.make<FunctionNode>();
  node->is_vararg = true;
  scope_.enterFunction(function, node);
  scope_.addEnvironment(environment_name_);
  enterBlock(body, false);
  node->body = body.block;
  lexer_.advance();
  blockContents();
  expect(Token::Eof);
  leaveBlock();
  scope_.leaveFunction();
  return node;
}

void Parser::enterLevels(int count) {
  levels_ += count;
  const char* what = lexer_.dialect().syntax_levels;
  if (levels_ < kMaxSyntaxLevels + (what != nullptr)) return;
  if (what != nullptr) scope_.failLimit(what, kMaxSyntaxLevels);
  lexer_.plainError("C stack overflow");
}

void Parser::failExpected(Token token) {
  char description[kMaxTokenDescription];
  lexer_.syntaxError({describeToken(token, description), " expected"});
}

void Parser::expect(Token token) {
  if (!at(token)) failExpected(token);
}

void Parser::skip(Token token) {
  expect(token);
  lexer_.advance();
}

bool Parser::skipIf(Token token) {
  if (!at(token)) return false;
  lexer_.advance();
  return true;
}

// Steps over the token that closes what `opening` began at `opening_line`.
void Parser::skipClosing(Token closing, Token opening, int opening_line) {
  if (skipIf(closing)) return;
  if (opening_line == lexer_.line()) failExpected(closing);
  char closing_text[kMaxTokenDescription];
  char opening_text[kMaxTokenDescription];
  lexer_.syntaxError({describeToken(closing, closing_text), " expected (to close ",
                      describeToken(opening, opening_text), " at line ", NumberText(opening_line), ")"});
}

Name* Parser::takeName() {
  expect(Token::Name);
  Name* name = lexer_.token().name;
  lexer_.advance();
  return name;
}

// Whether the current token ends a block; `until` does so only if `until_ends`.
bool Parser::atBlockEnd(bool until_ends) const {
  switch (lexer_.token().kind) {
  case Token::Else:
  case Token::ElseIf:
  case Token::End:
  case Token::Eof: return true;
  case Token::Until: return until_ends;
  default: return false;
  }
}

const Constant* Parser::keepIfKnown(const Constant& constant) {
  return constant.known() ? arena_.make<Constant>(constant) : nullptr;
}

} // namespace perigee
