#include "frontend/lexer.h"

#include <limits>

#include "frontend/characters.h"

namespace perigee {

Lexer::Lexer(const SyntaxHost& host, Arena& arena, const SourceReader& reader, std::string_view first_piece,
             std::string_view chunk_name)
    : diagnostics_(host, arena, chunk_name), arena_(arena), names_(arena, host.hash_seed),
      stream_(reader, first_piece), text_(arena) {}

void Lexer::advance() {
  last_line_ = line_;
  if (has_peeked_) {
    token_ = peeked_;
    has_peeked_ = false;
  } else {
    token_.kind = scan(token_);
  }
}

Token Lexer::peek() {
  if (!has_peeked_) {
    peeked_.kind = scan(peeked_);
    has_peeked_ = true;
  }
  return peeked_.kind;
}

void Lexer::fail(std::initializer_list<std::string_view> pieces, Token near) const {
  if (near == tokenOf('\0')) diagnostics_.failAt(line_, pieces); // as stock Lua, for which zero is no token
  ArenaText message(arena_);
  for (std::string_view piece : pieces) message.append(piece);
  message.append(" near ");
  switch (near) {
  case Token::Name:
  case Token::String:
  case Token::Float:
  case Token::Integer:
    message.push('\'');
    message.append(near == Token::Name ? token_.name->text : upToZero(text_.view()));
    message.push('\'');
    break;
  default: {
    char description[kMaxTokenDescription];
    message.append(describeToken(near, description));
  }
  }
  diagnostics_.failAt(line_, {message.view()});
}

void Lexer::syntaxError(std::initializer_list<std::string_view> pieces) const { fail(pieces, token_.kind); }

void Lexer::semanticError(std::initializer_list<std::string_view> pieces) const {
  diagnostics_.failAt(line_, pieces);
}

bool Lexer::skipIf(char c) {
  if (current() != c) return false;
  skip();
  return true;
}

bool Lexer::keepIf(char c) {
  if (current() != c) return false;
  keepAndSkip();
  return true;
}

bool Lexer::keepIfEither(char a, char b) { return keepIf(a) || keepIf(b); }

// Steps over "\n", "\r", "\r\n" or "\n\r" and counts one line.
void Lexer::skipLineBreak() {
  int first = current();
  skip();
  if (isLineBreak(current()) && current() != first) skip();
  if (line_ == std::numeric_limits<int>::max()) semanticError({"chunk has too many lines"});
  ++line_;
}

// The two dashes have been read.
void Lexer::skipComment() {
  if (current() == '[') {
    text_.clear();
    size_t bracket_size = keepLongBracket();
    if (bracket_size >= 2) {
      keepLongString("comment", bracket_size);
      return;
    }
  }
  while (current() != SourceStream::kEnd && !isLineBreak(current())) skip();
}

Token Lexer::scan(TokenData& out) {
  text_.clear();
  for (;;) {
    int c = current();
    if (isLetter(c)) return scanWord(out);
    if (isDigit(c)) return scanNumeral(out);
    switch (c) {
    case '\n':
    case '\r': skipLineBreak(); break;
    case ' ':
    case '\t':
    case '\v':
    case '\f': skip(); break;
    case '-':
      skip();
      if (!skipIf('-')) return tokenOf('-');
      skipComment();
      text_.clear();
      break;
    case '[': return scanOpeningBracket(out);
    case '"':
    case '\'': return scanString(out);
    case SourceStream::kEnd: return Token::Eof;
    default: return scanSymbol(out);
    }
  }
}

Token Lexer::scanSymbol(TokenData& out) {
  char c = static_cast<char>(current());
  if (c == '.') {
    keepAndSkip();
    if (isDigit(current())) return scanNumeral(out);
    if (!skipIf('.')) return tokenOf('.');
    return skipIf('.') ? Token::Dots : Token::Concat;
  }
  skip();
  switch (c) {
  case '=': return skipIf('=') ? Token::Equal : tokenOf(c);
  case '<': return skipIf('=') ? Token::LessEqual : skipIf('<') ? Token::ShiftLeft : tokenOf(c);
  case '>': return skipIf('=') ? Token::GreaterEqual : skipIf('>') ? Token::ShiftRight : tokenOf(c);
  case '/': return skipIf('/') ? Token::FloorDivide : tokenOf(c);
  case '~': return skipIf('=') ? Token::NotEqual : tokenOf(c);
  case ':': return skipIf(':') ? Token::DoubleColon : tokenOf(c);
  default: return tokenOf(c);
  }
}

Token Lexer::scanWord(TokenData& out) {
  std::string_view run = stream_.run(isWordCharacter);
  if (!stream_.atPieceEnd()) {
    out.name = names_.intern(run);
    skip();
  } else { // the word may go on in the next piece
    text_.append(run);
    skip();
    while (isWordCharacter(current())) keepAndSkip();
    out.name = names_.intern(text_.view());
  }
  return out.name->token;
}

// Takes all that could belong to a numeral, then judges it as a whole. A point before it may already be in
// the text.
Token Lexer::scanNumeral(TokenData& out) {
  char exponent_lower = 'e';
  char exponent_upper = 'E';
  bool starts_with_zero = current() == '0';
  keepAndSkip();
  if (starts_with_zero && keepIfEither('x', 'X')) {
    exponent_lower = 'p';
    exponent_upper = 'P';
  }
  for (;;) {
    if (keepIfEither(exponent_lower, exponent_upper)) {
      keepIfEither('-', '+');
    } else if (isHexDigit(current()) || current() == '.') {
      keepAndSkip();
    } else {
      break;
    }
  }
  if (dialect().letters_end_numerals && isLetter(current())) keepAndSkip(); // the letter spoils it
  ParsedNumber parsed = parseNumber(text_.view());
  switch (parsed.kind) {
  case NumberKind::Integer: out.integer = parsed.integer; return Token::Integer;
  case NumberKind::Float: out.number = parsed.number; return Token::Float;
  case NumberKind::None: break;
  }
  fail({"malformed number"}, Token::Float);
}

} // namespace perigee
