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

// Fields of a shape, by slot and by hash; raw memory owned by the shape, made when first asked for.
struct Layout;
// Children of a shape; raw memory owned by the shape.
struct Transitions;

struct Shape : Object {
  // extra: ShapeKind. aux: for an Owned shape the table's slot capacity.
  Table* metatable;
  Shape* parent;        // Shared: the shape this one extends, by `key` or, if null, by its metatable
  String* key;
  uint32_t count;       // number of fields (slots in use)
  uint32_t unused;
  Layout* layout;
  Transitions* transitions;
  Shape* dictionary_twin;  // of a fieldless Shared shape: the Dictionary shape with the same metatable
  Shape* next;          // all shapes of the state, for the sweep of transitions

  ShapeKind kind() const { return static_cast<ShapeKind>(extra); }
  bool isDictionary() const { return kind() == ShapeKind::Dictionary; }
};

constexpr uint32_t kNoSlot = ~uint32_t{0};
constexpr uint32_t kMaxSharedFields = 128;  // more fields than this turn a table to the dictionary part
constexpr uint32_t kMaxOwnedFields = 2048;

// The shapes that start it all; called once per state. Raises a memory error.
Shape* makeEmptyShape(Thread* L);

// Slot of `key`, or kNoSlot. May build the layout (allocates; raises a memory error).
uint32_t findSlot(Thread* L, Shape* shape, String* key);
// The same without allocating: walks the parents if there is no layout yet.
uint32_t findSlotNoAllocate(const Shape* shape, const String* key);
// Name of the field in `slot` (< shape->count). May build the layout.
String* keyOfSlot(Thread* L, Shape* shape, uint32_t slot);

// The shape after adding field `key` (not yet present) to a Shared shape. Raises a memory error.
Shape* transitionByField(Thread* L, Shape* shape, String* key);
// The shape with the same fields and another metatable (null for none). For an Owned shape a new Owned
// shape, which takes over the layout (the old shape is left without fields).
Shape* transitionByMetatable(Thread* L, Shape* shape, Table* metatable);
// The Dictionary shape with the metatable of `shape`.
Shape* dictionaryShape(Thread* L, Shape* shape);
// A new Owned shape with the fields and the metatable of `shape` (Shared or Dictionary: then no fields).
Shape* ownedCopy(Thread* L, Shape* shape);
// Adds `key` in place to an Owned shape; returns its slot (== old count).
uint32_t addOwnedField(Thread* L, Shape* shape, String* key);

// For the collector: frees what a dead shape owns; drops transitions to children that `isDead` names.
void destroyShape(State* G, Shape* shape);
void sweepTransitions(State* G, Shape* shape, bool (*isDead)(State*, const Object*));

}  // namespace perigee
