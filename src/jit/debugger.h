// Names of compiled functions for perf and gdb, for those who ask for them by environment variables:
//   PERIGEE_PERF_MAP=1  /tmp/perf-PID.map, which `perf report` reads
//   PERIGEE_GDB=1       gdb's JIT interface
#pragma once

#include "vm/native_code.h"

namespace perigee {

// The unit has been installed, or is about to be freed.
void announceToDebugger(NativeCode* unit);
void forgetInDebugger(NativeCode* unit);

} // namespace perigee
