// pcall and xpcall as frames of the interpreter.
#pragma once

#include "interpreter/handler.h"

namespace perigee {

// Entries of the library functions pcall and xpcall.
PERIGEE_HANDLER(enterPcall);
PERIGEE_HANDLER(enterXpcall);
PERIGEE_HANDLER(returnToProtected);
PERIGEE_HANDLER(returnToProtectedHandler);

} // namespace perigee
