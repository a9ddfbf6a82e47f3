// Polling points: where hooks, finalizers and interrupts get their turn. All of these may move the stack.
#pragma once

#include "interpreter/handler.h"
#include "vm/hooks.h"
#include "vm/thread.h"

namespace perigee {

// A function has been entered: its frame is on top (L->base, L->top; Lua: L->pc at its first instruction).
void pollAtCall(Thread* L);
// A native function is about to return the top `results` values.
void pollAtNativeReturn(Thread* L, int results);
// A loop goes on at L->pc.
void pollAtLoop(Thread* L);
// A thread suspended by a hook has been resumed.
PERIGEE_HANDLER(returnToHookYield);

} // namespace perigee
