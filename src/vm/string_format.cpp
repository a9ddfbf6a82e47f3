// Strings from formats and numbers, and numbers from strings.
#include "support/numbers.h"
#include "vm/dictionary.h"
#include "vm/error.h"
#include "vm/state.h"
#include "vm/string.h"
#include "vm/work.h"

#include <cstdio>

namespace perigee {

namespace {

// Where a format's output goes: first nowhere, to learn its length, then to memory of that size.
class Output {
public:
  explicit Output(char* to) : to_(to) {}
  void append(const char* data, size_t n) {
    if (to_ != nullptr) std::memcpy(to_ + size_, data, n);
    size_ += n;
  }
  size_t size() const { return size_; }

private:
  char* to_;
  size_t size_ = 0;
};

size_t encodeUtf8(char* out, unsigned long code) {
  if (code < 0x80) {
    out[0] = static_cast<char>(code);
    return 1;
  }
  // Continuation bytes from the last one; the first byte has one bit more for its length each time.
  char reversed[8];
  size_t n = 0;
  unsigned long first_max = 0x3F;
  do {
    reversed[n++] = static_cast<char>(0x80 | (code & 0x3F));
    code >>= 6;
    first_max >>= 1;
  } while (code > first_max);
  reversed[n++] = static_cast<char>((~first_max << 1) | code);
  for (size_t i = 0; i < n; ++i) out[i] = reversed[n - 1 - i];
  return n;
}

// One conversion; takes its argument off `arguments`. False if there is no such conversion.
bool convert(Output& out, const Dialect& dialect, char conversion, va_list* arguments) {
  char buffer[kMaxNumberChars + 16];
  size_t n;
  switch (conversion) {
  case 's': {
    const char* s = va_arg(*arguments, const char*);
    if (s == nullptr) s = "(null)";
    out.append(s, std::strlen(s));
    return true;
  }
  case 'S': {
    const String* s = va_arg(*arguments, const String*);
    out.append(s->data(), s->length);
    return true;
  }
  case 'c':
    buffer[0] = static_cast<char>(va_arg(*arguments, int));
    n = 1;
    if (dialect.unprintable_as_codes && (buffer[0] < ' ' || buffer[0] > '~'))
      n = static_cast<size_t>(
          std::snprintf(buffer, sizeof buffer, "<\\%d>", static_cast<unsigned char>(buffer[0])));
    break;
  case 'd': n = formatInteger(buffer, va_arg(*arguments, int)); break;
  case 'I': n = formatInteger(buffer, va_arg(*arguments, long long)); break;
  case 'f': n = formatFloat(buffer, va_arg(*arguments, double)); break;
  case 'p':
    n = static_cast<size_t>(std::snprintf(buffer, sizeof buffer, "%p", va_arg(*arguments, void*)));
    break;
  case 'U': n = encodeUtf8(buffer, va_arg(*arguments, unsigned long)); break;
  case '%':
    buffer[0] = '%';
    n = 1;
    break;
  default: return false;
  }
  out.append(buffer, n);
  return true;
}

// Returns the first conversion that does not exist, or 0.
char writeFormat(Output& out, const Dialect& dialect, const char* format, va_list source) {
  va_list arguments;
  va_copy(arguments, source);
  char bad = 0;
  while (const char* percent = std::strchr(format, '%')) {
    out.append(format, static_cast<size_t>(percent - format));
    if (!convert(out, dialect, percent[1], &arguments)) {
      bad = percent[1];
      break;
    }
    format = percent + 2;
  }
  if (bad == 0) out.append(format, std::strlen(format));
  va_end(arguments);
  return bad;
}

} // namespace

String* newStringFormatV(Thread* L, const char* format, va_list arguments) {
  const Dialect& dialect = dialectOf(L);
  Output measure(nullptr);
  if (char bad = writeFormat(measure, dialect, format, arguments))
    raiseError(L, "invalid conversion '%%%c' to 'lua_pushfstring'", bad);
  if (measure.size() <= kMaxShortString) {
    char buffer[kMaxShortString];
    Output out(buffer);
    writeFormat(out, dialect, format, arguments);
    return newString(L, buffer, out.size());
  }
  String* s = newLongString(L, measure.size());
  Output out(s->data());
  writeFormat(out, dialect, format, arguments);
  return s;
}

String* newStringFormat(Thread* L, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  String* s = newStringFormatV(L, format, arguments);
  va_end(arguments);
  return s;
}

String* numberToString(Thread* L, Value number) {
  char buffer[kMaxNumberChars];
  size_t n = number.isInteger() ? formatInteger(buffer, number.integer) : formatFloat(buffer, number.number);
  return newString(L, buffer, n);
}

Value toNumber(Value v) {
  if (v.isNumber()) return v;
  if (!v.isString()) return Value::nil();
  ParsedNumber n = parseNumber(v.string()->view());
  switch (n.kind) {
  case NumberKind::Integer: return Value::of(n.integer);
  case NumberKind::Float: return Value::of(n.number);
  default: return Value::nil();
  }
}

namespace {

bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// A long numeral read with looks at interrupts, and written again with so few characters as make the same
// number.
class NumeralDigest {
public:
  NumeralDigest(Thread* L, std::string_view text) : L_(L), text_(text) {}

  // Empty if it is no numeral.
  std::string_view run() {
    trim();
    if (at() == '-' || at() == '+') put(take());
    hexadecimal_ = text_.size() - at_ >= 2 && at() == '0' && (text_[at_ + 1] | 32) == 'x';
    if (hexadecimal_) {
      put(take());
      put(take());
    }
    if (!readDigits()) return {};
    bool whole = at_ == text_.size() && !point_;
    if (!whole || dropped_ != 0) {
      int64_t written = 0;
      if (at_ < text_.size() && !readExponent(&written)) return {};
      if (sticky_) {
        put('1');
        --dropped_;
      }
      put(hexadecimal_ ? 'p' : 'e');
      int64_t exponent = written + (dropped_ - fraction_) * (hexadecimal_ ? 4 : 1);
      used_ += formatInteger(out_ + used_, exponent);
    }
    return {out_, used_};
  }

private:
  static constexpr size_t kCharactersPerLook = kBytesPerLook / 8;
  static constexpr size_t kDigits = 800; // more than ever decide how a double is rounded
  static constexpr int64_t kHugeExponent = int64_t{1} << 50;

  char at() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  char take() {
    if (at_ % kCharactersPerLook == 0) noticeInterrupt(L_);
    return text_[at_++];
  }
  void put(char c) { out_[used_++] = c; }

  void trim() {
    while (at_ < text_.size() && isSpace(at())) take();
    while (text_.size() > at_ && isSpace(text_.back())) {
      if (text_.size() % kCharactersPerLook == 0) noticeInterrupt(L_);
      text_.remove_suffix(1);
    }
  }

  // Significant digits, up to kDigits; of an integer that wraps around the last ones.
  bool readDigits() {
    bool any = false;
    size_t first = used_;
    uint64_t wrapped = 0;
    while (at_ < text_.size()) {
      int digit = hexDigitValue(at());
      if (at() == '.' && !point_) {
        point_ = true;
      } else if (digit < 0 || (digit > 9 && !hexadecimal_)) {
        break;
      } else {
        any = true;
        fraction_ += point_;
        wrapped = wrapped << 4 | static_cast<uint64_t>(digit);
        if (used_ - first == kDigits) {
          ++dropped_;
          sticky_ = sticky_ || digit != 0;
        } else if (digit != 0 || used_ != first) {
          put(at());
        }
      }
      take();
    }
    if (hexadecimal_ && at_ == text_.size() && !point_) {
      used_ = first;
      for (int shift = 60; shift >= 0; shift -= 4) put("0123456789abcdef"[wrapped >> shift & 15]);
      dropped_ = 0;
    }
    if (used_ == first) put('0');
    return any;
  }

  bool readExponent(int64_t* out) {
    if ((at() | 32) != (hexadecimal_ ? 'p' : 'e')) return false;
    take();
    bool negative = at() == '-';
    if (at() == '-' || at() == '+') take();
    if (at_ == text_.size()) return false;
    for (; at_ < text_.size(); take()) {
      if (at() < '0' || at() > '9') return false;
      if (*out < kHugeExponent) *out = *out * 10 + (at() - '0');
    }
    if (negative) *out = -*out;
    return true;
  }

  Thread* L_;
  std::string_view text_;
  size_t at_ = 0;
  bool hexadecimal_ = false, point_ = false, sticky_ = false;
  int64_t dropped_ = 0, fraction_ = 0; // digits that were left out, and those behind the point
  size_t used_ = 0;
  char out_[kDigits + 64];
};

__attribute__((noinline)) Value longNumeralToNumber(Thread* L, std::string_view text) {
  NumeralDigest digest(L, text);
  ParsedNumber n = parseNumber(digest.run());
  if (n.kind == NumberKind::None) return Value::nil();
  return n.kind == NumberKind::Integer ? Value::of(n.integer) : Value::of(n.number);
}

} // namespace

Value toNumber(Thread* L, Value v) {
  constexpr size_t kForATick = 64;
  if (v.isString() && v.string()->length > kForATick) work(L, Work::Bytes, v.string()->length);
  if (v.isString() && v.string()->length > kBytesPerLook) return longNumeralToNumber(L, v.string()->view());
  return toNumber(v);
}

bool toInteger(Value v, int64_t* out) {
  if (v.isString()) v = toNumber(v);
  if (v.isInteger()) {
    *out = v.integer;
    return true;
  }
  return v.isFloat() && floatKeyToInteger(v.number, out);
}

} // namespace perigee
