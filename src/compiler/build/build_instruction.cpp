// Instructions to nodes, one function per family. What has none here is executed by the interpreter.

#include "compiler/build/graph_builder.h"

#include "vm/state.h"

#include <array>

namespace perigee::build {

using namespace ir::types;
using ir::TypeSet;

GraphBuilder::Rule GraphBuilder::ruleOf(Opcode op) {
  static const std::array<Rule, kOpcodeCount> rules = [] {
    std::array<Rule, kOpcodeCount> table;
    table.fill(&GraphBuilder::interpret);
    auto from = [&table](Opcode first, Opcode last, Rule rule) {
      for (int o = static_cast<int>(first); o <= static_cast<int>(last); ++o)
        table[static_cast<size_t>(o)] = rule;
    };
    auto one = [&from](Opcode o, Rule rule) { from(o, o, rule); };
    one(Opcode::Move, &GraphBuilder::move);
    from(Opcode::LoadNil, Opcode::LoadTrue, &GraphBuilder::load);
    one(Opcode::LoadFalseSkip, &GraphBuilder::skip);
    from(Opcode::LoadInt, Opcode::LoadK, &GraphBuilder::load);
    from(Opcode::GetUpvalue, Opcode::SetUpvalue, &GraphBuilder::upvalue);
    from(Opcode::GetGlobal, Opcode::SetField, &GraphBuilder::field);
    from(Opcode::GetIndex, Opcode::SetInt, &GraphBuilder::index);
    one(Opcode::Method, &GraphBuilder::method);
    one(Opcode::NewTable, &GraphBuilder::newTable);
    one(Opcode::SetList, &GraphBuilder::setList);
    one(Opcode::Closure, &GraphBuilder::closure);
    one(Opcode::Concat, &GraphBuilder::concat);
    one(Opcode::Vararg, &GraphBuilder::vararg);
    from(Opcode::Add, Opcode::SubI, &GraphBuilder::arithmetic);
    from(Opcode::Unm, Opcode::Len, &GraphBuilder::unary);
    from(Opcode::Jump, Opcode::Loop, &GraphBuilder::plainJump);
    from(Opcode::JumpIf, Opcode::JumpIfNot, &GraphBuilder::truthJump);
    from(Opcode::JumpIfMove, Opcode::JumpIfNotMove, &GraphBuilder::moveJump);
    from(Opcode::JumpEq, Opcode::JumpNeK, &GraphBuilder::compareJump);
    one(Opcode::ForPrep, &GraphBuilder::forPrep);
    one(Opcode::ForLoop, &GraphBuilder::forLoop);
    one(Opcode::ForWrap, &GraphBuilder::forWrap);
    one(Opcode::GenericPrep, &GraphBuilder::genericPrep);
    one(Opcode::GenericCall, &GraphBuilder::genericCall);
    one(Opcode::GenericLoop, &GraphBuilder::genericLoop);
    one(Opcode::Call, &GraphBuilder::call);
    one(Opcode::TailCall, &GraphBuilder::tailCall);
    one(Opcode::Return, &GraphBuilder::returnRange);
    one(Opcode::Close, &GraphBuilder::close);
    from(Opcode::Return0, Opcode::Return1, &GraphBuilder::returns);
    return table;
  }();
  return rules[static_cast<size_t>(op)];
}

// Expectations have failed too often at this instruction: no more of them.
bool GraphBuilder::isGeneric() const {
  return feedback() != nullptr && (feedback()->flags & SiteFeedback::kGeneric) != 0;
}

void GraphBuilder::buildInstruction() {
  Opcode op = at(pc_).op;
  bool may_run_code = (op >= Opcode::GetGlobal && op <= Opcode::Method) ||
                      (op >= Opcode::Add && op <= Opcode::Concat && op != Opcode::Not);
  bool may_decide = op >= Opcode::JumpEq && op <= Opcode::JumpNeK;
  if (isGeneric() && may_run_code) {
    interpret();
  } else if (isGeneric() && may_decide) {
    interpretJump();
  } else {
    (this->*ruleOf(op))();
  }
}

Node* GraphBuilder::generic(Op op, std::initializer_list<Node*> inputs,
                            std::initializer_list<uint8_t> positions) {
  Node* n = emitWithSnapshot(op, inputs);
  std::copy(positions.begin(), positions.end(), n->positions);
  return n;
}

Node* GraphBuilder::guard(Node* value, TypeSet types) {
  Node* n = emitWithSnapshot(Op::Guard, {value});
  n->types = n->type = types;
  return n;
}

// The value as the C function that it is expected to be.
Node* GraphBuilder::guardLightFunction(Node* value, lua_CFunction f) {
  Node* function = guard(value, kLightFunction);
  emitWithSnapshot(Op::GuardNative, {function})->imm.pointer = reinterpret_cast<const void*>(f);
  return function;
}

// --- moves and constants -----------------------------------------------------------------------------------

void GraphBuilder::move() { set(at(pc_).a, get(at(pc_).b)); }

void GraphBuilder::load() {
  const Instruction& x = at(pc_);
  switch (x.op) {
  case Opcode::LoadNil:
    for (int i = 0; i < x.d; ++i) set(x.a + i, g_.constant(Value::nil()));
    return;
  case Opcode::LoadInt: set(x.a, integerConstant(x.d)); return;
  case Opcode::LoadK: set(x.a, g_.constant(p_->constants[x.d])); return;
  default: set(x.a, g_.constant(Value::boolean(x.op == Opcode::LoadTrue))); return;
  }
}

void GraphBuilder::skip() {
  set(at(pc_).a, g_.constant(Value::boolean(false)));
  goTo(pc_ + 2);
}

void GraphBuilder::upvalue() {
  const Instruction& x = at(pc_);
  if (x.op == Opcode::GetUpvalue) {
    set(x.a, loadUpvalue(x.b));
  } else {
    storeUpvalue(x.b, get(x.a));
  }
}

// --- tables ------------------------------------------------------------------------------------------------

void GraphBuilder::field() {
  const Instruction& x = at(pc_);
  bool is_global = x.op == Opcode::GetGlobal || x.op == Opcode::SetGlobal;
  Node* environment = nullptr;
  if (is_global) environment = loadUpvalue(x.b);
  Node* n;
  switch (x.op) {
  case Opcode::GetGlobal: n = generic(Op::GetField, {environment}, {ir::kNoPosition}); break;
  case Opcode::GetField: n = generic(Op::GetField, {get(x.b)}, {1}); break;
  case Opcode::SetGlobal: n = generic(Op::SetField, {environment, get(x.a)}, {ir::kNoPosition, 0}); break;
  default: n = generic(Op::SetField, {get(x.a), get(x.b)}, {0, 1}); break;
  }
  n->imm.index = static_cast<uint32_t>(x.d);
  if (n->is(Op::GetField)) set(x.a, n);
}

void GraphBuilder::method() {
  const Instruction& x = at(pc_);
  Node* object = get(x.b);
  Node* n = generic(Op::GetField, {object}, {1});
  n->imm.index = static_cast<uint32_t>(x.d);
  set(x.a + 2, object);
  set(x.a, n);
}

void GraphBuilder::index() {
  const Instruction& x = at(pc_);
  switch (x.op) {
  case Opcode::GetIndex: set(x.a, generic(Op::GetIndex, {get(x.b), get(x.c)}, {1, 2})); return;
  case Opcode::GetInt:
    set(x.a, generic(Op::GetIndex, {get(x.b), integerConstant(x.c)}, {1, ir::kNoPosition}));
    return;
  case Opcode::SetIndex: generic(Op::SetIndex, {get(x.a), get(x.b), get(x.c)}, {0, 1, 2}); return;
  default: generic(Op::SetIndex, {get(x.a), integerConstant(x.b), get(x.c)}, {0, ir::kNoPosition, 2}); return;
  }
}

void GraphBuilder::newTable() {
  Node* n = emitWithSnapshot(Op::RuntimeNewTable);
  n->type = kTable;
  set(at(pc_).a, n);
}

// Registers [first, end) go to their home slots, where a function of the runtime looks for them.
void GraphBuilder::storeOperands(int first, int end) {
  for (int reg = first; reg < end; ++reg) {
    if (get(reg) == nullptr) continue; // lies there since the instruction before
    emit(Op::StoreSlot, {get(reg)})->imm.index = home(reg);
  }
}

void GraphBuilder::setList() {
  const Instruction& x = at(pc_);
  Node* table = guard(get(x.a), kTable);
  storeOperands(x.a + 1, x.b != 0 ? x.a + 1 + x.b : at(pc_ - 1).a);
  emitWithSnapshot(Op::RuntimeSetList, {table});
  forget(x.a + 1);
}

void GraphBuilder::closure() {
  Node* n = emitWithSnapshot(Op::RuntimeClosure);
  n->type = kClosure;
  set(at(pc_).a, n);
}

// The operands' registers are spent.
void GraphBuilder::concat() {
  const Instruction& x = at(pc_);
  storeOperands(x.b, x.b + x.c);
  Node* n = emitWithSnapshot(Op::RuntimeConcat);
  n->type = kString;
  for (int i = 0; i < x.c; ++i) set(x.b + i, nullptr);
  set(x.a, n);
}

// --- arithmetic --------------------------------------------------------------------------------------------

void GraphBuilder::arithmetic() {
  const Instruction& x = at(pc_);
  auto operation = [&x](Opcode first) { // rows in the same order as those of the graph's operations
    return static_cast<Op>(static_cast<int>(Op::Add) + static_cast<int>(x.op) - static_cast<int>(first));
  };
  Node* left = get(x.b);
  if (x.op <= Opcode::Shr) {
    set(x.a, generic(operation(Opcode::Add), {left, get(x.c)}, {1, 2}));
  } else if (x.op <= Opcode::ShrK) {
    Node* k = g_.constant(p_->constants[x.d]);
    Op op = operation(Opcode::AddK);
    set(x.a, x.c == 0 ? generic(op, {left, k}, {1, ir::kNoPosition})
                      : generic(op, {k, left}, {ir::kNoPosition, 1}));
  } else {
    set(x.a, generic(x.op == Opcode::AddI ? Op::Add : Op::Sub, {left, integerConstant(x.d)},
                     {1, ir::kNoPosition}));
  }
}

void GraphBuilder::unary() {
  const Instruction& x = at(pc_);
  switch (x.op) {
  case Opcode::Unm: set(x.a, generic(Op::Unm, {get(x.b)}, {1})); return;
  case Opcode::BNot: set(x.a, generic(Op::BNot, {get(x.b)}, {1})); return;
  case Opcode::Len: set(x.a, generic(Op::Len, {get(x.b)}, {1})); return;
  default: {
    Node* n = emit(Op::Not, {get(x.b)});
    n->type = kBoolean;
    set(x.a, n);
    return;
  }
  }
}

// --- jumps -------------------------------------------------------------------------------------------------

void GraphBuilder::plainJump() {
  if (at(pc_).op == Opcode::Loop) {
    emitWithSnapshot(Op::Poll);
    forget(at(pc_).a);
  }
  goTo(jumpTarget());
}

// Ends the block: the instruction jumps if the condition's truth equals `jump_if`. A way that has never been
// taken is not built: the condition becomes a guard.
void GraphBuilder::branch(Node* condition, bool jump_if) {
  const SiteFeedback* f = feedback();
  int ways = f == nullptr || isGeneric() || options_.every_way ? 3 : f->flags & 3;
  if (ways != 3) {
    if (ways == 0) {
      emitWithSnapshot(Op::Exit);
      block_ = nullptr;
      return;
    }
    bool jumps = ways == SiteFeedback::kJumped;
    emitWithSnapshot(jumps == jump_if ? Op::GuardTrue : Op::GuardFalse, {condition});
    goTo(jumps ? jumpTarget() : pc_ + 1);
    return;
  }
  emit(Op::Branch, {condition});
  Block* if_true = edgeTo(jump_if ? jumpTarget() : pc_ + 1);
  Block* if_false = edgeTo(jump_if ? pc_ + 1 : jumpTarget());
  endEdge(if_true, if_true->pc, state_);
  endEdge(if_false, if_false->pc, state_);
  block_ = nullptr;
}

void GraphBuilder::truthJump() {
  const Instruction& x = at(pc_);
  branch(emit(Op::Truthy, {get(x.a)}), x.op == Opcode::JumpIf);
}

void GraphBuilder::moveJump() {
  const Instruction& x = at(pc_);
  Node* value = get(x.b);
  bool jump_if = x.op == Opcode::JumpIfMove;
  emit(Op::Branch, {emit(Op::Truthy, {value})});
  uint32_t jump = jumpTarget();
  Block* if_true = edgeTo(jump_if ? jump : pc_ + 1);
  Block* if_false = edgeTo(jump_if ? pc_ + 1 : jump);
  Registers moved = state_;
  moved.node[x.a] = value;
  endEdge(if_true, if_true->pc, jump_if ? moved : state_);
  endEdge(if_false, if_false->pc, jump_if ? state_ : moved);
  block_ = nullptr;
}

void GraphBuilder::compareJump() {
  // What each row computes: `jump if (op(x, y)) == sense`; swapped: y and x.
  struct Comparison {
    Op op;
    bool sense;
    bool swapped;
  };
  const Instruction& x = at(pc_);
  bool immediate = x.op >= Opcode::JumpLtI && x.op <= Opcode::JumpNotGeI;
  bool constant = x.op == Opcode::JumpEqK || x.op == Opcode::JumpNeK;
  Comparison c;
  switch (x.op) {
  case Opcode::JumpEq:
  case Opcode::JumpEqK: c = {Op::Equal, true, false}; break;
  case Opcode::JumpNe:
  case Opcode::JumpNeK: c = {Op::Equal, false, false}; break;
  case Opcode::JumpLt:
  case Opcode::JumpLtI: c = {Op::Less, true, false}; break;
  case Opcode::JumpNotLt:
  case Opcode::JumpNotLtI: c = {Op::Less, false, false}; break;
  case Opcode::JumpLe:
  case Opcode::JumpLeI: c = {Op::LessEqual, true, false}; break;
  case Opcode::JumpNotLe:
  case Opcode::JumpNotLeI: c = {Op::LessEqual, false, false}; break;
  case Opcode::JumpGtI: c = {Op::Less, true, true}; break;
  case Opcode::JumpNotGtI: c = {Op::Less, false, true}; break;
  case Opcode::JumpGeI: c = {Op::LessEqual, true, true}; break;
  default: c = {Op::LessEqual, false, true}; break;
  }
  Node* left = get(x.a);
  Node* right = immediate  ? integerConstant(x.signed16())
                : constant ? g_.constant(p_->constants[x.unsigned16()])
                           : get(x.b);
  uint8_t right_position = immediate || constant ? ir::kNoPosition : uint8_t{1};
  Node* condition = c.swapped ? generic(c.op, {right, left}, {right_position, 0})
                              : generic(c.op, {left, right}, {0, right_position});
  branch(condition, c.sense);
}

// --- numeric loops -----------------------------------------------------------------------------------------

// What the loop behind the ForPrep at `prep` counts with, as far as can be known beforehand.
GraphBuilder::LoopKind GraphBuilder::kindOfLoop(uint32_t prep) const {
  auto known = loop_kinds_.find(prep);
  if (known != loop_kinds_.end()) return known->second;
  if (options_.frame == nullptr) return LoopKind::Unknown;
  Tag tag = options_.frame[at(prep).a].tag;
  return tag == Tag::Integer ? LoopKind::Integer : tag == Tag::Float ? LoopKind::Float : LoopKind::Unknown;
}

void GraphBuilder::forPrep() {
  const Instruction& x = at(pc_);
  const SiteFeedback* f = feedback();
  Node* r[3] = {get(x.a), get(x.a + 1), get(x.a + 2)};
  TypeSet seen[3];
  for (int i = 0; i < 3; ++i) {
    seen[i] = r[i]->isConstant() ? r[i]->types : f != nullptr ? TypeSet(f->tags[i]) : kInteger;
  }
  bool step_known = r[2]->isConstant() && seen[2].isSubsetOf(kNumber) && r[2]->imm.integer != 0;
  LoopKind kind = LoopKind::Unknown;
  bool integers = seen[0] == kInteger && seen[2] == kInteger;
  if (integers && (step_known || !r[2]->isConstant())) {
    if (seen[1] == kInteger || seen[1].isEmpty()) kind = LoopKind::Integer;
  } else if (step_known && (seen[0] | seen[1] | seen[2]).isSubsetOf(kNumber) &&
             (seen[0] == kFloat || seen[2] == kFloat)) {
    kind = LoopKind::Float;
  }
  loop_kinds_[pc_] = kind;
  switch (kind) {
  case LoopKind::Integer: forPrepInteger(); return;
  case LoopKind::Float: forPrepFloat(); return;
  case LoopKind::Unknown: interpretJump(); return;
  }
}

void GraphBuilder::forPrepInteger() {
  const Instruction& x = at(pc_);
  Node* initial = guard(get(x.a), kInteger);
  Node* limit = guard(get(x.a + 1), kInteger);
  Node* step = guard(get(x.a + 2), kInteger);
  bool down = step->isConstant() && step->imm.integer < 0;
  // A step that is not known goes up.
  if (!step->isConstant())
    emitWithSnapshot(Op::GuardTrue, {emit(Op::LessInteger, {integerConstant(0), step})});
  Node* runs =
      down ? emit(Op::LessEqualInteger, {limit, initial}) : emit(Op::LessEqualInteger, {initial, limit});
  emit(Op::Branch, {runs});
  Block* body = edgeTo(pc_ + 1);
  Block* end = edgeTo(jumpTarget());
  Registers inside = state_;
  Node* count = g_.newNode(Op::LoopCount, here(), {initial, limit, step});
  count->type = kInteger;
  g_.append(body, count);
  inside.node[x.a] = inside.node[x.a + 3] = initial;
  inside.node[x.a + 1] = count;
  endEdge(body, body->pc, inside);
  endEdge(end, end->pc, state_);
  block_ = nullptr;
}

void GraphBuilder::forPrepFloat() {
  const Instruction& x = at(pc_);
  Node* r[3];
  Node* step = get(x.a + 2);
  for (int i = 0; i < 3; ++i) {
    // An integer initial value with an integer step would make this a loop of integers.
    bool decides = i == 0 && step->types != kFloat;
    r[i] = emit(Op::NumberToFloat, {guard(get(x.a + i), decides ? kFloat : kNumber)});
    r[i]->type = kFloat;
  }
  bool up = step->types == kFloat ? step->imm.number > 0 : step->imm.integer > 0;
  Block *end, *body;
  if (options_.state != nullptr && options_.state->dialect->float_loops_begin_before) {
    for (Op op : {Op::SubFloat, Op::AddFloat}) {
      r[0] = emit(op, {r[0], r[2]});
      r[0]->type = kFloat;
    }
    emit(Op::Branch, {up ? emit(Op::LessEqualFloat, {r[0], r[1]}) : emit(Op::LessEqualFloat, {r[1], r[0]})});
    body = edgeTo(pc_ + 1);
    end = edgeTo(jumpTarget());
  } else {
    emit(Op::Branch, {up ? emit(Op::LessFloat, {r[1], r[0]}) : emit(Op::LessFloat, {r[0], r[1]})});
    end = edgeTo(jumpTarget());
    body = edgeTo(pc_ + 1);
  }
  Registers inside = state_;
  for (int i = 0; i < 3; ++i) inside.node[x.a + i] = r[i];
  inside.node[x.a + 3] = r[0];
  endEdge(end, end->pc, state_);
  endEdge(body, body->pc, inside);
  block_ = nullptr;
}

void GraphBuilder::forLoop() {
  switch (kindOfLoop(jumpTarget() - 1)) {
  case LoopKind::Integer: forLoopInteger(); return;
  case LoopKind::Float: forLoopFloat(); return;
  case LoopKind::Unknown: interpretJump(); return;
  }
}

void GraphBuilder::forLoopInteger() {
  const Instruction& x = at(pc_);
  emitWithSnapshot(Op::Poll);
  Node* index = guard(get(x.a), kInteger);
  Node* count = guard(get(x.a + 1), kInteger);
  Node* step = guard(get(x.a + 2), kInteger);
  emit(Op::Branch, {emit(Op::EqualInteger, {count, integerConstant(0)})});
  Block* end = edgeTo(pc_ + 1);
  Block* body = edgeTo(jumpTarget());
  Registers next = state_;
  Node* left = g_.newNode(Op::SubInteger, here(), {count, integerConstant(1)});
  Node* stepped = g_.newNode(Op::AddInteger, here(), {index, step});
  left->type = stepped->type = kInteger;
  g_.append(body, left);
  g_.append(body, stepped);
  next.node[x.a] = next.node[x.a + 3] = stepped;
  next.node[x.a + 1] = left;
  endEdge(end, end->pc, state_);
  endEdge(body, body->pc, next);
  block_ = nullptr;
}

// That a loop goes on past the largest integer is not expected: code leaves, and the interpreter goes on with
// it.
void GraphBuilder::forWrap() {
  const Instruction& x = at(pc_);
  LoopKind kind = kindOfLoop(static_cast<uint32_t>(static_cast<int64_t>(pc_) + x.d));
  if (kind == LoopKind::Unknown || isGeneric()) return interpretJump();
  if (kind == LoopKind::Integer) guardNoWrap(guard(get(x.a), kInteger), guard(get(x.a + 2), kInteger));
  goTo(pc_ + 1);
}

void GraphBuilder::guardNoWrap(Node* index, Node* step) {
  bool down = step->isConstant() && step->imm.integer < 0;
  // A step that is not known goes up, as in front of the loop.
  if (!step->isConstant())
    emitWithSnapshot(Op::GuardTrue, {emit(Op::LessInteger, {integerConstant(0), step})});
  Node* last = emit(Op::SubInteger, {integerConstant(down ? INT64_MIN : INT64_MAX), step});
  last->type = kInteger;
  Node* fits = down ? emit(Op::LessEqualInteger, {last, index}) : emit(Op::LessEqualInteger, {index, last});
  emitWithSnapshot(Op::GuardTrue, {fits});
}

void GraphBuilder::forLoopFloat() {
  const Instruction& x = at(pc_);
  emitWithSnapshot(Op::Poll);
  Node* index = guard(get(x.a), kFloat);
  Node* limit = guard(get(x.a + 1), kFloat);
  Node* step = guard(get(x.a + 2), kFloat);
  Node* stepped = emit(Op::AddFloat, {index, step});
  stepped->type = kFloat;
  // Which way it goes is asked each time, as the interpreter does; for a literal step that folds away.
  Node* up = emit(Op::LessFloat, {g_.constant(0.0), step});
  emit(Op::Branch, {up});
  Block* upward = edgeTo(pc_);
  Block* downward = edgeTo(pc_);
  Registers next = state_;
  next.node[x.a] = next.node[x.a + 3] = stepped;
  for (Block* b : {upward, downward}) {
    block_ = b;
    Node* goes_on =
        b == upward ? emit(Op::LessEqualFloat, {stepped, limit}) : emit(Op::LessEqualFloat, {limit, stepped});
    emit(Op::Branch, {goes_on});
    Block* body = edgeTo(jumpTarget());
    Block* end = edgeTo(pc_ + 1);
    endEdge(body, body->pc, next);
    endEdge(end, end->pc, state_);
  }
  block_ = nullptr;
}

// --- calls -------------------------------------------------------------------------------------------------

void GraphBuilder::call() {
  if (const LibraryRule* rule = libraryRule(at(pc_), feedback(), options_.state)) {
    Node* result = callLibrary(*rule);
    if (at(pc_).c == 2) set(at(pc_).a, result != nullptr ? result : g_.constant(Value::nil()));
    return;
  }
  if (const Proto* target = inlinableTarget()) return inlineCall(target);
  if (isInlined()) return refuse();
  emitWithSnapshot(Op::Call);
  afterSafepoint(state_, block_, effectsOf(p_, pc_), true);
  forget(at(pc_).a + (at(pc_).c > 0 ? at(pc_).c - 1 : 0));
}

// --- executed by the interpreter ---------------------------------------------------------------------------

void GraphBuilder::interpret() {
  const Instruction& x = at(pc_);
  if (x.op == Opcode::VarargPrep) return;
  if (isInlined()) return refuse();
  emitWithSnapshot(Op::Interpret);
  afterSafepoint(state_, block_, effectsOf(p_, pc_), false);
}

// A jump that the interpreter decides.
void GraphBuilder::interpretJump() {
  if (isInlined()) return refuse();
  Targets targets = targetsOf(p_, pc_);
  RegisterEffects effects = effectsOf(p_, pc_);
  emitWithSnapshot(Op::InterpretBranch);
  uint32_t fall_through = pc_ + 1;
  for (int i = 0; i < targets.count; ++i) {
    Block* edge = edgeTo(targets.pc[i]);
    Registers state = state_;
    RegisterEffects here = effects;
    here.writes.unite(targets.pc[i] == fall_through ? effects.writes_if_not_taken : effects.writes_if_taken);
    if (at(pc_).op == Opcode::GenericCall) here.writes.add(at(pc_).a + 2);
    afterSafepoint(state, edge, here, false);
    endEdge(edge, edge->pc, state);
  }
  block_ = nullptr;
}

} // namespace perigee::build
