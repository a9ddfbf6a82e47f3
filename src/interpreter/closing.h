// To-be-closed variables: calling their __close metamethods without C recursion.
#pragma once

#include "interpreter/handler.h"

namespace perigee {

// Is there a to-be-closed variable at or above `level`?
inline bool hasToBeClosed(const Thread* L, const Value* level) {
  return static_cast<ptrdiff_t>(L->to_be_closed) > level - L->stack;
}
// Takes the newest to-be-closed variable off the list.
inline Value* popToBeClosed(Thread* L) {
  Value* slot = L->stack + L->to_be_closed - 1;
  L->to_be_closed = olderToBeClosed(slot);
  return slot;
}

// Closes the newest to-be-closed variable at or above k (there is one); its __close is called above L->top,
// and then the instruction before pc is executed again.
PERIGEE_HANDLER(closeVariables);
// An error has reached the pcall-like frame at base, whose first argument slot holds the error value: closes
// all upvalues and variables above, then returns false and the error from it.
PERIGEE_HANDLER(unwindTo);
// A __close metamethod called by unwindTo has returned.
PERIGEE_HANDLER(returnToUnwind);
// Lays the call of __close for the variable in `slot` at `place` (the function slot); returns the callee's
// base.
Value* layCloseCall(Thread* L, Value* slot, Value* place, Value error);
// From C++: closes everything at or above `level` through nested calls. `error` is passed to the metamethods.
void closeAll(Thread* L, ptrdiff_t level, Value error);

} // namespace perigee
