// Numbers that nobody can foresee: for hashing, not for cryptography.
#pragma once

#include <cstdint>

namespace perigee {

uint64_t drawEntropy();

} // namespace perigee
