// Accesses to tables, by what the inline caches and the feedback of the instruction have seen.

#include "compiler/passes/specialize.h"
#include "interpreter/inline_cache.h"
#include "vm/field_cache.h"
#include "vm/metamethod.h"
#include "vm/string.h"
#include "vm/table.h"

namespace perigee::passes {

using namespace ir::types;

namespace {

constexpr TypeSet kNotNil = kAny.without(kNil);
constexpr uint16_t kManyMisses = 64; // a cache that missed more often serves several shapes

bool isUsable(const Graph& g, const Node* n, const InlineCache& cache) {
  const SiteFeedback* site = g.feedbackAt(n->pc);
  if (site != nullptr && (site->flags & SiteFeedback::kManyShapes)) return false;
  using Kind = InlineCache::Kind;
  bool by_version = cache.kind == Kind::Holder || cache.kind == Kind::Absent || cache.kind == Kind::AddField;
  if (by_version && cache.version != g.holder_version) return false;
  return cache.kind != Kind::Empty && cache.misses < kManyMisses;
}

} // namespace

void Specializer::guardShape(Node* n, Node* table, const Shape* shape) {
  guarded(n, Op::GuardShape, {table})->imm.pointer = shape;
}

void Specializer::guardHolders(Node* n, uint64_t version) {
  guarded(n, Op::GuardHolders, {})->imm.integer = static_cast<int64_t>(version);
}

// The field that the cache remembers, or null if it remembers nothing that code can rely on.
Node* Specializer::loadCached(Node* n, Node* object, const InlineCache& cache) {
  using Kind = InlineCache::Kind;
  if (object->type == kString) {
    bool by_holder = cache.kind == Kind::Holder && cache.shape == nullptr;
    if (!by_holder) return nullptr;
  } else if (cache.shape == nullptr) {
    return nullptr;
  } else {
    if (cache.kind != Kind::Field && cache.kind != Kind::Holder && cache.kind != Kind::Absent) return nullptr;
    guardShape(n, object, cache.shape);
  }
  switch (cache.kind) {
  case Kind::Absent: guardHolders(n, cache.version); return g_.constant(Value::nil());
  case Kind::Holder: {
    guardHolders(n, cache.version);
    Node* load = before(n, Op::LoadHolderField, {}, kAny);
    load->imm.pointer = cache.holder;
    load->aux = cache.slot;
    return load;
  }
  default: {
    Node* load = before(n, Op::LoadField, {object}, kAny);
    load->imm.index = cache.slot;
    return load;
  }
  }
}

namespace {

using EitherPlace = ir::EitherShape::Place;

// Where tables of the shape have the field, as the interpreter's look-up goes: their own slot, or one of a
// holder. Holders must be known as such, so that State::holder_version tells of changes.
bool placeOf(const Shape* shape, const String* key, bool own_only, EitherPlace* out) {
  *out = {shape, nullptr, findSlot(shape, key)};
  if (out->slot != kNoSlot) return true;
  for (int steps = 0; !own_only && steps < kMaxCachedChain; ++steps) {
    const Table* mt = shape->metatable;
    if (mt == nullptr || shape->isDictionary()) return false;
    String* index = nullptr;
    for (uint32_t i = 0; i < mt->shape->count; ++i) {
      String* name = keyOfSlot(mt->shape, i);
      if (name->extra == static_cast<int>(Meta::Index) + 1) index = name;
    }
    if (index == nullptr) return false;
    Value next = getString(mt, index);
    if (!next.isTable()) return false;
    const Table* holder = next.table();
    if (!(holder->flags & Table::kIsHolder) || holder->shape->isDictionary()) return false;
    *out = {out->shape, holder, findSlot(holder->shape, key)};
    if (out->slot != kNoSlot) return !holder->slots[out->slot].isNil();
    shape = holder->shape;
  }
  return false;
}

// Tables of the shape are nobody's metatable or holder, and have no metatable that could have a say when a
// field that holds nil is stored to: any store to a field that the shape has is a store to its slot.
bool takesAnyStore(const Shape* shape) {
  return shape->kind() == ShapeKind::Shared && shape->metatable == nullptr;
}

} // namespace

// Tables of two shapes were met: null if their fields' places cannot be told.
const ir::EitherShape* Specializer::eitherShape(const Node* n, bool own_only) {
  const SiteFeedback* site = g_.feedbackAt(n->pc);
  if (site == nullptr || !(site->tags[2] & SiteFeedback::kTwoShapes)) return nullptr;
  const InlineCache& cache = cacheOf(n);
  const Shape* other = site->shape;
  if (cache.shape == nullptr || other == nullptr || other == cache.shape) return nullptr;
  ir::EitherShape* either = g_.arena().make<ir::EitherShape>();
  for (int i = 0; i < 2; ++i) {
    const Shape* shape = i == 0 ? cache.shape : other;
    if (shape->isDictionary() || !placeOf(shape, cache.key, own_only, &either->places[i])) return nullptr;
  }
  return either;
}

void Specializer::getField(Node* n) {
  const InlineCache& cache = cacheOf(n);
  Operand object = operand(n, 0);
  if (object.expected.isEmpty()) return exitAt(n);
  TypeSet expected = object.expected;
  bool tells_nothing = g_.feedbackAt(n->pc) == nullptr || n->positions[0] == ir::kNoPosition;
  if (tells_nothing && expected.overlaps(kTable) && cache.shape != nullptr) expected = kTable;
  if (isUsable(g_, n, cache) && (expected == kTable || expected == kString)) {
    Node* value = need(n, n->inputs[0], expected);
    if (const ir::EitherShape* either = expected == kTable ? eitherShape(n, false) : nullptr) {
      bool by_holder = either->places[0].holder != nullptr || either->places[1].holder != nullptr;
      bool has_metatable =
          either->places[0].shape->metatable != nullptr || either->places[1].shape->metatable != nullptr;
      if (by_holder) guardHolders(n, g_.holder_version);
      Node* load = guarded(n, Op::LoadEitherField, {value}, kAny);
      load->imm.pointer = either;
      return replaceBy(n, has_metatable ? need(n, load, kNotNil) : load);
    }
    if (Node* load = loadCached(n, value, cache)) {
      // A field that is there may hold nil, and then the metatable has its say.
      bool nil_is_final =
          load->isConstant() || (cache.kind == InlineCache::Kind::Field && cache.shape->metatable == nullptr);
      return replaceBy(n, nil_is_final ? load : need(n, load, kNotNil));
    }
  }
  Node* result = guarded(n, Op::RuntimeGetField, {current(n->inputs[0])}, kAny);
  result->imm.index = n->imm.index;
  replaceBy(n, result);
}

void Specializer::setField(Node* n) {
  const InlineCache& cache = cacheOf(n);
  Operand object = operand(n, 0);
  if (object.expected.isEmpty() || operand(n, 1).expected.isEmpty()) return exitAt(n);
  bool tells_nothing = g_.feedbackAt(n->pc) == nullptr || n->positions[0] == ir::kNoPosition;
  TypeSet expected = tells_nothing && object.expected.overlaps(kTable) ? kTable : object.expected;
  const ir::EitherShape* either = isUsable(g_, n, cache) ? eitherShape(n, true) : nullptr;
  bool field = isUsable(g_, n, cache) && cache.kind == InlineCache::Kind::Field && cache.shape != nullptr;
  bool adds = isUsable(g_, n, cache) && cache.kind == InlineCache::Kind::AddField && cache.shape != nullptr;
  bool plain = field && takesAnyStore(cache.shape);
  if (either != nullptr)
    plain = takesAnyStore(either->places[0].shape) && takesAnyStore(either->places[1].shape);
  bool storable = plain || operand(n, 1).expected.overlaps(kNotNil);
  if ((field || either != nullptr) && expected == kTable && storable) {
    Node* table = need(n, n->inputs[0], kTable);
    Node* value = plain ? current(n->inputs[1]) : need(n, n->inputs[1], kNotNil);
    if (either != nullptr) {
      Node* store = guarded(n, Op::StoreEitherField, {table, value});
      store->imm.pointer = either;
      store->aux = plain;
    } else {
      guardShape(n, table, cache.shape);
      if (!plain) {
        Node* old = before(n, Op::LoadField, {table}, kAny);
        old->imm.index = cache.slot;
        guarded(n, Op::Guard, {old}, kNotNil)->types = kNotNil;
      }
      before(n, Op::StoreField, {table, value})->imm.index = cache.slot;
    }
  } else if (adds && expected == kTable && operand(n, 1).expected.overlaps(kNotNil)) {
    Node* table = need(n, n->inputs[0], kTable);
    Node* value = need(n, n->inputs[1], kNotNil);
    guardShape(n, table, cache.shape);
    guardHolders(n, cache.version);
    guarded(n, Op::RuntimeAddField, {table, value})->imm.pointer = cache.next_shape;
  } else {
    guarded(n, Op::RuntimeSetField, {n->inputs[0], n->inputs[1]})->imm.index = n->imm.index;
  }
  g_.remove(n);
}

// Position (from 0) of an element that the array part, of the given kind, has.
Node* Specializer::elementIndex(Node* n, Node* table, Node* key, ArrayKind kind) {
  guarded(n, Op::GuardArrayKind, {table})->imm.index = static_cast<uint32_t>(kind);
  Node* index = before(n, Op::SubInteger, {key, g_.constant(int64_t{1})}, kInteger);
  if (key->isConstant()) {
    g_.remove(index);
    index = g_.constant(static_cast<int64_t>(static_cast<uint64_t>(key->imm.integer) - 1));
  }
  Node* size = before(n, Op::ArraySize, {table}, kInteger);
  guarded(n, Op::GuardTrue, {before(n, Op::BelowInteger, {index, size})});
  return index;
}

namespace {

// The one kind of array that an instruction has met with all its indices inside; false if there is none.
bool oneArrayKind(const Graph& g, const Node* n, ArrayKind* kind) {
  const SiteFeedback* site = g.feedbackAt(n->pc);
  if (site == nullptr) return false;
  switch (site->array_kinds & (7 | SiteFeedback::kOutside | SiteFeedback::kOtherKey)) {
  case 1: *kind = ArrayKind::Values; return true;
  case 2: *kind = ArrayKind::Integers; return true;
  case 4: *kind = ArrayKind::Floats; return true;
  default: return false;
  }
}

} // namespace

void Specializer::getIndex(Node* n) {
  Operand object = operand(n, 0), key = operand(n, 1);
  if (object.expected.isEmpty() || key.expected.isEmpty()) return exitAt(n);
  ArrayKind kind;
  if (object.expected == kTable && key.expected.isSubsetOf(kNumber) && oneArrayKind(g_, n, &kind)) {
    Node* table = need(n, n->inputs[0], kTable);
    Node* index = elementIndex(n, table, toInteger(n, need(n, n->inputs[1], key.expected)), kind);
    if (kind == ArrayKind::Values) {
      Node* load = before(n, Op::LoadElementValue, {table, index}, kAny);
      if (!kAny.isSubsetOf(n->type)) return exitAt(n);
      return replaceBy(n, need(n, load, kNotNil));
    }
    bool integers = kind == ArrayKind::Integers;
    TypeSet type = integers ? kInteger : kFloat;
    if (!type.isSubsetOf(n->type)) return exitAt(n);
    return replaceBy(
        n, before(n, integers ? Op::LoadElementInteger : Op::LoadElementFloat, {table, index}, type));
  }
  if (!kAny.isSubsetOf(n->type)) return exitAt(n);
  replaceBy(n, guarded(n, Op::RuntimeGetIndex, {n->inputs[0], n->inputs[1]}, kAny));
}

void Specializer::setIndex(Node* n) {
  Operand object = operand(n, 0), key = operand(n, 1), value = operand(n, 2);
  if (object.expected.isEmpty() || key.expected.isEmpty() || value.expected.isEmpty()) return exitAt(n);
  ArrayKind kind;
  bool simple = object.expected == kTable && key.expected.isSubsetOf(kNumber) && oneArrayKind(g_, n, &kind);
  if (simple) {
    TypeSet wanted = kind == ArrayKind::Integers ? kInteger : kind == ArrayKind::Floats ? kFloat : kNotNil;
    simple =
        value.expected.isSubsetOf(wanted) || (kind == ArrayKind::Values && value.expected.overlaps(wanted));
    if (simple) {
      Node* table = need(n, n->inputs[0], kTable);
      Node* stored = need(n, n->inputs[2], wanted);
      Node* index = elementIndex(n, table, toInteger(n, need(n, n->inputs[1], key.expected)), kind);
      switch (kind) {
      case ArrayKind::Integers: before(n, Op::StoreElementInteger, {table, index, stored}); break;
      case ArrayKind::Floats: before(n, Op::StoreElementFloat, {table, index, stored}); break;
      default: {
        Node* old = before(n, Op::LoadElementValue, {table, index}, kAny);
        guarded(n, Op::Guard, {old}, kNotNil)->types = kNotNil;
        before(n, Op::StoreElementValue, {table, index, stored});
      }
      }
      g_.remove(n);
      return;
    }
  }
  guarded(n, Op::RuntimeSetIndex, {n->inputs[0], n->inputs[1], n->inputs[2]});
  g_.remove(n);
}

} // namespace perigee::passes
