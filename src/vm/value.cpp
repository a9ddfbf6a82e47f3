#include "vm/value.h"

#include "vm/dictionary.h"

namespace perigee {

const char* typeName(Type type) {
  constexpr const char* kNames[] = {"no value", "nil",   "boolean",  "userdata", "number",
                                    "string",   "table", "function", "userdata", "thread"};
  return kNames[static_cast<int>(type) + 1];
}

bool rawEqual(Value a, Value b) {
  if (a.tag != b.tag) {
    int64_t i;
    // An integer that a double cannot hold equals no double.
    if (a.isInteger() && b.isFloat()) return floatKeyToInteger(b.number, &i) && i == a.integer;
    if (a.isFloat() && b.isInteger()) return floatKeyToInteger(a.number, &i) && i == b.integer;
    return false;
  }
  switch (a.tag) {
  case Tag::Nil:
  case Tag::False:
  case Tag::True: return true;
  case Tag::Float: return a.number == b.number;
  case Tag::String: return equalStrings(a.string(), b.string());
  default: return a.integer == b.integer;
  }
}

} // namespace perigee
