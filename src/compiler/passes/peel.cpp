// Peeling
//
// Purpose: the first iteration of an innermost loop is copied in front of it. What does not change in the
//   loop is then computed, loaded and guarded in the copy, and value numbering finds that the loop proper
//   need not do it again. Unlike moving code out of loops this needs no proof that a guard would have
//   been reached.
// Needs: an analyzed graph; edges out of branches lead to blocks with one predecessor.
// Leaves: copies of blocks and snapshots; phis where values of the copy and of the loop meet. Analyzed.
// Does not: peel loops that run other code (calls, the interpreter: nothing is known behind that), that
//   have nothing to gain, or that are large. Outer loops.

#include "compiler/ir/loop_copy.h"
#include "compiler/passes/pass.h"

namespace perigee::passes {
namespace {

using ir::Block;
using ir::Graph;
using ir::Node;
using ir::Op;

constexpr size_t kLargestLoop = 300; // nodes
constexpr size_t kMostCopies = 1500; // nodes, in all loops of a unit

bool runsOtherCode(const Node* n) { return (n->info().effects & ir::effects::World) == ir::effects::World; }

// Would the loop proper be spared this?
bool isInvariant(const Node* n, const Block* header) {
  if (n->is(Op::Phi) || n->is(Op::Charge) || n->is(Op::Poll) || n->info().ends()) return false;
  if (n->info().writes() != 0 || n->info().result == ir::Result::Bit || n->is(Op::LoadSlot)) return false;
  for (uint32_t i = 0; i < n->input_count; ++i) {
    if (n->inputs[i]->block->loop == header) return false;
  }
  return true;
}

// The loop's blocks, if it can be peeled and that is worth it; else none.
std::vector<Block*> bodyWorthPeeling(const Graph& g, const Block* header, size_t* size) {
  std::vector<Block*> body;
  bool gains = false;
  for (Block* b : g.blocks) {
    if (b->is_loop_header && b->outer_loop == header) return {}; // not an innermost one
    if (b->loop != header) continue;
    body.push_back(b);
    for (const Node* n = b->first; n != nullptr; n = n->next) {
      if (++*size > kLargestLoop || runsOtherCode(n)) return {};
      gains |= isInvariant(n, header);
    }
  }
  if (!gains || !canCopy(g, body)) return {};
  return body;
}

} // namespace

void peelLoops(Graph& g) {
  size_t copies = 0;
  std::vector<Block*> headers;
  for (Block* b : g.blocks) {
    if (b->is_loop_header) headers.push_back(b);
  }
  for (Block* header : headers) {
    size_t size = 0;
    std::vector<Block*> body = bodyWorthPeeling(g, header, &size);
    if (body.empty() || copies + size > kMostCopies) continue;
    copies += size;
    ir::copyFirstIteration(g, header, std::move(body));
  }
}

} // namespace perigee::passes
