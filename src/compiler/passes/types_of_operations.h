// What types the operands of a generic operation have, as the program or its feedback tells: shared by
// typing, which infers results from it, and by specialization, which guards it. The two must agree.
#pragma once

#include "compiler/ir/graph.h"
#include "vm/feedback.h"

namespace perigee::passes {

struct Operand {
  ir::TypeSet expected; // what to compile for; empty: the instruction has never been executed
  bool proven;          // no guard is needed
};
// Input `i` of a generic operation. Without feedback what is expected is what is known.
inline Operand operandOf(const ir::Graph& g, const ir::Node* n, uint32_t i, ir::TypeSet known) {
  const SiteFeedback* site = g.feedbackAt(n->pc);
  uint8_t position = n->positions[i];
  if (site == nullptr || position == ir::kNoPosition || known.isSingle()) return {known, true};
  ir::TypeSet seen(site->tags[position]);
  if (seen.isEmpty()) return {seen, false};
  ir::TypeSet both = known & seen;
  if (both.isEmpty() || both == known) return {known, true}; // feedback of other times
  return {both, false};
}

// How an arithmetic operation is computed.
enum class NumberKind : uint8_t { None, Integer, Float, Either };

inline bool isBitwise(ir::Op op) { return (op >= ir::Op::BAnd && op <= ir::Op::Shr) || op == ir::Op::BNot; }

inline NumberKind kindOf(ir::Op op, ir::TypeSet a, ir::TypeSet b) {
  using namespace ir::types;
  if (!a.isSubsetOf(kNumber) || !b.isSubsetOf(kNumber) || a.isEmpty() || b.isEmpty()) return NumberKind::None;
  if (isBitwise(op)) return NumberKind::Integer;
  if (op == ir::Op::Div || op == ir::Op::Pow) return NumberKind::Float;
  if (a == kInteger && b == kInteger) return NumberKind::Integer;
  if (a == kFloat || b == kFloat) return NumberKind::Float;
  return NumberKind::Either;
}

inline ir::TypeSet resultOf(NumberKind kind) {
  using namespace ir::types;
  switch (kind) {
  case NumberKind::Integer: return kInteger;
  case NumberKind::Float: return kFloat;
  case NumberKind::Either: return kNumber;
  case NumberKind::None: break;
  }
  return kAny;
}

} // namespace perigee::passes
