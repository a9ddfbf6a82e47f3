// Raises syntax errors.
#pragma once

#include <cstdlib>
#include <initializer_list>
#include <string_view>

#include "frontend/syntax_host.h"
#include "support/arena.h"
#include "support/chunk_id.h"
#include "support/numbers.h"

namespace perigee {

// A number as a piece of a message.
class NumberText {
public:
  explicit NumberText(int64_t number) : size_(formatInteger(chars_, number)) {}
  operator std::string_view() const { return {chars_, size_}; }

private:
  char chars_[kMaxNumberChars];
  size_t size_;
};

class Diagnostics {
public:
  Diagnostics(const SyntaxHost& host, Arena& arena, std::string_view chunk_name)
      : host_(host), arena_(arena), chunk_name_(chunk_name) {}

  const Dialect& dialect() const { return *host_.dialect; }

  // Raises "chunk:line: " followed by the pieces.
  [[noreturn]] void failAt(int line, std::initializer_list<std::string_view> pieces) const {
    char chunk[kChunkIdSize];
    size_t chunk_size = chunkId(chunk, chunk_name_);
    ArenaText message(arena_);
    message.append({chunk, chunk_size});
    message.push(':');
    message.append(NumberText(line));
    message.append(": ");
    for (std::string_view piece : pieces) message.append(piece);
    failPlain(message.view());
  }

  // Raises a message that has no place.
  [[noreturn]] void failPlain(std::string_view message) const {
    host_.fail(host_.ud, message);
    std::abort(); // the host broke its promise
  }

private:
  const SyntaxHost& host_;
  Arena& arena_;
  std::string_view chunk_name_;
};

// Text of a message up to its first zero, where stock Lua's messages end.
inline std::string_view upToZero(std::string_view text) { return text.substr(0, text.find('\0')); }

} // namespace perigee
