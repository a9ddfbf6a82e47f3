#include "frontend/token.h"

#include <cstring>

#include "support/numbers.h"

namespace perigee {

namespace {

enum class TokenClass : uint8_t { Keyword, Symbol, Class };

struct TokenInfo {
  TokenClass token_class;
  std::string_view spelling;
};

// Indexed by the token's distance from the first named one.
constexpr TokenInfo kTokens[] = {
#define PERIGEE_CHARACTER(name, c)
#define PERIGEE_KEYWORD(name, spelling) {TokenClass::Keyword, spelling},
#define PERIGEE_SYMBOL(name, spelling) {TokenClass::Symbol, spelling},
#define PERIGEE_CLASS(name, spelling) {TokenClass::Class, spelling},
#include "frontend/tokens.def"
#undef PERIGEE_CHARACTER
#undef PERIGEE_KEYWORD
#undef PERIGEE_SYMBOL
#undef PERIGEE_CLASS
};

constexpr unsigned kFirstNamed = static_cast<unsigned>(Token::BeforeNamed) + 1;
constexpr size_t kLongestKeyword = 8;

// For each first letter, where its keywords begin in kTokens (they are in alphabetical order).
struct KeywordIndex {
  uint8_t begin[27];

  constexpr KeywordIndex() : begin{} {
    for (unsigned letter = 0; letter <= 26; ++letter) {
      unsigned i = 0;
      while (kTokens[i].token_class == TokenClass::Keyword &&
             static_cast<unsigned>(kTokens[i].spelling[0] - 'a') < letter) {
        ++i;
      }
      begin[letter] = static_cast<uint8_t>(i);
    }
  }
};

constexpr KeywordIndex kKeywordIndex;

} // namespace

Token keywordOf(std::string_view word) {
  if (word.size() < 2 || word.size() > kLongestKeyword || word[0] < 'a' || word[0] > 'z') return Token::Name;
  unsigned letter = static_cast<unsigned>(word[0] - 'a');
  for (unsigned i = kKeywordIndex.begin[letter]; i < kKeywordIndex.begin[letter + 1]; ++i) {
    if (kTokens[i].spelling == word) return static_cast<Token>(kFirstNamed + i);
  }
  return Token::Name;
}

std::string_view describeToken(Token token, char* out) {
  char* end = out;
  auto put = [&end](std::string_view text) {
    std::memcpy(end, text.data(), text.size());
    end += text.size();
  };
  unsigned code = static_cast<unsigned>(token);
  if (code >= kFirstNamed) {
    const TokenInfo& info = kTokens[code - kFirstNamed];
    bool quoted = info.token_class != TokenClass::Class;
    if (quoted) put("'");
    put(info.spelling);
    if (quoted) put("'");
  } else if (code >= ' ' && code <= '~') {
    char c = static_cast<char>(code);
    put("'");
    put({&c, 1});
    put("'");
  } else {
    put("'<\\");
    end += formatInteger(end, code);
    put(">'");
  }
  return {out, static_cast<size_t>(end - out)};
}

} // namespace perigee
