// Bytecode to graph.
//
// Purpose: the graph of one unit, one generic operation per instruction, in SSA form from the start.
// Needs: a sealed prototype; `entry` is kFunctionEntry or the target of a backward jump.
// Leaves: a graph whose values are of unknown type but for literals, with a snapshot at every node that may
//   leave and at every safepoint, and, if ticks are counted, a Charge at the head of each block. By feedback
//   branches never taken are exits, small functions are inlined, and known functions of the library are
//   operations.
// Does not: specialise anything else (passes/specialize.h), store live registers to their home slots
//   (passes/homes.h).
#pragma once

#include "compiler/ir/graph.h"

#include <memory>

namespace perigee::build {

struct CodeFacts; // build/code_facts.h
struct LoopRegion;

struct BuildOptions {
  // OSR: the frame the unit is being compiled for, whose types the entry then assumes; may be null.
  const Value* frame = nullptr;
  // Of the prototype; null: they are found for this graph.
  const CodeFacts* facts = nullptr;
  // Of a function too long to be compiled whole: only this loop is, and its ends lead to the interpreter.
  const LoopRegion* region = nullptr;
  // Ways never taken are built as well.
  bool every_way = false;
  // Whose library functions are known; may be null.
  const State* state = nullptr;
  // Counts what is done; null: nobody wants to know.
  ir::Work* work = nullptr;
  // Calls of small functions are replaced by what they do.
  bool inlines = true;
};

std::unique_ptr<ir::Graph> buildGraph(const Proto* p, uint32_t entry, const BuildOptions& options);

} // namespace perigee::build
