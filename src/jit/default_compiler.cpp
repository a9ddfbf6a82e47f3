#include "jit/default_compiler.h"

#include "compiler/compile.h"

namespace perigee {

CompileFunction defaultCompiler() { return compileUnit; }

} // namespace perigee
