// The part of the lexer that reads string literals and long brackets. While a literal is read, its text is
// kept as written as far as a message would show it; an escape sequence is replaced by its meaning once it is
// complete.
#include "frontend/characters.h"
#include "frontend/lexer.h"

namespace perigee {

namespace {

constexpr size_t kMaxUtf8Bytes = 6;

// Encodes `code` in the original scheme of up to six bytes. Returns the number of bytes.
size_t encodeUtf8(uint32_t code, char* out) {
  if (code < 0x80) {
    out[0] = static_cast<char>(code);
    return 1;
  }
  size_t count = 2; // n bytes carry 5n+1 bits
  while (code >> (5 * count + 1) != 0) ++count;
  for (size_t i = count - 1; i > 0; --i) {
    out[i] = static_cast<char>(0x80 | (code & 0x3F));
    code >>= 6;
  }
  out[0] = static_cast<char>((0xFF00u >> count) | code);
  return count;
}

} // namespace

void Lexer::failInString(std::string_view message) { fail({message}, Token::String); }

// Reads "[", equal signs and possibly a second "[", or the same with "]", up to but not including the second
// bracket. Returns the number of characters of a complete long bracket; 1 for a lone first bracket; 0 for
// equal signs without a second bracket.
size_t Lexer::keepLongBracket() {
  size_t equal_signs = 0;
  int bracket = current();
  keepAndSkip();
  while (keepIf('=')) ++equal_signs;
  if (current() == bracket) return equal_signs + 2;
  return equal_signs == 0 ? 1 : 0;
}

// Reads a long string or comment of which the opening bracket was kept up to its last character. The text
// kept includes both brackets.
void Lexer::keepLongString(std::string_view what, size_t bracket_size) {
  int start_line = line_;
  bool is_comment = what == "comment";
  keepAndSkip();
  if (isLineBreak(current())) skipLineBreak();
  for (;;) {
    if (is_comment) text_.clear();
    switch (current()) {
    case SourceStream::kEnd:
      fail({"unfinished long ", what, " (starting at line ", NumberText(start_line), ")"}, Token::Eof);
    case ']':
      if (keepLongBracket() == bracket_size) {
        keepAndSkip();
        return;
      }
      break;
    case '\n':
    case '\r':
      skipLineBreak();
      text_.push('\n');
      break;
    default: keepAndSkip();
    }
  }
}

Token Lexer::scanOpeningBracket(TokenData& out) {
  size_t bracket_size = keepLongBracket();
  if (bracket_size == 0) failInString("invalid long string delimiter");
  if (bracket_size == 1) return tokenOf('[');
  keepLongString("string", bracket_size);
  std::string_view whole = text_.view();
  out.text = arena_.copy(whole.substr(bracket_size, whole.size() - 2 * bracket_size));
  return Token::String;
}

Token Lexer::scanString(TokenData& out) {
  int quote = current();
  keepAndSkip();
  while (current() != quote) {
    switch (current()) {
    case SourceStream::kEnd: fail({"unfinished string"}, Token::Eof);
    case '\n':
    case '\r': failInString("unfinished string");
    case '\\': keepEscape(); break;
    default: keepAndSkip();
    }
  }
  keepAndSkip();
  std::string_view whole = text_.view();
  out.text = arena_.copy(whole.substr(1, whole.size() - 2));
  return Token::String;
}

// Fails unless `condition` holds; the message shows the offending character.
void Lexer::expectInEscape(bool condition, std::string_view message) {
  if (condition) return;
  if (current() != SourceStream::kEnd) keepAndSkip();
  failInString(message);
}

void Lexer::replaceEscape(size_t escape_size, int code) {
  text_.shrink(escape_size);
  text_.push(static_cast<char>(code));
}

void Lexer::keepEscape() {
  keepAndSkip();
  switch (current()) {
  case 'a': skip(); return replaceEscape(1, '\a');
  case 'b': skip(); return replaceEscape(1, '\b');
  case 'f': skip(); return replaceEscape(1, '\f');
  case 'n': skip(); return replaceEscape(1, '\n');
  case 'r': skip(); return replaceEscape(1, '\r');
  case 't': skip(); return replaceEscape(1, '\t');
  case 'v': skip(); return replaceEscape(1, '\v');
  case 'x': return keepHexEscape();
  case 'u': return keepUtf8Escape();
  case 'z': return skipEscapedSpace();
  case '\n':
  case '\r': skipLineBreak(); return replaceEscape(1, '\n');
  case '\\':
  case '"':
  case '\'': {
    int code = current();
    skip();
    return replaceEscape(1, code);
  }
  case SourceStream::kEnd: return; // the string turns out unfinished
  default: return keepDecimalEscape();
  }
}

// Steps to the next character, which must be a hexadecimal digit, and returns its value.
int Lexer::keepHexDigit() {
  keepAndSkip();
  expectInEscape(isHexDigit(current()), "hexadecimal digit expected");
  return hexDigitValue(static_cast<char>(current()));
}

void Lexer::keepHexEscape() {
  int code = keepHexDigit();
  code = code * 16 + keepHexDigit();
  skip();
  replaceEscape(3, code); // backslash, x, first digit; the second was not kept
}

void Lexer::keepUtf8Escape() {
  size_t start = text_.size() - 1;
  keepAndSkip();
  expectInEscape(current() == '{', "missing '{'");
  uint32_t code = static_cast<uint32_t>(keepHexDigit());
  for (keepAndSkip(); isHexDigit(current()); keepAndSkip()) {
    uint64_t larger =
        uint64_t{code} * 16 + static_cast<uint64_t>(hexDigitValue(static_cast<char>(current())));
    expectInEscape(larger <= dialect().largest_utf8_escape, "UTF-8 value too large");
    code = static_cast<uint32_t>(larger);
  }
  expectInEscape(current() == '}', "missing '}'");
  skip();
  char bytes[kMaxUtf8Bytes];
  size_t count = encodeUtf8(code, bytes);
  text_.shrink(text_.size() - start);
  text_.append({bytes, count});
}

void Lexer::keepDecimalEscape() {
  constexpr int kMaxDigits = 3;
  expectInEscape(isDigit(current()), "invalid escape sequence");
  int code = 0;
  int digits = 0;
  for (; digits < kMaxDigits && isDigit(current()); ++digits) {
    code = code * 10 + (current() - '0');
    keepAndSkip();
  }
  expectInEscape(code <= 255, "decimal escape too large");
  replaceEscape(static_cast<size_t>(digits) + 1, code);
}

// "\z" and all white space after it stand for nothing.
void Lexer::skipEscapedSpace() {
  text_.shrink(1);
  skip();
  while (isSpace(current())) {
    if (isLineBreak(current())) {
      skipLineBreak();
    } else {
      skip();
    }
  }
}

} // namespace perigee
