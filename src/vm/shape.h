// Shapes (hidden classes): what tables with the same fields in the same order share.
//
// A shape says in which slot of a table each string-keyed field lies, and which metatable the table has.
// One compare of a table's shape pointer therefore proves a field's place, the absence of every other
// string field outside the dictionary part, and the metatable.
//
//  Shared      a node of the transition tree that starts at State::empty_shape. Immutable.
//  Owned       belongs to one table (globals, metatables, tables that method lookups go through). Fields are
//              added in place; the slot of a field never changes while the shape lives.
//  Dictionary  one per metatable; says nothing about fields, which all lie in the dictionary part.
//
// Transitions (by field name or by metatable) are weak: a shape keeps its parent alive, not its children.
// Shapes are born old: only a major collection frees them.
#pragma once

#include "vm/object.h"

namespace perigee {

enum class ShapeKind : uint8_t { Shared, Owned, Dictionary };

// The names of fields by slot, and an index to find them. A shape and its first child, its first child, and
// so on share one layout: a shape with n fields looks at the first n names only. Raw memory, freed with the
// last shape that uses it.
struct Layout {
  uint32_t references; // shapes
  uint32_t count;      // names here, at least as many as the fields of any of these shapes
  uint32_t capacity;
  uint32_t index_mask; // size of the index minus one; no index up to kScanFields names
  String** keys;       // [capacity], then the index: slot plus one (0: free) in one or two bytes

  static constexpr uint32_t kScanFields = 8;
  static constexpr uint32_t kByteIndexFields = 128; // with more names the index has two bytes per place
};
// Children of a shape; raw memory owned by the shape. With one child `transitions` is that child itself,
// marked by the lowest bit.
struct Transitions;

struct Shape : Object {
  // extra: ShapeKind. aux: for an Owned shape the table's slot capacity.
  Table* metatable;
  Shape* parent; // Shared: the shape this one extends, by `key` or, if null, by its metatable
  String* key;
  uint32_t count; // number of fields (slots in use)
  uint32_t unused;
  Layout* layout; // null if there are no fields
  Transitions* transitions;
  Shape* dictionary_twin; // of a fieldless Shared shape: the Dictionary shape with the same metatable (weak)
  Shape* next;            // all shapes of the state, for the sweep of transitions

  ShapeKind kind() const { return static_cast<ShapeKind>(extra); }
  bool isDictionary() const { return kind() == ShapeKind::Dictionary; }
};

constexpr uint32_t kNoSlot = ~uint32_t{0};
constexpr uint32_t kMaxSharedFields = 128; // more fields than this turn a table to the dictionary part
constexpr uint32_t kMaxOwnedFields = 2048;
constexpr uint32_t kMaxFieldChildren = 64;  // more children turn tables to the dictionary part
constexpr uint32_t kMaxRootChildren = 1024; // the same for fieldless shapes

// The shapes that start it all; called once per state. Raises a memory error.
Shape* makeEmptyShape(Thread* L);

// Slot of `key`, or kNoSlot: always that for a long string. Never allocates.
uint32_t findSlot(const Shape* shape, const String* key);
inline uint32_t findSlot(Thread*, const Shape* shape, const String* key) { return findSlot(shape, key); }
// Name of the field in `slot` (< shape->count). Never allocates.
inline String* keyOfSlot(const Shape* shape, uint32_t slot) { return shape->layout->keys[slot]; }

// The functions below return shapes that nothing keeps alive yet: store them in a table before the next
// allocation. All raise memory errors, and then have changed nothing.
//
// The shape after adding field `key` (a short string, not yet present) to a Shared shape, or null if the
// shape may have no more fields (kMaxSharedFields) or children (kMaxFieldChildren).
Shape* transitionByField(Thread* L, Shape* shape, String* key);
// The child that transitionByField would return, if it exists already, else null.
Shape* findFieldTransition(Thread* L, const Shape* shape, const String* key);
// The shape with the same fields and another metatable (null for none). For an Owned shape a new Owned
// shape, which takes over the layout (the old shape is left without fields).
Shape* transitionByMetatable(Thread* L, Shape* shape, Table* metatable);
// The Dictionary shape with the metatable of `shape`.
Shape* dictionaryShape(Thread* L, Shape* shape);
// A new Owned shape with the fields and the metatable of `shape` (Shared or Dictionary: then no fields). Its
// layout has room for at least `fields` names.
Shape* ownedCopy(Thread* L, Shape* shape, uint32_t fields = 0);
// Adds `key` in place to an Owned shape; returns its slot (== old count). The slot must be initialized
// before.
uint32_t addOwnedField(Thread* L, Shape* shape, String* key);

// For the collector: what a shape keeps alive besides its children (parent, key, metatable and, for an Owned
// shape, the names of its fields). `visit` is called with Object*, never null.
template <class F> void forEachReference(const Shape* s, F&& visit) {
  if (s->metatable != nullptr) visit(reinterpret_cast<Object*>(s->metatable));
  if (s->parent != nullptr) visit(static_cast<Object*>(s->parent));
  if (s->key != nullptr) visit(static_cast<Object*>(s->key));
  if (s->kind() == ShapeKind::Owned)
    for (uint32_t i = 0; i < s->count; ++i) visit(static_cast<Object*>(s->layout->keys[i]));
}
// For the collector: frees what a dead shape owns; drops weak references to shapes that `isDead` names
// (transitions, dictionary_twin). The latter for every surviving shape, before a dead one's cell is reused.
void destroyShape(State* G, Shape* shape);
void sweepTransitions(State* G, Shape* shape, bool (*isDead)(State*, const Object*));

} // namespace perigee
