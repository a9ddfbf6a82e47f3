// Source text to syntax tree.
#pragma once

#include <string_view>

#include "frontend/ast.h"
#include "frontend/syntax_host.h"

namespace perigee {

// Parses a whole chunk: `first_piece` and then what `reader` gives (which may be empty; its `read` may be
// null). `chunk_name` is as lua_load takes it ("@file", "=name", or the source text) and must outlive the
// call. Returns the main function, a vararg function whose only upvalue is _ENV. The tree lies in memory from
// the host's `allocate`; it refers to neither the pieces nor the chunk name. Any syntax error goes to the
// host's `fail`.
FunctionNode* parseChunk(const SyntaxHost& host, const SourceReader& reader, std::string_view first_piece,
                         std::string_view chunk_name);

} // namespace perigee
