// Reading from files: the formats of io.read.

#include "lib/io_file.h"
#include "support/numbers.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <clocale>
#include <cstring>

namespace perigee {
namespace {

constexpr size_t kChunk = 4096;
constexpr size_t kLargestChunk = kBytesPerLook;

#ifdef __GLIBC__
// What the stream has read ahead, to be searched in place.
std::string_view bufferedText(FILE* f) {
  return {f->_IO_read_ptr, static_cast<size_t>(f->_IO_read_end - f->_IO_read_ptr)};
}
void skipBuffered(FILE* f, size_t n) { f->_IO_read_ptr += n; }
#else
std::string_view bufferedText(FILE*) { return {}; }
void skipBuffered(FILE*, size_t) {}
#endif

// Pushes the next line, or nil at the end of the file.
bool readLine(Native& L, FILE* f, bool keep_newline) {
  std::string_view ahead = bufferedText(f);
  if (size_t end = ahead.find('\n'); end != std::string_view::npos) {
    L.pushString(ahead.substr(0, end + keep_newline));
    skipBuffered(f, end + 1);
    return true;
  }
  Buffer line(L.thread());
  bool found = false;
  for (;;) {
    ahead = bufferedText(f);
    if (!ahead.empty()) {
      size_t end = ahead.find('\n');
      found = end != std::string_view::npos;
      line.append(ahead.substr(0, found ? end : ahead.size()));
      skipBuffered(f, found ? end + 1 : ahead.size());
      if (found) break;
    }
    int c = getc_unlocked(f); // also has the stream read ahead
    if (c == EOF) break;
    noticeInterrupt(L.thread());
    if (c == '\n') {
      found = true;
      break;
    }
    line.append(static_cast<char>(c));
  }
  if (found && keep_newline) line.append('\n');
  bool any = found || line.size() > 0;
  line.push();
  return any;
}

void readAll(Native& L, FILE* f) {
  Buffer text(L.thread());
  for (size_t chunk = kChunk;; chunk = std::clamp(text.size(), kChunk, kLargestChunk)) {
    noticeInterrupt(L.thread());
    size_t n = std::fread(text.reserve(chunk), 1, chunk, f);
    text.advance(n);
    if (n < chunk) break;
  }
  text.push();
}

// Up to n bytes; false if there are none.
bool readBytes(Native& L, FILE* f, size_t n) {
  Buffer text(L.thread());
  while (n > 0) { // n may be anything: there is no room made in advance
    size_t chunk = std::min(n, kLargestChunk);
    noticeInterrupt(L.thread());
    size_t got = std::fread(text.reserve(chunk), 1, chunk, f);
    text.advance(got);
    n -= got;
    if (got < chunk) break;
  }
  bool any = text.size() > 0;
  text.push();
  return any;
}

bool isAtEnd(FILE* f) {
  int c = getc_unlocked(f);
  if (c != EOF) std::ungetc(c, f);
  return c == EOF;
}

// Reads the longest prefix of a numeral, character by character: what does not fit stays in the file.
class NumeralReader {
public:
  explicit NumeralReader(FILE* f) : file_(f) {}

  Value read() {
    do next_ = getc_unlocked(file_);
    while (next_ != EOF && std::isspace(next_));
    accept("+-");
    bool hexadecimal = false;
    int digits = 0;
    if (accept("0")) {
      if (accept("xX")) {
        hexadecimal = true;
      } else {
        digits = 1;
      }
    }
    digits += acceptDigits(hexadecimal);
    if (acceptPoint()) digits += acceptDigits(hexadecimal);
    if (digits > 0 && accept(hexadecimal ? "pP" : "eE")) {
      accept("+-");
      acceptDigits(false);
    }
    if (next_ != EOF) std::ungetc(next_, file_);
    ParsedNumber number = parseNumber({text_, too_long_ ? 0 : length_});
    switch (number.kind) {
    case NumberKind::Integer: return Value::of(number.integer);
    case NumberKind::Float: return Value::of(number.number);
    default: return Value::nil();
    }
  }

private:
  static constexpr size_t kMaxNumeral = 200;

  // Takes the next character over, as `c` in the numeral. False if the numeral gets too long.
  bool take(char c) {
    if (length_ == kMaxNumeral) {
      too_long_ = true;
      return false;
    }
    text_[length_++] = c;
    next_ = getc_unlocked(file_);
    return true;
  }
  bool accept(const char* set) {
    return next_ != EOF && next_ != 0 && std::strchr(set, next_) != nullptr && take(static_cast<char>(next_));
  }
  // The point of the locale, or a plain one.
  bool acceptPoint() {
    return next_ != EOF &&
           (next_ == '.' || next_ == static_cast<unsigned char>(std::localeconv()->decimal_point[0])) &&
           take('.');
  }
  int acceptDigits(bool hexadecimal) {
    int n = 0;
    while (next_ != EOF && (hexadecimal ? std::isxdigit(next_) : std::isdigit(next_)) &&
           take(static_cast<char>(next_)))
      n++;
    return n;
  }

  FILE* file_;
  int next_ = EOF;
  size_t length_ = 0;
  bool too_long_ = false;
  char text_[kMaxNumeral];
};

// Pushes what the format in slot i asks for; false if it is not there.
bool readFormat(Native& L, FILE* f, int i) {
  if (L.arg(i).isNumber()) {
    int64_t n = L.checkInteger(i);
    if (n != 0) return readBytes(L, f, static_cast<size_t>(n));
    bool more = !isAtEnd(f);
    L.pushString("");
    return more;
  }
  const char* format = L.checkString(i).data();
  if (*format == '*') format++; // as before version 5.3
  switch (*format) {
  case 'n': {
    Value number = NumeralReader(f).read();
    L.push(number);
    return !number.isNil();
  }
  case 'l': return readLine(L, f, false);
  case 'L': return readLine(L, f, true);
  case 'a': readAll(L, f); return true;
  default: L.argumentError(i, "invalid format");
  }
}

} // namespace

int readFormats(Native& L, FILE* f, int first) {
  int last = L.count();
  std::clearerr(f);
  errno = 0;
  bool ok = true;
  int results = 0;
  if (last < first) {
    ok = readLine(L, f, false);
    results = 1;
  } else {
    L.ensure(last - first + 1 + kNativeSlots, "too many arguments");
    for (int i = first; i <= last && ok; i++, results++) ok = readFormat(L, f, i);
  }
  if (std::ferror(f)) return L.fileResult(false, nullptr);
  if (!ok) L.top(-1) = Value::nil();
  return results;
}

} // namespace perigee
