// The hidden position of a traversal by `next`, behind the tag of a loop's control variable: the loop goes on
// there without looking for the key.
#pragma once

#include "vm/value.h"

namespace perigee {

// There is none at the start of a loop that does not begin with the first key, and after the iterator was
// called for real.
constexpr uint32_t kNoPosition = ~uint32_t{0};
inline uint32_t& traversalPosition(Value* control) { return reinterpret_cast<uint32_t*>(control)[3]; }

} // namespace perigee
