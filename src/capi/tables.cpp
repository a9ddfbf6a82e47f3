// Reading and writing tables and other things that can be indexed.

#include "capi/api.h"
#include "interpreter/call.h"
#include "interpreter/operations.h"
#include "vm/metamethod.h"

using namespace perigee;
using namespace perigee::capi;

namespace {

// object[key] for a key that slot L->top[-1] holds; the result takes its place. `i` is where the object is.
int finishGet(Thread* L, Value object, Value key) {
  Value v = running(L, [&] { return index(L, object, key); });
  L->top[-1] = v;
  heapOf(L).remember(L);
  return typeNumber(v);
}

// A value found in a table without looking for metamethods is final if it is not nil or there are none.
inline bool isFinal(const Table* t, Value v) { return !v.isNil() || t->metatable() == nullptr; }

// t[key], which is nil, with tables only on the way: what __index leads to as long as that is a table. False
// if it leads to something else, or far.
__attribute__((noinline)) bool findFurther(Thread* L, const Table* t, String* key, Value* out) {
  for (int i = 0; i < 8; ++i) {
    Value next = metamethod(L, t->metatable(), Meta::Index);
    if (!next.isTable()) return next.isNil();
    t = next.table();
    const Value* place = findField(t, key);
    *out = place != nullptr ? *place : Value::nil();
    if (isFinal(t, *out)) return true;
  }
  return false;
}

__attribute__((noinline)) int getFieldFurther(Thread* L, Value object, String* key, const char* function) {
  Value v = Value::nil();
  if (object.isTable() && findFurther(L, object.table(), key, &v)) return pushResult(L, v, function);
  pushAny(L, Value::of(key), function);
  return finishGet(L, object, Value::of(key));
}

int getField(Thread* L, Value object, const char* name, const char* function = __builtin_FUNCTION()) {
  String* key = literal(L, name);
  if (object.isTable()) [[likely]] {
    const Value* place = findField(object.table(), key);
    Value v = place != nullptr ? *place : Value::nil();
    if (isFinal(object.table(), v)) [[likely]]
      return pushResult(L, v, function);
  }
  return getFieldFurther(L, object, key, function);
}

// object[key] = value, both reachable; pops n values.
void finishSet(Thread* L, Value object, Value key, Value value, int n) {
  running(L, [&] {
    setIndex(L, object, key, value);
    return 0;
  });
  L->top -= n;
}

void setField(Thread* L, Value object, const char* name, const char* function = __builtin_FUNCTION()) {
  checkElements(L, 1, function);
  String* key = literal(L, name);
  if (L->top >= L->stack_limit) [[unlikely]]
    makeRoom(L, 1);
  *L->top++ = Value::of(key);
  heapOf(L).remember(L);
  if (object.isTable()) [[likely]] {
    Table* t = object.table();
    Value value = L->top[-2];
    Value* place = findField(t, key);
    if (place != nullptr && !place->isNil() && key->extra == 0) [[likely]] {
      *place = value;
      heapOf(L).barrier(t, value);
      L->top -= 2;
      return;
    }
    if (t->metatable() == nullptr) {
      setString(L, t, key, value);
      L->top -= 2;
      return;
    }
  }
  finishSet(L, object, Value::of(key), L->top[-2], 2);
}

uint32_t& positionBehind(Value* slot) { return reinterpret_cast<uint32_t*>(slot)[3]; }

// object[top], which takes its place.
__attribute__((noinline)) int getSlow(Thread* L, Value object) {
  Value key = L->top[-1];
  if (object.isTable()) {
    Value v = get(object.table(), key);
    if (isFinal(object.table(), v) || (key.isString() && findFurther(L, object.table(), key.string(), &v))) {
      L->top[-1] = v;
      heapOf(L).remember(L);
      return typeNumber(v);
    }
  }
  return finishGet(L, object, key);
}

} // namespace

// --- reading -----------------------------------------------------------------------------------------------

int lua_getglobal(lua_State* state, const char* name) {
  Thread* L = Thread::from(state);
  return getField(L, globalsOf(L), name);
}

int lua_getfield(lua_State* state, int i, const char* name) {
  Thread* L = Thread::from(state);
  return getField(L, *slotAt(L, i), name);
}

int lua_gettable(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  checkElements(L, 1);
  Value object = *slotAt(L, i);
  Value* key = L->top - 1;
  if (!object.isTable() || !key->isString()) return getSlow(L, object);
  const Value* place = findField(object.table(), key->string());
  if (place == nullptr || place->isNil() || (L->gc & gc_bits::kBlack)) return getSlow(L, object);
  *key = *place;
  return typeNumber(*key);
}

int lua_geti(lua_State* state, int i, lua_Integer n) {
  Thread* L = Thread::from(state);
  Value object = *slotAt(L, i);
  if (object.isTable()) [[likely]] {
    Value v = getInteger(object.table(), n);
    if (isFinal(object.table(), v)) return pushResult(L, v);
  }
  Value key = Value::of(static_cast<int64_t>(n));
  push(L, key);
  return finishGet(L, object, key);
}

int lua_rawget(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  checkElements(L, 1);
  Value v = get(tableAt(L, i), L->top[-1]);
  L->top[-1] = v;
  heapOf(L).remember(L);
  return typeNumber(v);
}

int lua_rawgeti(lua_State* state, int i, lua_Integer n) {
  Thread* L = Thread::from(state);
  return pushResult(L, getInteger(tableAt(L, i), n));
}

int lua_rawgetp(lua_State* state, int i, const void* p) {
  Thread* L = Thread::from(state);
  return pushResult(L, get(tableAt(L, i), Value::lightUserdata(const_cast<void*>(p))));
}

namespace {

// Any traversal. Behind the tag of a key that this function has pushed stands its position; keys from
// elsewhere have anything there.
__attribute__((noinline)) int nextByPosition(Thread* L, Table* t) {
  Value key = L->top[-1], value;
  uint32_t position = positionBehind(L->top - 1);
  if (!isPositionAfter(t, position, key) && !findPositionAfter(t, key, &position))
    raiseError(L, "invalid key to 'next'");
  if (!nextAt(L, t, &position, &key, &value)) {
    L->top--;
    return 0;
  }
  L->top[-1] = key;
  positionBehind(L->top - 1) = position;
  pushAny(L, value);
  return 1;
}

} // namespace

int lua_next(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  checkElements(L, 1);
  Table* t = tableAt(L, i);
  Value* key = L->top - 1;
  // Within the array, where no key needs to be looked for.
  if (key->isInteger() && key->integer > 0 && key->integer < t->array_size) {
    Value value = arrayElement(t, static_cast<uint32_t>(key->integer));
    if (!value.isNil()) [[likely]] {
      key->integer++;
      pushAny(L, value);
      return 1;
    }
  }
  return nextByPosition(L, t);
}

// --- writing -----------------------------------------------------------------------------------------------

void lua_setglobal(lua_State* state, const char* name) {
  Thread* L = Thread::from(state);
  setField(L, globalsOf(L), name);
}

void lua_setfield(lua_State* state, int i, const char* name) {
  Thread* L = Thread::from(state);
  setField(L, *slotAt(L, i), name);
}

void lua_settable(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  checkElements(L, 2);
  Value object = *slotAt(L, i);
  if (object.isTable() && object.table()->metatable() == nullptr) {
    set(L, object.table(), L->top[-2], L->top[-1]);
    L->top -= 2;
    return;
  }
  finishSet(L, object, L->top[-2], L->top[-1], 2);
}

void lua_seti(lua_State* state, int i, lua_Integer n) {
  Thread* L = Thread::from(state);
  checkElements(L, 1);
  Value object = *slotAt(L, i);
  if (object.isTable() && object.table()->metatable() == nullptr) [[likely]] {
    setInteger(L, object.table(), n, L->top[-1]);
    L->top--;
    return;
  }
  finishSet(L, object, Value::of(static_cast<int64_t>(n)), L->top[-1], 1);
}

void lua_rawset(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  checkElements(L, 2);
  set(L, tableAt(L, i), L->top[-2], L->top[-1]);
  L->top -= 2;
}

void lua_rawseti(lua_State* state, int i, lua_Integer n) {
  Thread* L = Thread::from(state);
  checkElements(L, 1);
  setInteger(L, tableAt(L, i), n, L->top[-1]);
  L->top--;
}

void lua_rawsetp(lua_State* state, int i, const void* p) {
  Thread* L = Thread::from(state);
  checkElements(L, 1);
  set(L, tableAt(L, i), Value::lightUserdata(const_cast<void*>(p)), L->top[-1]);
  L->top--;
}
