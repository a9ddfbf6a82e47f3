// Numbers to and from text, independent of the locale.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace perigee {

// Room that formatInteger and formatFloat may need; neither writes a terminating zero.
inline constexpr size_t kMaxNumberChars = 48;

// The eight decimal digits of a number below 10^8, leading zeros too, one in each byte, the first one lowest:
// 0 to 9. Halves, quarters and eighths of the word are split at a time; quotients come from multiplying by a
// reciprocal that is exact in the range.
inline constexpr uint32_t kEightDigits = 100'000'000;
inline uint64_t eightDigits(uint32_t value) {
  uint64_t upper = value / 10'000;
  uint64_t fours = upper | (value - upper * 10'000) << 32;
  uint64_t hundreds = (fours * 10'486 >> 20) & 0x0000'007F'0000'007F;
  uint64_t twos = hundreds | (fours - hundreds * 100) << 16;
  uint64_t tens = (twos * 103 >> 10) & 0x000F'000F'000F'000F;
  return tens | (twos - tens * 10) << 8;
}

// A number below 10^8 in decimal: `length` characters in the bytes of `text`, the first one lowest, zeros
// behind.
struct FirstDigits {
  uint64_t text;
  unsigned length;
};
inline FirstDigits firstDigits(uint32_t value) {
  if (value < 10) return {'0' + value, 1};
  constexpr uint64_t kZeros = 0x3030'3030'3030'3030, kLastDigit = uint64_t{1} << 56;
  uint64_t digits = eightDigits(value);
  auto leading = static_cast<unsigned>(std::countr_zero(digits | kLastDigit)) / 8;
  return {(digits | kZeros) >> (8 * leading), 8 - leading};
}

// Writes `value` in decimal and returns the number of characters.
size_t formatInteger(char* out, int64_t value);

// Writes `value` as C's "%.14g" would in the C locale, with ".0" appended where the result would read as an
// integer; infinities and NaNs read "inf", "-inf", "nan", "-nan". Returns the number of characters.
size_t formatFloat(char* out, double value);

enum class NumberKind : uint8_t { None, Integer, Float };

struct ParsedNumber {
  NumberKind kind;
  int64_t integer; // valid if kind is Integer
  double number;   // valid if kind is Float
};

// Reads all of `text` as a Lua numeral, with optional white space around it and an optional sign. Decimal
// integers that do not fit become floats, hexadecimal ones wrap around; floats are correctly rounded whatever
// their length, overflow to infinity and underflow to zero. Anything else gives NumberKind::None.
ParsedNumber parseNumber(std::string_view text);

// Stores the integer equal to `value` and returns true, or returns false if there is none.
inline bool floatToInteger(double value, int64_t* out) {
  constexpr double kTwoTo63 = 9223372036854775808.0;
  if (!(value >= -kTwoTo63 && value < kTwoTo63)) return false;
  int64_t truncated = static_cast<int64_t>(value);
  if (static_cast<double>(truncated) != value) return false;
  *out = truncated;
  return true;
}

// C's floor, ceil and trunc, of which older machines have no instruction: inline, without a call of libm.
// Beyond 2^52 there are no fractions.
inline double roundTowardsZero(double value) {
  if (!(__builtin_fabs(value) < 0x1p52)) return value;
  return __builtin_copysign(static_cast<double>(static_cast<int64_t>(value)), value);
}
inline double roundDown(double value) {
  double whole = roundTowardsZero(value);
  return whole > value ? whole - 1 : whole;
}
inline double roundUp(double value) {
  double whole = roundTowardsZero(value);
  return whole < value ? whole + 1 : whole;
}

// C's fmod: exact.
double floatRemainder(double a, double b);

// Value of a hexadecimal digit, or -1.
int hexDigitValue(char c);

} // namespace perigee
