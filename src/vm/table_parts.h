// What the files that implement tables share: table.cpp (the raw operations), table_array.cpp (elements),
// table_fields.cpp (slots and shapes), table_dictionary.cpp (the other keys). For nobody else.
#pragma once

#include "vm/dictionary.h"
#include "vm/error.h"
#include "vm/state.h"
#include "vm/table.h"

namespace perigee {

constexpr uint32_t kMaxInlineSlots = 8;
constexpr uint32_t kMaxInlineElements = 4;
constexpr uint32_t kMaxArraySize = 1u << 30;
constexpr uint32_t kMaxDictionarySize = 1u << 30;
// Computed keys (t[k] = v) make at most this many fields; with more the table is a dictionary.
constexpr uint32_t kMaxComputedFields = 8;

// --- array part --------------------------------------------------------------------------------------------
constexpr size_t elementBytes(ArrayKind kind) { return kind == ArrayKind::Values ? sizeof(Value) : 8; }
inline size_t rawArrayBytes(const Table* t) {
  return (t->flags & Table::kInlineArray) ? 0 : t->array_capacity * elementBytes(t->arrayKind());
}
constexpr ArrayKind kindFor(Value v) {
  return v.isInteger() ? ArrayKind::Integers : v.isFloat() ? ArrayKind::Floats : ArrayKind::Values;
}
// A capacity for at least `needed` elements, in steps as stock Lua's or finer.
uint32_t arrayCapacityFor(uint32_t needed);
// Gives the array `capacity` (>= array_size) and `kind` (the present one or Values).
void resizeArray(Thread* L, Table* t, ArrayKind kind, uint32_t capacity);
// Called when `key` is new and the dictionary full: if more than half of some range 1..n of integer keys is
// in use, they all move to the array part. Returns true if (key, value) has thereby been stored.
bool moveIntegersToArray(Thread* L, Table* t, Value key, Value value);

// --- dictionary part ---------------------------------------------------------------------------------------

// Key normalized, neither nil nor NaN, and not one for the array part or a slot.
void setInDictionary(Thread* L, Table* t, Value key, Value value);
// The same for a short string; true if there was no value before.
bool storeShortStringEntry(Thread* L, Table* t, String* key, Value value);
// A new entry for such a key that has none; the value is not nil.
void insertEntry(Thread* L, Table* t, Value key, Value value);
// After entries have been killed: drops cleared ones, and memory that is no longer needed.
void squeezeDictionary(Thread* L, Table* t);
// Room for `more` entries without another allocation.
void reserveEntries(Thread* L, Table* t, uint32_t more);
inline void freeDictionary(State* G, Table* t) {
  if (t->dictionary != nullptr) G->heap.freeRaw(t->dictionary, t->dictionary->bytes());
  t->dictionary = nullptr;
}

// --- fields ------------------------------------------------------------------------------------------------
inline uint32_t slotCapacity(const Table* t) {
  return t->shape->kind() == ShapeKind::Owned ? t->shape->aux : t->extra;
}
inline size_t rawSlotBytes(const Table* t) {
  return (t->flags & Table::kInlineSlots) ? 0 : slotCapacity(t) * sizeof(Value);
}
// Store by a string key; the table may have up to `limit` fields before it becomes a dictionary.
void setStringLimited(Thread* L, Table* t, String* key, Value value, uint32_t limit);

} // namespace perigee
