// setmetatable in its variants.
#pragma once

#include "lib/native.h"

namespace perigee {

// Gives `t` the metatable (or none: null); a __gc field in that marks the table for finalization.
void setTableMetatable(Thread* L, Table* t, Table* metatable);

// Does `t` have a metatable with a __metatable field?
bool isProtected(Native L, const Table* t);

// The C function setmetatable(t, nil or metatable), with `set` for what is done once the arguments are
// checked.
int setArgumentMetatable(lua_State* state, void (*set)(Thread*, Table*, Table*));

} // namespace perigee
