// The specializer. Its parts: specialize.cpp (the walk, refinement, numbers), specialize_tables.cpp (fields
// and elements).
#pragma once

#include "compiler/passes/pass.h"
#include "compiler/passes/types_of_operations.h"
#include "vm/table.h"

#include <vector>

namespace perigee::passes {

using ir::Block;
using ir::Graph;
using ir::Node;
using ir::Op;
using ir::TypeSet;

class Specializer {
public:
  explicit Specializer(Graph& g) : g_(g), refined_(g.nodeCount()) {}
  void run();

private:
  // specialize.cpp
  void enter(Block* b);
  void finishEdges(Block* b);
  void visit(Node* n);
  Node* current(Node* v);
  ir::Snapshot* currentSnapshot(ir::Snapshot* s);
  void refine(Node* from, Node* to);
  void specializeGeneric(Node* n);
  // Ends the block in front of n: it has never been executed, or contradicts what is known.
  void exitAt(Node* n);
  void replaceBy(Node* n, Node* by);

  Node* before(Node* n, Op op, std::initializer_list<Node*> inputs, TypeSet type = {});
  Node* guarded(Node* n, Op op, std::initializer_list<Node*> inputs, TypeSet type = {});
  Operand operand(const Node* n, uint32_t i) const { return operandOf(g_, n, i, n->inputs[i]->type); }
  // `value` as one whose type is within `types`, guarded if that is not known.
  Node* need(Node* n, Node* value, TypeSet types);
  Node* toFloat(Node* n, Node* value);
  Node* toInteger(Node* n, Node* value);

  void arithmetic(Node* n);
  void arithmeticByRuntime(Node* n, Node* a, Node* b);
  void unary(Node* n);
  void order(Node* n);
  void equality(Node* n);
  void length(Node* n);

  // specialize_tables.cpp
  void getField(Node* n);
  void setField(Node* n);
  void getIndex(Node* n);
  void setIndex(Node* n);
  const InlineCache& cacheOf(const Node* n) const { return g_.cacheOf(n); }
  Node* loadCached(Node* n, Node* object, const InlineCache& cache);
  Node* elementIndex(Node* n, Node* table, Node* key, ArrayKind kind);
  const ir::EitherShape* eitherShape(const Node* n, bool own_only);
  void guardShape(Node* n, Node* table, const Shape* shape);
  void guardHolders(Node* n, uint64_t version);

  Graph& g_;
  std::vector<Node*> refined_; // by node: the version to use in the block being visited
  std::vector<Node*> trail_;   // what to take back when the walk leaves a block's part of the dominator tree
  bool ended_ = false;         // the block being visited ended before its last node
};

} // namespace perigee::passes
