// What the ways to format values have in common; see string.format in lib/string_support.h.
#pragma once

#include "lib/string_support.h"

namespace perigee {

// %q: the argument as a literal that reads back as the same value.
void formatLiteral(Native& n, Buffer& b, int argument);
// The conversion that `rest` begins with (behind its %), which is taken off.
void formatLoosely(Native& n, Buffer& b, std::string_view* rest, int argument);

} // namespace perigee
