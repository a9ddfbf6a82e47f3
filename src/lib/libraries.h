// The standard libraries, in the order they are opened in.
#pragma once

#include "lib/native.h"

#include <span>

namespace perigee {

struct Library {
  const char* name;
  lua_CFunction open;
  bool Dialect::* only_if = nullptr;

  bool isPartOf(const Dialect& dialect) const { return only_if == nullptr || dialect.*only_if; }
};

std::span<const Library> standardLibraries();

// rawset(t, k, v), for other libraries to call with a guard in front of it.
int rawSet(lua_State* L);

} // namespace perigee
