// Lists as the library sees them: tables without metamethods directly, everything else by the operations of
// the language.
#pragma once

#include "interpreter/operations.h"
#include "lib/native.h"

namespace perigee {

// A table whose elements can be reached without metamethods.
inline bool isRawList(Thread* L, Value v) {
  if (!v.isTable()) return false;
  Table* mt = v.table()->metatable();
  return mt == nullptr || (metamethod(L, mt, Meta::Index).isNil() &&
                           metamethod(L, mt, Meta::NewIndex).isNil() && metamethod(L, mt, Meta::Len).isNil());
}

// What a function does to a list; decides which metamethods make up for its not being a table.
namespace list_use {
constexpr unsigned kRead = 1, kWrite = 2, kLength = 4;
}
// Argument i is a table or an object with the metamethods for `use`; raises "table expected" otherwise.
void checkList(Native& n, int i, unsigned use);
// What follows is for functions that the program may be paused in while they call metamethods: then k goes on
// as if they had returned.

// Pushes element i of argument `list`.
void pushElementSlowly(Native& n, int list, int64_t i, intptr_t context, Continuation k);
inline void pushElement(Native& n, int list, int64_t i, intptr_t context, Continuation k) {
  Value v = n.arg(list);
  if (!isRawList(n.thread(), v)) return pushElementSlowly(n, list, i, context, k);
  n.push(getInteger(v.table(), i));
}
// Pops what becomes element i of argument `list`.
void popElementSlowly(Native& n, int list, int64_t i, intptr_t context, Continuation k);
inline void popElement(Native& n, int list, int64_t i, intptr_t context, Continuation k) {
  Value v = n.arg(list);
  if (!isRawList(n.thread(), v)) return popElementSlowly(n, list, i, context, k);
  setInteger(n.thread(), v.table(), i, n.top(-1));
  n.pop(1);
}
// Pushes the length of argument 1; takeLength pops it.
void pushLength(Native& n, Continuation k);
int64_t takeLength(Native& n);

template <int (*body)(Native& n, int64_t length)> int lengthContinued(lua_State* state, int, intptr_t) {
  Native n(state);
  return body(n, takeLength(n));
}
// Returns body(n, length) for the list that is argument 1 and must have the metamethods for `use`, if any.
template <int (*body)(Native& n, int64_t length)> int withLength(Native& n, unsigned use) {
  Value v = n.arg(1);
  if (isRawList(n.thread(), v)) return body(n, length(v.table()));
  if (use != 0) checkList(n, 1, use | list_use::kLength);
  pushLength(n, lengthContinued<body>);
  return body(n, takeLength(n));
}

// table.sort.
int tableSort(lua_State* L);

} // namespace perigee
