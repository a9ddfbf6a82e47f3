// Characters to tokens.
#pragma once

#include "frontend/diagnostics.h"
#include "frontend/name_table.h"
#include "frontend/source_stream.h"
#include "frontend/token.h"

namespace perigee {

struct TokenData {
  Token kind = Token::Eof;
  int64_t integer = 0;   // Token::Integer
  double number = 0;     // Token::Float
  std::string_view text; // Token::String: the characters it stands for, in the arena
  Name* name = nullptr;  // Token::Name and keywords
};

class Lexer {
public:
  Lexer(const SyntaxHost& host, Arena& arena, const SourceReader& reader, std::string_view first_piece,
        std::string_view chunk_name);

  const Dialect& dialect() const { return diagnostics_.dialect(); }
  const TokenData& token() const { return token_; }
  bool at(Token kind) const { return token_.kind == kind; }
  bool at(char c) const { return token_.kind == tokenOf(c); }

  void advance();

  // The kind of the token after the current one.
  Token peek();

  // The line reached by reading, that is, where the current token ends.
  int line() const { return line_; }
  // The line where the token before the current one ended.
  int lastLine() const { return last_line_; }

  Name* intern(std::string_view text) { return names_.intern(text); }

  // Raises "`pieces` near `current token`".
  [[noreturn]] void syntaxError(std::initializer_list<std::string_view> pieces) const;
  // Raises `pieces`, with the line but without a token.
  [[noreturn]] void semanticError(std::initializer_list<std::string_view> pieces) const;
  // Raises `message` alone.
  [[noreturn]] void plainError(std::string_view message) const { diagnostics_.failPlain(message); }

private:
  [[noreturn]] void fail(std::initializer_list<std::string_view> pieces, Token near) const;
  [[noreturn]] void failInString(std::string_view message);

  int current() const { return stream_.current(); }
  void skip() { stream_.advance(); }
  void keepAndSkip() {
    text_.push(static_cast<char>(current()));
    stream_.advance();
  }
  bool skipIf(char c);
  bool keepIf(char c);
  bool keepIfEither(char a, char b);

  Token scan(TokenData& out);
  Token scanSymbol(TokenData& out);
  Token scanWord(TokenData& out);
  Token scanNumeral(TokenData& out);
  Token scanString(TokenData& out);
  Token scanOpeningBracket(TokenData& out);

  void skipLineBreak();
  void skipComment();
  size_t keepLongBracket();
  void keepLongString(std::string_view what, size_t bracket_size);

  void keepEscape();
  void expectInEscape(bool condition, std::string_view message);
  int keepHexDigit();
  void replaceEscape(size_t escape_size, int code);
  void keepHexEscape();
  void keepUtf8Escape();
  void keepDecimalEscape();
  void skipEscapedSpace();

  Diagnostics diagnostics_;
  Arena& arena_;
  NameTable names_;
  SourceStream stream_;
  ArenaText text_; // the text of the token being read or last read
  TokenData token_;
  TokenData peeked_;
  bool has_peeked_ = false;
  int line_ = 1;
  int last_line_ = 1;
};

} // namespace perigee
