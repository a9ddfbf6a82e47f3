// Text to graph, for tests of passes: what ir/printer.h writes, behind lines that say what there is to know
// of the function:
//
//   entry 5                                              a loop's unit; without this line a function's
//   frame 8                                              registers
//   instruction 4 Call a=1 b=2 c=1 d=0
//   feedback 4 table integer none arrays floats outside flags jumped generic
//   cache 0 "x" Field shape#1 slot 2
//   metatable shape#1                                    tables of this shape have one
//
// Names such as v3 and b2 are kept, so that a test shows what has become of each.
#pragma once

#include "compiler/ir/graph.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace perigee::ir {

// A graph, and all that it refers to: a prototype, strings, shapes.
class ParsedGraph {
public:
  explicit ParsedGraph(std::string_view text);
  ~ParsedGraph();
  ParsedGraph(const ParsedGraph&) = delete;
  ParsedGraph& operator=(const ParsedGraph&) = delete;

  Graph& graph() { return *graph_; }
  // What is wrong with the text, and where; empty if nothing is.
  const std::string& error() const { return error_; }

private:
  friend class Parser;
  void* object(size_t bytes);
  String* string(const std::string& contents);
  // The object of that name, zero but for what the text says.
  void* named(const std::string& name);

  std::unique_ptr<Graph> graph_;
  std::string error_;
  std::vector<std::unique_ptr<char[]>> memory_;
  std::map<std::string, void*> objects_; // by name; strings with a quote in front
};

} // namespace perigee::ir
