// The interpreter as a whole: making states that run on it.
#pragma once

#include "vm/state.h"

namespace perigee {

// A new Lua state, without libraries; its main thread, or null if the allocator refuses. `seed` is that of
// string hashes; 0: drawn from clock and addresses. Freed by closeState.
Thread* newState(Allocator allocator, void* allocator_data, uint32_t seed = 0,
                 const Dialect& dialect = defaultDialect());
// A state on the C library's allocator.
Thread* newState(const Dialect& dialect = defaultDialect());
// Closes pending to-be-closed variables of the main thread and runs all finalizers.
void finishState(Thread* main_thread);
// The same; frees everything.
void closeState(Thread* main_thread);

} // namespace perigee
