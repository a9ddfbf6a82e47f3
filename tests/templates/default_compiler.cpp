// perigee_templates is the command with the tests' own compiler (template_compiler.h), so that every Lua test
// shows whether interpreter and compiled code fit together. PERIGEE_TEMPLATE_EXITS=n: every n-th instruction
// has an exit.
#include "jit/default_compiler.h"

#include "template_compiler.h"

#include <cstdlib>

namespace perigee {

CompileFunction defaultCompiler() {
  if (const char* exits = std::getenv("PERIGEE_TEMPLATE_EXITS")) testing::exit_interval = std::atoi(exits);
  return testing::compileTemplate;
}

} // namespace perigee
