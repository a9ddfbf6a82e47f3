// require "limits": what a program may know of its ticks.

#include "lib/native.h"

namespace perigee {
namespace {

// Ticks spent so far, in all; nil if they are not counted.
int ticks(lua_State* state) {
  Native L(state);
  const TickAccount& account = L.state()->ticks;
  if (!account.counts) {
    L.pushNil();
  } else {
    L.pushInteger(account.spent());
  }
  return 1;
}

} // namespace

int openLimits(lua_State* state) {
  static constexpr NativeEntry kFunctions[] = {{"ticks", ticks}, {nullptr, nullptr}};
  Native L(state);
  Table* library = L.pushTable(4);
  L.setFunctions(library, kFunctions);
  return 1;
}

} // namespace perigee
