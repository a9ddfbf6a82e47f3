// What is compiled, and when.
//
// A function or loop that has become hot is profiled for a while and then compiled. Compiled code that is
// left through the same exit again and again is discarded and compiled anew with what the exits have shown;
// after a few times what fails is compiled without expectations, and in the end the prototype is declined. So
// nothing flips for ever.
#pragma once

#include "jit/jit_state.h"

namespace perigee {

// Gives a new state its tiering. False if memory is refused. The mode is Off at first.
bool installJit(State* G, CompileFunction compile);
void setJitMode(State* G, JitMode mode);
inline JitMode jitMode(const State* G) { return jitOf(G) != nullptr ? jitOf(G)->mode : JitMode::Off; }
void setCodeBudget(State* G, size_t bytes);
// Whether ticks are counted (vm/ticks.h). A change discards what is compiled.
void countTicks(State* G, bool on);

// Whether the function is to be compiled at all; if not, what is compiled of it is discarded.
void setCompilable(State* G, Proto* p, bool on);
// Discards what is compiled, and forgets what was learned and why anything was declined.
void flushUnits(State* G, Proto* p);
void flushAllUnits(State* G);

// Upvalue `index` (from 0) of `f` becomes `u`. Compiled code relies on which variables closures can share, so
// the first time all of it is discarded.
void joinUpvalue(State* G, LuaFunction* f, size_t index, Upvalue* u);

} // namespace perigee
