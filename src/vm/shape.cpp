// Shapes: layouts, the transition tree, and the three kinds' constructors.
#include "vm/shape.h"

#include "vm/error.h"
#include "vm/state.h"

#include <bit>

namespace perigee {

// Children by what leads to them, open addressing. What leads to a child (its key or else its metatable) is
// read from the child.
struct Transitions {
  uint32_t count;
  uint32_t size; // a power of two
  uint32_t field_children;
  uint32_t unused;

  Shape** places() { return reinterpret_cast<Shape**>(this + 1); }
  static size_t bytesFor(uint32_t size) { return sizeof(Transitions) + size * sizeof(Shape*); }
};

namespace {

// --- layouts ----------------------------------------------------------------------------------------------

constexpr uint32_t kFirstLayoutCapacity = 4;

uint32_t indexSize(uint32_t capacity) {
  return capacity <= Layout::kScanFields ? 0 : std::bit_ceil(capacity + capacity / 2);
}
size_t indexPlaceBytes(uint32_t capacity) { return capacity <= Layout::kByteIndexFields ? 1 : 2; }
size_t keyBytes(uint32_t capacity) {
  return capacity * sizeof(String*) + indexSize(capacity) * indexPlaceBytes(capacity);
}
uint32_t nextLayoutCapacity(uint32_t capacity, uint32_t needed) {
  if (capacity < kFirstLayoutCapacity) capacity = kFirstLayoutCapacity;
  while (capacity < needed) capacity = capacity < 32 ? capacity * 2 : capacity + capacity / 2;
  return capacity;
}

template <class Place> uint32_t findInIndex(const Layout* l, const String* key) {
  const Place* index = reinterpret_cast<const Place*>(l->keys + l->capacity);
  for (uint32_t i = key->aux & l->index_mask;; i = (i + 1) & l->index_mask) {
    uint32_t slot = index[i];
    if (slot == 0) return kNoSlot;
    if (l->keys[slot - 1] == key) return slot - 1;
  }
}

template <class Place> void addToIndex(Layout* l, uint32_t slot) {
  Place* index = reinterpret_cast<Place*>(l->keys + l->capacity);
  uint32_t i = l->keys[slot]->aux & l->index_mask;
  while (index[i] != 0) i = (i + 1) & l->index_mask;
  index[i] = static_cast<Place>(slot + 1);
}

void indexSlot(Layout* l, uint32_t slot) {
  if (l->capacity <= Layout::kByteIndexFields)
    addToIndex<uint8_t>(l, slot);
  else
    addToIndex<uint16_t>(l, slot);
}

// Names in [live, count) may have been freed together with the shapes that had them; they are not looked at.
void rebuildIndex(Layout* l, uint32_t live) {
  uint32_t size = indexSize(l->capacity);
  if (size == 0) return;
  l->index_mask = size - 1;
  std::memset(l->keys + l->capacity, 0, size * indexPlaceBytes(l->capacity));
  l->count = live;
  for (uint32_t slot = 0; slot < live; ++slot) indexSlot(l, slot);
}

// A layout with the first `count` names of `from` (may be null if count is 0) and room for `capacity`; one
// reference. Null if memory is refused; does not collect.
Layout* tryCopyLayout(Heap& heap, const Layout* from, uint32_t count, uint32_t capacity) {
  capacity = nextLayoutCapacity(0, capacity);
  auto* l = static_cast<Layout*>(heap.tryReallocateRaw(nullptr, 0, sizeof(Layout)));
  if (l == nullptr) return nullptr;
  l->keys = static_cast<String**>(heap.tryReallocateRaw(nullptr, 0, keyBytes(capacity)));
  if (l->keys == nullptr) {
    heap.freeRaw(l, sizeof(Layout));
    return nullptr;
  }
  l->references = 1;
  l->count = count;
  l->capacity = capacity;
  if (count != 0) std::memcpy(l->keys, from->keys, count * sizeof(String*));
  rebuildIndex(l, count);
  return l;
}

void releaseLayout(Heap& heap, Layout* l) {
  if (l == nullptr || --l->references != 0) return;
  heap.freeRaw(l->keys, keyBytes(l->capacity));
  heap.freeRaw(l, sizeof(Layout));
}

// Makes room for one more name. Every shape that uses the layout goes on doing so.
bool tryGrowLayout(Heap& heap, Layout* l) {
  if (l->count < l->capacity) return true;
  uint32_t capacity = nextLayoutCapacity(l->capacity, l->count + 1);
  void* keys = heap.tryReallocateRaw(l->keys, keyBytes(l->capacity), keyBytes(capacity));
  if (keys == nullptr) return false;
  l->keys = static_cast<String**>(keys);
  l->capacity = capacity;
  rebuildIndex(l, l->count);
  return true;
}

void appendName(Layout* l, String* key) {
  l->keys[l->count] = key;
  if (l->capacity > Layout::kScanFields) indexSlot(l, l->count);
  ++l->count;
}

// --- transitions ------------------------------------------------------------------------------------------

uint32_t hashPointer(const void* p) {
  uint64_t h = reinterpret_cast<uint64_t>(p) * 0x9E3779B97F4A7C15u;
  return static_cast<uint32_t>(h >> 32);
}

// What leads from a parent to this child: a name, a metatable, or (no metatable any more) null.
const Object* edgeOf(const Shape* child) {
  return child->key != nullptr ? static_cast<const Object*>(child->key)
                               : reinterpret_cast<const Object*>(child->metatable);
}

bool hasOneChild(const Shape* s) { return reinterpret_cast<uintptr_t>(s->transitions) & 1; }
Shape* onlyChild(const Shape* s) {
  return reinterpret_cast<Shape*>(reinterpret_cast<uintptr_t>(s->transitions) - 1);
}

Shape* findChild(const Shape* s, const Object* edge) {
  if (s->transitions == nullptr) return nullptr;
  if (hasOneChild(s)) {
    Shape* child = onlyChild(s);
    return edgeOf(child) == edge ? child : nullptr;
  }
  uint32_t mask = s->transitions->size - 1;
  Shape** places = s->transitions->places();
  for (uint32_t i = hashPointer(edge) & mask; places[i] != nullptr; i = (i + 1) & mask)
    if (edgeOf(places[i]) == edge) return places[i];
  return nullptr;
}

// The child, kept alive if a collection has given it up but not yet freed it.
Shape* findLiveChild(Thread* L, const Shape* s, const Object* edge) {
  Shape* child = findChild(s, edge);
  if (child != nullptr && heapOf(L).isDead(child)) heapOf(L).resurrect(child);
  return child;
}

void placeChild(Transitions* t, Shape* child) {
  uint32_t mask = t->size - 1;
  uint32_t i = hashPointer(edgeOf(child)) & mask;
  while (t->places()[i] != nullptr) i = (i + 1) & mask;
  t->places()[i] = child;
  ++t->count;
  if (child->key != nullptr) ++t->field_children;
}

Transitions* tryNewTransitions(Heap& heap, uint32_t size) {
  auto* t = static_cast<Transitions*>(heap.tryReallocateRaw(nullptr, 0, Transitions::bytesFor(size)));
  if (t == nullptr) return nullptr;
  std::memset(static_cast<void*>(t), 0, Transitions::bytesFor(size));
  t->size = size;
  return t;
}

bool tryAddChild(Heap& heap, Shape* s, Shape* child) {
  if (s->transitions == nullptr) {
    s->transitions = reinterpret_cast<Transitions*>(reinterpret_cast<uintptr_t>(child) | 1);
    return true;
  }
  bool single = hasOneChild(s);
  if (single || s->transitions->count + 1 > s->transitions->size / 4 * 3) {
    uint32_t old_size = single ? 0 : s->transitions->size;
    Transitions* larger = tryNewTransitions(heap, single ? 4 : old_size * 2);
    if (larger == nullptr) return false;
    if (single) {
      placeChild(larger, onlyChild(s));
    } else {
      for (uint32_t i = 0; i < old_size; ++i)
        if (Shape* c = s->transitions->places()[i]) placeChild(larger, c);
      heap.freeRaw(s->transitions, Transitions::bytesFor(old_size));
    }
    s->transitions = larger;
  }
  placeChild(s->transitions, child);
  return true;
}

// Takes out the child at `hole`: children behind it move up where that brings them closer to their place.
void removeChild(Transitions* t, uint32_t hole) {
  Shape** places = t->places();
  uint32_t mask = t->size - 1;
  --t->count;
  if (places[hole]->key != nullptr) --t->field_children;
  for (uint32_t i = (hole + 1) & mask; places[i] != nullptr; i = (i + 1) & mask) {
    uint32_t home = hashPointer(edgeOf(places[i])) & mask;
    if (((i - home) & mask) < ((i - hole) & mask)) continue;
    places[hole] = places[i];
    hole = i;
  }
  places[hole] = nullptr;
}

void shrinkTransitions(Heap& heap, Shape* s) {
  Transitions* t = s->transitions;
  if (t->count != 0 && (t->size <= 8 || t->count > t->size / 8)) return;
  Transitions* smaller = nullptr;
  if (t->count != 0) {
    smaller = tryNewTransitions(heap, std::bit_ceil(t->count * 2 + 2));
    if (smaller == nullptr) return;
    for (uint32_t i = 0; i < t->size; ++i)
      if (Shape* c = t->places()[i]) placeChild(smaller, c);
  }
  heap.freeRaw(t, Transitions::bytesFor(t->size));
  s->transitions = smaller;
}

uint32_t fieldChildren(const Shape* s) {
  if (s->transitions == nullptr) return 0;
  return hasOneChild(s) ? onlyChild(s)->key != nullptr : s->transitions->field_children;
}

// --- construction -----------------------------------------------------------------------------------------

// Tries `build(shape)` on a new, empty shape until its raw memory is granted, with a full collection in
// between. The new shape is in no list and has no layout; `build` must not collect.
template <class Build> Shape* construct(Thread* L, ShapeKind kind, Build&& build) {
  Heap& heap = heapOf(L);
  for (int attempt = 0;; ++attempt) {
    auto* s = reinterpret_cast<Shape*>(heap.allocate(L, Tag::Shape, sizeof(Shape)));
    s->extra = static_cast<uint8_t>(kind);
    s->aux = 0;
    s->metatable = nullptr;
    s->parent = nullptr;
    s->key = nullptr;
    s->count = 0;
    s->unused = 0;
    s->layout = nullptr;
    s->transitions = nullptr;
    s->dictionary_twin = nullptr;
    s->next = nullptr;
    if (build(s)) {
      s->next = L->global->all_shapes;
      L->global->all_shapes = s;
      heap.bornOld(s);
      return s;
    }
    // Not in the list of all shapes: nobody destroys it, so it must own nothing.
    if (attempt == 1) raiseMemory(L);
    heap.fullCollection(L, true);
  }
}

} // namespace

uint32_t findSlot(const Shape* shape, const String* key) {
  const Layout* l = shape->layout;
  if (l == nullptr) return kNoSlot;
  uint32_t count = shape->count;
  if (l->capacity <= Layout::kScanFields) {
    for (uint32_t i = 0; i < count; ++i)
      if (l->keys[i] == key) return i;
    return kNoSlot;
  }
  if (!key->isShort()) return kNoSlot;
  uint32_t slot =
      l->capacity <= Layout::kByteIndexFields ? findInIndex<uint8_t>(l, key) : findInIndex<uint16_t>(l, key);
  return slot < count ? slot : kNoSlot;
}

Shape* makeEmptyShape(Thread* L) {
  return construct(L, ShapeKind::Shared, [](Shape*) { return true; });
}

Shape* findFieldTransition(Thread* L, const Shape* shape, const String* key) {
  return findLiveChild(L, shape, key);
}

Shape* transitionByField(Thread* L, Shape* shape, String* key) {
  if (Shape* child = findLiveChild(L, shape, key)) return child;
  if (shape->count >= kMaxSharedFields) return nullptr;
  if (fieldChildren(shape) >= (shape->count == 0 ? kMaxRootChildren : kMaxFieldChildren)) return nullptr;
  Heap& heap = heapOf(L);
  return construct(L, ShapeKind::Shared, [&](Shape* s) {
    // A layout that ends with the parent's fields is extended for the child, any other one copied.
    bool extends = shape->layout != nullptr && shape->layout->count == shape->count;
    Layout* layout = shape->layout;
    if (extends ? !tryGrowLayout(heap, layout)
                : (layout = tryCopyLayout(heap, layout, shape->count, shape->count + 1)) == nullptr)
      return false;
    s->metatable = shape->metatable;
    s->parent = shape;
    s->key = key;
    if (!tryAddChild(heap, shape, s)) {
      if (!extends) releaseLayout(heap, layout);
      return false;
    }
    if (extends) ++layout->references;
    appendName(layout, key);
    s->layout = layout;
    s->count = shape->count + 1;
    return true;
  });
}

// The fields of an Owned shape go over to a new one.
static Shape* ownedWithMetatable(Thread* L, Shape* shape, Table* metatable) {
  return construct(L, ShapeKind::Owned, [&](Shape* s) {
    s->aux = shape->aux;
    s->metatable = metatable;
    s->layout = shape->layout;
    s->count = shape->count;
    shape->layout = nullptr;
    shape->count = 0;
    return true;
  });
}

Shape* transitionByMetatable(Thread* L, Shape* shape, Table* metatable) {
  if (shape->metatable == metatable) return shape;
  if (shape->kind() == ShapeKind::Owned) return ownedWithMetatable(L, shape, metatable);
  if (shape->isDictionary())
    return dictionaryShape(L, transitionByMetatable(L, L->global->empty_shape, metatable));
  // Metatables do not pile up: one that replaces another follows the same fields.
  while (shape->key == nullptr && shape->parent != nullptr) shape = shape->parent;
  if (shape->metatable == metatable) return shape;
  if (Shape* child = findLiveChild(L, shape, reinterpret_cast<Object*>(metatable))) return child;
  Heap& heap = heapOf(L);
  return construct(L, ShapeKind::Shared, [&](Shape* s) {
    s->metatable = metatable;
    s->parent = shape;
    if (!tryAddChild(heap, shape, s)) return false;
    s->layout = shape->layout;
    if (s->layout != nullptr) ++s->layout->references;
    s->count = shape->count;
    return true;
  });
}

Shape* dictionaryShape(Thread* L, Shape* shape) {
  if (shape->isDictionary()) return shape;
  Shape* root = transitionByMetatable(L, L->global->empty_shape, shape->metatable);
  Heap& heap = heapOf(L);
  if (Shape* twin = root->dictionary_twin) {
    if (heap.isDead(twin)) heap.resurrect(twin);
    return twin;
  }
  heap.protectShape(root);
  Shape* twin = construct(L, ShapeKind::Dictionary, [&](Shape* s) {
    s->metatable = root->metatable;
    s->parent = root;
    return true;
  });
  heap.protectShape(nullptr);
  root->dictionary_twin = twin;
  heap.barrier(root, twin);
  return twin;
}

Shape* ownedCopy(Thread* L, Shape* shape, uint32_t fields) {
  Heap& heap = heapOf(L);
  if (fields < shape->count) fields = shape->count;
  return construct(L, ShapeKind::Owned, [&](Shape* s) {
    s->metatable = shape->metatable;
    s->layout = tryCopyLayout(heap, shape->layout, shape->count, fields);
    if (s->layout == nullptr) return false;
    s->count = shape->count;
    return true;
  });
}

uint32_t addOwnedField(Thread* L, Shape* shape, String* key) {
  Heap& heap = heapOf(L);
  if (!tryGrowLayout(heap, shape->layout)) {
    heap.fullCollection(L, true);
    if (!tryGrowLayout(heap, shape->layout)) raiseMemory(L);
  }
  appendName(shape->layout, key);
  heap.barrier(shape, key);
  return shape->count++;
}

void destroyShape(State* G, Shape* shape) {
  releaseLayout(G->heap, shape->layout);
  if (shape->transitions != nullptr && !hasOneChild(shape))
    G->heap.freeRaw(shape->transitions, Transitions::bytesFor(shape->transitions->size));
  shape->layout = nullptr;
  shape->transitions = nullptr;
}

void sweepTransitions(State* G, Shape* shape, bool (*isDead)(State*, const Object*)) {
  if (shape->dictionary_twin != nullptr && isDead(G, shape->dictionary_twin))
    shape->dictionary_twin = nullptr;
  if (shape->transitions == nullptr) return;
  if (hasOneChild(shape)) {
    if (isDead(G, onlyChild(shape))) shape->transitions = nullptr;
    return;
  }
  Transitions* t = shape->transitions;
  for (uint32_t i = 0; i < t->size; ++i)
    while (t->places()[i] != nullptr && isDead(G, t->places()[i])) removeChild(t, i);
  shrinkTransitions(G->heap, shape);
}

} // namespace perigee
