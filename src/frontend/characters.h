// Classes of characters as the language defines them, in the C locale. They take what SourceStream gives: an
// unsigned char or SourceStream::kEnd, which is in no class.
#pragma once

namespace perigee {

inline bool isDigit(int c) { return c >= '0' && c <= '9'; }
inline bool isHexDigit(int c) { return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
inline bool isLetter(int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
inline bool isWordCharacter(int c) { return isLetter(c) || isDigit(c); }
inline bool isLineBreak(int c) { return c == '\n' || c == '\r'; }
inline bool isSpace(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

} // namespace perigee
