// What ends a function, or the life of variables that closures have captured.

#include "compiler/build/graph_builder.h"

namespace perigee::build {

using namespace ir::types;

void GraphBuilder::returns() {
  const Instruction& x = at(pc_);
  if (isInlined()) {
    returns_.push_back({block_, {}});
    if (x.op == Opcode::Return1) returns_.back().results.push_back(get(x.a));
    block_ = nullptr;
    return;
  }
  Node* n = x.op == Opcode::Return0 ? emitWithSnapshot(Op::Return) : emitWithSnapshot(Op::Return, {get(x.a)});
  n->snapshot->count = 0; // nothing of the frame is looked at any more
  block_ = nullptr;
}

// False: there may be variables to be closed, which is up to the interpreter.
bool GraphBuilder::closesUpvalues() {
  if (isGeneric()) return false;
  for (uint32_t pc = 0; pc < p_->code_size; ++pc) {
    if (at(pc).op == Opcode::ToBeClosed) return false;
  }
  emitWithSnapshot(Op::RuntimeClose);
  return true;
}

void GraphBuilder::close() {
  if (!closesUpvalues()) interpret();
}

void GraphBuilder::returnRange() {
  const Instruction& x = at(pc_);
  if (x.c != 0 && !closesUpvalues()) return leave();
  int end = x.b != 0 ? x.a + x.b - 1 : at(pc_ - 1).a;
  storeOperands(x.a, end);
  Node* n = emit(Op::ReturnRange);
  n->snapshot = g_.newSnapshot(pc_, 0); // nothing else of the frame is looked at any more
  block_ = nullptr;
}

// A Lua function that was called here before with as many arguments is expected again.
void GraphBuilder::tailCall() {
  if (isInlined()) {
    const Proto* target = inlinableTarget();
    return target != nullptr ? inlineCall(target) : refuse();
  }
  const Instruction& x = at(pc_);
  const SiteFeedback* f = feedback();
  if (isGeneric()) return leave();
  bool expected = f != nullptr && f->target != nullptr &&
                  !(f->flags & (SiteFeedback::kSeveralTargets | SiteFeedback::kLightTarget));
  if (expected && x.b != 0 && x.c == 0 && !p_->isVararg() && !f->target->isVararg()) {
    std::vector<Node*> inputs{guard(get(x.a), kClosure)};
    for (int i = 0; i < x.b - 1; ++i) inputs.push_back(get(x.a + kFrameSlots + i));
    Node* n = add(g_.newNode(Op::TailCall, pc_, inputs.data(), static_cast<uint32_t>(inputs.size())));
    n->snapshot = snapshot();
    block_ = nullptr;
    return;
  }
  if (x.c != 0 && !closesUpvalues()) return leave();
  storeOperands(x.a, x.a + 1);
  storeOperands(x.a + kFrameSlots, x.b != 0 ? x.a + kFrameSlots + x.b - 1 : at(pc_ - 1).a);
  emitWithSnapshot(Op::TailCallRange);
  block_ = nullptr;
}

void GraphBuilder::leave() {
  if (isInlined()) return refuse();
  emitWithSnapshot(Op::Leave);
  block_ = nullptr;
}

} // namespace perigee::build
