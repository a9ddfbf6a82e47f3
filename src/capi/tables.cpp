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

// table[key] with tables only on the way: what __index leads to as long as that is a table. False if it leads
// to something else, or far.
inline bool findInTables(Thread* L, const Table* t, String* key, Value* out) {
  for (int i = 0; i < 8; ++i) {
    const Value* place = findField(t, key);
    *out = place != nullptr ? *place : Value::nil();
    if (isFinal(t, *out)) return true;
    Value next = metamethod(L, t->metatable(), Meta::Index);
    if (!next.isTable()) return next.isNil();
    t = next.table();
  }
  return false;
}

int getField(Thread* L, Value object, const char* name) {
  String* key = literal(L, name);
  Value v;
  if (object.isTable() && findInTables(L, object.table(), key, &v)) [[likely]] {
    pushAny(L, v);
    return typeNumber(v);
  }
  pushAny(L, Value::of(key));
  return finishGet(L, object, Value::of(key));
}

// object[key] = value, both reachable; pops n values.
void finishSet(Thread* L, Value object, Value key, Value value, int n) {
  running(L, [&] {
    setIndex(L, object, key, value);
    return 0;
  });
  L->top -= n;
}

void setField(Thread* L, Value object, const char* name) {
  checkElements(L, 1);
  String* key = literal(L, name);
  push(L, Value::of(key));
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

int pushResult(Thread* L, Value v) {
  pushAny(L, v);
  return typeNumber(v);
}

} // namespace

// --- reading
// -----------------------------------------------------------------------------------------------------

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
  Value key = L->top[-1];
  if (object.isTable()) [[likely]] {
    Value v;
    bool found;
    if (key.isString()) [[likely]] {
      found = findInTables(L, object.table(), key.string(), &v);
    } else {
      v = get(object.table(), key);
      found = isFinal(object.table(), v);
    }
    if (found) {
      L->top[-1] = v;
      heapOf(L).remember(L);
      return typeNumber(v);
    }
  }
  return finishGet(L, object, key);
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

// --- writing
// -----------------------------------------------------------------------------------------------------

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
