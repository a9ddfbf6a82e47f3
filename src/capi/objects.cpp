// New tables and userdata, metatables and user values.

#include "capi/api.h"
#include "interpreter/call.h"
#include "lib/metatable.h"
#include "vm/proto.h"

using namespace perigee;
using namespace perigee::capi;

namespace {

// A host that never runs Lua code still gets its finalizers called.
inline void runDueFinalizers(Thread* L) {
  if (L->poll.load(std::memory_order_relaxed) & poll::kFinalizers) [[unlikely]] {
    L->poll.fetch_and(~poll::kFinalizers);
    running(L, [&] {
      runFinalizers(L);
      return 0;
    });
  }
}

// What a new table takes into its own cell needs no more room.
constexpr int kInlineHint = 4;

uint32_t sizeHint(int n, const char* function = __builtin_FUNCTION()) {
  check(n >= 0, "negative size", function);
  return n > 0 ? static_cast<uint32_t>(n) : 0;
}

Value* userValue(Thread* L, int i, int n, const char* function = __builtin_FUNCTION()) {
  Value* v = slotAt(L, i, function);
  demand(L, v->isUserdata(), "full userdata expected", function);
  Userdata* u = v->userdata();
  return n >= 1 && static_cast<uint32_t>(n) <= u->aux ? u->userValues() + (n - 1) : nullptr;
}

} // namespace

void lua_createtable(lua_State* state, int elements, int fields) {
  Thread* L = Thread::from(state);
  runDueFinalizers(L);
  Table* t = newTable(L, sizeHint(fields), sizeHint(elements));
  pushAny(L, Value::of(t));
  if (elements > kInlineHint) reserveArray(L, t, sizeHint(elements));
  if (fields > kInlineHint) reserveFields(L, t, sizeHint(fields));
}

void* lua_newuserdatauv(lua_State* state, size_t size, int user_values) {
  Thread* L = Thread::from(state);
  demand(L, user_values >= 0 && user_values < 0xFFFF, "invalid number of user values");
  runDueFinalizers(L);
  Userdata* u = newUserdata(L, size, user_values);
  pushAny(L, Value::of(u));
  return u->bytes();
}

int lua_getiuservalue(lua_State* state, int i, int n) {
  Thread* L = Thread::from(state);
  Value* place = userValue(L, i, n);
  Value v = place != nullptr ? *place : Value::nil();
  pushAny(L, v);
  return place != nullptr ? typeNumber(v) : LUA_TNONE;
}

int lua_setiuservalue(lua_State* state, int i, int n) {
  Thread* L = Thread::from(state);
  checkElements(L, 1);
  Value* place = userValue(L, i, n);
  if (place != nullptr) {
    *place = L->top[-1];
    heapOf(L).barrier(slotAt(L, i)->object, *place);
  }
  L->top--;
  return place != nullptr;
}

int lua_getmetatable(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  Table* mt = metatableOf(L, *slotAt(L, i));
  if (mt == nullptr) return 0;
  pushAny(L, Value::of(mt));
  return 1;
}

int lua_setmetatable(lua_State* state, int i) {
  Thread* L = Thread::from(state);
  checkElements(L, 1);
  Value top = L->top[-1];
  demand(L, top.isNil() || top.isTable(), "table expected");
  Table* mt = top.isNil() ? nullptr : top.table();
  Value object = *slotAt(L, i);
  if (object.isTable()) {
    setTableMetatable(L, object.table(), mt);
  } else if (object.isUserdata()) {
    Userdata* u = object.userdata();
    u->metatable = mt;
    heapOf(L).barrier(u, mt);
    if (mt != nullptr && !metamethod(L, mt, Meta::Gc).isNil()) heapOf(L).registerFinalizer(L, u);
  } else {
    L->global->type_metatables[typeNumber(object)] = mt;
    L->global->holder_version++; // methods of strings may be found elsewhere now
  }
  L->top--;
  return 1;
}
