// Syntax tree to prototypes.
#pragma once

#include "bytecode/compile_memory.h"
#include "frontend/ast.h"
#include "frontend/diagnostics.h"
#include "vm/proto.h"

namespace perigee {

// What the functions of a chunk share while they are emitted.
struct ChunkContext {
  Thread* L;
  CompileMemory& memory;
  Arena& arena;
  const Diagnostics& diagnostics;
  String* source;   // chunk name, kept alive
  NameTable& texts; // of string constants

  // The string of a name, made once.
  String* stringOf(Name* name) {
    if (name->vm_string == nullptr) name->vm_string = memory.makeString(name->text);
    return static_cast<String*>(name->vm_string);
  }
  // Equal constants of a chunk are one string, also if they are long.
  String* stringOf(std::string_view text) { return stringOf(texts.intern(text)); }
};

// Emits a chunk's main function with everything in it; the prototypes are sealed. The result is kept alive by
// the context's memory. Raises memory errors, and a syntax error for an expression that needs too many
// registers.
Proto* emitChunk(ChunkContext& context, FunctionNode* main);

} // namespace perigee
