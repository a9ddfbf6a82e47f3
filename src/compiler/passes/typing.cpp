// Typing
//
// Purpose: the type of every value: which tags it can have. Constants are their own type, so that this is
//   also where constant propagation starts (passes/fold.cpp turns what has become literal into
//   constants).
// Needs: a graph in SSA form, analyzed.
// Leaves: Node::type of every Value as the least fixed point, with what feedback makes the specializer
//   expect taken as true, since it will be guarded. Values of ways that cannot be reached have the empty
//   type.
// Does not: change the graph. Follow tests into branches: the specializer does that on its walk.

#include "compiler/passes/pass.h"
#include "compiler/passes/types_of_operations.h"

namespace perigee::passes {
namespace {

using namespace ir::types;
using ir::Graph;
using ir::Node;
using ir::Op;
using ir::TypeSet;

class Typing {
public:
  explicit Typing(Graph& g) : g_(g) {}

  void run() {
    forAll([](Node* n) {
      if (isInferred(n)) n->type = kNone;
    });
    for (bool changed = true; changed;) {
      changed = false;
      forAll([&](Node* n) {
        if (!isInferred(n)) return;
        TypeSet t = n->type | infer(n);
        changed |= !(t == n->type);
        n->type = t;
      });
    }
  }

private:
  template <class F> void forAll(F&& visit) {
    for (ir::Block* b : g_.blocks) {
      g_.spend(ir::workOfInputs(b));
      for (Node* n = b->first; n != nullptr; n = n->next) visit(n);
    }
  }

  // All others got their type when they were made.
  static bool isInferred(const Node* n) {
    return n->is(Op::Phi) || n->is(Op::Reload) || n->is(Op::Guard) ||
           (n->op >= Op::Add && n->op <= Op::BNot) || n->is(Op::Len) || n->is(Op::GetIndex);
  }

  TypeSet infer(const Node* n) const {
    switch (n->op) {
    case Op::Phi: {
      TypeSet t;
      for (uint32_t i = 0; i < n->input_count; ++i) t = t | n->inputs[i]->type;
      return t;
    }
    case Op::Reload: return n->inputs[0]->type;
    case Op::Guard: return n->inputs[0]->type & n->types;
    case Op::Unm:
    case Op::BNot: return arithmetic(n, 0, 0);
    case Op::Len: {
      TypeSet operand = expected(n, 0);
      return operand.isEmpty() ? kNone : operand.isSubsetOf(kString | kTable) ? kInteger : kAny;
    }
    case Op::GetIndex: return element(n);
    default: return arithmetic(n, 0, 1);
    }
  }

  TypeSet expected(const Node* n, uint32_t i) const {
    TypeSet known = n->inputs[i]->type;
    return known.isEmpty() ? kNone : operandOf(g_, n, i, known).expected;
  }

  TypeSet arithmetic(const Node* n, uint32_t a, uint32_t b) const {
    TypeSet x = expected(n, a), y = expected(n, b);
    if (x.isEmpty() || y.isEmpty()) return kNone;
    return resultOf(kindOf(n->op, x, y));
  }

  // Elements of arrays of bare numbers are numbers.
  TypeSet element(const Node* n) const {
    TypeSet object = expected(n, 0), key = expected(n, 1);
    if (object.isEmpty() || key.isEmpty()) return kNone;
    const SiteFeedback* site = g_.feedbackAt(n->pc);
    if (site == nullptr || !(object == kTable) || !key.isSubsetOf(kNumber)) return kAny;
    switch (site->array_kinds & (7 | SiteFeedback::kOutside | SiteFeedback::kOtherKey)) {
    case 1 << 1: return kInteger;
    case 1 << 2: return kFloat;
    default: return kAny;
    }
  }

  Graph& g_;
};

} // namespace

void inferTypes(Graph& g) { Typing(g).run(); }

} // namespace perigee::passes
