#include "support/numbers.h"

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

namespace perigee {
namespace {

std::string floatText(double value) {
  char text[kMaxNumberChars];
  return {text, formatFloat(text, value)};
}

std::string integerText(int64_t value) {
  char text[kMaxNumberChars];
  return {text, formatInteger(text, value)};
}

// What stock Lua writes, by way of the C library.
std::string expectedFloatText(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.14g", value);
  std::string result = text;
  if (result.find_first_not_of("-0123456789") == std::string::npos) result += ".0";
  return result;
}

bool sameFloat(double a, double b) { return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b); }

void expectInteger(std::string_view text, int64_t value) {
  ParsedNumber parsed = parseNumber(text);
  EXPECT_EQ(parsed.kind, NumberKind::Integer) << text;
  EXPECT_EQ(parsed.integer, value) << text;
}

void expectFloat(std::string_view text, double value) {
  ParsedNumber parsed = parseNumber(text);
  EXPECT_EQ(parsed.kind, NumberKind::Float) << text;
  EXPECT_TRUE(sameFloat(parsed.number, value)) << text << " gave " << parsed.number;
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();
constexpr int64_t kSmallest = std::numeric_limits<int64_t>::min();

TEST(FormatNumber, WritesFloatsSoThatTheyReadAsFloats) {
  EXPECT_EQ(floatText(0.0), "0.0");
  EXPECT_EQ(floatText(-0.0), "-0.0");
  EXPECT_EQ(floatText(1e15), "1e+15");
  EXPECT_EQ(floatText(1e14), "1e+14");
  EXPECT_EQ(floatText(99999999999999.0), "99999999999999.0");
  EXPECT_EQ(floatText(0.1), "0.1");
  EXPECT_EQ(floatText(3.14159265358979), "3.1415926535898");
  EXPECT_EQ(floatText(-1.7976931348623157e308), "-1.7976931348623e+308");
  EXPECT_EQ(floatText(5e-324), "4.9406564584125e-324");
}

TEST(FormatNumber, WritesInfinitiesAndNans) {
  EXPECT_EQ(floatText(kInfinity), "inf");
  EXPECT_EQ(floatText(-kInfinity), "-inf");
  EXPECT_EQ(floatText(std::copysign(std::nan(""), 1.0)), "nan");
  EXPECT_EQ(floatText(std::copysign(std::nan(""), -1.0)), "-nan");
}

TEST(FormatNumber, WritesIntegers) {
  EXPECT_EQ(integerText(0), "0");
  EXPECT_EQ(integerText(kLargest), "9223372036854775807");
  EXPECT_EQ(integerText(kSmallest), "-9223372036854775808");
}

TEST(FormatNumber, WritesIntegersOfAnyNumberOfDigits) {
  uint64_t power = 1;
  for (int digits = 1; digits <= 19; ++digits, power *= 10) {
    for (uint64_t magnitude : {power - 1, power, power + 1, power * 9 / 10 * 10 + 7, power / 3 * 2}) {
      auto value = static_cast<int64_t>(magnitude);
      EXPECT_EQ(integerText(value), std::to_string(value));
      EXPECT_EQ(integerText(-value), std::to_string(-value));
    }
  }
  for (int64_t value = 0; value < 100'000'000; value += value < 100'000 ? 1 : 9'973)
    ASSERT_EQ(integerText(value), std::to_string(value));
}

TEST(ParseNumber, ReadsIntegers) {
  expectInteger("0", 0);
  expectInteger("-0", 0);
  expectInteger(" \t\n\v\f\r+42 \n", 42);
  expectInteger("00000000000000000000000000007", 7);
  expectInteger("9223372036854775807", kLargest);
  expectInteger("-9223372036854775808", kSmallest);
  expectInteger("0x10", 16);
  expectInteger("-0XfF", -255);
  expectInteger("0xffffffffffffffff", -1);
  expectInteger("0x1ffffffffffffffff", -1);
  expectInteger("-0x8000000000000000", kSmallest);
}

TEST(ParseNumber, TurnsDecimalIntegersThatDoNotFitIntoFloats) {
  expectFloat("9223372036854775808", 9223372036854775808.0);
  expectFloat("-9223372036854775809", -9223372036854775808.0);
  expectFloat("123456789012345678901234567890", 123456789012345678901234567890.0);
}

TEST(ParseNumber, ReadsDecimalFloats) {
  expectFloat("1.", 1.0);
  expectFloat(".5", 0.5);
  expectFloat("-.5e1", -5.0);
  expectFloat("1e5", 1e5);
  expectFloat("1E+5", 1e5);
  expectFloat("-0.0", -0.0);
  expectFloat("1e999", kInfinity);
  expectFloat("-1e999", -kInfinity);
  expectFloat("1e-999", 0.0);
  expectFloat("-1e-999", -0.0);
  expectFloat("1e99999999999999999999999", kInfinity);
  expectFloat("1e-99999999999999999999999", 0.0);
  expectFloat("0e99999999999999999999999", 0.0);
  expectFloat("1" + std::string(400, '0'), kInfinity);
  expectFloat("1" + std::string(400, '0') + "e-400", 1.0);
  expectFloat("0." + std::string(400, '0') + "1", 0.0);
  expectFloat("0." + std::string(400, '0') + "1e401", 1.0);
  expectFloat("2.2250738585072011e-308", 2.2250738585072011e-308);
}

TEST(ParseNumber, ReadsHexadecimalFloats) {
  expectFloat("0x.8", 0.5);
  expectFloat("0xA.", 10.0);
  expectFloat("0x1p4", 16.0);
  expectFloat("-0x1P-4", -0.0625);
  expectFloat("0x.1p+4", 1.0);
  expectFloat("0x0p0", 0.0);
  expectFloat("-0x0p0", -0.0);
  expectFloat("0x1p-1074", 5e-324);
  expectFloat("0x1p-1075", 0.0);
  expectFloat("0x1.8p-1075", 5e-324);
  expectFloat("0x1p-1076", 0.0);
  expectFloat("0x1p1024", kInfinity);
  expectFloat("0x1.fffffffffffffp1023", std::numeric_limits<double>::max());
  expectFloat("0x1.fffffffffffff8p1023", kInfinity);
  expectFloat("0x1p99999999999999999999999", kInfinity);
  expectFloat("0x1p-99999999999999999999999", 0.0);
  expectFloat("0x1." + std::string(1000, '0') + "1", 1.0);
  expectFloat("0x1.00000000000008" + std::string(1000, '0') + "1", 1.0000000000000002);
  expectFloat("0x1" + std::string(1000, '0') + ".0p-4000", 1.0);
}

TEST(ParseNumber, RejectsEverythingElse) {
  for (std::string_view text :
       {"",     " ",       "-",        "+",   "--1",  "+-1",  "- 1", "1 2",  "0x",    "0x.", "0xp1",
        "0x1p", "0x1p+",   "0x.p1",    "1e",  "1e+",  "1e5.", "e5",  ".",    ".e1",   "-.",  "1..2",
        "1.2.", "0x1.2.",  "inf",      "nan", "-inf", "INF",  "NaN", "1f",   "1_000", "0b1", "0xg",
        "1e5e", "0x1e+1p", "infinity", "1x",  "0 x1", "x1",   "1,5", "0x1 1"}) {
    EXPECT_EQ(parseNumber(text).kind, NumberKind::None) << text;
  }
  EXPECT_EQ(parseNumber(std::string_view("1\0", 2)).kind, NumberKind::None);
  EXPECT_EQ(parseNumber(std::string_view("\0001", 2)).kind, NumberKind::None);
  EXPECT_EQ(parseNumber(std::string_view("1\0 ", 3)).kind, NumberKind::None);
}

TEST(FloatToInteger, IsExact) {
  int64_t out = 0;
  EXPECT_TRUE(floatToInteger(-0.0, &out));
  EXPECT_EQ(out, 0);
  EXPECT_TRUE(floatToInteger(-9223372036854775808.0, &out));
  EXPECT_EQ(out, kSmallest);
  EXPECT_FALSE(floatToInteger(9223372036854775808.0, &out));
  EXPECT_FALSE(floatToInteger(0.5, &out));
  EXPECT_FALSE(floatToInteger(kInfinity, &out));
  EXPECT_FALSE(floatToInteger(-kInfinity, &out));
  EXPECT_FALSE(floatToInteger(std::nan(""), &out));
}

double floatOfBits() { return std::bit_cast<double>(*rc::gen::arbitrary<uint64_t>()); }

RC_GTEST_PROP(NumberProperties, FloatsFormatAsTheCLibraryDoes, ()) {
  double value = floatOfBits();
  RC_ASSERT(floatText(value) == expectedFloatText(value));
}

RC_GTEST_PROP(NumberProperties, SmallFloatsFormatAsTheCLibraryDoes, (int32_t mantissa, uint8_t digits)) {
  double value = mantissa / std::pow(10.0, digits % 20);
  RC_ASSERT(floatText(value) == expectedFloatText(value));
}

RC_GTEST_PROP(NumberProperties, IntegersSurviveTheRoundTrip, (int64_t value)) {
  ParsedNumber parsed = parseNumber(integerText(value));
  RC_ASSERT(parsed.kind == NumberKind::Integer);
  RC_ASSERT(parsed.integer == value);
}

RC_GTEST_PROP(NumberProperties, FloatsReadAsTheCLibraryReadsThem, ()) {
  double value = floatOfBits();
  RC_PRE(std::isfinite(value));
  char text[1200];
  for (const char* format : {"%.17e", "%.16e", "%a", "%.600e", "%.3a", "%.20a", "%.400f"}) {
    std::snprintf(text, sizeof text, format, value);
    ParsedNumber parsed = parseNumber(text);
    RC_ASSERT(parsed.kind == NumberKind::Float);
    RC_ASSERT(sameFloat(parsed.number, std::strtod(text, nullptr)));
  }
}

// Numerals with long digit strings and exponents near the limits, against strtod.
RC_GTEST_PROP(NumberProperties, LongNumeralsReadAsTheCLibraryReadsThem,
              (bool hexadecimal, std::vector<uint8_t> whole, std::vector<uint8_t> fraction)) {
  int exponent = *rc::gen::inRange(-1200, 1200);
  std::string text = hexadecimal ? "0x" : "";
  int base = hexadecimal ? 16 : 10;
  for (uint8_t digit : whole) text += "0123456789abcdef"[digit % base];
  text += "1.";
  for (uint8_t digit : fraction) text += "0123456789ABCDEF"[digit % base];
  text += hexadecimal ? "p" : "e";
  text += std::to_string(exponent);
  ParsedNumber parsed = parseNumber(text);
  RC_ASSERT(parsed.kind == NumberKind::Float);
  RC_ASSERT(sameFloat(parsed.number, std::strtod(text.c_str(), nullptr)));
}

// Any text over the characters of numerals is a number exactly when strtod takes all of it.
RC_GTEST_PROP(NumberProperties, NumeralsAreWhatTheCLibraryAccepts, ()) {
  std::string text =
      *rc::gen::container<std::string>(rc::gen::elementOf(std::string("0123456789.eExXpP+-aAfF ")));
  char* end = nullptr;
  double value = std::strtod(text.c_str(), &end);
  while (*end == ' ') ++end;
  bool accepted = *end == '\0' && text.find_first_not_of(' ') != std::string::npos;
  ParsedNumber parsed = parseNumber(text);
  RC_ASSERT((parsed.kind != NumberKind::None) == accepted);
  if (parsed.kind == NumberKind::Float) RC_ASSERT(sameFloat(parsed.number, value));
}

double anyFloat() { return std::bit_cast<double>(*rc::gen::arbitrary<uint64_t>()); }
bool sameFloatOrNone(double a, double b) { return sameFloat(a, b) || (std::isnan(a) && std::isnan(b)); }

RC_GTEST_PROP(NumberProperties, RoundingIsThatOfTheCLibrary, ()) {
  // Near and far from zero, whole and not.
  double value = std::ldexp(static_cast<double>(*rc::gen::arbitrary<int32_t>()), *rc::gen::inRange(-40, 40));
  for (double x : {value, -value, anyFloat(), 0.0, -0.0}) {
    RC_ASSERT(sameFloatOrNone(roundDown(x), std::floor(x)));
    RC_ASSERT(sameFloatOrNone(roundUp(x), std::ceil(x)));
    RC_ASSERT(sameFloatOrNone(roundTowardsZero(x), std::trunc(x)));
  }
}

RC_GTEST_PROP(NumberProperties, RemaindersAreThoseOfTheCLibrary, ()) {
  double near = static_cast<double>(*rc::gen::arbitrary<int32_t>()) / 64;
  double divisor = static_cast<double>(*rc::gen::arbitrary<int16_t>()) / 16;
  double tiny = std::bit_cast<double>(*rc::gen::inRange<uint64_t>(0, uint64_t{1} << 54));
  const std::vector<double> special = {
      0.0, -0.0, HUGE_VAL, -HUGE_VAL, std::nan(""), 5e-324, 1.7976931348623157e308};
  for (double a : {near, anyFloat(), tiny, *rc::gen::elementOf(special)}) {
    for (double b : {divisor, anyFloat(), tiny, *rc::gen::elementOf(special)}) {
      RC_ASSERT(sameFloatOrNone(floatRemainder(a, b), std::fmod(a, b)));
    }
  }
}

} // namespace
} // namespace perigee
