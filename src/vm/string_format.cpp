// Strings from formats and numbers, and numbers from strings.
#include "support/numbers.h"
#include "vm/dictionary.h"
#include "vm/error.h"
#include "vm/state.h"
#include "vm/string.h"

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
bool convert(Output& out, char conversion, va_list* arguments) {
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
char writeFormat(Output& out, const char* format, va_list source) {
  va_list arguments;
  va_copy(arguments, source);
  char bad = 0;
  while (const char* percent = std::strchr(format, '%')) {
    out.append(format, static_cast<size_t>(percent - format));
    if (!convert(out, percent[1], &arguments)) {
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
  Output measure(nullptr);
  if (char bad = writeFormat(measure, format, arguments))
    raiseError(L, "invalid conversion '%%%c' to 'lua_pushfstring'", bad);
  if (measure.size() <= kMaxShortString) {
    char buffer[kMaxShortString];
    Output out(buffer);
    writeFormat(out, format, arguments);
    return newString(L, buffer, out.size());
  }
  String* s = newLongString(L, measure.size());
  Output out(s->data());
  writeFormat(out, format, arguments);
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

bool toInteger(Value v, int64_t* out) {
  if (v.isString()) v = toNumber(v);
  if (v.isInteger()) {
    *out = v.integer;
    return true;
  }
  return v.isFloat() && floatKeyToInteger(v.number, out);
}

} // namespace perigee
