#include "vm/metamethod.h"

#include "vm/state.h"
#include "vm/string.h"

namespace perigee {

const char* metaName(Meta m) {
  static constexpr const char* kNames[] = {
      "__index", "__newindex", "__gc",   "__mode",  "__len",      "__eq",   "__add",    "__sub",
      "__mul",   "__mod",      "__pow",  "__div",   "__idiv",     "__band", "__bor",    "__bxor",
      "__shl",   "__shr",      "__unm",  "__bnot",  "__lt",       "__le",   "__concat", "__call",
      "__close", "__tostring", "__name", "__pairs", "__metatable"};
  static_assert(sizeof(kNames) / sizeof(kNames[0]) == kMetaCount);
  return kNames[static_cast<int>(m)];
}

Table* metatableOf(Thread* L, Value v) {
  if (v.isTable()) return v.table()->shape->metatable;
  if (v.tag == Tag::Userdata) return v.userdata()->metatable;
  return L->global->type_metatables[static_cast<int>(typeOf(v))];
}

Value metamethodSlow(Thread* L, Table* mt, Meta m) {
  Value v = getString(mt, L->global->meta_names[static_cast<int>(m)]);
  if (v.isNil()) mt->aux |= uint32_t{1} << static_cast<int>(m);
  return v;
}

const char* typeNameForMessage(Thread* L, Value v) {
  if (v.isTable() || v.tag == Tag::Userdata) {
    Value name = metamethodOf(L, v, Meta::Name);
    if (name.isString()) return name.string()->data();
  }
  return typeName(typeOf(v));
}

} // namespace perigee
