// Making strings.
#pragma once

#include "vm/object.h"

#include <cstdarg>

namespace perigee {

// A string with these contents (copied). Raises a memory error. The bytes must not lie in an object that only
// the caller knows of.
String* newString(Thread* L, const char* data, size_t length);
inline String* newString(Thread* L, std::string_view s) { return newString(L, s.data(), s.size()); }
// A long string (length > kMaxShortString) whose contents the caller fills in before anything else happens.
String* newLongString(Thread* L, size_t length);
// printf-like with the conversions of lua_pushfstring (%s %d %I %f %p %c %U %%) and %S for a String*. The
// result is returned unanchored; raises a memory error.
String* newStringFormat(Thread* L, const char* format, ...);
String* newStringFormatV(Thread* L, const char* format, va_list arguments);

uint32_t hashOf(String* s); // computes a long string's hash when first asked for
inline uint32_t hashOf(const String* s) { return hashOf(const_cast<String*>(s)); }

// Conversions, without metamethods. Integers and floats as the manual says (%.14g).
String* numberToString(Thread* L, Value number);
// String (or number) to number; nil if it is none.
Value toNumber(Value v);
// Value to integer: integers, floats with an exact integer value, strings of such.
bool toInteger(Value v, int64_t* out);

// For the collector and the state.
void initStringTable(Thread* L);
void removeInterned(State* G, String* s);
void destroyStringTable(State* G);

} // namespace perigee
