#include "jit/default_compiler.h"

namespace perigee {

// Alone in its file: a program that defines this function itself gets its own compiler (tests/templates).
CompileFunction defaultCompiler() { return nullptr; }

} // namespace perigee
