// What the ways to format values have in common; see string.format in lib/string_support.h.
#pragma once

#include "lib/string_support.h"

namespace perigee {

// The argument of a conversion %s. A program that is paused in its __tostring loses the C frames of
// string.format: what that needs to go on lies on the stack then.
struct TextArgument {
  int argument;
  const char* conversion; // in the format, behind the %
  bool is_there;          // on top of the stack, from a call that was paused

  std::string_view push(Native& n, Buffer& b) const;
};

// %q: the argument as a literal that reads back as the same value.
void formatLiteral(Native& n, Buffer& b, int argument);
// The conversion that `rest` begins with (behind its %), which is taken off.
void formatLoosely(Native& n, Buffer& b, std::string_view* rest, const TextArgument& text);

} // namespace perigee
