// States of the versions of Lua.
#pragma once

#include "perigee/lua.hpp"
#include "perigee/perigee.h"

namespace perigee::hostile {

constexpr int kVersions[] = {504, 503};
constexpr size_t kVersionCount = sizeof kVersions / sizeof *kVersions;

inline lua_State* newState(size_t version, lua_Alloc allocator = nullptr, void* data = nullptr) {
  perigee_Options options = {};
  options.size = sizeof options;
  options.lua = kVersions[version];
  options.allocator = allocator;
  options.data = data;
  return perigee_newstate(&options);
}

} // namespace perigee::hostile
