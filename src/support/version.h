// What the implementation calls itself.
#pragma once

namespace perigee {

constexpr const char* kVersion = "0.1.0";
constexpr int kVersionNumber = 100; // major * 10000 + minor * 100 + patch
constexpr const char* kVersionLine = "Perigee 0.1.0 (Lua 5.4)  Copyright (C) 2026 The Perigee authors";

} // namespace perigee
