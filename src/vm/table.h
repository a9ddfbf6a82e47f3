// Tables: fields in shape slots, integer keys 1..n in the array part, all other keys in a dictionary that
// keeps insertion order. All functions here are raw: no metamethods.
//
// Array part: elements 1..array_size, the last of them never nil, so that `array_size` is a border; its
// kind says how they are stored. Int and Float arrays hold bare 8-byte numbers and no nils. Invariant:
// key array_size + 1 is absent from the dictionary. An array that is full and has fewer elements than holes
// moves to the dictionary part when it should grow: any store of a new key may make array_size smaller.
//
// Traversal goes through the array part, the slots, and the dictionary in order of insertion: it depends
// neither on addresses nor on hash seeds. Stores to existing keys, also of nil, move nothing, so a traversal
// may clear and change what it likes. One exception: a dictionary with string keys and others that first
// becomes a metatable or holder in the middle of its own traversal.
//
// Allocation may run the collector; a table passed to a function that allocates must be reachable (on a
// stack or from a root), and so must a key or value being stored.
#pragma once

#include "vm/object.h"
#include "vm/shape.h"

namespace perigee {

enum class ArrayKind : uint8_t { Values = 0, Integers = 1, Floats = 2 };

struct Dictionary; // vm/dictionary.h

struct Table : Object {
  // flags: bits 0-1 ArrayKind, then the bits below. extra: slot capacity of a Shared shape's table.
  // aux: bit i set means metamethod i is known to be absent from this table (as a metatable).
  enum : uint8_t {
    kKindMask = 3,
    kInlineSlots = 4,  // `slots` lies in the table's own cell
    kInlineArray = 8,  // `array` lies in the table's own cell
    kIsMetatable = 16, // has been set as a metatable: has an Owned shape
    kIsHolder = 32,    // method lookups of inline caches go through it: has an Owned shape
    kWeakKeys = 64,    // set by the collector
    kWeakValues = 128,
  };
  Shape* shape;
  Value* slots;
  union {
    Value* array;      // ArrayKind::Values
    int64_t* integers; // ArrayKind::Integers
    double* floats;    // ArrayKind::Floats
    void* array_memory;
  };
  uint32_t array_size;
  uint32_t array_capacity; // elements of the current kind
  Dictionary* dictionary;  // null while there are no such keys

  ArrayKind arrayKind() const { return static_cast<ArrayKind>(flags & kKindMask); }
  Table* metatable() const { return shape->metatable; }
};
static_assert(sizeof(Table) == 48);

// Sizes are hints. `slot_hint` slots (or, if 0, small arrays of `array_hint` values) are placed inline.
Table* newTable(Thread* L, uint32_t slot_hint = 0, uint32_t array_hint = 0);

// Reading. An absent key gives nil.
Value get(const Table* t, Value key);
Value getInteger(const Table* t, int64_t key);
Value getString(const Table* t, const String* key);

// Where the value of a string key lies, for executors that want to read and write it with one search; null if
// the table has no such key. The value may be nil. A store through it needs the barrier, and is allowed only
// if the value was not nil before and key->extra is 0 (otherwise: setString).
Value* findString(const Table* t, const String* key);

// The same, inline for tables with few fields.
inline Value* findField(const Table* t, const String* key) {
  const Shape* shape = t->shape;
  const Layout* layout = shape->layout;
  if (layout == nullptr) return findString(t, key);
  if (layout->capacity > Layout::kScanFields) {
    uint32_t slot = findSlot(shape, key);
    return slot != kNoSlot ? t->slots + slot : key->isShort() ? nullptr : findString(t, key);
  }
  for (uint32_t i = 0; i < shape->count; ++i)
    if (layout->keys[i] == key) return t->slots + i;
  return key->isShort() ? nullptr : findString(t, key);
}

// Writing, with the write barrier. `set` raises "table index is nil"/"table index is NaN"; all raise memory
// errors and "table overflow".
void set(Thread* L, Table* t, Value key, Value value);
void setInteger(Thread* L, Table* t, int64_t key, Value value);
void setString(Thread* L, Table* t, String* key, Value value);
// The same as `set` for a key that findString has just looked for in vain.
void addString(Thread* L, Table* t, String* key, Value value);

// A border (the manual's `#t` without metamethods).
int64_t length(const Table* t);

// The pair after `key` (nil: the first) in iteration order: array, slots, dictionary. Returns false at the
// end. Raises "invalid key to 'next'".
bool next(Thread* L, Table* t, Value key, Value* key_out, Value* value_out);
// The same by position: `*position` starts at 0 and is advanced; no key look-up. Returns false at the end.
bool nextAt(Thread* L, Table* t, uint32_t* position, Value* key_out, Value* value_out);
// Position just after `key`, for nextAt: false if there is no such key.
bool findPositionAfter(const Table* t, Value key, uint32_t* position);
// Is `position`, which may be any number, the one just after `key`, a field or a dictionary key? False does
// not say that it is not.
bool isPositionAfter(const Table* t, uint32_t position, Value key);

// Changes the metatable (null for none), which gets a shape of its own; keeps shapes, flags
// and inline caches in step. Does not handle
// `__gc` and `__mode` (heap) nor `__metatable` (library).
void setMetatable(Thread* L, Table* t, Table* metatable);

// Gives the table a shape of its own, with room for as many names as it has slots: for a table like which
// there is no other, a node of the tree of shapes for each field would be too much.
void makeOwned(Thread* L, Table* t);
// Makes the shape Owned and marks the table as one that method lookups are cached through. A holder or
// metatable that has (or gets) more than kMaxOwnedFields fields has a Dictionary shape nevertheless: no slots
// to be cached.
void makeHolder(Thread* L, Table* t);

// Prepares for n array elements / n dictionary-or-field keys to come (lua_createtable, table.pack, …).
void reserveArray(Thread* L, Table* t, uint32_t elements);
void reserveFields(Thread* L, Table* t, uint32_t fields);

// Array part, for executors. `index0` < array_size.
inline Value arrayElement(const Table* t, uint32_t index0) {
  switch (t->arrayKind()) {
  case ArrayKind::Integers: return Value::of(t->integers[index0]);
  case ArrayKind::Floats: return Value::of(t->floats[index0]);
  default: return t->array[index0];
  }
}
// Restores the invariant that the last element is not nil; for the collector after it has cleared elements.
inline void trimArray(Table* t) {
  if (t->arrayKind() != ArrayKind::Values) return;
  while (t->array_size > 0 && t->array[t->array_size - 1].isNil()) --t->array_size;
}
// Elements [first, first + n) of the array part become `values`; grows it (table constructors, table.move).
// Values may contain nils.
void setArrayRange(Thread* L, Table* t, uint32_t first_index0, const Value* values, uint32_t n);
// The slow part of an append or of a store that changes the kind; key is any integer.
void setIntegerSlow(Thread* L, Table* t, int64_t key, Value value);

// Slot storage for executors: the table has shape `from`, and gets shape `to` = `from` + one field.
// Grows the slots if necessary and stores the value with the barrier. The field's name must be reachable,
// `to` need not be. Not for holders and metatables.
void addField(Thread* L, Table* t, Shape* to, Value value);

// For the collector: raw memory the table owns, freed.
void destroyTable(State* G, Table* t);
// Bytes of raw memory the table owns (for accounting and tests).
size_t tableMemory(const Table* t);

// Checks every invariant of the table; aborts with a message if one is broken (checked builds, tests).
void checkTable(const Table* t);

} // namespace perigee
