// Kinds of tokens and how they are spelled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace perigee {

// A token of one character has that character's code (0 to 255); any character can turn up as a token, also
// one that means nothing.
enum class Token : uint16_t {
#define PERIGEE_CHARACTER(name, c) name = c,
#define PERIGEE_KEYWORD(name, spelling)
#define PERIGEE_SYMBOL(name, spelling)
#define PERIGEE_CLASS(name, spelling)
#include "frontend/tokens.def"
#undef PERIGEE_CHARACTER
#undef PERIGEE_KEYWORD
#undef PERIGEE_SYMBOL
#undef PERIGEE_CLASS
  BeforeNamed = 255,
#define PERIGEE_CHARACTER(name, c)
#define PERIGEE_KEYWORD(name, spelling) name,
#define PERIGEE_SYMBOL(name, spelling) name,
#define PERIGEE_CLASS(name, spelling) name,
#include "frontend/tokens.def"
#undef PERIGEE_CHARACTER
#undef PERIGEE_KEYWORD
#undef PERIGEE_SYMBOL
#undef PERIGEE_CLASS
};

constexpr Token tokenOf(char c) { return static_cast<Token>(static_cast<unsigned char>(c)); }

// The keyword spelled `word`, or Token::Name if there is none.
Token keywordOf(std::string_view word);

inline constexpr size_t kMaxTokenDescription = 16;

// Writes how messages call the token ('while', '+', '<\1>', <eof>) to `out`, which has room for
// kMaxTokenDescription characters, and returns what was written.
std::string_view describeToken(Token token, char* out);

} // namespace perigee
