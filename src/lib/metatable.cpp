#include "lib/metatable.h"

namespace perigee {

void setTableMetatable(Thread* L, Table* t, Table* metatable) {
  setMetatable(L, t, metatable);
  if (metatable != nullptr && !metamethod(L, metatable, Meta::Gc).isNil()) heapOf(L).registerFinalizer(L, t);
}

bool isProtected(Native L, const Table* t) {
  return t->metatable() != nullptr && !L.field(t->metatable(), "__metatable").isNil();
}

int setArgumentMetatable(lua_State* state, void (*set)(Thread*, Table*, Table*)) {
  Native L(state);
  Table* t = L.checkTable(1);
  if (L.isNone(2) || (!L.arg(2).isNil() && !L.arg(2).isTable())) L.expectedError(2, "nil or table");
  if (isProtected(L, t)) L.error("cannot change a protected metatable");
  L.setTop(2);
  set(L.thread(), t, L.arg(2).isNil() ? nullptr : L.arg(2).table());
  L.setTop(1);
  return 1;
}

} // namespace perigee
