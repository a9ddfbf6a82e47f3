// Constant and branch folding
//
// Purpose: operations on literals become literals, with Lua's arithmetic; operations with a neutral
//   operand become the other one; conditions that types or literals decide take their branches and guards
//   with them.
// Needs: types (passes/typing.cpp).
// Leaves: no branch on a decided condition; unreachable blocks are gone and the graph is analyzed again
//   if so.
// Does not: compute what may raise an error (division by zero stays, as a guard that fails).

#include "compiler/passes/pass.h"
#include "interpreter/number_operations.h"

#include <array>
#include <optional>

namespace perigee::passes {
namespace {

using namespace ir::types;
using ir::Block;
using ir::Graph;
using ir::Node;
using ir::Op;
using ir::TypeSet;

// --- literals: one row per operation --------------------------------------------------------------------

using Rule = std::optional<Value> (*)(Value a, Value b);

template <int64_t (*f)(int64_t, int64_t)> std::optional<Value> integers(Value a, Value b) {
  return Value::of(f(a.integer, b.integer));
}
template <auto f> std::optional<Value> apply(Value a, Value b) { return Value::of(f(a, b)); }
template <auto f> std::optional<Value> test(Value a, Value b) { return Value::boolean(f(a, b)); }
// A division that the machine cannot do is left to fail at run time.
template <int64_t (*f)(int64_t, int64_t)> std::optional<Value> division(Value a, Value b) {
  if (b.integer == 0) return std::nullopt;
  return Value::of(f(a.integer, b.integer));
}

struct Row {
  Op op;
  Rule rule;
};
constexpr Row kRows[] = {
    {Op::AddInteger, integers<wrapAdd>},
    {Op::SubInteger, integers<wrapSub>},
    {Op::MulInteger, integers<wrapMul>},
    {Op::DivideInteger, division<floorDivide>},
    {Op::ModuloInteger, division<floorModulo>},
    {Op::AndInteger, apply<[](Value a, Value b) { return a.integer & b.integer; }>},
    {Op::OrInteger, apply<[](Value a, Value b) { return a.integer | b.integer; }>},
    {Op::XorInteger, apply<[](Value a, Value b) { return a.integer ^ b.integer; }>},
    {Op::ShiftLeftInteger, integers<shiftLeftInline>},
    {Op::ShiftRightInteger, integers<shiftRightInline>},
    {Op::NegateInteger, apply<[](Value a, Value) { return wrapSub(0, a.integer); }>},
    {Op::NotInteger, apply<[](Value a, Value) { return ~a.integer; }>},
    {Op::LessInteger, test<[](Value a, Value b) { return a.integer < b.integer; }>},
    {Op::LessEqualInteger, test<[](Value a, Value b) { return a.integer <= b.integer; }>},
    {Op::BelowInteger, test<[](Value a, Value b) {
       return static_cast<uint64_t>(a.integer) < static_cast<uint64_t>(b.integer);
     }>},
    {Op::EqualInteger, test<[](Value a, Value b) { return a.integer == b.integer; }>},
    {Op::AddFloat, apply<[](Value a, Value b) { return a.number + b.number; }>},
    {Op::SubFloat, apply<[](Value a, Value b) { return a.number - b.number; }>},
    {Op::MulFloat, apply<[](Value a, Value b) { return a.number * b.number; }>},
    {Op::DivFloat, apply<[](Value a, Value b) { return a.number / b.number; }>},
    {Op::NegateFloat, apply<[](Value a, Value) { return -a.number; }>},
    {Op::LessFloat, test<[](Value a, Value b) { return a.number < b.number; }>},
    {Op::LessEqualFloat, test<[](Value a, Value b) { return a.number <= b.number; }>},
    {Op::EqualFloat, test<[](Value a, Value b) { return a.number == b.number; }>},
    {Op::IntegerToFloat, apply<[](Value a, Value) { return toFloat(a.integer); }>},
    {Op::NumberToFloat, apply<[](Value a, Value) { return asFloat(a); }>},
    {Op::SameObject, test<[](Value a, Value b) { return a.integer == b.integer; }>},
};

Rule ruleOf(Op op) {
  static constexpr auto table = [] {
    std::array<Rule, ir::kOpCount> rules{};
    for (const Row& row : kRows) rules[static_cast<size_t>(row.op)] = row.rule;
    return rules;
  }();
  return table[static_cast<size_t>(op)];
}

// --- neutral operands -----------------------------------------------------------------------------------

bool isInteger(const Node* n, int64_t i) {
  return n->isConstant() && n->types == kInteger && n->imm.integer == i;
}
bool isFloat(const Node* n, double d) {
  return n->isConstant() && n->types == kFloat && n->imm.number == d && !__builtin_signbit(n->imm.number);
}

// The input that the node's result equals, or null. Float zero is not neutral for the sum (-0.0 + 0.0 is
// 0.0).
Node* neutral(const Node* n) {
  Node* a = n->inputs[0];
  Node* b = n->input_count > 1 ? n->inputs[1] : nullptr;
  switch (n->op) {
  case Op::AddInteger: return isInteger(b, 0) ? a : isInteger(a, 0) ? b : nullptr;
  case Op::SubInteger:
  case Op::ShiftLeftInteger:
  case Op::ShiftRightInteger: return isInteger(b, 0) ? a : nullptr;
  case Op::MulInteger: return isInteger(b, 1) ? a : isInteger(a, 1) ? b : nullptr;
  case Op::OrInteger:
  case Op::XorInteger: return isInteger(b, 0) ? a : isInteger(a, 0) ? b : nullptr;
  case Op::SubFloat: return isFloat(b, 0.0) ? a : nullptr;
  case Op::MulFloat: return isFloat(b, 1.0) ? a : isFloat(a, 1.0) ? b : nullptr;
  case Op::DivFloat: return isFloat(b, 1.0) ? a : nullptr;
  case Op::NumberToFloat: return a->type == kFloat ? a : nullptr;
  case Op::Guard: return a->type.isSubsetOf(n->types) && !a->type.isEmpty() ? a : nullptr;
  case Op::Phi: return nullptr;
  default: return nullptr;
  }
}

// --- conditions --------------------------------------------------------------------------------------------

std::optional<bool> truthOf(const Node* n) {
  TypeSet a = n->input_count > 0 ? n->inputs[0]->type : kNone;
  TypeSet b = n->input_count > 1 ? n->inputs[1]->type : kNone;
  switch (n->op) {
  case Op::Truthy:
    if (a.isEmpty()) return std::nullopt;
    if (!a.overlaps(kFalsy)) return true;
    if (a.isSubsetOf(kFalsy)) return false;
    return std::nullopt;
  case Op::HasType:
    if (a.isEmpty()) return std::nullopt;
    if (a.isSubsetOf(n->types)) return true;
    if (!a.overlaps(n->types)) return false;
    return std::nullopt;
  case Op::Equal: {
    if (a.isEmpty() || b.isEmpty()) return std::nullopt;
    bool numbers = a.overlaps(kNumber) && b.overlaps(kNumber);
    if (!a.overlaps(b) && !numbers) return false;
    if (a == b && (a == kNil || a == kTrue || a == kFalse)) return true;
    return std::nullopt;
  }
  default: break;
  }
  Rule rule = ruleOf(n->op);
  if (rule == nullptr || n->input_count == 0 || !n->inputs[0]->isConstant()) return std::nullopt;
  if (n->input_count > 1 && !n->inputs[1]->isConstant()) return std::nullopt;
  std::optional<Value> v =
      rule(n->inputs[0]->constantValue(), n->input_count > 1 ? n->inputs[1]->constantValue() : Value::nil());
  return v.has_value() ? std::optional(v->isTruthy()) : std::nullopt;
}

// --- the pass ----------------------------------------------------------------------------------------------

class Folding {
public:
  explicit Folding(Graph& g) : g_(g) {}

  bool run() {
    for (Block* b : g_.blocks) {
      g_.spend(ir::workOfInputs(b));
      ir::forEachNode(b, [&](Node* n) {
        if (n->block != nullptr) visit(n);
      });
    }
    if (changed_) g_.applyReplacements();
    if (cut_) g_.analyze();
    return changed_;
  }

private:
  void visit(Node* n) {
    for (uint32_t i = 0; i < n->input_count; ++i) n->inputs[i] = Graph::resolve(n->inputs[i]);
    if (n->is(Op::Branch)) {
      foldBranch(n);
    } else if (n->is(Op::GuardTrue) || n->is(Op::GuardFalse)) {
      foldGuard(n);
    } else if (n->is(Op::Phi)) {
      foldPhi(n);
    } else if (n->info().result == ir::Result::Value && n->input_count > 0) {
      foldValue(n);
    }
  }

  void foldValue(Node* n) {
    if (Node* same = neutral(n)) return replaceBy(n, same);
    if (n->is(Op::Reload) && n->inputs[0]->isConstant()) return replaceBy(n, n->inputs[0]);
    if (n->is(Op::Not) || n->is(Op::ToBoolean)) {
      std::optional<bool> truth = n->is(Op::ToBoolean) ? truthOf(n->inputs[0]) : truthOfValue(n->inputs[0]);
      if (truth.has_value()) replaceBy(n, g_.constant(Value::boolean(n->is(Op::Not) ? !*truth : *truth)));
      return;
    }
    Rule rule = ruleOf(n->op);
    if (rule == nullptr || !n->inputs[0]->isConstant()) return;
    if (n->input_count > 1 && !n->inputs[1]->isConstant()) return;
    std::optional<Value> v = rule(n->inputs[0]->constantValue(),
                                  n->input_count > 1 ? n->inputs[1]->constantValue() : Value::nil());
    if (v.has_value()) replaceBy(n, g_.constant(*v));
  }

  static std::optional<bool> truthOfValue(const Node* v) {
    if (v->type.isEmpty()) return std::nullopt;
    if (!v->type.overlaps(kFalsy)) return true;
    if (v->type.isSubsetOf(kFalsy)) return false;
    return std::nullopt;
  }

  // A phi all of whose inputs are one value (or itself) is that value.
  void foldPhi(Node* n) {
    Node* only = nullptr;
    for (uint32_t i = 0; i < n->input_count; ++i) {
      Node* input = Graph::resolve(n->inputs[i]);
      if (input == n || input == only) continue;
      if (only != nullptr) return;
      only = input;
    }
    if (only != nullptr) replaceBy(n, only);
  }

  void replaceBy(Node* n, Node* by) {
    g_.replace(n, by);
    g_.remove(n);
    changed_ = true;
  }

  void foldBranch(Node* n) {
    std::optional<bool> truth = truthOf(n->inputs[0]);
    if (!truth.has_value()) return;
    Block* b = n->block;
    g_.disconnect(b, b->successors[*truth ? 1 : 0]);
    n->op = Op::Jump;
    n->input_count = 0;
    changed_ = cut_ = true;
  }

  void foldGuard(Node* n) {
    std::optional<bool> truth = truthOf(n->inputs[0]);
    if (!truth.has_value()) return;
    changed_ = true;
    if (*truth == n->is(Op::GuardTrue)) {
      g_.remove(n);
      return;
    }
    // It always fails: the block ends here.
    Block* b = n->block;
    while (b->last != n) g_.remove(b->last);
    while (b->successors[0] != nullptr) g_.disconnect(b, b->successors[0]);
    n->op = Op::Exit;
    n->input_count = 0;
    cut_ = true;
  }

  Graph& g_;
  bool changed_ = false;
  bool cut_ = false;
};

} // namespace

bool fold(Graph& g) { return Folding(g).run(); }

} // namespace perigee::passes
