// Names interned while a chunk is parsed, so that equal names are the same object.
#pragma once

#include <cstdint>
#include <string_view>

#include "frontend/token.h"
#include "support/arena.h"

namespace perigee {

struct LabelStat;
struct LocalVar;
struct PendingJump;

struct Name {
  std::string_view text;
  uint64_t hash;
  Name* next_in_bucket;
  Token token; // a keyword, or Token::Name

  // What the name means at the place being parsed; kept by Scope and by Labels.
  LocalVar* visible_local = nullptr;
  LabelStat* visible_label = nullptr;
  PendingJump* pending_jumps = nullptr; // to labels of this name not yet seen, the latest first

  void* vm_string = nullptr; // for the emitter: the string made of the text
};

class NameTable {
public:
  NameTable(Arena& arena, uint64_t seed);

  Name* intern(std::string_view text);

private:
  void grow();

  Arena& arena_;
  uint64_t seed_;
  Name** buckets_;
  size_t bucket_count_; // a power of two
  size_t name_count_ = 0;
};

} // namespace perigee
