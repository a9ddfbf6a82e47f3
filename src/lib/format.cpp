// string.format.

#include "lib/format.h"
#include "interpreter/operations.h"
#include "support/numbers.h"
#include "vm/metamethod.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace perigee {
namespace {

// A conversion as written: %flags width .precision letter
struct Conversion {
  static constexpr size_t kMaxLength = 21; // of everything behind the %
  char text[kMaxLength + 2];               // with the %, terminated
  char letter;
  bool plain; // nothing but the letter
  bool has_flags;
  bool only_zero_flag;
  int width;
  int precision; // -1: none given
};

constexpr std::string_view kModifiers = "-+ #0123456789.";

// Reads the conversion at the beginning of `format`, which it shortens by it.
Conversion readConversion(Native& n, std::string_view* format) {
  Conversion c{};
  size_t length = format->find_first_not_of(kModifiers);
  if (length == std::string_view::npos) length = format->size();
  if (length >= Conversion::kMaxLength) n.error("invalid format (too long)");
  c.letter = length < format->size() ? (*format)[length] : '\0';
  c.plain = length == 0;
  c.text[0] = '%';
  std::memcpy(c.text + 1, format->data(), length);
  c.text[length + 1] = c.letter;
  c.width = 0;
  c.precision = -1;
  format->remove_prefix(std::min(length + 1, format->size()));
  return c;
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// At most two digits.
int readNumber(const char** at) {
  int number = 0;
  for (int i = 0; i < 2 && isDigit(**at); ++i) number = number * 10 + *(*at)++ - '0';
  return number;
}

// Checks that a conversion uses only what its letter allows, and fills in its parts.
void checkConversion(Native& n, Conversion& c, const char* flags, bool precision_allowed) {
  const char* at = c.text + 1;
  size_t flag_count = std::strspn(at, flags);
  at += flag_count;
  c.has_flags = flag_count != 0;
  c.only_zero_flag = flag_count == 1 && c.text[1] == '0';
  if (*at != '0') {
    c.width = readNumber(&at);
    if (*at == '.' && precision_allowed) {
      ++at;
      c.precision = readNumber(&at);
    }
  }
  bool complete = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
  if (!complete) n.error("invalid conversion specification: '%s'", c.text);
}

// Appends text padded to the width on the left, or with a flag (which can only be `-`) on the right.
void appendPadded(Buffer& b, const Conversion& c, std::string_view text) {
  size_t padding =
      static_cast<size_t>(c.width) > text.size() ? static_cast<size_t>(c.width) - text.size() : 0;
  auto pad = [&b, padding] {
    std::memset(b.reserve(padding), ' ', padding);
    b.advance(padding);
  };
  if (!c.has_flags) pad();
  b.append(text);
  if (c.has_flags) pad();
}

// Digits padded with spaces or (after the sign) zeros: what most integer conversions ask for.
void appendSimpleInteger(Buffer& b, const Conversion& c, int64_t value) {
  char digits[24];
  bool is_signed = c.letter == 'd' || c.letter == 'i';
  bool negative = is_signed && value < 0;
  auto magnitude = negative ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  char* end = std::to_chars(digits, digits + sizeof digits, magnitude,
                            c.letter == 'x'   ? 16
                            : c.letter == 'o' ? 8
                                              : 10)
                  .ptr;
  auto length = static_cast<size_t>(end - digits) + negative;
  size_t padding = static_cast<size_t>(c.width) > length ? static_cast<size_t>(c.width) - length : 0;
  char* out = b.reserve(length + padding);
  if (!c.only_zero_flag) out = static_cast<char*>(std::memset(out, ' ', padding)) + padding;
  if (negative) *out++ = '-';
  if (c.only_zero_flag) out = static_cast<char*>(std::memset(out, '0', padding)) + padding;
  std::memcpy(out, digits, static_cast<size_t>(end - digits));
  b.advance(length + padding);
}

void formatIntegerValue(Native& n, Buffer& b, Conversion& c, int argument, const char* flags) {
  int64_t value = n.checkInteger(argument);
  if (c.plain && c.letter != 'o' && c.letter != 'x' && c.letter != 'X' && c.letter != 'u') {
    b.advance(formatInteger(b.reserve(kMaxNumberChars), value));
    return;
  }
  checkConversion(n, c, flags, true);
  if ((!c.has_flags || c.only_zero_flag) && c.precision < 0 && c.letter != 'X') {
    appendSimpleInteger(b, c, value);
    return;
  }
  char format[sizeof c.text + 2];
  size_t length = std::strlen(c.text) - 1;
  std::memcpy(format, c.text, length);
  format[length] = 'l';
  format[length + 1] = 'l';
  format[length + 2] = c.letter;
  format[length + 3] = '\0';
  constexpr size_t kRoom = 128; // 99 digits or columns at most
  b.advance(
      static_cast<size_t>(std::snprintf(b.reserve(kRoom), kRoom, format, static_cast<long long>(value))));
}

void formatFloatValue(Native& n, Buffer& b, Conversion& c, int argument) {
  double value = n.checkNumber(argument);
  checkConversion(n, c, "-+ #0", true);
  constexpr size_t kRoom = 512; // 309 digits before the point and 99 behind it at most
  if (!c.has_flags && std::isfinite(value) && (c.letter == 'f' || c.letter == 'g' || c.letter == 'e')) {
    char digits[kRoom];
    auto form = c.letter == 'f'   ? std::chars_format::fixed
                : c.letter == 'g' ? std::chars_format::general
                                  : std::chars_format::scientific;
    char* end =
        std::to_chars(digits, digits + sizeof digits, value, form, c.precision < 0 ? 6 : c.precision).ptr;
    appendPadded(b, c, {digits, static_cast<size_t>(end - digits)});
    return;
  }
  b.advance(static_cast<size_t>(std::snprintf(b.reserve(kRoom), kRoom, c.text, value)));
}

void formatString(Native& n, Buffer& b, Conversion& c, const TextArgument& argument) {
  std::string_view text = argument.push(n, b);
  if (!c.plain) {
    work(n.thread(), Work::Bytes, text.size());
    inPieces(n.thread(), text.size(), kBytesPerLook, [&](size_t from, size_t to) {
      n.argumentCheck(std::memchr(text.data() + from, 0, to - from) == nullptr, argument.argument,
                      "string contains zeros");
    });
    checkConversion(n, c, "-", true);
    if (c.precision >= 0) text = text.substr(0, static_cast<size_t>(c.precision));
  }
  appendPadded(b, c, text);
  n.pop(1);
}

const void* addressOf(Value v) {
  switch (v.tag) {
  case Tag::Userdata: return v.userdata()->bytes();
  case Tag::Thread: return v.thread()->state();
  case Tag::LightUserdata: return v.pointer;
  case Tag::LightFunction: return reinterpret_cast<const void*>(v.light_function);
  default: return v.isCollectable() ? v.object : nullptr;
  }
}

void formatPointer(Native& n, Buffer& b, Conversion& c, int argument) {
  const void* address = addressOf(n.arg(argument));
  checkConversion(n, c, "-", false);
  char text[32] = "(null)";
  if (address != nullptr) std::snprintf(text, sizeof text, "%p", address);
  appendPadded(b, c, text);
}

// A string as a literal that reads back as the same string.
void quoteString(Thread* L, Buffer& b, std::string_view s) {
  work(L, Work::Characters, s.size());
  b.append('"');
  for (size_t i = 0; i < s.size(); ++i) {
    if (i % kElementsPerLook == 0) noticeInterrupt(L);
    char ch = s[i];
    auto c = static_cast<unsigned char>(ch);
    if (ch == '"' || ch == '\\' || ch == '\n') {
      b.append('\\');
      b.append(ch);
    } else if (c < 32 || c == 127) {
      bool digit_follows = i + 1 < s.size() && isDigit(s[i + 1]);
      char* out = b.reserve(8);
      b.advance(static_cast<size_t>(std::snprintf(out, 8, digit_follows ? "\\%03d" : "\\%d", c)));
    } else {
      b.append(ch);
    }
  }
  b.append('"');
}

// `all`: also those that no literal stands for.
void quoteFloat(Buffer& b, double d, bool all) {
  if (std::isfinite(d) || !all) {
    b.advance(static_cast<size_t>(std::snprintf(b.reserve(64), 64, "%a", d)));
  } else if (std::isnan(d)) {
    b.append("(0/0)");
  } else {
    b.append(d > 0 ? "1e9999" : "-1e9999");
  }
}

} // namespace

void formatLiteral(Native& n, Buffer& b, int argument) {
  Value v = n.arg(argument);
  if (v.isString()) {
    quoteString(n.thread(), b, v.string()->view());
  } else if (v.isFloat()) {
    quoteFloat(b, v.number, dialectOf(n.thread()).literals_for_all_floats);
  } else if (v.isInteger()) {
    if (v.integer == INT64_MIN) {
      b.append("0x8000000000000000"); // the decimal form would be read as a float
    } else {
      b.advance(formatInteger(b.reserve(kMaxNumberChars), v.integer));
    }
  } else if (v.isNil()) {
    b.append("nil");
  } else if (v.isBoolean()) {
    b.append(v.isTruthy() ? "true" : "false");
  } else {
    n.argumentError(argument, "value has no literal form");
  }
}

namespace {

void formatValue(Native& n, Buffer& b, Conversion& c, const TextArgument& text) {
  const int argument = text.argument;
  switch (c.letter) {
  case 'd':
  case 'i': formatIntegerValue(n, b, c, argument, "-+0 "); break;
  case 'u': formatIntegerValue(n, b, c, argument, "-0"); break;
  case 'o':
  case 'x':
  case 'X': formatIntegerValue(n, b, c, argument, "-#0"); break;
  case 'a':
  case 'A':
  case 'e':
  case 'E':
  case 'f':
  case 'g':
  case 'G': formatFloatValue(n, b, c, argument); break;
  case 'c': {
    checkConversion(n, c, "-", false);
    char byte = static_cast<char>(n.checkInteger(argument));
    appendPadded(b, c, {&byte, 1});
    break;
  }
  case 's': formatString(n, b, c, text); break;
  case 'p': formatPointer(n, b, c, argument); break;
  case 'q':
    if (!c.plain) n.error("specifier '%%q' cannot have modifiers");
    formatLiteral(n, b, argument);
    break;
  default: n.error("invalid conversion '%s' to 'format'", c.text);
  }
}

inline void convert(Native& n, Buffer& b, std::string_view* format, const TextArgument& text) {
  if (!dialectOf(n.thread()).format_checks_modifiers) return formatLoosely(n, b, format, text);
  Conversion c = readConversion(n, format);
  formatValue(n, b, c, text);
}

// Goes on with what is left of the format: behind argument number `argument`, or, if the text of that is on
// top, with its conversion.
int formatRest(Native& n, Buffer& b, std::string_view format, int argument, int arguments, bool has_text) {
  for (;; has_text = false) {
    if (!has_text) {
      noticeInterrupt(n.thread());
      size_t percent = format.find('%');
      b.append(format.substr(0, percent));
      if (percent == std::string_view::npos) break;
      format.remove_prefix(percent + 1);
      if (!format.empty() && format[0] == '%') {
        b.append('%');
        format.remove_prefix(1);
        continue;
      }
      if (++argument > arguments) n.argumentError(argument, "no value");
    }
    convert(n, b, &format, {argument, format.data(), has_text});
  }
  b.push();
  return 1;
}

// A program was paused in the __tostring of an argument. On the stack lie the arguments, the buffer's slot,
// its size, the place of the conversion in the format, and the text.
int textConverted(lua_State* L, int, intptr_t argument) {
  Native n(L);
  checkToString(n.thread());
  constexpr int kBehindArguments = 4;
  int arguments = n.count() - kBehindArguments;
  size_t size = static_cast<size_t>(n.top(-3).integer), at = static_cast<size_t>(n.top(-2).integer);
  Buffer b(n.thread(), saveSlot(n.thread(), &n.top(-kBehindArguments)), size);
  n.top(-3) = n.top(-1);
  n.pop(2);
  std::string_view format = n.checkString(1).substr(at);
  return formatRest(n, b, format, static_cast<int>(argument), arguments, true);
}

} // namespace

std::string_view TextArgument::push(Native& n, Buffer& b) const {
  if (is_there) return n.top(-1).string()->view();
  Value v = n.arg(argument);
  if (metamethodOf(n.thread(), v, Meta::ToString).isNil()) return pushPlainText(n.thread(), v)->view();
  b.keep();
  n.pushInteger(static_cast<int64_t>(b.size()));
  n.pushInteger(conversion - n.checkString(1).data());
  std::string_view text = n.pushToString(argument, argument, textConverted);
  n.top(-3) = n.top(-1);
  n.pop(2);
  return text;
}

int stringFormat(lua_State* L) {
  Native n(L);
  std::string_view format = n.checkString(1);
  const int arguments = n.count();
  Buffer b(n.thread());
  return formatRest(n, b, format, 1, arguments, false);
}

} // namespace perigee
