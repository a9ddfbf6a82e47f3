// Generic loops: those over next and ipairs are done by operations, other iterators are called. Which one it
// is the feedback of the GenericCall tells; guards hold it to that.

#include "compiler/build/graph_builder.h"

#include "vm/metamethod.h"
#include "vm/state.h"

namespace perigee::build {

using namespace ir::types;
using ir::TypeSet;

GraphBuilder::Iteration GraphBuilder::iterationAt(uint32_t generic_call) const {
  const SiteFeedback* f = p_->feedback == nullptr ? nullptr : &p_->feedback[generic_call];
  if (f == nullptr || (f->flags & SiteFeedback::kGeneric)) return Iteration::Unknown;
  TypeSet callee(f->tags[0]);
  if (!callee.overlaps(kLightFunction)) return options_.every_way ? Iteration::Unknown : Iteration::Calls;
  bool one = callee == kLightFunction && (f->flags & SiteFeedback::kLightTarget);
  if (!one || options_.state == nullptr || !(TypeSet(f->tags[1]) == kTable)) return Iteration::Unknown;
  if (f->light_target == options_.state->next_function) return Iteration::Next;
  bool elements = f->light_target == options_.state->ipairs_iterator && TypeSet(f->tags[2]) == kInteger;
  return elements ? Iteration::Elements : Iteration::Unknown;
}

Node* GraphBuilder::guardIterator(lua_CFunction iterator) {
  return guardLightFunction(get(at(pc_).a), iterator);
}

// Nothing is to be closed, and a loop over next gets its position.
void GraphBuilder::genericPrep() {
  const Instruction& x = at(pc_);
  Iteration kind = isGeneric() ? Iteration::Unknown : iterationAt(jumpTarget());
  if (kind == Iteration::Unknown) return interpretJump();
  set(x.a + 3, guard(get(x.a + 3), kFalsy));
  switch (kind) {
  case Iteration::Next:
    set(x.a, guardIterator(options_.state->next_function));
    set(x.a + 1, guard(get(x.a + 1), kTable));
    emit(Op::StartTraversal, {get(x.a + 2)})->imm.index = x.a + 2u;
    break;
  case Iteration::Elements: set(x.a, guardIterator(options_.state->ipairs_iterator)); break;
  default: set(x.a, guard(get(x.a), kAny.without(kLightFunction))); break;
  }
  goTo(jumpTarget());
}

void GraphBuilder::genericCall() {
  switch (iterationAt(pc_)) {
  case Iteration::Next: stepNext(); return;
  case Iteration::Elements: stepElements(); return;
  case Iteration::Calls: callIterator(); return;
  case Iteration::Unknown: interpretJump(); return;
  }
}

void GraphBuilder::callIterator() {
  const Instruction& x = at(pc_);
  forget(x.a + 4); // variables of the loop's last round: their slots are where the call's operands go
  Node* callee = guard(get(x.a), kAny.without(kLightFunction));
  Node* arguments[3] = {callee, get(x.a + 1), get(x.a + 2)};
  static constexpr int kPlaces[3] = {4, 6, 7};
  Node* at_call = nullptr;
  for (int i = 0; i < 3; ++i) {
    at_call = emit(Op::StoreSlot, {arguments[i]});
    at_call->imm.index = static_cast<uint32_t>(x.a + kPlaces[i]);
  }
  emitWithSnapshot(Op::Call);
  afterSafepoint(state_, block_, effectsOf(p_, pc_), true);
  forget(x.a + 4 + x.c);
  goTo(pc_ + 1);
}

// The control variable becomes the first result. Reached by way of a call only: see genericCall.
void GraphBuilder::genericLoop() {
  const Instruction& x = at(pc_);
  if (iterationAt(pc_ - 1) != Iteration::Calls || get(x.a + 4) == nullptr) {
    interpretJump();
    return;
  }
  emitWithSnapshot(Op::Poll);
  Node* first = get(x.a + 4);
  Node* is_nil = emit(Op::HasType, {first});
  is_nil->types = kNil;
  emit(Op::Branch, {is_nil});
  Block* end = edgeTo(pc_ + 1);
  Block* body = edgeTo(jumpTarget());
  Registers next = state_;
  next.node[x.a + 2] = first;
  endEdge(end, end->pc, state_);
  endEdge(body, body->pc, next);
  block_ = nullptr;
}

// --- without a call: as opGenericCall does it, polling in the name of the GenericLoop ----------------------

// From `body` on, which leads to the loop's first instruction, the registers hold the next round's values.
void GraphBuilder::enterBody(Block* body, Node* control, Node* first, Node* second) {
  const Instruction& x = at(pc_);
  Registers next = state_;
  next.node[x.a + 2] = control;
  next.node[x.a + 4] = first;
  if (x.c > 1) next.node[x.a + 5] = second;
  for (int i = 2; i < x.c; ++i) next.node[x.a + 4 + i] = g_.constant(Value::nil());
  endEdge(body, body->pc, next);
}

void GraphBuilder::leaveLoop(Block* end) { endEdge(end, end->pc, state_); }

void GraphBuilder::stepNext() {
  const Instruction& x = at(pc_);
  forget(x.a + 4);
  emitWithSnapshot(Op::Poll);
  guardIterator(options_.state->next_function);
  emitWithSnapshot(Op::RuntimeNext, {guard(get(x.a + 1), kTable)});
  auto load = [this](int reg) {
    Node* n = emit(Op::LoadSlot);
    n->imm.index = static_cast<uint32_t>(reg);
    return n;
  };
  Node* key = load(x.a + 4);
  Node* value = load(x.a + 5);
  Node* is_nil = emit(Op::HasType, {key});
  is_nil->types = kNil;
  emit(Op::Branch, {is_nil});
  Block* end = edgeTo(pc_ + 2);
  Block* body = edgeTo(static_cast<uint32_t>(static_cast<int64_t>(pc_) + 2 + at(pc_ + 1).d));
  leaveLoop(end);
  enterBody(body, key, key, value);
  block_ = nullptr;
}

// An element that is absent ends the loop, unless __index has a say.
void GraphBuilder::stepElements() {
  const Instruction& x = at(pc_);
  forget(x.a + 4);
  emitWithSnapshot(Op::Poll);
  guardIterator(options_.state->ipairs_iterator);
  Node* table = guard(get(x.a + 1), kTable);
  Node* index = guard(get(x.a + 2), kInteger);
  uint32_t first = static_cast<uint32_t>(static_cast<int64_t>(pc_) + 2 + at(pc_ + 1).d);
  ArrayKind kind;
  switch (feedback()->array_kinds & 7) {
  case 1: kind = ArrayKind::Values; break;
  case 2: kind = ArrayKind::Integers; break;
  case 4: kind = ArrayKind::Floats; break;
  default: { // arrays of several kinds
    Node* next = emit(Op::AddInteger, {index, integerConstant(1)});
    next->type = kInteger;
    Node* value = emitWithSnapshot(Op::RuntimeGetIndex, {table, next});
    Node* is_nil = emit(Op::HasType, {value});
    is_nil->types = kNil;
    emit(Op::Branch, {is_nil});
    Block* end = edgeTo(pc_ + 2);
    Block* body = edgeTo(first);
    leaveLoop(end);
    enterBody(body, next, next, value);
    block_ = nullptr;
    return;
  }
  }
  Node* size = emit(Op::ArraySize, {table});
  size->type = kInteger;
  emit(Op::Branch, {emit(Op::BelowInteger, {index, size})});
  Block* inside = edgeTo(first);
  Block* outside = edgeTo(pc_ + 2);
  block_ = inside;
  emitWithSnapshot(Op::GuardArrayKind, {table})->imm.index = static_cast<uint32_t>(kind);
  Op load = kind == ArrayKind::Values     ? Op::LoadElementValue
            : kind == ArrayKind::Integers ? Op::LoadElementInteger
                                          : Op::LoadElementFloat;
  Node* value = emit(load, {table, index});
  value->type = kind == ArrayKind::Values ? kAny : kind == ArrayKind::Integers ? kInteger : kFloat;
  Block* absent = nullptr;
  Block* body = block_;
  if (kind == ArrayKind::Values) {
    Node* is_nil = emit(Op::HasType, {value});
    is_nil->types = kNil;
    emit(Op::Branch, {is_nil});
    absent = edgeTo(pc_ + 2);
    body = edgeTo(first);
  }
  block_ = body;
  Node* next = emit(Op::AddInteger, {index, integerConstant(1)});
  next->type = kInteger;
  enterBody(body, next, next, value);
  // Behind the array part only the element next to it is known to be absent (vm/table.h).
  block_ = outside;
  emitWithSnapshot(Op::GuardTrue, {emit(Op::EqualInteger, {index, size})});
  for (Block* end : {outside, absent}) {
    if (end == nullptr) continue;
    block_ = end;
    emitWithSnapshot(Op::GuardNoMetamethod, {table})->imm.index = static_cast<uint32_t>(Meta::Index);
    leaveLoop(end);
  }
  block_ = nullptr;
}

} // namespace perigee::build
