// Variable arguments.

#include "compiler/build/graph_builder.h"

#include "vm/state.h"
#include "vm/string.h"
#include "vm/work.h"

namespace perigee::build {

using namespace ir::types;
using ir::TypeSet;

void GraphBuilder::vararg() {
  const Instruction& x = at(pc_);
  if (x.c != 0) {
    for (int i = 0; i < x.c - 1; ++i) {
      Node* n = emit(Op::LoadVararg);
      n->imm.index = static_cast<uint32_t>(i);
      set(x.a + i, n);
    }
    return;
  }
  if (isSelected()) return select();
  emitWithSnapshot(Op::SpreadVarargs)->imm.index = x.a;
  forget(x.a);
}

namespace {

bool isCountSign(const Node* n) {
  return n->isConstant() && n->types == kString && *static_cast<const String*>(n->imm.pointer)->data() == '#';
}

} // namespace

// Do the arguments go to a call select(what, ...) for one result? Then nobody needs the list.
bool GraphBuilder::isSelected() {
  const Instruction& x = at(pc_);
  const Instruction& call = at(pc_ + 1);
  if (call.op != Opcode::Call || call.b != 0 || call.c != 2 || x.a != call.a + kFrameSlots + 1) return false;
  if (p_->feedback == nullptr || options_.state == nullptr || isGeneric()) return false;
  const SiteFeedback& f = p_->feedback[pc_ + 1];
  bool one = (f.flags & SiteFeedback::kLightTarget) && !(f.flags & SiteFeedback::kGeneric);
  if (!one || f.light_target != options_.state->library[static_cast<int>(LibraryFunction::Select)])
    return false;
  return isCountSign(get(x.a - 1)) || TypeSet(f.tags[1]) == kInteger;
}

// Leaves in front of the list: the interpreter makes it and the call.
void GraphBuilder::select() {
  int callee = at(pc_ + 1).a;
  guardLightFunction(get(callee), p_->feedback[pc_ + 1].light_target);
  if (g_.counts_ticks) { // the interpreter charges for making a long list
    Node* count = emit(Op::VarargCount);
    count->type = kInteger;
    emitWithSnapshot(Op::GuardTrue,
                     {emit(Op::LessEqualInteger, {count, integerConstant(kElementsForATick)})});
  }
  Node* what = get(callee + kFrameSlots);
  Node* result;
  if (isCountSign(what)) {
    result = emit(Op::VarargCount);
    result->type = kInteger;
  } else {
    Node* index = guard(what, kInteger);
    emitWithSnapshot(Op::GuardTrue, {emit(Op::LessEqualInteger, {integerConstant(1), index})});
    result = emit(Op::LoadVarargAt, {index});
  }
  set(callee, result);
  forget(callee + 1);
  ++pc_; // the call is done as well
}

} // namespace perigee::build
