// Specialization
//
// Purpose: generic operations become operations on known types. What is only expected
//   (passes/types_of_operations.h) is guarded; where feedback expects nothing, the code has never run and
//   becomes an exit; where too much has been seen, a function of the runtime does it.
// Needs: types.
// Leaves: no generic operation but Not and Truthy, which need no guards. A value that has been guarded is
//   used in its guarded form everywhere the guard dominates, also in snapshots.
// Does not: move or merge guards (passes/value_numbering.cpp).

#include "compiler/passes/specialize.h"

#include "interpreter/operations.h"
#include "vm/string.h"
#include "vm/table.h"

#include <algorithm>

namespace perigee::passes {

using namespace ir::types;

void specialize(Graph& g) { Specializer(g).run(); }

// --- the walk ----------------------------------------------------------------------------------------------

// Depth first through the dominator tree, so that what a block has guarded holds in all that it dominates.
void Specializer::run() {
  std::vector<std::vector<Block*>> children(g_.blocks.size());
  for (Block* b : g_.blocks) {
    if (b != g_.entry) children[b->dominator->order].push_back(b);
  }
  struct Visit {
    Block* block;
    size_t next;
    size_t trail;
  };
  std::vector<Visit> stack{{g_.entry, 0, 0}};
  enter(g_.entry);
  while (!stack.empty()) {
    Visit& v = stack.back();
    if (v.next < children[v.block->order].size()) {
      Block* child = children[v.block->order][v.next++];
      if (child->predecessors.empty()) continue; // cut off
      stack.push_back({child, 0, trail_.size()});
      enter(child);
      continue;
    }
    for (; trail_.size() > v.trail; trail_.pop_back()) refined_[trail_.back()->id] = nullptr;
    stack.pop_back();
  }
  g_.applyReplacements();
  g_.analyze();
}

void Specializer::enter(Block* b) {
  g_.spend(2 * ir::workOf(b));
  ended_ = false;
  for (Node* n = b->first; n != nullptr && !ended_;) {
    Node* next = n->next;
    visit(n);
    n = next;
  }
  if (!ended_) finishEdges(b);
}

void Specializer::finishEdges(Block* b) {
  for (int i = 0; i < b->successorCount(); ++i) {
    Block* s = b->successors[i];
    uint32_t edge = s->predecessorIndex(b);
    for (Node* phi = s->first; phi != nullptr && phi->is(Op::Phi); phi = phi->next)
      phi->inputs[edge] = current(phi->inputs[edge]);
  }
}

Node* Specializer::current(Node* v) {
  for (v = Graph::resolve(v); v->id < refined_.size() && refined_[v->id] != nullptr;)
    v = Graph::resolve(refined_[v->id]);
  return v;
}

// Nodes of one instruction share a snapshot: what is known at a later one must not appear at an earlier one.
ir::Snapshot* Specializer::currentSnapshot(ir::Snapshot* s) {
  ir::Snapshot* changed = nullptr;
  for (uint32_t i = 0; i < s->count; ++i) {
    Node* value = current(s->entries[i].value);
    if (value == s->entries[i].value) continue;
    if (changed == nullptr) {
      changed = g_.newSnapshot(s);
      std::copy(s->entries, s->entries + s->count, changed->entries);
    }
    changed->entries[i].value = value;
  }
  return changed != nullptr ? changed : s;
}

// `to` stands for `from` from here on.
void Specializer::refine(Node* from, Node* to) {
  if (from->isConstant()) return;
  if (from->id >= refined_.size()) refined_.resize(g_.nodeCount());
  refined_[from->id] = to;
  trail_.push_back(from);
}

void Specializer::visit(Node* n) {
  if (n->is(Op::Phi)) return;
  for (uint32_t i = 0; i < n->input_count; ++i) {
    n->inputs[i] = current(n->inputs[i]);
    // An operand without type is never computed, and so is this.
    bool impossible = n->inputs[i]->info().result == ir::Result::Value && n->inputs[i]->type.isEmpty();
    if (impossible && n->snapshot != nullptr) return exitAt(n);
  }
  if (n->snapshot != nullptr) n->snapshot = currentSnapshot(n->snapshot);
  switch (n->op) {
  case Op::Reload: n->type = n->inputs[0]->type; return;
  case Op::Guard: {
    Node* value = n->inputs[0];
    n->type = value->type & n->types;
    if (value->type.isSubsetOf(n->types)) return replaceBy(n, value);
    if (n->type.isEmpty()) return exitAt(n);
    refine(value, n);
    return;
  }
  default: specializeGeneric(n); return;
  }
}

void Specializer::specializeGeneric(Node* n) {
  if (n->op >= Op::Add && n->op <= Op::Shr) return arithmetic(n);
  switch (n->op) {
  case Op::Unm:
  case Op::BNot: return unary(n);
  case Op::Len: return length(n);
  case Op::Equal: return equality(n);
  case Op::Less:
  case Op::LessEqual: return order(n);
  case Op::GetField: return getField(n);
  case Op::SetField: return setField(n);
  case Op::GetIndex: return getIndex(n);
  case Op::SetIndex: return setIndex(n);
  default: return;
  }
}

void Specializer::exitAt(Node* n) {
  Block* b = n->block;
  Node* exit = g_.newNode(Op::Exit, n->pc);
  exit->snapshot = n->snapshot;
  while (b->last != n) g_.remove(b->last);
  g_.remove(n);
  while (b->successors[0] != nullptr) g_.disconnect(b, b->successors[0]);
  g_.append(b, exit);
  ended_ = true;
}

void Specializer::replaceBy(Node* n, Node* by) {
  g_.replace(n, by);
  g_.remove(n);
}

Node* Specializer::before(Node* n, Op op, std::initializer_list<Node*> inputs, TypeSet type) {
  Node* made = g_.newNode(op, n->pc, inputs);
  made->type = type;
  g_.insertBefore(n, made);
  return made;
}

Node* Specializer::guarded(Node* n, Op op, std::initializer_list<Node*> inputs, TypeSet type) {
  Node* made = before(n, op, inputs, type);
  made->snapshot = n->snapshot;
  return made;
}

Node* Specializer::need(Node* n, Node* value, TypeSet types) {
  value = current(value);
  if (value->type.isSubsetOf(types)) return value;
  Node* guard = guarded(n, Op::Guard, {value}, value->type & types);
  guard->types = types;
  refine(value, guard);
  return guard;
}

Node* Specializer::toFloat(Node* n, Node* value) {
  if (value->type == kFloat) return value;
  if (value->isConstant()) return g_.constant(static_cast<double>(value->imm.integer));
  return before(n, value->type == kInteger ? Op::IntegerToFloat : Op::NumberToFloat, {value}, kFloat);
}

Node* Specializer::toInteger(Node* n, Node* value) {
  if (value->type == kInteger) return value;
  if (value->type == kFloat) return guarded(n, Op::FloatToInteger, {value}, kInteger);
  return guarded(n, Op::NumberToInteger, {need(n, value, kNumber)}, kInteger);
}

// --- arithmetic --------------------------------------------------------------------------------------------

namespace {

// What computes a generic operation on integers and on floats; Count: nothing does.
struct Typed {
  Op on_integers;
  Op on_floats;
};
Typed typedOf(Op op) {
  static constexpr Typed kTable[] = {{Op::AddInteger, Op::AddFloat},
                                     {Op::SubInteger, Op::SubFloat},
                                     {Op::MulInteger, Op::MulFloat},
                                     {Op::ModuloInteger, Op::ModuloFloat},
                                     {Op::Count, Op::PowFloat},
                                     {Op::Count, Op::DivFloat},
                                     {Op::DivideInteger, Op::FloorDivideFloat},
                                     {Op::AndInteger, Op::Count},
                                     {Op::OrInteger, Op::Count},
                                     {Op::XorInteger, Op::Count},
                                     {Op::ShiftLeftInteger, Op::Count},
                                     {Op::ShiftRightInteger, Op::Count},
                                     {Op::NegateInteger, Op::NegateFloat},
                                     {Op::NotInteger, Op::Count}};
  return kTable[static_cast<int>(op) - static_cast<int>(Op::Add)];
}

// An integer literal that a float holds exactly.
bool isExactAsFloat(const Node* n) {
  return n->isConstant() && n->types == kInteger && n->imm.integer >= -(int64_t{1} << 53) &&
         n->imm.integer <= int64_t{1} << 53;
}

} // namespace

void Specializer::arithmeticByRuntime(Node* n, Node* a, Node* b) {
  TypeSet type = isBitwise(n->op) ? kInteger : kNumber;
  if (!type.overlaps(n->type)) return exitAt(n);
  Node* result = guarded(n, Op::RuntimeArithmetic, {a, b}, type);
  result->imm.index = static_cast<uint32_t>(n->op) - static_cast<uint32_t>(Op::Add);
  // What comes behind may have been typed for less, when less was known of the operands.
  replaceBy(n, need(n, result, n->type));
}

void Specializer::arithmetic(Node* n) {
  Operand x = operand(n, 0), y = operand(n, 1);
  if (x.expected.isEmpty() || y.expected.isEmpty()) return exitAt(n);
  NumberKind kind = kindOf(n->op, x.expected, y.expected);
  if (!resultOf(kind).isSubsetOf(n->type) && kind != NumberKind::None) return exitAt(n);
  Node* a = n->inputs[0];
  Node* b = n->inputs[1];
  if (kind == NumberKind::Integer && isBitwise(n->op)) {
    bool plain = x.expected.isSingle() && y.expected.isSingle();
    if (!plain) kind = NumberKind::Either;
  }
  if (kind == NumberKind::None || kind == NumberKind::Either) {
    return arithmeticByRuntime(n, a, b);
  }
  a = need(n, a, x.expected);
  b = need(n, n->inputs[1] == n->inputs[0] ? a : b, y.expected);
  Typed typed = typedOf(n->op);
  Node* result;
  if (kind == NumberKind::Integer) {
    result = before(n, typed.on_integers, {toInteger(n, a), toInteger(n, b)}, kInteger);
    if (result->info().guards()) result->snapshot = n->snapshot;
  } else {
    bool square = n->op == Op::Pow && b->isConstant() &&
                  (b->types == kInteger ? b->imm.integer == 2 : b->imm.number == 2);
    a = toFloat(n, a);
    result = square ? before(n, Op::MulFloat, {a, a}, kFloat)
                    : before(n, typed.on_floats, {a, toFloat(n, b)}, kFloat);
  }
  replaceBy(n, result);
}

void Specializer::unary(Node* n) {
  Operand x = operand(n, 0);
  if (x.expected.isEmpty()) return exitAt(n);
  NumberKind kind = kindOf(n->op, x.expected, x.expected);
  if (kind == NumberKind::Integer && !x.expected.isSingle()) kind = NumberKind::Either;
  if (kind == NumberKind::None || kind == NumberKind::Either) {
    return arithmeticByRuntime(n, n->inputs[0], n->inputs[0]);
  }
  if (!resultOf(kind).isSubsetOf(n->type)) return exitAt(n);
  Node* a = need(n, n->inputs[0], x.expected);
  Typed typed = typedOf(n->op);
  replaceBy(n, kind == NumberKind::Integer ? before(n, typed.on_integers, {toInteger(n, a)}, kInteger)
                                           : before(n, typed.on_floats, {a}, kFloat));
}

void Specializer::length(Node* n) {
  Operand x = operand(n, 0);
  if (x.expected.isEmpty()) return exitAt(n);
  if (x.expected == kString && kInteger.isSubsetOf(n->type)) {
    return replaceBy(n, before(n, Op::StringLength, {need(n, n->inputs[0], kString)}, kInteger));
  }
  if (x.expected == kTable && kInteger.isSubsetOf(n->type)) {
    Node* table = need(n, n->inputs[0], kTable);
    guarded(n, Op::GuardNoMetamethod, {table})->imm.index = static_cast<uint32_t>(Meta::Len);
    return replaceBy(n, before(n, Op::ArraySize, {table}, kInteger));
  }
  if (!kInteger.isSubsetOf(n->type)) return exitAt(n); // typed when less was known of the operand
  replaceBy(n, guarded(n, Op::RuntimeLength, {n->inputs[0]}, kInteger));
}

// --- comparison --------------------------------------------------------------------------------------------

void Specializer::order(Node* n) {
  Operand x = operand(n, 0), y = operand(n, 1);
  if (x.expected.isEmpty() || y.expected.isEmpty()) return exitAt(n);
  Node* a = n->inputs[0];
  Node* b = n->inputs[1];
  bool less = n->is(Op::Less);
  if (x.expected == kInteger && y.expected == kInteger) {
    a = need(n, a, kInteger);
    b = need(n, b, kInteger);
    return replaceBy(n, before(n, less ? Op::LessInteger : Op::LessEqualInteger, {a, b}));
  }
  bool floats = (x.expected == kFloat || isExactAsFloat(a)) && (y.expected == kFloat || isExactAsFloat(b));
  if (floats) {
    a = toFloat(n, need(n, a, x.expected));
    b = toFloat(n, need(n, b, y.expected));
    return replaceBy(n, before(n, less ? Op::LessFloat : Op::LessEqualFloat, {a, b}));
  }
  Node* truth = guarded(n, less ? Op::RuntimeLess : Op::RuntimeLessEqual, {a, b}, kBoolean);
  replaceBy(n, before(n, Op::Truthy, {truth}));
}

void Specializer::equality(Node* n) {
  Operand x = operand(n, 0), y = operand(n, 1);
  if (x.expected.isEmpty() || y.expected.isEmpty()) return exitAt(n);
  Node* a = n->inputs[0];
  Node* b = n->inputs[1];
  constexpr TypeSet kUnique = kNil | kTrue | kFalse; // one value of each
  for (auto [value, literal] : {std::pair(a, b), std::pair(b, a)}) {
    if (!literal->type.isSingle() || !literal->type.isSubsetOf(kUnique)) continue;
    Node* test = before(n, Op::HasType, {value});
    test->types = literal->type;
    return replaceBy(n, test);
  }
  if (x.expected == kInteger && y.expected == kInteger)
    return replaceBy(n, before(n, Op::EqualInteger, {need(n, a, kInteger), need(n, b, kInteger)}));
  bool floats = (x.expected == kFloat || isExactAsFloat(a)) && (y.expected == kFloat || isExactAsFloat(b));
  if (floats) {
    a = toFloat(n, need(n, a, x.expected));
    b = toFloat(n, need(n, b, y.expected));
    return replaceBy(n, before(n, Op::EqualFloat, {a, b}));
  }
  // A short string is the only one with its contents: its address tells.
  bool strings = x.expected == kString && y.expected == kString;
  const Node* literal = b->isConstant() ? b : a;
  if (strings && literal->isConstant() && static_cast<const String*>(literal->imm.pointer)->isShort())
    return replaceBy(n, before(n, Op::SameObject, {need(n, a, kString), need(n, b, kString)}));
  Node* truth = guarded(n, Op::RuntimeEqual, {a, b}, kBoolean);
  replaceBy(n, before(n, Op::Truthy, {truth}));
}

} // namespace perigee::passes
