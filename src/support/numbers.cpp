#include "support/numbers.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace perigee {

// Long division of the significands, as many bits at a time as fit.
double floatRemainder(double a, double b) {
  constexpr uint64_t kSign = uint64_t{1} << 63, kLeadingBit = uint64_t{1} << 52,
                     kInfinity = 0x7FF0'0000'0000'0000;
  constexpr int kStep = 11; // a remainder has 53 bits
  uint64_t x = std::bit_cast<uint64_t>(a) & ~kSign, y = std::bit_cast<uint64_t>(b) & ~kSign;
  uint64_t sign = std::bit_cast<uint64_t>(a) & kSign;
  if (y == 0 || x >= kInfinity || y > kInfinity) return (a * b) / (a * b); // not a number
  if (x < y) return a;
  // Values are significand * 2^exponent, both exponents counted from that of the smallest numbers.
  auto exponentOf = [](uint64_t bits) { return bits < kLeadingBit ? 0 : static_cast<int>(bits >> 52) - 1; };
  auto significandOf = [](uint64_t bits) {
    return bits < kLeadingBit ? bits : (bits & (kLeadingBit - 1)) | kLeadingBit;
  };
  int exponent = exponentOf(y);
  uint64_t divisor = significandOf(y);
  uint64_t rest = significandOf(x) % divisor;
  for (int left = exponentOf(x) - exponent; left > 0 && rest != 0; left -= kStep) {
    rest = (rest << std::min(left, kStep)) % divisor;
  }
  if (rest == 0) return std::bit_cast<double>(sign);
  int shift = std::min(std::countl_zero(rest) - kStep, exponent);
  rest <<= shift;
  return std::bit_cast<double>(sign | ((static_cast<uint64_t>(exponent - shift) << 52) + rest));
}

namespace {

constexpr ParsedNumber kNotANumber{NumberKind::None, 0, 0.0};

ParsedNumber integerResult(int64_t value) { return {NumberKind::Integer, value, 0.0}; }
ParsedNumber floatResult(double value) { return {NumberKind::Float, 0, value}; }

bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && isSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && isSpace(text.back())) text.remove_suffix(1);
  return text;
}

// Far beyond any exponent that matters, and small enough that adding the length of a text cannot overflow.
constexpr int64_t kHugeExponent = int64_t{1} << 60;

// Reads an optionally signed exponent that must take up all of `text`; saturates.
bool parseExponent(std::string_view text, int64_t* out) {
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.empty()) return false;
  int64_t value = 0;
  for (char c : text) {
    if (!isDigit(c)) return false;
    if (value < kHugeExponent / 16) value = value * 10 + (c - '0');
  }
  *out = negative ? -value : value;
  return true;
}

// A double from mantissa * 2^exponent, where `sticky` says that the true mantissa is a little larger.
// Rounds once, to nearest even, also when the result is subnormal.
double scaleAndRound(uint64_t mantissa, int64_t exponent, bool sticky) {
  if (mantissa == 0) return 0.0;
  int lead = std::countl_zero(mantissa);
  mantissa <<= lead;
  exponent -= lead;
  int64_t top = exponent + 63; // the value lies in [2^top, 2^(top+1))
  if (top > 1023) return std::numeric_limits<double>::infinity();
  if (top < -1075) return 0.0;
  int keep = top >= -1022 ? 53 : static_cast<int>(top + 1075); // bits of the result, 0 to 53
  uint64_t kept = keep == 0 ? 0 : mantissa >> (64 - keep);
  uint64_t rest = mantissa << keep;
  constexpr uint64_t kHalf = uint64_t{1} << 63;
  if (rest > kHalf || (rest == kHalf && (sticky || (kept & 1)))) ++kept;
  return std::ldexp(static_cast<double>(kept), static_cast<int>(top - keep + 1));
}

// `text` is what follows "0x". Integers wrap; a point or an exponent makes a float.
ParsedNumber parseHexadecimal(std::string_view text, bool negative) {
  uint64_t wrapped = 0;
  uint64_t mantissa = 0;
  int64_t exponent = 0;
  bool sticky = false;
  bool any_digit = false;
  bool point = false;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    char c = text[i];
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    int digit = hexDigitValue(c);
    if (digit < 0) break;
    any_digit = true;
    wrapped = (wrapped << 4) | static_cast<uint64_t>(digit);
    if ((mantissa >> 60) == 0) {
      mantissa = (mantissa << 4) | static_cast<uint64_t>(digit);
      if (point) exponent -= 4;
    } else {
      sticky = sticky || digit != 0;
      if (!point) exponent += 4;
    }
  }
  if (!any_digit) return kNotANumber;
  if (i == text.size()) {
    if (!point) return integerResult(static_cast<int64_t>(negative ? 0 - wrapped : wrapped));
  } else {
    int64_t written = 0;
    if ((text[i] != 'p' && text[i] != 'P') || !parseExponent(text.substr(i + 1), &written))
      return kNotANumber;
    exponent += written;
  }
  double value = scaleAndRound(mantissa, exponent, sticky);
  return floatResult(negative ? -value : value);
}

// Whether the unsigned decimal numeral `text`, known to be out of the range of double, is too large (rather
// than too small). `exponent` is the one written in it.
bool isTooLarge(std::string_view text, int64_t exponent) {
  int64_t magnitude = exponent; // decimal exponent of the first significant digit, plus one
  bool point = false;
  bool significant = false;
  for (char c : text) {
    if (c == '.') {
      point = true;
    } else if (!isDigit(c)) {
      break;
    } else {
      significant = significant || c != '0';
      if (!point && significant) ++magnitude;
      if (point && !significant) --magnitude;
    }
  }
  return magnitude > 0;
}

ParsedNumber parseDecimalFloat(std::string_view text, bool negative) {
  bool any_digit = false;
  bool point = false;
  int64_t exponent = 0;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    if (isDigit(text[i])) {
      any_digit = true;
    } else if (text[i] == '.' && !point) {
      point = true;
    } else {
      break;
    }
  }
  if (!any_digit) return kNotANumber;
  if (i < text.size() &&
      ((text[i] != 'e' && text[i] != 'E') || !parseExponent(text.substr(i + 1), &exponent))) {
    return kNotANumber;
  }
  double value = 0.0;
  auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    value = isTooLarge(text, exponent) ? std::numeric_limits<double>::infinity() : 0.0;
  }
  return floatResult(negative ? -value : value);
}

// Decimal digits only, and within the range of int64_t once the sign is applied.
bool parseDecimalInteger(std::string_view text, bool negative, int64_t* out) {
  const uint64_t limit = static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) + (negative ? 1 : 0);
  uint64_t value = 0;
  for (char c : text) {
    if (!isDigit(c)) return false;
    uint64_t digit = static_cast<uint64_t>(c - '0');
    if (value > (limit - digit) / 10) return false;
    value = value * 10 + digit;
  }
  *out = static_cast<int64_t>(negative ? 0 - value : value);
  return !text.empty();
}

} // namespace

int hexDigitValue(char c) {
  if (isDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

size_t formatInteger(char* out, int64_t value) {
  char* end = out;
  auto first = [&end](uint64_t part) { // writes eight bytes, of which the digits count
    FirstDigits digits = firstDigits(static_cast<uint32_t>(part));
    std::memcpy(end, &digits.text, sizeof digits.text);
    end += digits.length;
  };
  auto next = [&end](uint64_t part) {
    uint64_t text = eightDigits(static_cast<uint32_t>(part)) | 0x3030'3030'3030'3030;
    std::memcpy(end, &text, sizeof text);
    end += sizeof text;
  };
  auto magnitude = static_cast<uint64_t>(value);
  if (value < 0) {
    *end++ = '-';
    magnitude = 0 - magnitude;
  }
  uint64_t upper = magnitude / kEightDigits;
  if (upper == 0) {
    first(magnitude);
  } else {
    if (upper >= kEightDigits) {
      first(upper / kEightDigits);
      next(upper % kEightDigits);
    } else {
      first(upper);
    }
    next(magnitude % kEightDigits);
  }
  return static_cast<size_t>(end - out);
}

size_t formatFloat(char* out, double value) {
  if (!std::isfinite(value)) {
    std::string_view text = std::isnan(value) ? "-nan" : "-inf";
    if (!std::signbit(value)) text.remove_prefix(1);
    std::memcpy(out, text.data(), text.size());
    return text.size();
  }
  char* end = std::to_chars(out, out + kMaxNumberChars, value, std::chars_format::general, 14).ptr;
  if (std::string_view(out, static_cast<size_t>(end - out)).find_first_of(".e") == std::string_view::npos) {
    *end++ = '.';
    *end++ = '0';
  }
  return static_cast<size_t>(end - out);
}

ParsedNumber parseNumber(std::string_view text) {
  text = trim(text);
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.empty()) return kNotANumber;
  if (text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    return parseHexadecimal(text.substr(2), negative);
  }
  int64_t integer = 0;
  if (parseDecimalInteger(text, negative, &integer)) return integerResult(integer);
  return parseDecimalFloat(text, negative);
}

} // namespace perigee
