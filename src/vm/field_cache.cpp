#include "vm/field_cache.h"

#include "vm/metamethod.h"
#include "vm/state.h"
#include "vm/table.h"

namespace perigee {

FieldCache* fieldCacheOf(State* G) {
  if (G->field_cache == nullptr) {
    G->field_cache = static_cast<FieldCache*>(G->heap.tryReallocateRaw(nullptr, 0, sizeof(FieldCache)));
    if (G->field_cache != nullptr) G->field_cache->clear();
  }
  return G->field_cache;
}

namespace {

// `holder` null: the slot is the table's own.
void remember(State* G, const Shape* shape, const String* key, const Table* holder, uint32_t slot,
              uint64_t holder_version) {
  FieldCache* cache = fieldCacheOf(G);
  if (cache == nullptr) return;
  uintptr_t name = reinterpret_cast<uintptr_t>(key);
  FieldCache::Entry& e = cache->at(shape, name);
  e.shape = shape;
  e.key = name;
  e.holder = holder;
  e.place = FieldCache::placeOf(slot, holder != nullptr ? holder_version : 0);
}

} // namespace

Table* findHolder(Thread* L, Table* metatable, String* key, uint32_t* slot) {
  for (int depth = 0; depth < kMaxCachedChain && metatable != nullptr; depth++) {
    makeHolder(L, metatable);
    Value handler = metamethod(L, metatable, Meta::Index);
    if (!handler.isTable()) return nullptr;
    Table* t = handler.table();
    makeHolder(L, t);
    if (t->shape->isDictionary()) return nullptr;
    uint32_t s = findSlot(t->shape, key);
    if (s != kNoSlot && !t->slots[s].isNil()) {
      *slot = s;
      return t;
    }
    metatable = t->metatable();
  }
  return nullptr;
}

const Value* findFieldCached(Thread* L, const Table* t, String* key) {
  State* G = L->global;
  const Shape* shape = t->shape;
  if (const FieldCache* cache = G->field_cache) {
    uintptr_t name = reinterpret_cast<uintptr_t>(key);
    const FieldCache::Entry& e = cache->at(shape, name);
    if (e.shape == shape && e.key == name) {
      uint32_t slot = static_cast<uint16_t>(e.place);
      const Value* v = nullptr;
      if (e.holder == nullptr) {
        v = t->slots + slot;
      } else if (e.place >> 16 == G->holder_version) {
        v = e.holder->slots + slot;
      }
      if (v != nullptr && !v->isNil()) return v;
    }
  }
  if (shape->isDictionary()) return nullptr;
  uint32_t slot = findSlot(shape, key);
  if (slot != kNoSlot) {
    if (t->slots[slot].isNil()) return nullptr;
    remember(G, shape, key, nullptr, slot, 0);
    return t->slots + slot;
  }
  // An Owned shape may get the field later without changing.
  if (shape->kind() != ShapeKind::Shared) return nullptr;
  fieldCacheOf(G); // what may collect comes first
  uint64_t version = G->holder_version;
  Table* holder = findHolder(L, shape->metatable, key, &slot);
  if (holder == nullptr) return nullptr;
  remember(G, shape, key, holder, slot, version);
  return holder->slots + slot;
}

bool storeFieldCached(Thread* L, Table* t, String* key, Value value) {
  State* G = L->global;
  Shape* shape = t->shape;
  uintptr_t adds = reinterpret_cast<uintptr_t>(key) | FieldCache::kAdds;
  if (FieldCache* cache = G->field_cache) {
    const FieldCache::Entry& e = cache->at(shape, adds);
    if (e.shape == shape && e.key == adds && e.place == FieldCache::placeOf(0, G->holder_version)) {
      addField(L, t, e.next_shape, value);
      return true;
    }
  }
  if (shape->kind() != ShapeKind::Shared) return false;
  uint32_t slot = findSlot(shape, key);
  if (slot != kNoSlot && !t->slots[slot].isNil()) {
    remember(G, shape, key, nullptr, slot, 0);
    t->slots[slot] = value;
    heapOf(L).barrier(t, value);
    return true;
  }
  if (!metamethod(L, shape->metatable, Meta::NewIndex).isNil()) return false;
  setString(L, t, key, value);
  bool follows = t->shape->kind() == ShapeKind::Shared && t->shape->parent == shape && t->shape->key == key;
  FieldCache* cache = follows ? fieldCacheOf(G) : nullptr;
  if (cache == nullptr) return true;
  FieldCache::Entry& e = cache->at(shape, adds);
  e.shape = shape;
  e.key = adds;
  e.next_shape = t->shape;
  e.place = FieldCache::placeOf(0, G->holder_version);
  return true;
}

} // namespace perigee
