// Environments for programs that nobody trusts: the parts of the standard library that reach nothing but the
// program's own memory, read-only and shared by all environments of a state.
#pragma once

#include "lib/native.h"

namespace perigee {

// What is let in on top of the safe set.
namespace sandbox {
constexpr int kPrint = 1;      // print and io.write to standard output, warn
constexpr int kTime = 2;       // os.time, clock, date, difftime
constexpr int kFinalizers = 4; // __gc
} // namespace sandbox

// Opens the libraries and makes the state's globals the first environment. For a state in which no library
// has been opened. Raises a memory error.
void openSandbox(Thread* L, int flags);
// Pushes a new environment of a state with a sandbox. Raises a memory error, and an error if there is none.
void pushEnvironment(Thread* L);

} // namespace perigee
