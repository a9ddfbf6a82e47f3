// Counts the different fields that a function stores through each of its locals.
#pragma once

#include "frontend/ast.h"
#include "support/arena.h"

namespace perigee {

class FieldStores {
public:
  explicit FieldStores(Arena& arena) : arena_(arena) {}

  // Adds one to var->field_stores unless this name was stored before.
  void note(LocalVar* var, const Name* name);

private:
  struct Entry {
    const LocalVar* var;
    const Name* name;
  };

  Entry& find(const LocalVar* var, const Name* name);
  void grow();

  Arena& arena_;
  Entry* entries_ = nullptr; // open addressing, at most three quarters full
  size_t capacity_ = 0;      // a power of two, or zero
  size_t count_ = 0;
};

} // namespace perigee
