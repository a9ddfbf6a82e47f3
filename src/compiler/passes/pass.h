// The passes of the compiler, in the order in which compile.cpp runs them.
#pragma once

#include "compiler/ir/graph.h"

namespace perigee::passes {

// passes/entered_loop.cpp: the loop that a unit is entered in gets a copy for that.
void separateEnteredLoop(ir::Graph& g);
// passes/typing.cpp: the type of every value.
void inferTypes(ir::Graph& g);
// passes/fold.cpp: constants, identities, branches that types decide. True if something changed.
bool fold(ir::Graph& g);
// passes/specialize.cpp: generic operations become operations on known types behind guards.
void specialize(ir::Graph& g);
// passes/peel.cpp: copies the first iteration of innermost loops in front of them.
void peelLoops(ir::Graph& g);
// passes/value_numbering.cpp: equal computations, guards and loads once.
void numberValues(ir::Graph& g);
// passes/dead_code.cpp: removes what nobody uses.
void removeDeadCode(ir::Graph& g);
// passes/checked_loads.cpp: a load and the guard of its value become one.
void checkLoads(ir::Graph& g);
// passes/homes.cpp: stores live registers to their home slots in front of safepoints.
void storeHomes(ir::Graph& g);

} // namespace perigee::passes
