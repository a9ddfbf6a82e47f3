// The short name of a chunk, as messages and debug.getinfo's short_src show it.
#pragma once

#include <cstddef>
#include <string_view>

namespace perigee {

inline constexpr size_t kChunkIdSize = 60;
inline constexpr size_t kPositionSize = kChunkIdSize + 16; // for "chunk:line: "

// Writes the short form of `source` ("@file", "=name", or the program text itself) and a terminating zero to
// `out`, which has room for kChunkIdSize characters. Returns its length without the zero.
size_t chunkId(char* out, std::string_view source);

} // namespace perigee
