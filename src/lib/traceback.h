// Stack tracebacks.
#pragma once

#include "lib/native.h"

namespace perigee {

// Pushes on L the traceback of thread `from` (which may be L) from frame `level` on, in the form of
// luaL_traceback, with `message` and a line break in front if there is one.
void pushTraceback(Thread* L, Thread* from, const char* message, int level);

} // namespace perigee
