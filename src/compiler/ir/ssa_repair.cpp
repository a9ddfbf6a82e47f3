#include "compiler/ir/ssa_repair.h"

namespace perigee::ir {

Node* SsaRepair::valueAtEnd(Block* b) {
  auto known = at_end_.find(b);
  return known != at_end_.end() ? Graph::resolve(known->second) : valueAtStart(b);
}

Node* SsaRepair::valueAtStart(Block* b) {
  auto known = at_start_.find(b);
  if (known != at_start_.end()) return Graph::resolve(known->second);
  if (b->predecessors.size() == 1) {
    Node* value = valueAtEnd(b->predecessors[0]);
    at_start_[b] = value;
    return value;
  }
  Node* phi = g_.newNode(Op::Phi, b->pc);
  phi->imm.index = reg_;
  phi->type = type_;
  g_.prepend(b, phi);
  at_start_[b] = phi; // ways around a loop lead back here
  for (Block* p : b->predecessors) g_.addPhiInput(phi, valueAtEnd(p));
  return at_start_[b] = simplified(phi);
}

// What a phi is that merges one value, with itself perhaps.
Node* SsaRepair::simplified(Node* phi) {
  Node* only = nullptr;
  for (uint32_t i = 0; i < phi->input_count; ++i) {
    Node* input = Graph::resolve(phi->inputs[i]);
    if (input == phi || input == only) continue;
    if (only != nullptr) return phi;
    only = input;
  }
  g_.replace(phi, only);
  g_.remove(phi);
  return only;
}

} // namespace perigee::ir
