// The compiler that new states get. Null: there is none for this machine, everything is interpreted.
#pragma once

#include "vm/native_code.h"

namespace perigee {

CompileFunction defaultCompiler();

} // namespace perigee
