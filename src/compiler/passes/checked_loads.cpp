// Checked loads
//
// Purpose: a load whose value is guarded next looks at the tag in memory and loads what it needs, instead
//   of payload and tag for the guard to look at.
// Needs: the final graph but for stores to home slots.
// Leaves: in the place of a load and its guard the load with the guard's types and a snapshot of the
//   load's own instruction, which the interpreter executes again.
// Does not: look beyond blocks, or at guards behind anything that has an effect.

#include "compiler/passes/pass.h"

#include <algorithm>

namespace perigee::passes {
namespace {

using ir::Block;
using ir::Graph;
using ir::Node;
using ir::Op;
using ir::Snapshot;

bool isLoad(const Node* n) {
  switch (n->op) {
  case Op::LoadField:
  case Op::LoadHolderField:
  case Op::LoadElementValue:
  case Op::LoadUpvalue:
  case Op::LoadUpvalueOf: return n->snapshot == nullptr;
  default: return false;
  }
}

bool hasEffect(const Node* n) { return n->info().writes() != 0 || n->info().isSafepoint(); }

// The same behind the charge for the block.
Snapshot* charged(Graph& g, const Snapshot* s) {
  Snapshot* after = g.newSnapshot(s);
  std::copy(s->entries, s->entries + s->count, after->entries);
  after->is_due = false;
  return after;
}

// A load since which nothing has had an effect, and a snapshot in front of its instruction, if there is one.
struct Pending {
  Node* load;
  Snapshot* snapshot;
};

void combineIn(Graph& g, Block* b) {
  std::vector<Pending> pending;
  Snapshot* last = nullptr; // of the instruction that the node before belongs to, taken since the last effect
  ir::forEachNode(b, [&](Node* n) {
    if (hasEffect(n)) {
      pending.clear();
      last = nullptr;
      return;
    }
    if (n->snapshot != nullptr && n->snapshot->pc == n->pc)
      last = n->is(Op::Charge) ? charged(g, n->snapshot) : n->snapshot;
    if (isLoad(n)) {
      bool same = last != nullptr && last->pc == n->pc;
      pending.push_back({n, same ? last : nullptr});
      return;
    }
    if (!n->is(Op::Guard)) return;
    // Most guards stand right behind their load.
    for (size_t i = pending.size(); i-- > 0;) {
      Pending& p = pending[i];
      g.spend(1);
      if (p.load != n->inputs[0]) continue;
      // The guard's own snapshot does if it is of the load's instruction: then it names nothing later.
      Snapshot* s = p.snapshot != nullptr           ? p.snapshot
                    : n->snapshot->pc == p.load->pc ? n->snapshot
                                                    : nullptr;
      if (s == nullptr) return;
      p.load->snapshot = s;
      p.load->types = n->types;
      p.load->type = n->type;
      p.load = nullptr;
      g.replace(n, n->inputs[0]);
      g.remove(n);
      return;
    }
  });
}

} // namespace

void checkLoads(Graph& g) {
  for (Block* b : g.blocks) {
    g.spend(ir::workOfInputs(b));
    combineIn(g, b);
  }
  g.applyReplacements();
}

} // namespace perigee::passes
