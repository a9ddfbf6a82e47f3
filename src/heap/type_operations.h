// What the collector does with objects of each type: one row per type.
#pragma once

#include "vm/object.h"

namespace perigee {

class Heap;

struct TypeOperations {
  // Marks what the object refers to; returns its size in bytes, more or less.
  size_t (*trace)(Heap& heap, Object* o);
  // Gives back what the dead object owns besides its cell (which itself stays readable); null: nothing. May
  // not look at other objects, which may be gone (except a table at its shape).
  void (*destroy)(State* G, Object* o);

  static const TypeOperations kTable[16]; // indexed by Tag
  static const TypeOperations& of(const Object* o) { return kTable[static_cast<int>(o->type)]; }
};

} // namespace perigee
