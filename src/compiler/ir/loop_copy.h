// Copies of loops.
#pragma once

#include "compiler/ir/graph.h"

namespace perigee::ir {

size_t nodesIn(const Block* b);

// `body`: the blocks of a loop, all of which only `header` (among them) leads into; edges out of its branches
// lead to blocks without phis. Afterwards the graph is sound and analyzed.
//
// Ways out lead through blocks of their own, which are copied, too. Where copies join what follows the loop,
// its values have two definitions: these are repaired as they come (ir/ssa_repair.h), rather than by bringing
// the whole graph into loop-closed form first, which would leave phis at all exits of all loops for the sake
// of the few values that are used behind one.

// False: a condition computed in the body is tested behind it, and there are no phis for bits.
bool canCopy(const Graph& g, const std::vector<Block*>& body);
// Copies the first iteration: all ways into the loop lead to the copy, whose back edges lead to the header.
void copyFirstIteration(Graph& g, Block* header, std::vector<Block*> body);
// Copies the loop as a whole, for those who come from `entry`, which jumps to the header; others go on to the
// original.
void copyForEntry(Graph& g, Block* header, std::vector<Block*> body, Block* entry);

} // namespace perigee::ir
