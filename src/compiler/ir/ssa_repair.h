// Several definitions of what was one value: phis where they meet.
#pragma once

#include "compiler/ir/graph.h"

#include <unordered_map>

namespace perigee::ir {

// For one value at a time: `define` it at the end of the blocks that have a definition, then ask what it is
// elsewhere. Every way back from where is asked must lead to a definition. Needs predecessors only, no
// analysis. Phis that turn out to merge one value are replaced by it: see Graph::applyReplacements.
//
// After Braun and others, "Simple and efficient construction of static single assignment form".
class SsaRepair {
public:
  // `reg`: Phi's immediate.
  SsaRepair(Graph& g, uint32_t reg) : g_(g), reg_(reg) {}

  void define(const Block* b, Node* value) {
    at_end_[b] = value;
    type_ = type_ | value->type;
  }
  Node* valueAtStart(Block* b);
  Node* valueAtEnd(Block* b);

private:
  Node* simplified(Node* phi);

  Graph& g_;
  uint32_t reg_;
  TypeSet type_; // of all definitions
  std::unordered_map<const Block*, Node*> at_end_;
  std::unordered_map<const Block*, Node*> at_start_;
};

} // namespace perigee::ir
