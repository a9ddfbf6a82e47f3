// A list of objects for the collector's own use. Its memory comes from the host's allocator; if that refuses,
// `incomplete` is set and the collector finds the objects by scanning the heap instead.
#pragma once

#include "vm/object.h"

#include <cstddef>

namespace perigee {

struct ObjectList {
  Object** data = nullptr;
  size_t size = 0;
  size_t capacity = 0;
  bool incomplete = false;
};

} // namespace perigee
