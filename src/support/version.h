// What the implementation calls itself. The version stands here only: CMakeLists.txt reads it.
#pragma once

namespace perigee {

#define PERIGEE_VERSION "0.1.0"

constexpr const char* kVersion = PERIGEE_VERSION;
// Argument: what Dialect::version says.
constexpr const char* kVersionLine =
    "Perigee " PERIGEE_VERSION " (%s)  Copyright (C) 2026 The Perigee authors\n";

// major * 10000 + minor * 100 + patch
consteval int versionNumber(const char* text) {
  int number = 0, part = 0;
  for (const char* p = text; *p != '\0'; ++p) {
    if (*p == '.') {
      number = (number + part) * 100;
      part = 0;
    } else {
      part = part * 10 + *p - '0';
    }
  }
  return number + part;
}
constexpr int kVersionNumber = versionNumber(kVersion);
static_assert(versionNumber("1.20.3") == 12003);

} // namespace perigee
