// The dictionary part of tables: storing, and what happens when it is full.
#include "vm/table_parts.h"

namespace perigee {

namespace {

uint32_t liveEntries(const Dictionary* d) {
  uint32_t live = 0;
  for (uint32_t i = 0; i < d->count; ++i) live += !d->entries()[i].value.isNil();
  return live;
}

// Reallocates the block for `capacity` > the present one.
void growDictionary(Thread* L, Table* t, uint32_t capacity) {
  Dictionary* old = t->dictionary;
  void* memory =
      heapOf(L).reallocateRaw(L, old, old != nullptr ? old->bytes() : 0, Dictionary::bytesFor(capacity));
  auto* d = static_cast<Dictionary*>(memory);
  if (old == nullptr)
    initDictionary(d, capacity);
  else
    setCapacity(d, capacity);
  t->dictionary = d;
}

void shrinkDictionary(Thread* L, Table* t, uint32_t capacity) {
  Dictionary* d = t->dictionary;
  size_t old_bytes = d->bytes();
  d->capacity = capacity;
  rebuildHeads(d);
  t->dictionary = static_cast<Dictionary*>(heapOf(L).tryReallocateRaw(d, old_bytes, d->bytes()));
}

void squeeze(Thread* L, Table* t, uint32_t live) {
  Dictionary* d = t->dictionary;
  compactEntries(d);
  uint32_t wanted = capacityFor(live + live / 2 + 1);
  if (wanted <= d->capacity / 2)
    shrinkDictionary(L, t, wanted);
  else
    rebuildHeads(d);
}

// Makes room for one more entry in a full (or missing) dictionary: by squeezing out cleared entries if they
// are at least a quarter, else by growing.
void makeRoom(Thread* L, Table* t) {
  Dictionary* d = t->dictionary;
  if (d == nullptr) return growDictionary(L, t, 1);
  uint32_t capacity = d->capacity;
  uint32_t live = liveEntries(d);
  uint32_t quarter = capacity < 4 ? 1 : capacity / 4;
  if (live + quarter <= capacity) return squeeze(L, t, live);
  if (capacity >= kMaxDictionarySize) raiseError(L, "table overflow");
  growDictionary(L, t, capacityFor(capacity + 1));
}

} // namespace

void insertEntry(Thread* L, Table* t, Value key, Value value) {
  Dictionary* d = t->dictionary;
  if (d == nullptr || d->count == d->capacity) {
    if (d != nullptr && (key.isInteger() || d->has_integers) && moveIntegersToArray(L, t, key, value)) return;
    d = t->dictionary;
    if (d == nullptr || d->count == d->capacity) makeRoom(L, t);
    d = t->dictionary;
  }
  uint32_t i = appendEntry(d, key);
  d->entries()[i].value = value;
  Heap& heap = heapOf(L);
  heap.barrier(t, value);
  heap.barrier(t, key);
}

// Stores into entry i, the one with `key`, or into a new one if there is none; true if there was no value
// before.
static bool store(Thread* L, Table* t, uint32_t i, Value key, Value value) {
  if (i == kNoEntry) {
    if (!value.isNil()) insertEntry(L, t, key, value);
    return true;
  }
  Dictionary* d = t->dictionary;
  DictionaryEntry& e = d->entries()[i];
  bool was_absent = e.value.isNil();
  e.value = value;
  if (i < d->first) d->first = i & 0x7FFFFFFF;
  heapOf(L).barrier(t, value);
  return was_absent;
}

void setInDictionary(Thread* L, Table* t, Value key, Value value) {
  store(L, t, findEntry(t->dictionary, key), key, value);
}

bool storeShortStringEntry(Thread* L, Table* t, String* key, Value value) {
  return store(L, t, findShortStringEntry(t->dictionary, key), Value::of(key), value);
}

void squeezeDictionary(Thread* L, Table* t) {
  uint32_t live = liveEntries(t->dictionary);
  if (live == 0)
    freeDictionary(L->global, t);
  else
    squeeze(L, t, live);
}

void reserveEntries(Thread* L, Table* t, uint32_t more) {
  if (more == 0) return;
  uint32_t count = t->dictionary == nullptr ? 0 : t->dictionary->count;
  uint64_t needed = uint64_t{count} + more;
  if (needed > kMaxDictionarySize) raiseError(L, "table overflow");
  if (t->dictionary == nullptr || needed > t->dictionary->capacity)
    growDictionary(L, t, capacityFor(static_cast<uint32_t>(needed)));
}

} // namespace perigee
