// Closures, upvalues, userdata.
#include "vm/error.h"
#include "vm/proto.h"
#include "vm/state.h"
#include "vm/work.h"

#include <new>

namespace perigee {

LuaFunction* newLuaFunction(Thread* L, Proto* p) {
  uint32_t count = p->upvalue_count;
  auto* f = static_cast<LuaFunction*>(
      heapOf(L).allocate(L, Tag::Function, sizeof(LuaFunction) + count * sizeof(Upvalue*)));
  f->extra = static_cast<uint8_t>(count);
  f->entry = p->isVararg() ? L->global->upcalls.vararg_entry : L->global->upcalls.lua_entry;
  f->proto = p;
  for (uint32_t i = 0; i < count; ++i) f->upvalues()[i] = nullptr;
  return f;
}

NativeFunction* newNativeFunction(Thread* L, lua_CFunction function, int upvalues, EntryPoint entry) {
  size_t count = static_cast<size_t>(upvalues);
  auto* f = static_cast<NativeFunction*>(
      heapOf(L).allocate(L, Tag::Function, sizeof(NativeFunction) + count * sizeof(Value)));
  f->flags = Function::kNative;
  f->extra = static_cast<uint8_t>(count);
  f->entry = entry != nullptr ? entry : L->global->upcalls.native_entry;
  f->function = function;
  f->padding = 0;
  for (size_t i = 0; i < count; ++i) new (f->upvalues() + i) Value();
  return f;
}

Userdata* newUserdata(Thread* L, size_t bytes, int user_values) {
  size_t count = static_cast<size_t>(user_values);
  size_t head = sizeof(Userdata) + count * sizeof(Value);
  if (bytes > PTRDIFF_MAX - head) raiseMemory(L);
  auto* u = static_cast<Userdata*>(heapOf(L).allocate(L, Tag::Userdata, head + bytes));
  u->aux = static_cast<uint32_t>(count);
  u->metatable = nullptr;
  u->size = bytes;
  u->padding = 0;
  for (size_t i = 0; i < count; ++i) new (u->userValues() + i) Value();
  return u;
}

Userdata* newInternalUserdata(Thread* L, size_t bytes, int user_values) {
  auto count = static_cast<size_t>(user_values);
  if (count <= kElementsPerLook) {
    Userdata* u = newUserdata(L, bytes, user_values);
    u->flags |= Userdata::kInternal;
    return u;
  }
  Userdata* u = newUserdata(L, bytes + count * sizeof(Value), 0);
  u->flags |= Userdata::kInternal;
  // The object is complete at any time.
  inPieces(L, count, kElementsPerLook, [u](size_t from, size_t to) {
    u->aux = static_cast<uint32_t>(to);
    for (size_t i = from; i < to; ++i) new (u->userValues() + i) Value();
  });
  u->size = bytes;
  return u;
}

// --- upvalues ----------------------------------------------------------------------------------------------

Upvalue* newClosedUpvalue(Thread* L) {
  auto* u = static_cast<Upvalue*>(heapOf(L).allocate(L, Tag::Upvalue, sizeof(Upvalue)));
  new (&u->closed) Value();
  u->location = &u->closed;
  return u;
}

namespace {

// The link to the first open upvalue at or below `location`.
Upvalue** openLink(Thread* L, const Value* location) {
  Upvalue** link = &L->open_upvalues;
  while (*link != nullptr && (*link)->location > location) link = &(*link)->open.next;
  return link;
}

} // namespace

Upvalue* findUpvalue(Thread* L, Value* location) {
  Heap& heap = heapOf(L);
  Upvalue* found = *openLink(L, location);
  if (found != nullptr && found->location == location) {
    heap.resurrect(found); // no closure had it any more, and the sweep has not come by yet
    return found;
  }
  auto* u = static_cast<Upvalue*>(heap.allocate(L, Tag::Upvalue, sizeof(Upvalue)));
  Upvalue** link = openLink(L, location); // again: the sweep may have taken dead upvalues out of the list
  u->location = location;
  u->open.next = *link;
  u->open.previous_link = link;
  if (*link != nullptr) (*link)->open.previous_link = &u->open.next;
  *link = u;
  return u;
}

void closeUpvalues(Thread* L, Value* level) {
  Heap& heap = heapOf(L);
  while (Upvalue* u = L->open_upvalues) {
    if (u->location < level) return;
    L->open_upvalues = u->open.next;
    if (u->open.next != nullptr) u->open.next->open.previous_link = &L->open_upvalues;
    Value v = *u->location;
    new (&u->closed) Value(v);
    u->location = &u->closed;
    heap.barrier(u, v);
  }
}

} // namespace perigee
