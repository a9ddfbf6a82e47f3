// The events of metatables, in one table: name of the key, and how a result is used when the metamethod was
// called by an instruction.
#pragma once

#include "vm/object.h"
#include "vm/table.h"

namespace perigee {

enum class Meta : uint8_t {
  Index,
  NewIndex,
  Gc,
  Mode,
  Len,
  Eq,
  Add,
  Sub,
  Mul,
  Mod,
  Pow,
  Div,
  IDiv,
  BAnd,
  BOr,
  BXor,
  Shl,
  Shr,
  Unm,
  BNot,
  Lt,
  Le,
  Concat,
  Call,
  Close,
  ToString,
  Name,
  Pairs,
  Metatable,
  Count
};
constexpr int kMetaCount = static_cast<int>(Meta::Count);
// "__index", … in the order of the enumeration.
const char* metaName(Meta m);

// The metatable of any value, or null.
Table* metatableOf(Thread* L, Value v);

// The metamethod `m` in metatable `mt` (may be null), or nil; absence is remembered in mt->aux.
Value metamethodSlow(Thread* L, Table* mt, Meta m);
inline Value metamethod(Thread* L, Table* mt, Meta m) {
  if (mt == nullptr || (mt->aux >> static_cast<int>(m)) & 1) return Value::nil();
  return metamethodSlow(L, mt, m);
}
inline Value metamethodOf(Thread* L, Value v, Meta m) { return metamethod(L, metatableOf(L, v), m); }

// Type name for messages: `__name` of the metatable if it is a string, else typeName.
const char* typeNameForMessage(Thread* L, Value v);

} // namespace perigee
