// luaL_Buffer. Its stack slot holds a light userdata as long as the bytes lie in the buffer itself (in some
// dialects there is no slot as long), then a string object with room for more, which becomes the result.

#include "capi/api.h"
#include "perigee/lauxlib.h"

#include <cstring>
#include <utility>

using namespace perigee;
using namespace perigee::capi;

static_assert(sizeof(luaL_Buffer) == 1056 && offsetof(luaL_Buffer, init) == 32);

namespace {

bool isInline(const luaL_Buffer* b) { return b->b == b->init.b; }

// The storage, if it lies in what should be the buffer's slot.
String* storageOf(const luaL_Buffer* b, const Value& slot) {
  bool in_place = !isInline(b) && slot.isString() && slot.string()->data() == b->b;
  return in_place ? slot.string() : nullptr;
}

// Storage of another size with the same bytes, where there is no need for a new object: null if the frame has
// the old one elsewhere, too (what a host has copied it is not to miss), or a collection has come across it.
String* tryResize(Thread* L, const Value* slot, String* storage, size_t size) {
  for (const Value* v = L->base; v < L->top; ++v) {
    if (v == slot || v->tag != Tag::String || v->string() != storage) continue;
    check(false, "the buffer's slot has been copied", "luaL_prepbuffsize");
    return nullptr;
  }
  return tryResizeLongString(L, storage, size);
}

// Gives an inline buffer its slot, where it has none yet: below the value on top, or on top.
void takeSlot(Thread* L, luaL_Buffer* b, bool below_top) {
  if (hostApiOf(L).buffers_take_slot) return;
  push(L, Value::lightUserdata(b));
  if (below_top) std::swap(L->top[-1], L->top[-2]);
}

// Makes room for n more bytes; the buffer's slot is `slot` places below the top.
__attribute__((noinline)) char* grow(luaL_Buffer* b, size_t n, int slot) {
  Thread* L = Thread::from(b->L);
  constexpr size_t kLimit = static_cast<size_t>(INT64_MAX) - sizeof(String) - 1;
  if (n > kLimit - b->n) luaL_error(b->L, "buffer too large");
  size_t wanted = b->n + n;
  size_t capacity = b->size < kLimit / 2 ? b->size / 2 * 3 : kLimit;
  if (capacity < wanted) capacity = wanted;
  if (isInline(b)) takeSlot(L, b, slot == -2);
  Value* place = L->top + slot;
  check(isInline(b) ? place->tag == Tag::LightUserdata : place->isString(),
        "the buffer's slot is not in place", "luaL_prepbuffsize");
  String* old = storageOf(b, *place);
  String* storage = old != nullptr ? tryResize(L, place, old, capacity) : nullptr;
  if (storage == nullptr) {
    storage = newLongString(L, capacity);
    storage->flags |= String::kInternal;
    std::memcpy(storage->data(), b->b, b->n);
  }
  *place = Value::of(storage);
  heapOf(L).remember(L);
  b->b = storage->data();
  b->size = capacity;
  return b->b + b->n;
}

inline char* room(luaL_Buffer* b, size_t n, int slot) {
  return b->size - b->n >= n ? b->b + b->n : grow(b, n, slot);
}

} // namespace

void luaL_buffinit(lua_State* L, luaL_Buffer* b) {
  b->L = L;
  b->b = b->init.b;
  b->n = 0;
  const HostApi& api = hostApiOf(Thread::from(L));
  b->size = api.buffer_bytes;
  if (api.buffers_take_slot) push(Thread::from(L), Value::lightUserdata(b));
}

char* luaL_buffinitsize(lua_State* L, luaL_Buffer* b, size_t size) {
  luaL_buffinit(L, b);
  return room(b, size, -1);
}

char* luaL_prepbuffsize(luaL_Buffer* b, size_t size) { return room(b, size, -1); }

void luaL_addlstring(luaL_Buffer* b, const char* s, size_t length) {
  if (length == 0) return;
  std::memcpy(room(b, length, -1), s, length);
  b->n += length;
}

void luaL_addstring(luaL_Buffer* b, const char* s) { luaL_addlstring(b, s, std::strlen(s)); }

void luaL_addvalue(luaL_Buffer* b) {
  size_t length;
  const char* s = lua_tolstring(b->L, -1, &length);
  demand(Thread::from(b->L), s != nullptr, "string expected");
  char* to = room(b, length, -2);
  std::memcpy(to, s, length);
  b->n += length;
  Thread::from(b->L)->top--;
}

void luaL_pushresult(luaL_Buffer* b) {
  Thread* L = Thread::from(b->L);
  if (isInline(b)) takeSlot(L, b, false);
  Value* slot = L->top - 1;
  // Some modules have something else on top, which stock Lua takes for the buffer's slot, too.
  String* storage = storageOf(b, *slot);
  check(storage != nullptr || isInline(b), "the buffer's slot is not in place");
  // Not less than two thirds are in use after the least growth that was needed.
  if (storage != nullptr && b->n > kMaxShortString && b->n >= b->size / 3 * 2) {
    storage->flags &= static_cast<uint8_t>(~String::kInternal);
    storage->length = b->n;
    storage->data()[b->n] = '\0';
  } else {
    storage = newString(L, b->b, b->n);
  }
  *slot = Value::of(storage);
  heapOf(L).remember(L);
}

void luaL_pushresultsize(luaL_Buffer* b, size_t size) {
  b->n += size;
  luaL_pushresult(b);
}

void luaL_addgsub(luaL_Buffer* b, const char* s, const char* pattern, const char* replacement) {
  size_t length = std::strlen(pattern);
  while (const char* found = std::strstr(s, pattern)) {
    luaL_addlstring(b, s, static_cast<size_t>(found - s));
    luaL_addstring(b, replacement);
    s = found + length;
  }
  luaL_addstring(b, s);
}

const char* luaL_gsub(lua_State* L, const char* s, const char* pattern, const char* replacement) {
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  b.size = sizeof b.init; // whatever hosts of this dialect have
  luaL_addgsub(&b, s, pattern, replacement);
  luaL_pushresult(&b);
  return lua_tostring(L, -1);
}
