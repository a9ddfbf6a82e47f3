// Conversions of string.format as they were before each of them checked what it is given
// (Dialect::format_checks_modifiers): flags, width and precision go to the C library as they stand.

#include "lib/format.h"

#include <cctype>
#include <cstdio>
#include <cstring>

namespace perigee {
namespace {

constexpr std::string_view kFlags = "-+ #0";
constexpr size_t kRoom = 512; // 309 digits before the point and 99 behind it, or as many columns, at most

// At most two digits.
const char* skipNumber(const char* at) {
  for (int i = 0; i < 2 && std::isdigit(static_cast<unsigned char>(*at)); ++i) ++at;
  return at;
}

// The length of flags, width and precision at the beginning of a format.
size_t modifiersLength(Native& n, const char* format) {
  size_t flags = std::strspn(format, kFlags.data());
  if (flags > kFlags.size()) n.error("invalid format (repeated flags)");
  const char* at = skipNumber(format + flags);
  if (*at == '.') at = skipNumber(at + 1);
  if (std::isdigit(static_cast<unsigned char>(*at))) n.error("invalid format (width or precision too long)");
  return static_cast<size_t>(at - format);
}

template <class T> void print(Buffer& b, const char* format, T value) {
  b.advance(static_cast<size_t>(std::snprintf(b.reserve(kRoom), kRoom, format, value)));
}

void formatString(Native& n, Buffer& b, const char* format, const TextArgument& argument) {
  constexpr size_t kLong = 100; // more than any width
  std::string_view text = argument.push(n, b);
  if (format[2] == '\0') {
    b.append(text);
  } else {
    work(n.thread(), Work::Bytes, text.size());
    n.argumentCheck(text.find('\0') == std::string_view::npos, argument.argument, "string contains zeros");
    if (std::strchr(format, '.') == nullptr && text.size() >= kLong) {
      b.append(text);
    } else {
      print(b, format, text.data());
    }
  }
  n.pop(1);
}

} // namespace

void formatLoosely(Native& n, Buffer& b, std::string_view* rest, const TextArgument& text) {
  const int argument = text.argument;
  size_t modifiers = modifiersLength(n, rest->data());
  char letter = modifiers < rest->size() ? (*rest)[modifiers] : '\0';
  char format[32] = "%";
  std::memcpy(format + 1, rest->data(), modifiers);
  format[modifiers + 1] = letter;
  rest->remove_prefix(std::min(modifiers + 1, rest->size()));
  switch (letter) {
  case 'c': print(b, format, static_cast<int>(n.checkInteger(argument))); return;
  case 'd':
  case 'i':
  case 'o':
  case 'u':
  case 'x':
  case 'X':
    std::memcpy(format + modifiers + 1, "ll", 2);
    format[modifiers + 3] = letter;
    print(b, format, static_cast<long long>(n.checkInteger(argument)));
    return;
  case 'a':
  case 'A':
  case 'e':
  case 'E':
  case 'f':
  case 'g':
  case 'G': print(b, format, n.checkNumber(argument)); return;
  case 'q': formatLiteral(n, b, argument); return;
  case 's': formatString(n, b, format, text); return;
  default: break;
  }
  if (std::isprint(static_cast<unsigned char>(letter))) n.error("invalid option '%%%c' to 'format'", letter);
  n.error("invalid option '%%<\\%d>' to 'format'", static_cast<int>(static_cast<unsigned char>(letter)));
}

} // namespace perigee
