// Making strings.
#pragma once

#include "vm/object.h"
#include "vm/packed_text.h"

#include <cstdarg>

namespace perigee {

// A string with these contents (copied). Raises a memory error. The bytes must not lie in an object that only
// the caller knows of.
String* newString(Thread* L, const char* data, size_t length);
// The same with looks at interrupts, which raise.
String* newStringInPieces(Thread* L, const char* data, size_t length);
inline String* newString(Thread* L, std::string_view s) { return newString(L, s.data(), s.size()); }
String* newString(Thread* L, const PackedText& text);
// A long string (length > kMaxShortString) whose contents the caller fills in before anything else happens.
String* newLongString(Thread* L, size_t length);
// Gives a long string that only the caller knows of, and that has not been hashed, another length, in another
// place perhaps. Null, with the string as it was, if that takes a new object.
String* tryResizeLongString(Thread* L, String* s, size_t length);
// printf-like with the conversions of lua_pushfstring (%s %d %I %f %p %c %U %%) and %S for a String*. The
// result is returned unanchored; raises a memory error.
String* newStringFormat(Thread* L, const char* format, ...);
String* newStringFormatV(Thread* L, const char* format, va_list arguments);

void freeByteStrings(State* G); // at the end of the state

// Contents compared with looks at interrupts in between, which raise: for those who hold a thread.
bool equalInPieces(Thread* L, const String* a, const String* b);
uint32_t hashOf(String* s); // computes a long string's hash when first asked for
inline uint32_t hashOf(const String* s) { return hashOf(const_cast<String*>(s)); }

// Conversions, without metamethods. Integers and floats as the manual says (%.14g).
String* numberToString(Thread* L, Value number);
// String (or number) to number; nil if it is none.
Value toNumber(Value v);
// The same with looks at interrupts, which raise: numerals may be of any length.
Value toNumber(Thread* L, Value v);
// Value to integer: integers, floats with an exact integer value, strings of such.
bool toInteger(Value v, int64_t* out);

// Byte positions as the string functions take them: negative ones count from the end.
// A start: at least 1, may lie behind the end.
inline size_t startPosition(int64_t position, size_t length) {
  if (position > 0) return static_cast<size_t>(position);
  if (position == 0 || position < -static_cast<int64_t>(length)) return 1;
  return length + static_cast<size_t>(position) + 1;
}
// An end: at most the length, 0 if before the start.
inline size_t endPosition(int64_t position, size_t length) {
  if (position > static_cast<int64_t>(length)) return length;
  if (position >= 0) return static_cast<size_t>(position);
  if (position < -static_cast<int64_t>(length)) return 0;
  return length + static_cast<size_t>(position) + 1;
}

// string.sub(s, first, last): may be `s` itself. `s` must be reachable.
String* substring(Thread* L, String* s, int64_t first, int64_t last);

} // namespace perigee
