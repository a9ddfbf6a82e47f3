// Accesses to tables, by what the inline caches and the feedback of the instruction have seen.

#include "compiler/passes/specialize.h"
#include "interpreter/inline_cache.h"
#include "vm/table.h"

namespace perigee::passes {

using namespace ir::types;

namespace {

constexpr TypeSet kNotNil = kAny.without(kNil);
constexpr uint16_t kManyMisses = 64; // a cache that missed more often serves several shapes

bool isUsable(const Graph& g, const Node* n, const InlineCache& cache) {
  const SiteFeedback* all = g.proto->feedback;
  if (all != nullptr && (all[n->pc].flags & SiteFeedback::kManyShapes)) return false;
  return cache.kind != InlineCache::Kind::Empty && cache.misses < kManyMisses;
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

void Specializer::getField(Node* n) {
  const InlineCache& cache = cacheOf(n);
  Operand object = operand(n, 0);
  if (object.expected.isEmpty()) return exitAt(n);
  TypeSet expected = object.expected;
  bool tells_nothing = g_.proto->feedback == nullptr || n->positions[0] == ir::kNoPosition;
  if (tells_nothing && expected.overlaps(kTable) && cache.shape != nullptr) expected = kTable;
  if (isUsable(g_, n, cache) && (expected == kTable || expected == kString)) {
    Node* value = need(n, n->inputs[0], expected);
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
  bool tells_nothing = g_.proto->feedback == nullptr || n->positions[0] == ir::kNoPosition;
  TypeSet expected = tells_nothing && object.expected.overlaps(kTable) ? kTable : object.expected;
  bool field = isUsable(g_, n, cache) && cache.kind == InlineCache::Kind::Field && cache.shape != nullptr;
  bool adds = isUsable(g_, n, cache) && cache.kind == InlineCache::Kind::AddField && cache.shape != nullptr;
  if (field && expected == kTable && operand(n, 1).expected.overlaps(kNotNil)) {
    Node* table = need(n, n->inputs[0], kTable);
    Node* value = need(n, n->inputs[1], kNotNil);
    guardShape(n, table, cache.shape);
    Node* old = before(n, Op::LoadField, {table}, kAny);
    old->imm.index = cache.slot;
    guarded(n, Op::Guard, {old}, kNotNil)->types = kNotNil;
    before(n, Op::StoreField, {table, value})->imm.index = cache.slot;
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
  if (g.proto->feedback == nullptr) return false;
  switch (g.proto->feedback[n->pc].array_kinds & (7 | SiteFeedback::kOutside | SiteFeedback::kOtherKey)) {
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
  if (object.expected == kTable && key.expected == kInteger && oneArrayKind(g_, n, &kind)) {
    Node* table = need(n, n->inputs[0], kTable);
    Node* index = elementIndex(n, table, need(n, n->inputs[1], kInteger), kind);
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
  bool simple = object.expected == kTable && key.expected == kInteger && oneArrayKind(g_, n, &kind);
  if (simple) {
    TypeSet wanted = kind == ArrayKind::Integers ? kInteger : kind == ArrayKind::Floats ? kFloat : kNotNil;
    simple =
        value.expected.isSubsetOf(wanted) || (kind == ArrayKind::Values && value.expected.overlaps(wanted));
    if (simple) {
      Node* table = need(n, n->inputs[0], kTable);
      Node* stored = need(n, n->inputs[2], wanted);
      Node* index = elementIndex(n, table, need(n, n->inputs[1], kInteger), kind);
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
