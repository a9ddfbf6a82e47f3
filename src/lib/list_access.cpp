#include "lib/list_access.h"

#include "interpreter/inline_cache.h"

namespace perigee {

void checkList(Native& n, int i, unsigned use) {
  Value v = n.arg(i);
  if (v.isTable()) return;
  Thread* L = n.thread();
  Table* mt = metatableOf(L, v);
  auto lacks = [&](unsigned what, Meta m) { return (use & what) != 0 && metamethod(L, mt, m).isNil(); };
  if (mt == nullptr || lacks(list_use::kRead, Meta::Index) || lacks(list_use::kWrite, Meta::NewIndex) ||
      lacks(list_use::kLength, Meta::Len))
    n.checkType(i, Type::Table);
}

void pushElementSlowly(Native& n, int list, int64_t i, intptr_t context, Continuation k) {
  Thread* L = n.thread();
  Value v = n.arg(list);
  Lookup found = lookUpIndex(L, &v, Value::of(i));
  n.push(found.value);
  if (!found.is_call) return;
  ensureStack(L, kMetaSlots);
  n.push(found.receiver);
  n.pushInteger(i);
  callPausable(L, 2, 1, context, k);
}

void popElementSlowly(Native& n, int list, int64_t i, intptr_t context, Continuation k) {
  Thread* L = n.thread();
  Value v = n.arg(list), element = n.top(-1);
  Lookup target;
  if (storeIndex(L, &v, Value::of(i), element, &target)) {
    n.pop(1);
  } else {
    n.top(-1) = target.value;
    n.push(target.receiver);
    n.pushInteger(i);
    n.push(element);
    callPausable(L, 3, 0, context, k);
  }
}

void pushLength(Native& n, Continuation k) {
  Value v = n.arg(1);
  Value handler = v.isString() ? Value::nil() : metamethodOf(n.thread(), v, Meta::Len);
  if (handler.isNil()) {
    n.push(lengthOf(n.thread(), v));
    return;
  }
  n.push(handler);
  n.push(v);
  n.push(v);
  callPausable(n.thread(), 2, 1, 0, k);
}

int64_t takeLength(Native& n) {
  int64_t result;
  if (!toInteger(n.top(-1), &result)) n.error("object length is not an integer");
  n.pop(1);
  return result;
}

} // namespace perigee
