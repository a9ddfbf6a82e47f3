// Graphs as text.
//
//   b2: @5 <- b1, b4                                  ; loop depth 1
//     v7 = Phi(r2) 1, v12 : integer                   @5:3
//     v9 = GetIndex<1,2> v3, v7 : any                 @6:4 {6 r0=v3 r2=v7* r3="x"}
//     Branch v8 -> b3, b5                             @7:4
//
// A block with its first instruction and its predecessors; nodes: result, operation, in parentheses its
// immediate, in angle brackets where feedback tells of its inputs (generic operations), inputs, type,
// successors, instruction and source line, snapshot (instruction, registers; * what is in its home slot
// already). Literals stand where they are used; that they are nodes of the entry block is not shown.
// Objects get names: shape#1, table#1, string#1 if
// it is long. What follows a semicolon is a comment. ir/parser.h reads the same.
#pragma once

#include "compiler/ir/graph.h"

#include <map>
#include <string>

namespace perigee::ir {

class Printer {
public:
  explicit Printer(const Graph& g) : g_(g) {}

  // The whole graph. The line of `marked`, if given, begins with an arrow.
  std::string graph(const Node* marked = nullptr);
  std::string blockHead(const Block* b) const;
  // One line, neither indented nor ended.
  std::string node(const Node* n);
  // What a node computes, without type, place and snapshot.
  std::string operation(const Node* n);
  std::string literal(Value v);

  // From here on source lines stand above what is made of them: by index, line 1 first.
  void showSource(const std::vector<std::string>* lines) { source_ = lines; }
  // The source line as a comment, if n comes from another than the last node asked about; or empty.
  std::string sourceAbove(const Node* n);

private:
  std::string reference(const Node* n);
  std::string immediate(const Node* n);
  std::string snapshot(const Snapshot* s);
  const std::string& nameOfObject(const char* kind, const void* object);

  const Graph& g_;
  std::map<const void*, std::string> names_;
  std::map<std::string, int> counts_; // objects named, by kind
  const std::vector<std::string>* source_ = nullptr;
  int last_line_ = 0;
};

} // namespace perigee::ir
