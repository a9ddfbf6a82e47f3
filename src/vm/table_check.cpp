// The invariants of tables, checked: see checkTable in vm/table.h.
#include "vm/table_parts.h"

#include <cstdio>
#include <cstdlib>

namespace perigee {

namespace {

void require(bool holds, const char* what) {
  if (holds) [[likely]]
    return;
  std::fprintf(stderr, "table invariant broken: %s\n", what);
  std::abort();
}

void checkArray(const Table* t) {
  require(t->array_size <= t->array_capacity, "array size within capacity");
  require((t->array_capacity == 0) == (t->array_memory == nullptr), "array memory");
  require(!(t->flags & Table::kInlineArray) || t->array == reinterpret_cast<const Value*>(t + 1),
          "inline array");
  if (t->arrayKind() == ArrayKind::Values) {
    if (t->array_size > 0) require(!t->array[t->array_size - 1].isNil(), "last element not nil");
    for (uint32_t i = 0; i < t->array_size; ++i) require(t->array[i].tag <= Tag::Thread, "element's tag");
  }
}

void checkFields(const Table* t) {
  const Shape* s = t->shape;
  require(s != nullptr && s->type == Tag::Shape, "shape");
  require(s->count <= slotCapacity(t), "fields within slot capacity");
  require(!(t->flags & Table::kInlineSlots) || t->slots == reinterpret_cast<const Value*>(t + 1),
          "inline slots");
  require((t->flags & Table::kInlineSlots) || (slotCapacity(t) == 0) == (t->slots == nullptr), "slot memory");
  require(s->count == 0 || s->layout->count >= s->count, "layout");
  if (s->isDictionary()) require(s->count == 0 && s->layout == nullptr, "dictionary shape without fields");
  if (s->kind() == ShapeKind::Shared && s->parent != nullptr)
    require(s->count == s->parent->count + (s->key != nullptr), "shared shape extends its parent");
  if (t->flags & (Table::kIsHolder | Table::kIsMetatable))
    require(s->kind() != ShapeKind::Shared, "holder or metatable has a shape of its own");
  for (uint32_t i = 0; i < s->count; ++i) {
    const String* key = keyOfSlot(s, i);
    require(key->type == Tag::String && key->isShort(), "field name");
    require(findSlot(s, key) == i, "field found in its slot");
    require(t->slots[i].tag <= Tag::Thread, "slot's tag");
  }
}

void checkEntry(const Table* t, uint32_t i) {
  const Dictionary* d = t->dictionary;
  const DictionaryEntry& e = d->entries()[i];
  require(e.value.tag <= Tag::Thread, "entry value's tag");
  if (e.link.key_tag == Tag::DeadKey) return require(e.value.isNil(), "dead key only without value");
  Value key = e.key();
  require(findEntry(d, key) == i, "entry found by its key");
  require(e.value.isNil() || i >= d->first, "no live entry before the first");
  switch (key.tag) {
  case Tag::Integer:
    require(d->has_integers, "integer keys announced");
    require(key.integer < 1 || key.integer > int64_t{t->array_size} + 1, "no array key in the dictionary");
    break;
  case Tag::Float: {
    int64_t n;
    require(key.number == key.number && !floatKeyToInteger(key.number, &n), "float key normalized");
    break;
  }
  case Tag::String:
    require(!key.string()->isShort() || t->shape->isDictionary(),
            "short strings only with a dictionary shape");
    break;
  default: require(key.tag != Tag::Nil && key.tag < Tag::Proto, "key's tag");
  }
}

} // namespace

void checkTable(const Table* t) {
  checkArray(t);
  checkFields(t);
  if (const Dictionary* d = t->dictionary) {
    require(d->count <= d->capacity && d->first <= d->count, "entries within capacity");
    for (uint32_t i = 0; i < d->count; ++i) checkEntry(t, i);
  }
}

} // namespace perigee
