// The utf8 library. "Lax" lifts the limit of code points from Unicode's to 2^31 - 1 and allows surrogates.

#include "lib/string_support.h"

#include <climits>

namespace perigee {
namespace {

constexpr uint32_t kMaxUnicode = 0x10FFFF;
constexpr char kInvalid[] = "invalid UTF-8 code";

bool isContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }
// Byte i of s, 0 at the end.
char byteAt(std::string_view s, size_t i) { return i < s.size() ? s[i] : '\0'; }
bool isContinuationAt(std::string_view s, int64_t i) {
  return isContinuation(byteAt(s, static_cast<size_t>(i)));
}

// Decodes the sequence at the start of s into *code; returns its length, or 0 if it is not valid.
size_t decode(const Native& n, std::string_view s, bool lax, uint32_t* code) {
  auto first = static_cast<unsigned char>(byteAt(s, 0));
  if (first < 0x80) {
    *code = first;
    return 1;
  }
  if (first < 0xC0 || first >= 0xFE) return 0;
  // As many bytes as there are leading ones.
  auto length = static_cast<size_t>(__builtin_clz(~(static_cast<uint32_t>(first) << 24)));
  uint32_t value = first & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    char c = byteAt(s, i);
    if (!isContinuation(c)) return 0;
    value = value << 6 | (static_cast<unsigned char>(c) & 0x3F);
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000};
  if (value < kLeast[length]) return 0;
  if (!lax && value > kMaxUnicode) return 0;
  if (!lax && value >= 0xD800 && value <= 0xDFFF && !dialectOf(n.thread()).surrogates_valid) return 0;
  *code = value;
  return length;
}

bool isLax(const Native& n, int argument) { return dialectOf(n.thread()).utf8_lax && n.toBoolean(argument); }

// Raises if a position is not in the string, as `what` says.
void checkPosition(Native& n, bool good, int argument, const char* what, const char* range) {
  if (!good) n.argumentError(argument, n.pushFormat("%s %s", what, range));
}

// Writes at most 6 bytes, returns how many.
size_t encode(char* out, uint32_t code) {
  if (code < 0x80) {
    out[0] = static_cast<char>(code);
    return 1;
  }
  size_t length = 2;
  while (length < 6 && code >> (5 * length + 1) != 0) ++length;
  for (size_t i = length - 1; i > 0; --i) {
    out[i] = static_cast<char>(0x80 | (code & 0x3F));
    code >>= 6;
  }
  out[0] = static_cast<char>((0xFF00u >> length) | code);
  return length;
}

// Negative positions count from the end; before the start is 0.
int64_t position(int64_t i, size_t length) {
  if (i >= 0) return i;
  return i < -static_cast<int64_t>(length) ? 0 : static_cast<int64_t>(length) + i + 1;
}

int utf8Len(lua_State* L) {
  Native n(L);
  std::string_view s = n.checkString(1);
  auto size = static_cast<int64_t>(s.size());
  int64_t i = position(n.optionalInteger(2, 1), s.size()) - 1;
  int64_t j = position(n.optionalInteger(3, -1), s.size()) - 1;
  bool lax = isLax(n, 4);
  checkPosition(n, i >= 0 && i <= size, 2, "initial position", dialectOf(n.thread()).utf8_string_range);
  checkPosition(n, j < size, 3, "final position", dialectOf(n.thread()).utf8_string_range);
  int64_t count = 0;
  while (i <= j) {
    work(n.thread(), Work::Characters, 1);
    uint32_t code;
    size_t length = decode(n, s.substr(static_cast<size_t>(i)), lax, &code);
    if (length == 0) {
      n.pushNil();
      n.pushInteger(i + 1);
      return 2;
    }
    i += static_cast<int64_t>(length);
    ++count;
  }
  n.pushInteger(count);
  return 1;
}

int utf8Codepoint(lua_State* L) {
  Native n(L);
  std::string_view s = n.checkString(1);
  int64_t i = position(n.optionalInteger(2, 1), s.size());
  int64_t j = position(n.optionalInteger(3, i), s.size());
  bool lax = isLax(n, 4);
  n.argumentCheck(i >= 1, 2, dialectOf(n.thread()).utf8_range);
  n.argumentCheck(j <= static_cast<int64_t>(s.size()), 3, dialectOf(n.thread()).utf8_range);
  if (i > j) return 0;
  if (j - i >= INT_MAX) n.error("string slice too long");
  n.ensure(static_cast<int>(j - i) + 1, "string slice too long");
  int results = 0;
  for (auto at = static_cast<size_t>(i) - 1; at < static_cast<size_t>(j); ++results) {
    work(n.thread(), Work::Characters, 1);
    uint32_t code;
    size_t length = decode(n, s.substr(at), lax, &code);
    if (length == 0) n.error(kInvalid);
    n.pushInteger(code);
    at += length;
  }
  return results;
}

int utf8Char(lua_State* L) {
  Native n(L);
  int count = n.count();
  Buffer b(n.thread());
  for (int i = 1; i <= count; ++i) {
    auto code = static_cast<uint64_t>(n.checkInteger(i));
    n.argumentCheck(code <= dialectOf(n.thread()).largest_utf8_code, i, "value out of range");
    b.advance(encode(b.reserve(8), static_cast<uint32_t>(code)));
  }
  b.push();
  return 1;
}

// Moves `at` (0-based) by `count` characters; returns the new place or -1. A byte counts as a character:
// a subject may consist of continuation bytes.
int64_t advance(Thread* L, std::string_view s, int64_t at, int64_t count) {
  auto size = static_cast<int64_t>(s.size());
  if (count < 0) {
    while (count < 0 && at > 0) {
      do {
        work(L, Work::Characters, 1);
        --at;
      } while (at > 0 && isContinuationAt(s, at));
      ++count;
    }
  } else {
    --count; // the first character is the one at `at`
    while (count > 0 && at < size) {
      do {
        work(L, Work::Characters, 1);
        ++at;
      } while (isContinuationAt(s, at));
      --count;
    }
  }
  return count == 0 ? at : -1;
}

int utf8Offset(lua_State* L) {
  Native n(L);
  std::string_view s = n.checkString(1);
  auto size = static_cast<int64_t>(s.size());
  int64_t count = n.checkInteger(2);
  int64_t at = position(n.optionalInteger(3, count >= 0 ? 1 : size + 1), s.size()) - 1;
  checkPosition(n, at >= 0 && at <= size, 3, "position", dialectOf(n.thread()).utf8_range);
  if (count == 0) {
    for (; at > 0 && isContinuationAt(s, at); --at) work(n.thread(), Work::Characters, 1);
  } else {
    if (isContinuationAt(s, at)) n.error("initial position is a continuation byte");
    at = advance(n.thread(), s, at, count);
  }
  if (at < 0) {
    n.pushNil();
  } else {
    n.pushInteger(at + 1);
  }
  return 1;
}

// Iterator of utf8.codes: (string, position) to the next position and its code.
template <bool lax> int nextCode(lua_State* L) {
  Native n(L);
  std::string_view s = n.checkString(1);
  int64_t given = 0;
  toInteger(n.arg(2), &given);
  bool begins = given <= 0 && !dialectOf(n.thread()).utf8_lax;
  auto at = begins ? 0 : static_cast<uint64_t>(given);
  if (at < s.size() && !begins) {
    for (; isContinuation(byteAt(s, at)); ++at) work(n.thread(), Work::Characters, 1);
  }
  if (at >= s.size()) return 0;
  uint32_t code;
  size_t length = decode(n, s.substr(at), lax, &code);
  if (length == 0 || isContinuation(byteAt(s, at + length))) n.error(kInvalid);
  n.pushInteger(static_cast<int64_t>(at) + 1);
  n.pushInteger(code);
  return 2;
}

int utf8Codes(lua_State* L) {
  Native n(L);
  std::string_view s = n.checkString(1);
  bool lax = isLax(n, 2);
  n.argumentCheck(!dialectOf(n.thread()).utf8_lax || !isContinuation(byteAt(s, 0)), 1, kInvalid);
  n.pushFunction(lax ? nextCode<true> : nextCode<false>);
  n.push(n.arg(1));
  n.pushInteger(0);
  return 3;
}

constexpr NativeEntry kFunctions[] = {
    {"offset", utf8Offset}, {"codepoint", utf8Codepoint}, {"char", utf8Char},
    {"len", utf8Len},       {"codes", utf8Codes},         {nullptr, nullptr},
};

} // namespace

int openUtf8(lua_State* L) {
  Native n(L);
  Table* library = n.pushUniqueTable(6);
  n.setFunctions(library, kFunctions);
  Buffer pattern(n.thread());
  pattern.append({"[\0-\x7F\xC2-", 6});
  pattern.append(std::string_view(dialectOf(n.thread()).utf8_pattern_end));
  pattern.append(std::string_view("][\x80-\xBF]*"));
  pattern.push();
  n.setField(library, "charpattern");
  return 1;
}

} // namespace perigee
