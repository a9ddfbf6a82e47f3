// The random numbers of the math library.
#pragma once

#include "lib/native.h"

namespace perigee {

// Sets random and randomseed, with a generator of their own.
void openRandom(Native& n, Table* library);

} // namespace perigee
