// A compiler for tests of the runtime below the real one: every instruction becomes a jump to its handler in
// the interpreter, with the way back by a resume point; calls are made by compiled code and return to it.
// What it makes is slow, but takes all the ways between interpreter and compiled code there are.
#pragma once

#include "jit/jit_state.h"

namespace perigee::testing {

bool compileTemplate(Thread* L, Proto* p, uint32_t entry_pc, UnitBuilder& out, const char** reason);

// Every n-th instruction gets a call of the exit function in front of it; 0: none.
extern int exit_interval;

} // namespace perigee::testing
