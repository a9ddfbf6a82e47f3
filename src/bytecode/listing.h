// Prototypes as text.
#pragma once

#include "vm/proto.h"

#include <string>

namespace perigee {

// A prototype with its instructions, constants, upvalues and local variables, and the prototypes in it. One
// line per instruction: "pc [line] Name operands ; what they name". Does not touch the Lua heap.
std::string listProto(const Proto* p);
// The instructions alone, without pc and line.
std::string listInstructions(const Proto* p);

} // namespace perigee
