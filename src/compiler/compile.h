// The compiler: one unit of a prototype to machine code.
#pragma once

#include "vm/native_code.h"

#include "compiler/dump.h"

namespace perigee {

// What may be asked of the compiler, by UnitBuilder::options.
struct CompilerOptions {
  passes::PassSet passes_off; // to see what each is good for
  DumpOptions dump;           // onto standard output
};

// See CompileFunction in vm/native_code.h.
bool compileUnit(Thread* L, Proto* p, uint32_t entry_pc, UnitBuilder& out, const char** reason);

} // namespace perigee
