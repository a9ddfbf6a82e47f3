// Chunks, text or binary, to functions.
#pragma once

#include "frontend/syntax_host.h"
#include "vm/proto.h"
#include "vm/thread.h"

#include <string_view>

namespace perigee {

// The first byte of a binary chunk.
constexpr char kBinarySignature = '\x1b';

// Each of these pushes the new closure on L's stack and returns it. Its upvalues are new, closed and nil (the
// first one is to be set to the globals by the caller). The source is `first_piece` and then what `reader`
// gives; `chunk_name` is as lua_load takes it ("@file", "=name", or the text itself). Raise a syntax error
// (status ErrorSyntax) or a memory error, or whatever the reader raises.

// Source text.
LuaFunction* loadText(Thread* L, const SourceReader& reader, std::string_view first_piece,
                      const char* chunk_name);
// A binary chunk (bytecode/dump.h), which is verified.
LuaFunction* loadBinary(Thread* L, const SourceReader& reader, std::string_view first_piece,
                        const char* chunk_name);
// Either, as the first byte tells. `mode` says what is allowed: a string with 't', 'b' or both; null: both.
LuaFunction* load(Thread* L, const SourceReader& reader, const char* chunk_name, const char* mode);

// The closure of a main prototype that a stack slot keeps alive, pushed.
LuaFunction* pushMainClosure(Thread* L, Proto* p);

} // namespace perigee
