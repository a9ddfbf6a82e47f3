// The prompt: reads chunks, runs them, prints what they return.
#pragma once

#include "cli/line_reader.h"
#include "lib/native.h"

namespace perigee {

// What each line may spend (ticks < 0: as much as it wants), and the state may hold while lines run (0: as
// much as it wants). The prompt's own work is not limited: where memory is full of what a global holds,
// another line can still free it.
struct LineLimits {
  int64_t ticks;
  size_t memory;
};

// Until the end of the input, or of the time (time_limit.h). A line that is an expression has its values
// printed; a chunk that a line leaves incomplete is continued on the next. `reader` must live outside of
// protected calls.
void runPrompt(Native& L, LineReader& reader, const LineLimits& limits);

} // namespace perigee
