#include "interpreter/inline_cache.h"

#include "vm/dictionary.h"
#include "vm/error.h"
#include "vm/field_cache.h"
#include "vm/metamethod.h"
#include "vm/table.h"
#include "vm/work.h"

namespace perigee {
namespace {

constexpr uint16_t kMaxMisses = 1000; // a site that misses more often is left alone

bool isCacheable(InlineCache& cache) {
  // Long strings are no field names: they lie in the dictionary whatever the shape.
  if (cache.misses >= kMaxMisses || !cache.key->isShort()) return false;
  cache.misses++;
  return true;
}

// Remembers shape pointers in a prototype: the collector clears caches, and must know about young shapes.
void rememberPrototype(Thread* L) { heapOf(L).remember(runningFunction(L->base)->proto); }

void setCache(Thread* L, InlineCache& cache, InlineCache::Kind kind, Shape* shape, uint32_t slot) {
  cache.kind = kind;
  cache.shape = shape;
  cache.slot = slot;
  cache.holder = nullptr;
  cache.version = 0;
  rememberPrototype(L);
}

// Is it certain, as long as State::holder_version stays the same, that __index leads from `metatable` to no
// `key`?
bool chainLacks(Thread* L, Table* metatable, String* key) {
  for (int depth = 0; depth < kMaxCachedChain; depth++) {
    if (metatable == nullptr) return true;
    makeHolder(L, metatable);
    Value handler = metamethod(L, metatable, Meta::Index);
    if (handler.isNil()) return true;
    if (!handler.isTable()) return false;
    Table* t = handler.table();
    makeHolder(L, t);
    if (t->shape->isDictionary() || findSlot(t->shape, key) != kNoSlot) return false;
    metatable = t->metatable();
  }
  return false;
}

void fillForTable(Thread* L, Table* t, InlineCache& cache) {
  if (!isCacheable(cache)) return;
  if (t->shape->isDictionary()) {
    uint32_t entry = dictionaryFind(t->dictionary, cache.key);
    if (entry != kNoEntry) setCache(L, cache, InlineCache::Kind::Dictionary, t->shape, entry);
    return;
  }
  uint32_t slot = findSlot(t->shape, cache.key);
  bool present = slot != kNoSlot;
  if (present && !t->slots[slot].isNil()) {
    setCache(L, cache, InlineCache::Kind::Field, t->shape, slot);
    cache.place = t->slots + slot;
    return;
  }
  // An Owned shape may get the field later without changing.
  if (!present && t->shape->kind() != ShapeKind::Shared) return;
  // Looking may collect, and a collection may take links out of the chain: then the version is an old one.
  uint64_t version = L->global->holder_version;
  if (chainLacks(L, t->metatable(), cache.key)) {
    setCache(L, cache, present ? InlineCache::Kind::Field : InlineCache::Kind::Absent, t->shape, slot);
    cache.version = version;
    return;
  }
  if (present) {
    setCache(L, cache, InlineCache::Kind::Field, t->shape, slot);
    return;
  }
  Table* holder = findHolder(L, t->metatable(), cache.key, &slot);
  if (holder == nullptr) return;
  setCache(L, cache, InlineCache::Kind::Holder, t->shape, slot);
  cache.holder = holder;
  cache.version = version;
}

// Methods of strings: found through the metatable that all strings share. A null shape stands for strings.
void fillForString(Thread* L, InlineCache& cache) {
  uint32_t slot;
  if (!isCacheable(cache)) return;
  uint64_t version = L->global->holder_version;
  Table* holder = findHolder(L, L->global->type_metatables[static_cast<int>(Type::String)], cache.key, &slot);
  if (holder == nullptr) return;
  setCache(L, cache, InlineCache::Kind::Holder, nullptr, slot);
  cache.holder = holder;
  cache.version = version;
}

// The __index chain from `object` on; the object itself has no such key if it is a table.
Lookup followIndex(Thread* L, const Value* place, Value key) {
  Value object = *place;
  for (int loop = 0; loop < kMaxMetaChain; loop++) {
    if (loop > kMaxCachedChain) charge(L, Work::Elements, 1);
    Value handler;
    if (object.isTable()) {
      Table* t = object.table();
      Value v = get(t, key);
      if (!v.isNil()) return {v, object, false};
      handler = metamethod(L, t->metatable(), Meta::Index);
      if (handler.isNil()) return {Value::nil(), object, false};
    } else {
      handler = metamethodOf(L, object, Meta::Index);
      if (handler.isNil()) {
        if (loop == 0) raiseIndexError(L, place);
        Value copy = object;
        raiseIndexError(L, &copy);
      }
    }
    if (handler.isFunction()) return {handler, object, true};
    object = handler;
  }
  raiseError(L, "'__index' chain too long; possible loop");
}

bool followNewIndex(Thread* L, const Value* place, Value key, Value value, Lookup* out) {
  Value object = *place;
  for (int loop = 0; loop < kMaxMetaChain; loop++) {
    if (loop > kMaxCachedChain) charge(L, Work::Elements, 1);
    Value handler;
    if (object.isTable()) {
      Table* t = object.table();
      handler = metamethod(L, t->metatable(), Meta::NewIndex);
      if (handler.isNil() || !get(t, key).isNil()) {
        set(L, t, key, value);
        return true;
      }
    } else {
      handler = metamethodOf(L, object, Meta::NewIndex);
      if (handler.isNil()) {
        if (loop == 0) raiseIndexError(L, place);
        Value copy = object;
        raiseIndexError(L, &copy);
      }
    }
    if (handler.isFunction()) {
      *out = {handler, object, true};
      return false;
    }
    object = handler;
  }
  raiseError(L, "'__newindex' chain too long; possible loop");
}

// May a store of `key` to t bypass the metamethod bookkeeping of setString?
bool isPlainKey(const Table* t, const String* key) {
  return key->extra == 0 || !(t->flags & (Table::kIsMetatable | Table::kIsHolder));
}

} // namespace

Lookup lookUpField(Thread* L, const Value* place, InlineCache& cache) {
  if (place->isTable()) {
    // The site has met too many shapes.
    if (cache.misses >= kMaxMisses && cache.key->isShort()) {
      if (const Value* v = findFieldCached(L, place->table(), cache.key)) return {*v, *place, false};
    }
    fillForTable(L, place->table(), cache);
  } else if (place->isString()) {
    fillForString(L, cache);
  }
  return followIndex(L, place, Value::of(cache.key));
}

Lookup lookUpIndex(Thread* L, const Value* place, Value key) { return followIndex(L, place, key); }

bool storeField(Thread* L, const Value* place, InlineCache& cache, Value value, Lookup* out) {
  if (!place->isTable()) return followNewIndex(L, place, Value::of(cache.key), value, out);
  Table* t = place->table();
  Shape* shape = t->shape;
  String* key = cache.key;
  Value old = getString(t, key);
  if (old.isNil() && !metamethod(L, t->metatable(), Meta::NewIndex).isNil())
    return followNewIndex(L, place, Value::of(key), value, out);
  bool caching = isPlainKey(t, key) && isCacheable(cache);
  bool adds_holder_field = (t->flags & (Table::kIsMetatable | Table::kIsHolder)) != 0;
  setString(L, t, key, value);
  if (!caching) return true;
  t = place->table();
  if (t->shape == shape) {
    if (shape->isDictionary()) {
      uint32_t entry = dictionaryFind(t->dictionary, key);
      if (entry != kNoEntry) setCache(L, cache, InlineCache::Kind::Dictionary, shape, entry);
    } else {
      uint32_t slot = findSlot(L, shape, key);
      if (slot != kNoSlot && !old.isNil()) setCache(L, cache, InlineCache::Kind::Field, shape, slot);
    }
  } else if (!t->shape->isDictionary() && t->shape->kind() == ShapeKind::Shared && !adds_holder_field &&
             t->shape->parent == shape && t->shape->key == key) {
    setCache(L, cache, InlineCache::Kind::AddField, shape, t->shape->count - 1);
    cache.next_shape = t->shape;
    cache.version = L->global->holder_version;
  }
  return true;
}

bool storeIndex(Thread* L, const Value* place, Value key, Value value, Lookup* out) {
  return followNewIndex(L, place, key, value, out);
}

} // namespace perigee
