// The prompt: reads chunks, runs them, prints what they return.
#pragma once

#include "cli/line_reader.h"
#include "lib/native.h"

namespace perigee {

// Until the end of the input. A line that is an expression has its values printed; a chunk that a line leaves
// incomplete is continued on the next. `reader` must live outside of protected calls.
void runPrompt(Native& L, LineReader& reader);

} // namespace perigee
