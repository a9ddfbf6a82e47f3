// Fields of tables: slots, and the changes of shape that go with new fields and metatables.
#include "vm/table_parts.h"

namespace perigee {

namespace {

uint32_t slotCapacityFor(uint32_t needed, uint32_t limit) {
  uint32_t capacity = 2;
  while (capacity < needed)
    capacity = capacity < 8 ? capacity * 2 : capacity < 16 ? capacity + 4 : capacity + capacity / 2;
  return capacity < limit ? capacity : limit;
}

// Moves the slots to memory for `capacity` of them, more than now.
void resizeSlots(Thread* L, Table* t, uint32_t capacity) {
  Heap& heap = heapOf(L);
  size_t bytes = capacity * sizeof(Value);
  if (t->flags & Table::kInlineSlots) {
    void* memory = heap.allocateRaw(L, bytes);
    std::memcpy(memory, static_cast<void*>(t->slots), t->shape->count * sizeof(Value));
    t->slots = static_cast<Value*>(memory);
    t->flags &= static_cast<uint8_t>(~Table::kInlineSlots);
  } else {
    t->slots = static_cast<Value*>(heap.reallocateRaw(L, t->slots, rawSlotBytes(t), bytes));
  }
  if (t->shape->kind() == ShapeKind::Owned)
    t->shape->aux = capacity;
  else
    t->extra = static_cast<uint8_t>(capacity);
}

// `to` is the shape the table is going to have, or null if that is not known. Other tables of this shape may
// have got more fields since, as many as there are names in its layout: likely this one will, too, but hardly
// more.
void ensureFreeSlot(Thread* L, Table* t, const Shape* to) {
  constexpr uint32_t kTrustedFields = 4;
  uint32_t count = t->shape->count;
  if (count < slotCapacity(t)) return;
  uint32_t limit = t->shape->kind() == ShapeKind::Owned ? kMaxOwnedFields : kMaxSharedFields;
  uint32_t capacity = slotCapacityFor(count + 1, limit);
  if (to != nullptr) {
    if (capacity < kTrustedFields) capacity = kTrustedFields;
    if (capacity > to->layout->count) capacity = to->layout->count;
  }
  resizeSlots(L, t, capacity);
}

// Keeps caches in step with a store of a string key: to be called after any but a plain change of value.
void noteStore(Thread* L, Table* t, const String* key, bool was_absent) {
  if (key->extra != 0) {
    t->aux = 0;
    if (t->flags & Table::kIsMetatable) ++L->global->holder_version;
  }
  if (was_absent && (t->flags & (Table::kIsHolder | Table::kIsMetatable))) ++L->global->holder_version;
}

// Moves all fields to the front of the dictionary.
void turnIntoDictionary(Thread* L, Table* t) {
  reserveEntries(L, t, t->shape->count);
  Shape* to = dictionaryShape(L, t->shape);
  Shape* from = t->shape;
  uint32_t live = 0;
  for (uint32_t i = 0; i < from->count; ++i) live += !t->slots[i].isNil();
  if (Dictionary* d = t->dictionary) {
    compactEntries(d, live);
    DictionaryEntry* e = d->entries();
    for (uint32_t i = 0; i < from->count; ++i) {
      if (t->slots[i].isNil()) continue;
      e->value = t->slots[i];
      e->setKey(Value::of(keyOfSlot(from, i)));
      ++e;
    }
    rebuildHeads(d);
  }
  uint32_t inline_capacity = 0;
  if (t->flags & Table::kInlineSlots) {
    inline_capacity = slotCapacity(t);
  } else {
    heapOf(L).freeRaw(t->slots, rawSlotBytes(t));
    t->slots = nullptr;
  }
  t->shape = to;
  t->extra = static_cast<uint8_t>(inline_capacity);
  Heap& heap = heapOf(L);
  heap.barrier(t, to);
  heap.remember(t); // names of fields become keys, which the shape has kept alive so far
  if (t->flags & (Table::kIsHolder | Table::kIsMetatable)) ++L->global->holder_version;
}

// Adds field `key`, not yet in the shape, which is not a Dictionary shape.
void addStringField(Thread* L, Table* t, String* key, Value value, uint32_t limit) {
  if (t->shape->kind() == ShapeKind::Owned) {
    if (t->shape->count < kMaxOwnedFields) {
      ensureFreeSlot(L, t, nullptr);
      t->slots[t->shape->count] = Value::nil();
      uint32_t slot = addOwnedField(L, t->shape, key);
      t->slots[slot] = value;
      heapOf(L).barrier(t, value);
      return;
    }
  } else if (t->shape->count < limit) {
    ensureFreeSlot(L, t, findFieldTransition(L, t->shape, key));
    if (Shape* to = transitionByField(L, t->shape, key)) return addField(L, t, to, value);
  }
  turnIntoDictionary(L, t);
  setInDictionary(L, t, Value::of(key), value);
}

bool isField(const DictionaryEntry& e) {
  return e.link.key_tag == Tag::String && reinterpret_cast<String*>(e.key_payload)->isShort();
}

// Gives a table in Dictionary shape an Owned one, and slots for its fields; other keys stay in the
// dictionary. With too many fields it remains as it is. Cleared fields get slots, too, so that a traversal of
// a table with nothing but fields finds its way on (any other may miss or repeat keys at this point).
void leaveDictionary(Thread* L, Table* t) {
  uint32_t fields = 0;
  if (t->dictionary != nullptr)
    for (uint32_t i = 0; i < t->dictionary->count; ++i) fields += isField(t->dictionary->entries()[i]);
  if (fields > kMaxOwnedFields) return;
  Heap& heap = heapOf(L);
  Shape* to = ownedCopy(L, t->shape, fields);
  Value* slots = t->slots;
  uint32_t capacity = t->extra;
  bool moves = fields > capacity;
  if (moves) {
    capacity = slotCapacityFor(fields, kMaxOwnedFields);
    heap.protectShape(to);
    slots = static_cast<Value*>(heap.allocateRaw(L, capacity * sizeof(Value)));
    heap.protectShape(nullptr);
  }
  to->aux = capacity;
  if (Dictionary* d = t->dictionary) {
    for (uint32_t i = 0; i < d->count; ++i) {
      DictionaryEntry& e = d->entries()[i];
      if (!isField(e)) continue;
      slots[to->count] = e.value;
      addOwnedField(L, to, e.key().string());
      e.kill();
    }
    compactEntries(d);
    rebuildHeads(d);
    if (d->count == 0) freeDictionary(L->global, t);
  }
  if (moves) {
    t->slots = slots;
    t->flags &= static_cast<uint8_t>(~Table::kInlineSlots);
  }
  t->shape = to;
  heap.barrier(t, to);
}

} // namespace

void makeOwned(Thread* L, Table* t) {
  if (t->shape->kind() == ShapeKind::Owned) return;
  if (t->shape->isDictionary()) return leaveDictionary(L, t);
  Shape* to = ownedCopy(L, t->shape, t->extra);
  to->aux = t->extra;
  t->shape = to;
  heapOf(L).barrier(t, to);
}

void setStringLimited(Thread* L, Table* t, String* key, Value value, uint32_t limit) {
  Shape* shape = t->shape;
  if (!key->isShort()) return setInDictionary(L, t, Value::of(key), value);
  if (shape->isDictionary()) {
    bool was_absent = storeShortStringEntry(L, t, key, value);
    if (was_absent || key->extra != 0) noteStore(L, t, key, was_absent && !value.isNil());
    return;
  }
  uint32_t slot = findSlot(shape, key);
  if (slot != kNoSlot) [[likely]] {
    Value* place = t->slots + slot;
    bool was_absent = place->isNil();
    *place = value;
    heapOf(L).barrier(t, value);
    if (was_absent || key->extra != 0) noteStore(L, t, key, was_absent && !value.isNil());
    return;
  }
  if (value.isNil()) return;
  addStringField(L, t, key, value, limit);
  noteStore(L, t, key, true);
}

void setString(Thread* L, Table* t, String* key, Value value) {
  setStringLimited(L, t, key, value, kMaxSharedFields);
}

void addString(Thread* L, Table* t, String* key, Value value) {
  if (!key->isShort() || !t->shape->isDictionary())
    return setStringLimited(L, t, key, value, kMaxComputedFields);
  if (value.isNil()) return;
  insertEntry(L, t, Value::of(key), value);
  noteStore(L, t, key, true);
}

void addField(Thread* L, Table* t, Shape* to, Value value) {
  uint32_t slot = to->count - 1;
  if (slot >= t->extra) [[unlikely]] {
    String* key = to->key;
    ensureFreeSlot(L, t, to);
    to = transitionByField(L, t->shape, key); // a collection may have freed it
  }
  t->slots[slot] = value;
  t->shape = to;
  Heap& heap = heapOf(L);
  heap.barrier(t, value);
  heap.barrier(t, to);
}

void setMetatable(Thread* L, Table* t, Table* metatable) {
  if (metatable != nullptr && !(metatable->flags & Table::kIsMetatable)) {
    makeOwned(L, metatable);
    metatable->flags |= Table::kIsMetatable;
    metatable->aux = 0;
  }
  if (t->shape->metatable == metatable) return;
  Shape* to = transitionByMetatable(L, t->shape, metatable);
  t->shape = to;
  heapOf(L).barrier(t, to);
  if (t->flags & (Table::kIsHolder | Table::kIsMetatable)) ++L->global->holder_version;
}

void makeHolder(Thread* L, Table* t) {
  if (t->flags & Table::kIsHolder) return;
  L->global->in_hand = t; // only a weak table may refer to it
  makeOwned(L, t);
  L->global->in_hand = nullptr;
  t->flags |= Table::kIsHolder;
}

void reserveFields(Thread* L, Table* t, uint32_t fields) {
  uint32_t count = t->shape->count;
  if (t->shape->isDictionary()) return reserveEntries(L, t, fields);
  uint64_t needed = uint64_t{count} + fields;
  if (needed > (t->shape->kind() == ShapeKind::Owned ? kMaxOwnedFields : kMaxSharedFields)) {
    // Not fields of the same few names, to judge by their number.
    if (t->shape->kind() == ShapeKind::Owned) return;
    reserveEntries(L, t, fields);
    turnIntoDictionary(L, t);
  } else if (needed > slotCapacity(t)) {
    resizeSlots(L, t, static_cast<uint32_t>(needed));
  }
}

} // namespace perigee
