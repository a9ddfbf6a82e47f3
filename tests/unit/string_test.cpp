// Strings: interning, hashing, formats, and conversions to and from numbers.
#include "vm_fixture.h"

#include <set>
#include <vector>

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

using namespace perigee;
using perigee::testing::VmState;

namespace {

class StringTest : public ::testing::Test {
protected:
  VmState s;
  Thread* L = s.L;
};

RC_GTEST_PROP(String, ShortOnesAreInternedAndAllKeepTheirBytes, (const std::vector<std::string>& texts)) {
  VmState s;
  std::vector<String*> made;
  Table* anchor = s.pushTable();
  for (const std::string& text : texts) {
    String* string = newString(s.L, text);
    s.push(Value::of(string));
    setInteger(s.L, anchor, length(anchor) + 1, Value::of(string));
    --s.L->top;
    made.push_back(string);
    if (made.size() % 7 == 0) s.heap().fullCollection(s.L);
  }
  for (size_t i = 0; i < texts.size(); ++i) {
    RC_ASSERT(made[i]->view() == texts[i]);
    RC_ASSERT(made[i]->data()[texts[i].size()] == '\0');
    RC_ASSERT(made[i]->isShort() == (texts[i].size() <= kMaxShortString));
    String* again = newString(s.L, texts[i]);
    RC_ASSERT(equalStrings(made[i], again));
    RC_ASSERT(hashOf(made[i]) == hashOf(again));
    if (made[i]->isShort()) RC_ASSERT(made[i] == again);
  }
}

// In memory of exactly that size, for sanitizers to see what is read.
PackedText packedCopy(const std::string& text) {
  std::vector<char> exactly(text.begin(), text.end());
  return PackedText::of(exactly.data(), exactly.size());
}

RC_GTEST_PROP(PackedTexts, AreJoinedAsInMemory, (const std::vector<std::string>& pieces, int64_t number)) {
  VmState s;
  PackedText packed;
  std::string text;
  auto joined = [&](bool fits, const std::string& piece) {
    RC_ASSERT(fits == (text.size() + piece.size() <= PackedText::kMax));
    if (fits) text += piece;
    RC_ASSERT(packed.length == text.size());
    RC_ASSERT(packed.bytes == packedCopy(text).bytes);
  };
  for (const std::string& piece : pieces) {
    if (piece.size() > PackedText::kMax) continue;
    joined(packed.append(packedCopy(piece)), piece);
    joined(packed.append(newString(s.L, piece)), piece);
    int64_t below = number % kEightDigits;
    joined(packed.append(below), std::to_string(below));
  }
  s.push(Value::of(newString(s.L, text)));
  RC_ASSERT(newString(s.L, packed) == s.L->top[-1].string());
  RC_ASSERT(PackedText::of(s.L->top[-1].string()).bytes == packed.bytes);
}

TEST_F(StringTest, NumbersTooLongToBePacked) {
  for (int64_t number : {int64_t{kEightDigits}, -int64_t{kEightDigits}, INT64_MAX, INT64_MIN}) {
    PackedText packed;
    EXPECT_FALSE(packed.append(number));
    EXPECT_EQ(packed.length, 0u);
  }
}

TEST_F(StringTest, ZerosAtTheEndCount) {
  std::set<String*> made;
  std::set<uint32_t> hashes;
  for (size_t n = 0; n <= PackedText::kMax + 4; ++n) {
    s.push(Value::of(newString(L, std::string(n, '\0'))));
    made.insert(L->top[-1].string());
    hashes.insert(hashOf(L->top[-1].string()));
  }
  EXPECT_EQ(made.size(), PackedText::kMax + 5);
  EXPECT_EQ(hashes.size(), PackedText::kMax + 5);
}

TEST_F(StringTest, TheInternTableGrowsAndShrinks) {
  auto entry = [&](int64_t i) { return newString(L, "entry " + std::to_string(i)); };
  auto fill = [&](int64_t step) {
    Table* table = s.pushTable();
    for (int64_t i = 1; i * step <= 20000; ++i) {
      *L->top++ = Value::of(entry(i * step));
      setInteger(L, table, i, L->top[-1]);
      --L->top;
    }
    return table;
  };
  Table* kept = fill(100);
  s.heap().fullCollection(L);
  s.heap().fullCollection(L);
  size_t before = s.heap().bytesInUse();
  Table* all = fill(1);
  EXPECT_GT(s.heap().bytesInUse(), before + 20000 * sizeof(String));
  for (int64_t i = 1; i <= 20000; ++i) ASSERT_EQ(entry(i), getInteger(all, i).string());
  --L->top;
  s.heap().fullCollection(L);
  s.heap().fullCollection(L);
  EXPECT_LE(s.heap().bytesInUse(), before + 16 * 1024);
  for (int64_t i = 1; i <= 200; ++i) ASSERT_EQ(entry(i * 100), getInteger(kept, i).string());
}

TEST_F(StringTest, HashesDifferAndAreSpread) {
  std::set<uint32_t> seen;
  std::vector<int> buckets(1024);
  for (int i = 0; i < 4096; ++i) {
    uint32_t h = hashOf(newString(L, "x" + std::to_string(i)));
    seen.insert(h);
    ++buckets[h & 1023];
  }
  EXPECT_GE(seen.size(), 4090u);
  for (int n : buckets) EXPECT_LE(n, 20);
  // Every byte counts, at any length.
  for (size_t length : {1u, 3u, 4u, 7u, 8u, 9u, 15u, 16u, 17u, 31u, 32u, 33u, 40u, 41u, 100u, 1000u}) {
    std::string text(length, 'a');
    std::set<uint32_t> hashes{hashOf(newString(L, text))};
    for (size_t i = 0; i < length; ++i) {
      text[i] = 'b';
      hashes.insert(hashOf(newString(L, text)));
      text[i] = 'a';
    }
    EXPECT_EQ(hashes.size(), length + 1) << length;
  }
}

TEST_F(StringTest, Formats) {
  auto format = [&](const char* f, auto... arguments) {
    return std::string(newStringFormat(L, f, arguments...)->view());
  };
  EXPECT_EQ(format("plain"), "plain");
  EXPECT_EQ(
      format("%s|%d|%I|%f|%f|%c|%%|%s", "a", -5, INT64_MIN, 1.0, 0.1, 'z', static_cast<const char*>(nullptr)),
      "a|-5|-9223372036854775808|1.0|0.1|z|%|(null)");
  EXPECT_EQ(format("%U%U%U%U", 0x24ul, 0x7FFul, 0x20ACul, 0x10FFFFul),
            "$\xDF\xBF\xE2\x82\xAC\xF4\x8F\xBF\xBF");
  EXPECT_EQ(format("%U", 0x7FFFFFFFul), "\xFD\xBF\xBF\xBF\xBF\xBF");
  String* with_zero = s.pushString(std::string_view("a\0b", 3));
  EXPECT_EQ(format("%S!", with_zero), std::string("a\0b!", 4));
  std::string large(1000, 'q');
  EXPECT_EQ(format("%s%s", large.c_str(), large.c_str()), large + large);
  EXPECT_FALSE(s.attempt([&] { newStringFormat(L, "%y"); }));
  EXPECT_EQ(s.message(), "invalid conversion '%y' to 'lua_pushfstring'");
}

TEST_F(StringTest, Numbers) {
  auto text = [&](Value v) { return std::string(numberToString(L, v)->view()); };
  EXPECT_EQ(text(Value::of(int64_t{-17})), "-17");
  EXPECT_EQ(text(Value::of(1e15)), "1e+15");
  EXPECT_EQ(text(Value::of(3.0)), "3.0");
  EXPECT_EQ(toNumber(Value::of(s.pushString(" 0x10 "))).integer, 16);
  EXPECT_EQ(toNumber(Value::of(s.pushString("1e1"))).number, 10.0);
  EXPECT_TRUE(toNumber(Value::of(s.pushString("1e"))).isNil());
  EXPECT_TRUE(toNumber(Value::boolean(true)).isNil());
  int64_t i = 0;
  EXPECT_TRUE(toInteger(Value::of(s.pushString("3.0")), &i));
  EXPECT_EQ(i, 3);
  EXPECT_FALSE(toInteger(Value::of(3.5), &i));
  EXPECT_FALSE(toInteger(Value::of(0x1p63), &i));
  EXPECT_TRUE(toInteger(Value::of(-0x1p63), &i));
  EXPECT_EQ(i, INT64_MIN);
  EXPECT_FALSE(toInteger(Value::nil(), &i));
}

TEST_F(StringTest, RawEquality) {
  EXPECT_TRUE(rawEqual(Value::of(int64_t{1}), Value::of(1.0)));
  EXPECT_FALSE(rawEqual(Value::of(INT64_MAX), Value::of(0x1p63)));
  EXPECT_FALSE(rawEqual(Value::of((int64_t{1} << 53) + 1), Value::of(0x1p53)));
  EXPECT_TRUE(rawEqual(Value::of(0.0), Value::of(-0.0)));
  EXPECT_FALSE(rawEqual(Value::of(0.0 / 0.0), Value::of(0.0 / 0.0)));
  EXPECT_FALSE(rawEqual(Value::boolean(true), Value::boolean(false)));
  EXPECT_TRUE(rawEqual(Value::nil(), Value::nil()));
  std::string text(100, 'x');
  EXPECT_TRUE(rawEqual(Value::of(s.pushString(text)), Value::of(s.pushString(text))));
  EXPECT_FALSE(rawEqual(Value::of(s.pushString("1")), Value::of(int64_t{1})));
  EXPECT_STREQ(typeName(Type::None), "no value");
  EXPECT_STREQ(typeName(typeOf(Value::lightUserdata(nullptr))), "userdata");
}

TEST_F(StringTest, TypeNamesInMessages) {
  Table* t = s.pushTable();
  Table* mt = s.pushTable();
  EXPECT_STREQ(typeNameForMessage(L, Value::of(t)), "table");
  setMetatable(L, t, mt);
  EXPECT_STREQ(typeNameForMessage(L, Value::of(t)), "table");
  setString(L, mt, s.pushString("__name"), Value::of(s.pushString("My.Type")));
  EXPECT_STREQ(typeNameForMessage(L, Value::of(t)), "My.Type");
}

} // namespace
