// The constants of a function being emitted, each kept once.
#pragma once

#include "bytecode/compile_memory.h"
#include "vm/value.h"

namespace perigee {

class ConstantTable {
public:
  // `seed` keeps crafted programs from making constants collide.
  ConstantTable(Arena& arena, uint64_t seed) : arena_(arena), seed_(seed), values_(arena) {}

  // The index of `v`: nil, a boolean, a number (integers and floats are distinct, so are the two zeros) or a
  // string, which the caller keeps alive.
  uint32_t indexOf(Value v);

  uint32_t size() const { return values_.size(); }
  Value* data() { return values_.data(); }

private:
  uint64_t hash(const Value& v) const;
  void grow();

  Arena& arena_;
  uint64_t seed_;
  ArenaVector<Value> values_;
  uint32_t* buckets_ = nullptr; // index + 1, or 0; open addressing
  uint32_t bucket_count_ = 0;   // a power of two
};

} // namespace perigee
