// The compiler: one unit of a prototype to machine code.
#pragma once

#include "vm/native_code.h"

#include <string>

namespace perigee {

// See CompileFunction in vm/native_code.h.
bool compileUnit(Thread* L, Proto* p, uint32_t entry_pc, UnitBuilder& out, const char** reason);

} // namespace perigee
