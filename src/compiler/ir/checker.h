// Is the graph sound?
//
// Checked builds ask after every pass (compile.cpp). What is demanded is derived from ir/operations.def; see
// checker.cpp for the rest.
#pragma once

#include "compiler/ir/graph.h"

#include <string>

namespace perigee::ir {

enum class Stage : uint8_t {
  Built,       // generic operations, types may not be known yet
  Specialized, // inputs have the types that the operations are for
};

// The first thing that is wrong, naming node and block; empty if nothing is. `culprit`, if given, becomes the
// node in question, or null.
std::string findFault(const Graph& g, Stage stage, const Node** culprit = nullptr);

// Prints what is wrong after `pass`, with the graph, and ends the process; returns if nothing is.
void demandSound(const Graph& g, Stage stage, const char* pass);

} // namespace perigee::ir
