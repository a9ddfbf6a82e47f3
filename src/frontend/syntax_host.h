// How the frontend reaches its surroundings. It owns nothing but what `allocate` gave it, so each of these
// functions may leave by longjmp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vm/dialect.h"

namespace perigee {

// Nested statements, expressions and C calls together that stock Lua allows.
inline constexpr int kMaxSyntaxLevels = 200;

struct SyntaxHost {
  void* ud = nullptr;

  // Memory aligned for anything, owned by the host, which frees it once the syntax tree is no longer needed;
  // never null.
  void* (*allocate)(void* ud, size_t bytes) = nullptr;

  // Raises a syntax error with the complete message, such as "input:1: unexpected symbol near 'x'". The text
  // lies in memory from `allocate`. Never returns.
  void (*fail)(void* ud, std::string_view message) = nullptr;

  // Levels of kMaxSyntaxLevels that C calls around the parser already use; 2 is what they are when a main
  // program calls `load`.
  int levels_in_use = 2;

  const Dialect* dialect = &defaultDialect();

  // Seed of the table of names; drawn at random, it keeps crafted programs from making names collide.
  uint64_t hash_seed = 0;
};

// The source as a sequence of pieces, as lua_Reader gives them: each valid until the next call; null or size
// zero at the end. May raise.
struct SourceReader {
  void* ud = nullptr;
  const char* (*read)(void* ud, size_t* size) = nullptr;
};

} // namespace perigee
