// Loading chunks from strings, functions and files, in protected calls.
#pragma once

#include "lib/native.h"

namespace perigee {

// Each pushes the loaded function, its first upvalue set to the globals, or the error message, and returns
// the status. `mode` as in the manual ("b", "t", "bt"), null for both.
ThreadStatus loadString(Thread* L, std::string_view chunk, const char* chunk_name, const char* mode);
// Pieces come from calls of the function in stack slot `function`; each is kept in slot `piece` (saveSlot
// positions).
ThreadStatus loadThroughFunction(Thread* L, ptrdiff_t function, ptrdiff_t piece, const char* chunk_name,
                                 const char* mode);
// A file (null: standard input); a byte order mark and a first line that starts with # are skipped.
ThreadStatus loadFile(Thread* L, const char* file_name, const char* mode);

} // namespace perigee
