// Lists as the table library sees them: tables without metamethods directly, everything else by the
// operations of the language.
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
// checkList, and its length.
int64_t checkedLength(Native& n, int i, unsigned use);

// Element k of the list v, which is an argument or otherwise on the stack.
inline Value listGet(Thread* L, Value v, int64_t k) {
  return isRawList(L, v) ? getInteger(v.table(), k) : index(L, v, Value::of(k));
}
inline void listSet(Thread* L, Value v, int64_t k, Value element) {
  if (isRawList(L, v)) {
    setInteger(L, v.table(), k, element);
  } else {
    setIndex(L, v, Value::of(k), element);
  }
}

// table.sort.
int tableSort(lua_State* L);

} // namespace perigee
