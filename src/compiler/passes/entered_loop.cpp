// Entered loops
//
// Purpose: a unit that is entered in the middle of nested loops comes to the entered loop by two ways:
//   from the frame, and around the loops outside. To the graph that is one loop with one header, the
//   outer ones part of it or, which is worse, inside. The entered loop gets a copy for the first of these
//   ways: behind it the nest has the structure that the source has, and where the frame's values come
//   from is no matter for the loop that runs most.
// Needs: the builder's graph.
// Leaves: two loops in the place of one, if it was entered by two ways. Analyzed.
// Does not: copy what is large, or loops in which the interpreter executes instructions.

#include "compiler/ir/loop_copy.h"
#include "compiler/passes/pass.h"

#include <unordered_set>

namespace perigee::passes {
namespace {

using ir::Block;
using ir::Graph;
using ir::Node;
using ir::Op;

constexpr size_t kLargestLoop = 400; // nodes

// The blocks from which a backward jump to the header is reached without passing it; empty if there are too
// many nodes, or some that must not be copied.
std::vector<Block*> entered(const Block* header_of_unit, Block* header, const std::vector<Block*>& latches) {
  std::vector<Block*> body{header};
  std::unordered_set<const Block*> seen{header, header_of_unit};
  auto add = [&](Block* b) {
    if (seen.insert(b).second) body.push_back(b);
  };
  for (Block* b : latches) add(b);
  size_t size = 0;
  for (size_t i = 0; i < body.size(); ++i) {
    for (const Node* n = body[i]->first; n != nullptr; n = n->next) {
      if (++size > kLargestLoop || n->is(Op::Interpret) || n->is(Op::InterpretBranch)) return {};
    }
    if (i == 0) continue;
    for (Block* p : body[i]->predecessors) add(p);
  }
  return body;
}

} // namespace

void separateEnteredLoop(Graph& g) {
  if (g.entry_pc == kFunctionEntry || g.entry->successorCount() != 1) return;
  Block* header = g.entry->successors[0];
  std::vector<Block*> latches;
  bool is_entered_again = false;
  for (Block* p : header->predecessors) {
    if (p == g.entry) continue;
    // Instructions of the loop stand behind its first one, those that lead into it in front of that.
    if (p->terminator()->pc >= header->pc) {
      latches.push_back(p);
    } else {
      is_entered_again = true;
    }
  }
  if (!is_entered_again || latches.empty() || !g.entry->terminator()->is(Op::Jump)) return;
  std::vector<Block*> body = entered(g.entry, header, latches);
  if (!body.empty() && canCopy(g, body)) ir::copyForEntry(g, header, std::move(body), g.entry);
}

} // namespace perigee::passes
