// Tables: making them, reading and writing by any key, and traversal.
#include "vm/table_parts.h"

namespace perigee {

Table* newTable(Thread* L, uint32_t slot_hint, uint32_t array_hint) {
  uint32_t inline_slots = slot_hint <= kMaxInlineSlots ? slot_hint : 0;
  uint32_t inline_elements = slot_hint == 0 && array_hint <= kMaxInlineElements ? array_hint : 0;
  Heap& heap = heapOf(L);
  auto* t = static_cast<Table*>(
      heap.allocate(L, Tag::Table, sizeof(Table) + (inline_slots + inline_elements) * sizeof(Value)));
  auto* cell_values = reinterpret_cast<Value*>(t + 1);
  t->flags = static_cast<uint8_t>((inline_slots != 0 ? Table::kInlineSlots : 0) |
                                  (inline_elements != 0 ? Table::kInlineArray : 0));
  t->extra = static_cast<uint8_t>(inline_slots);
  t->aux = 0;
  t->shape = L->global->empty_shape;
  t->slots = inline_slots != 0 ? cell_values : nullptr;
  t->array = inline_elements != 0 ? cell_values : nullptr;
  t->array_size = 0;
  t->array_capacity = inline_elements;
  t->dictionary = nullptr;
  // Small arrays get their memory together with their elements, when their kind is known.
  constexpr uint32_t kWorthReserving = 64;
  bool reserves_array = array_hint > kWorthReserving;
  if (slot_hint > kMaxInlineSlots || reserves_array) [[unlikely]] {
    heap.protect(t);
    if (slot_hint > kMaxInlineSlots) reserveFields(L, t, slot_hint);
    if (reserves_array) reserveArray(L, t, array_hint);
    heap.protect(nullptr);
  }
  return t;
}

// --- reading -----------------------------------------------------------------------------------------------

namespace {

Value valueOfEntry(const Dictionary* d, uint32_t i) {
  return i == kNoEntry ? Value::nil() : d->entries()[i].value;
}

} // namespace

Value getInteger(const Table* t, int64_t key) {
  uint64_t index = static_cast<uint64_t>(key) - 1;
  if (index < t->array_size) [[likely]]
    return arrayElement(t, static_cast<uint32_t>(index));
  if (t->dictionary == nullptr) return Value::nil();
  return valueOfEntry(t->dictionary, findIntegerEntry(t->dictionary, key));
}

Value* findString(const Table* t, const String* key) {
  const Shape* shape = t->shape;
  if (key->isShort() && !shape->isDictionary()) [[likely]] {
    uint32_t slot = findSlot(shape, key);
    return slot == kNoSlot ? nullptr : t->slots + slot;
  }
  if (t->dictionary == nullptr) return nullptr;
  uint32_t i = dictionaryFind(t->dictionary, const_cast<String*>(key));
  return i == kNoEntry ? nullptr : &t->dictionary->entries()[i].value;
}

Value getString(const Table* t, const String* key) {
  const Value* v = findString(t, key);
  return v == nullptr ? Value::nil() : *v;
}

Value get(const Table* t, Value key) {
  switch (key.tag) {
  case Tag::String: return getString(t, key.string());
  case Tag::Integer: return getInteger(t, key.integer);
  case Tag::Nil: return Value::nil();
  case Tag::Float: {
    int64_t i;
    if (floatKeyToInteger(key.number, &i)) return getInteger(t, i);
    [[fallthrough]];
  }
  default: return valueOfEntry(t->dictionary, findEntry(t->dictionary, key));
  }
}

// --- writing -----------------------------------------------------------------------------------------------

void set(Thread* L, Table* t, Value key, Value value) {
  switch (key.tag) {
  case Tag::String: return setStringLimited(L, t, key.string(), value, kMaxComputedFields);
  case Tag::Integer: return setInteger(L, t, key.integer, value);
  case Tag::Nil: raiseError(L, "table index is nil");
  case Tag::Float: {
    int64_t i;
    if (floatKeyToInteger(key.number, &i)) return setInteger(L, t, i, value);
    if (key.number != key.number) raiseError(L, "table index is NaN");
    [[fallthrough]];
  }
  default: return setInDictionary(L, t, key, value);
  }
}

int64_t length(const Table* t) { return t->array_size; }

// --- traversal ---------------------------------------------------------------------------------------------
//
// Positions: the array's capacity (not its size, which clearing changes), then the slots, then the entries.

// The first element from p on that is not nil; there is one behind p.
static uint32_t skipCleared(Thread* L, const Table* t, uint32_t p) {
  ClearedBeginning& cleared = L->global->cleared;
  const bool from_beginning = p == 0;
  if (from_beginning && cleared.table == t) p = cleared.size;
  while (t->array[p].isNil()) ++p;
  if (from_beginning && p >= ClearedBeginning::kLong) cleared = {t, p};
  return p;
}

bool nextAt(Thread* L, Table* t, uint32_t* position, Value* key_out, Value* value_out) {
  uint32_t p = *position;
  if (p < t->array_size) {
    if (t->arrayKind() == ArrayKind::Values) p = skipCleared(L, t, p);
    if (p < t->array_size) {
      *key_out = Value::of(int64_t{p} + 1);
      *value_out = arrayElement(t, p);
      *position = p + 1;
      return true;
    }
  }
  uint32_t fields = t->shape->count;
  uint32_t slot = p < t->array_capacity ? 0 : p - t->array_capacity;
  for (; slot < fields; ++slot) {
    if (t->slots[slot].isNil()) continue;
    *key_out = Value::of(keyOfSlot(t->shape, slot));
    *value_out = t->slots[slot];
    *position = t->array_capacity + slot + 1;
    return true;
  }
  Dictionary* d = t->dictionary;
  if (d == nullptr) return false;
  uint32_t i = slot - fields;
  bool from_first = i <= d->first;
  if (from_first) i = d->first;
  while (i < d->count && d->entries()[i].value.isNil()) ++i;
  if (from_first) d->first = i & 0x7FFFFFFF;
  if (i >= d->count) return false;
  *key_out = d->entries()[i].key();
  *value_out = d->entries()[i].value;
  *position = t->array_capacity + fields + i + 1;
  return true;
}

bool findPositionAfter(const Table* t, Value key, uint32_t* position) {
  if (key.isNil()) {
    *position = 0;
    return true;
  }
  key = normalizedKey(key);
  const uint32_t capacity = t->array_capacity, fields = t->shape->count;
  uint32_t entry;
  if (key.isInteger()) {
    uint64_t index = static_cast<uint64_t>(key.integer) - 1;
    entry = index < t->array_size ? kNoEntry : findIntegerEntry(t->dictionary, key.integer);
    // In the array, or an element at its end that has been cleared since.
    if (entry == kNoEntry && index < capacity) {
      *position = static_cast<uint32_t>(key.integer);
      return true;
    }
  } else {
    if (key.isString()) {
      uint32_t slot = findSlot(t->shape, key.string());
      if (slot != kNoSlot) {
        *position = capacity + slot + 1;
        return true;
      }
    }
    entry = findEntryForNext(t->dictionary, key);
  }
  if (entry == kNoEntry) return false;
  *position = capacity + fields + entry + 1;
  return true;
}

bool isPositionAfter(const Table* t, uint32_t position, Value key) {
  if (position <= t->array_capacity) return false;
  uint32_t i = position - t->array_capacity - 1;
  uint32_t fields = t->shape->count;
  if (i < fields) return key.isString() && keyOfSlot(t->shape, i) == key.string();
  i -= fields;
  const Dictionary* d = t->dictionary;
  if (d == nullptr || i >= d->count) return false;
  const DictionaryEntry& e = d->entries()[i];
  return e.link.key_tag == key.tag && e.key_payload == static_cast<uint64_t>(key.integer);
}

bool next(Thread* L, Table* t, Value key, Value* key_out, Value* value_out) {
  uint32_t position;
  if (!findPositionAfter(t, key, &position)) raiseError(L, "invalid key to 'next'");
  return nextAt(L, t, &position, key_out, value_out);
}

// --- memory ------------------------------------------------------------------------------------------------

void destroyTable(State* G, Table* t) {
  if (size_t n = rawSlotBytes(t)) G->heap.freeRaw(t->slots, n);
  if (size_t n = rawArrayBytes(t)) G->heap.freeRaw(t->array_memory, n);
  freeDictionary(G, t);
}

size_t tableMemory(const Table* t) {
  return rawSlotBytes(t) + rawArrayBytes(t) + (t->dictionary != nullptr ? t->dictionary->bytes() : 0);
}

} // namespace perigee
