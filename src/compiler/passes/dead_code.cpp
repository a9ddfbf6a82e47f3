// Dead code
//
// Purpose: removes nodes without effect whose result nobody uses; liveness in the graph is what uses
//   tell.
// Needs: nothing but a sound graph.
// Leaves: every node used or with an effect.
// Does not: remove guards, charges, or anything that a snapshot needs.

#include "compiler/passes/pass.h"

namespace perigee::passes {

void removeDeadCode(ir::Graph& g) {
  // Marks what is needed, from what has an effect on; phis in cycles of their own stay unmarked.
  std::vector<ir::Node*> work;
  auto need = [&work](ir::Node* n) {
    if (n->mark) return;
    n->mark = true;
    work.push_back(n);
  };
  for (ir::Block* b : g.blocks) {
    g.spend(2 * ir::workOf(b));
    for (ir::Node* n = b->first; n != nullptr; n = n->next) n->mark = false;
  }
  for (ir::Block* b : g.blocks) {
    for (ir::Node* n = b->first; n != nullptr; n = n->next) {
      if (!n->info().isRemovable() || (g.counts_ticks && n->info().works())) need(n);
    }
  }
  while (!work.empty()) {
    ir::Node* n = work.back();
    work.pop_back();
    // A reload reads the frame: its input is there for its type only, see below.
    if (!n->is(ir::Op::Reload)) {
      for (uint32_t i = 0; i < n->input_count; ++i) need(n->inputs[i]);
    }
    if (n->snapshot == nullptr) continue;
    for (uint32_t i = 0; i < n->snapshot->count; ++i) need(n->snapshot->entries[i].value);
  }
  for (ir::Block* b : g.blocks) {
    ir::forEachNode(b, [&](ir::Node* n) {
      if (!n->mark) return g.remove(n);
      // Without the input nothing more can be learnt about the type than is known now.
      if (!n->is(ir::Op::Reload) || n->inputs[0]->mark) return;
      n->op = ir::Op::LoadSlot;
      n->input_count = 0;
    });
  }
}

} // namespace perigee::passes
