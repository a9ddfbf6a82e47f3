// What ends a function, or the life of variables that closures have captured.

#include "compiler/build/graph_builder.h"

namespace perigee::build {

using namespace ir::types;

// To the function that this one is inlined in (inlining.cpp), with values of registers.
void GraphBuilder::returnInlined(int first, int count) {
  returns_.push_back({block_, {}});
  for (int i = 0; i < count; ++i) returns_.back().results.push_back(get(first + i));
  block_ = nullptr;
}

// Returns register `first` if count is 1, or nothing.
void GraphBuilder::returnPlain(int first, int count) {
  if (isInlined()) return returnInlined(first, count);
  Node* n = count == 1 ? emit(Op::Return, {get(first)}) : emit(Op::Return);
  n->snapshot = g_.newSnapshot(pc_, 0); // nothing of the frame is looked at any more
  block_ = nullptr;
}

void GraphBuilder::returns() { returnPlain(at(pc_).a, at(pc_).op == Opcode::Return1 ? 1 : 0); }

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
  if (isInlined()) return returnInlined(x.a, x.b - 1);
  if (x.c != 0 && !closesUpvalues()) return leave();
  int end = x.b != 0 ? x.a + x.b - 1 : at(pc_ - 1).a;
  storeOperands(x.a, end);
  Node* n = emit(Op::ReturnRange);
  n->snapshot = g_.newSnapshot(pc_, 0); // nothing else of the frame is looked at any more
  block_ = nullptr;
}

// A Lua function that was called here before with as many arguments is expected again.
void GraphBuilder::tailCall() {
  const LibraryRule* rule = libraryRule(at(pc_), feedback(), options_.state);
  if (rule != nullptr && (isInlined() || !p_->isVararg())) {
    Node* result = callLibrary(*rule);
    set(at(pc_).a, result);
    return returnPlain(at(pc_).a, result != nullptr ? 1 : 0);
  }
  if (isInlined()) {
    const Proto* target = inlinableTarget();
    return target != nullptr ? inlineCall(target) : refuse();
  }
  const Instruction& x = at(pc_);
  const SiteFeedback* f = feedback();
  if (isGeneric()) return leave();
  const Proto* target = f != nullptr ? f->onlyFunction() : nullptr;
  if (target != nullptr && x.b != 0 && x.c == 0 && !p_->isVararg() && !target->isVararg()) {
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
