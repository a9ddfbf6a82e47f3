#include "lib/pattern.h"

#include <cstdio>
#include <cstring>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

namespace perigee {
namespace {

// A compiled pattern with its memory.
struct Compiled {
  std::vector<uint64_t> memory;
  Pattern* pattern;
  explicit Compiled(std::string_view text, bool anchors = true)
      : memory(Pattern::bytesFor(text.size()) / 8 + 1) {
    pattern = Pattern::compile(memory.data(), text, anchors);
  }
};

std::string errorText(PatternError error, int index) {
  char text[128];
  std::snprintf(text, sizeof text, patternErrorMessage(error), index);
  return text;
}

// "first,last" of the match and its captures ("@n" for positions), "-" for none, or the message.
std::string found(std::string_view subject, std::string_view text) {
  Compiled compiled(text);
  Matcher m(compiled.pattern, subject);
  if (!m.search(subject.data()))
    return m.error() == PatternError::None ? "-" : errorText(m.error(), m.errorIndex());
  std::string result = std::to_string(m.matchBegin() - subject.data() + 1) + "," +
                       std::to_string(m.matchEnd() - subject.data());
  for (int i = 0; i < m.captureCount(); ++i) {
    const Matcher::Capture& c = m.capture(i);
    if (c.length == Matcher::Capture::kUnfinished) return errorText(PatternError::UnfinishedCapture, 0);
    if (c.length == Matcher::Capture::kPosition) {
      result += ",@" + std::to_string(c.begin - subject.data() + 1);
    } else {
      result += "," + std::string(c.begin, static_cast<size_t>(c.length));
    }
  }
  return result;
}

std::string repeated(std::string_view unit, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += unit;
  return result;
}

TEST(Pattern, SingleBytes) {
  EXPECT_EQ(found("hello", "l"), "3,3");
  EXPECT_EQ(found("hello", "l.o"), "3,5");
  EXPECT_EQ(found("hello", "x"), "-");
  EXPECT_EQ(found("a.b", "%."), "2,2");
  EXPECT_EQ(found("ab1 c", "%d%s"), "3,4");
  EXPECT_EQ(found("ab1 c", "%A+"), "3,4");
  EXPECT_EQ(found(std::string_view("a\0b", 3), "%z"), "2,2");
  EXPECT_EQ(found(std::string_view("a\0b", 3), std::string_view("\0b", 2)), "2,3");
  EXPECT_EQ(found("\xff\xfe", "\xfe"), "2,2");
  EXPECT_EQ(found("", ""), "1,0");
}

TEST(Pattern, Sets) {
  EXPECT_EQ(found("x-y", "[+-]"), "2,2");
  EXPECT_EQ(found("a]b", "[]]"), "2,2");
  EXPECT_EQ(found("]a", "[^]]"), "2,2");
  EXPECT_EQ(found("abc9", "[^a-c]"), "4,4");
  EXPECT_EQ(found("foo_1 bar", "[%w_]+"), "1,5");
  EXPECT_EQ(found("a^", "[a^]+"), "1,2");
  EXPECT_EQ(found("-", "[%a-z]"), "1,1");
  EXPECT_EQ(found("%", "[%%]"), "1,1");
  EXPECT_EQ(found("\x80\xbf", "[\x80-\xbf]+"), "1,2");
  EXPECT_EQ(found("m", "[z-a]"), "-");
}

TEST(Pattern, Repetition) {
  EXPECT_EQ(found("aaab", "a*"), "1,3");
  EXPECT_EQ(found("baaa", "a*"), "1,0");
  EXPECT_EQ(found("aaab", "a-b"), "1,4");
  EXPECT_EQ(found("<a><b>", "<.->"), "1,3");
  EXPECT_EQ(found("<a><b>", "<.*>"), "1,6");
  EXPECT_EQ(found("color", "colou?r"), "1,5");
  EXPECT_EQ(found("aXbXc", ".*X"), "1,4");
  EXPECT_EQ(found("aaa", "a+a"), "1,3");
  EXPECT_EQ(found("aaa", "^a-$"), "1,3");
}

TEST(Pattern, Anchors) {
  EXPECT_EQ(found("ba", "^a"), "-");
  EXPECT_EQ(found("ba", "a$"), "2,2");
  EXPECT_EQ(found("a$b", "a$b"), "1,3");
  EXPECT_EQ(found("a^b", "a^b"), "1,3");
  Compiled without("^a", false);
  std::string_view subject = "a^a";
  Matcher m(without.pattern, subject);
  ASSERT_TRUE(m.search(subject.data()));
  EXPECT_EQ(m.matchBegin() - subject.data(), 1);
}

TEST(Pattern, Captures) {
  EXPECT_EQ(found("key = value", "(%w+)%s*=%s*(%w+)"), "1,11,key,value");
  EXPECT_EQ(found("hello", "()ll()"), "3,4,@3,@5");
  EXPECT_EQ(found("abc", "((a)(b))"), "1,2,ab,a,b");
  EXPECT_EQ(found("say 'it' \"now\"", "([\"'])(.-)%1"), "5,8,',it");
  EXPECT_EQ(found("a", "()%1"), "-");
  EXPECT_EQ(found("aXa", "(.)X%1"), "1,3,a");
  EXPECT_EQ(found("  trim  ", "^%s*(.-)%s*$"), "1,8,trim");
}

TEST(Pattern, BalanceAndFrontier) {
  EXPECT_EQ(found("f(a(b)c)d)", "%b()"), "2,8");
  EXPECT_EQ(found("(((", "%b()"), "-");
  EXPECT_EQ(found("xaax", "%bxx"), "1,4");
  EXPECT_EQ(found("THE (quick) fox", "%f[%a]%a+%f[%A]"), "1,3");
  EXPECT_EQ(found("a1", "%f[%d]"), "2,1");
  EXPECT_EQ(found("ab", "%f[%z]"), "3,2");
}

TEST(Pattern, Mistakes) {
  EXPECT_EQ(found("a", "a%"), "malformed pattern (ends with '%')");
  EXPECT_EQ(found("a", "[a"), "malformed pattern (missing ']')");
  EXPECT_EQ(found("a", "[%"), "malformed pattern (missing ']')");
  EXPECT_EQ(found("a", "[]"), "malformed pattern (missing ']')");
  EXPECT_EQ(found("a", "%f"), "missing '[' after '%f' in pattern");
  EXPECT_EQ(found("a", "%b("), "malformed pattern (missing arguments to '%b')");
  EXPECT_EQ(found("a", "(a"), "unfinished capture");
  EXPECT_EQ(found("a", "(a))"), "invalid pattern capture");
  EXPECT_EQ(found("a", "(a%1)"), "invalid capture index %1");
  EXPECT_EQ(found("a", "%0"), "invalid capture index %0");
  EXPECT_EQ(found("", repeated("()", 33)), "too many captures");
  // Found only where matching gets there.
  EXPECT_EQ(found("b", "a%"), "-");
}

TEST(Pattern, DepthIsLimited) {
  std::string many(300, 'a');
  EXPECT_EQ(found(many, repeated("a?", 199)), "1,199");
  EXPECT_EQ(found(many, repeated("a?", 200)), "pattern too complex");
  EXPECT_EQ(found("", repeated("a?", 2000)), "1,0");
  EXPECT_EQ(found(many, std::string(250, 'a')), "1,250");
}

TEST(Pattern, PlainSearch) {
  EXPECT_TRUE(isPlainPattern("abc)]"));
  EXPECT_FALSE(isPlainPattern("a.c"));
  std::string_view subject("ab\0abc", 6);
  EXPECT_EQ(findPlain(subject, "abc") - subject.data(), 3);
  EXPECT_EQ(findPlain(subject, "x"), nullptr);
  EXPECT_EQ(findPlain(subject, ""), subject.data());
}

// Whatever the pattern is, a match lies within the subject and its captures within the match.
RC_GTEST_PROP(Pattern, MatchesLieInTheSubject, ()) {
  const std::string letters = "ab.%w[]^$*+-?()1f";
  auto text = *rc::gen::container<std::string>(rc::gen::elementOf(letters));
  auto subject = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab(1w")));
  Compiled compiled(text);
  Matcher m(compiled.pattern, subject);
  if (!m.search(subject.data())) return;
  RC_ASSERT(m.matchBegin() >= subject.data() && m.matchEnd() <= subject.data() + subject.size());
  for (int i = 0; i < m.captureCount(); ++i) {
    const Matcher::Capture& c = m.capture(i);
    RC_ASSERT(c.begin >= m.matchBegin() && c.begin + std::max<ptrdiff_t>(c.length, 0) <= m.matchEnd());
  }
}

} // namespace
} // namespace perigee
