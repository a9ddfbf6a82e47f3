// Calls of library functions that the compiler knows become operations, on arguments of the types seen so
// far. Where the function does something else, with other arguments, the code leaves, and the call is
// executed.

#include "compiler/build/graph_builder.h"
#include "vm/state.h"

namespace perigee::build {

using namespace ir::types;
using ir::TypeSet;

// What a library function is compiled for.
struct GraphBuilder::LibraryRule {
  LibraryFunction function;
  int least; // arguments
  int most;
  TypeSet types[2]; // of the first two: within these
  bool all_alike;   // arguments are all integers or all floats
  Node* (GraphBuilder::*build)(const std::vector<Node*>& arguments); // null: no result
};

namespace {

TypeSet seenArgument(const SiteFeedback& f, int i) { return TypeSet(f.tags[1 + (i < 2 ? i : 1)]); }

} // namespace

// The rule for the call, if it is of a known function with arguments that it is compiled for.
const GraphBuilder::LibraryRule* GraphBuilder::libraryRule(const Instruction& x, const SiteFeedback* f,
                                                           const State* G) {
  static const LibraryRule kRules[] = {
      {LibraryFunction::MathAbs, 1, 1, {kNumber, {}}, true, &GraphBuilder::absolute},
      {LibraryFunction::MathCeil, 1, 1, {kNumber, {}}, true, &GraphBuilder::ceiling},
      {LibraryFunction::MathFloor, 1, 1, {kNumber, {}}, true, &GraphBuilder::floorOf},
      {LibraryFunction::MathMax, 1, 4, {kNumber, kNumber}, true, &GraphBuilder::greatest},
      {LibraryFunction::MathMin, 1, 4, {kNumber, kNumber}, true, &GraphBuilder::least},
      {LibraryFunction::MathSqrt, 1, 1, {kNumber, {}}, false, &GraphBuilder::squareRoot},
      {LibraryFunction::StringByte, 1, 2, {kString, kInteger}, false, &GraphBuilder::byteOf},
      {LibraryFunction::StringLen, 1, 1, {kString, {}}, false, &GraphBuilder::stringLength},
      {LibraryFunction::StringSub, 3, 3, {kString, kInteger}, false, &GraphBuilder::substring},
      {LibraryFunction::TableInsert, 2, 2, {kTable, kAny}, false, &GraphBuilder::append},
  };
  constexpr uint8_t kOther = SiteFeedback::kSeveralTargets | SiteFeedback::kGeneric;
  bool one_result = x.op == Opcode::Call && (x.c == 1 || x.c == 2);
  bool tail = x.op == Opcode::TailCall && x.c == 0;
  if (G == nullptr || f == nullptr || x.b == 0 || !(one_result || tail)) return nullptr;
  if (!(f->flags & SiteFeedback::kLightTarget) || (f->flags & kOther)) return nullptr;
  int arguments = x.b - 1;
  for (const LibraryRule& rule : kRules) {
    if (G->library[static_cast<int>(rule.function)] != f->light_target) continue;
    if (arguments < rule.least || arguments > rule.most) return nullptr;
    TypeSet all;
    for (int i = 0; i < arguments && i < 2; ++i) {
      TypeSet seen = seenArgument(*f, i);
      if (seen.isEmpty() || !seen.isSubsetOf(rule.types[i])) return nullptr;
      all = all | seen;
    }
    return rule.all_alike && !all.isSingle() ? nullptr : &rule;
  }
  return nullptr;
}

// The function's one result; null: it has none.
Node* GraphBuilder::callLibrary(const LibraryRule& rule) {
  const Instruction& x = at(pc_);
  const SiteFeedback& f = *feedback();
  Node* function = guard(get(x.a), kLightFunction);
  emitWithSnapshot(Op::GuardNative, {function})->imm.pointer = reinterpret_cast<const void*>(f.light_target);
  std::vector<Node*> arguments;
  for (int i = 0; i < x.b - 1; ++i) {
    Node* argument = get(x.a + kFrameSlots + i);
    bool any = i < 2 && rule.types[i] == kAny;
    arguments.push_back(any ? argument : guard(argument, seenArgument(f, i)));
  }
  Node* result = (this->*rule.build)(arguments);
  forget(x.a);
  return result;
}

Node* GraphBuilder::typed(Op op, std::initializer_list<Node*> inputs, TypeSet type) {
  Node* n = emit(op, inputs);
  n->type = type;
  return n;
}

namespace {

bool isFloat(const Node* n) { return n->types == kFloat; } // a guard, or a literal

} // namespace

Node* GraphBuilder::absolute(const std::vector<Node*>& arguments) {
  Node* x = arguments[0];
  return isFloat(x) ? typed(Op::AbsFloat, {x}, kFloat) : typed(Op::AbsInteger, {x}, kInteger);
}

Node* GraphBuilder::rounded(Op op, Node* x) {
  if (!isFloat(x)) return x;
  Node* whole = typed(op, {x}, kFloat);
  Node* n = emitWithSnapshot(Op::FloatToInteger, {whole});
  n->type = kInteger;
  return n;
}
Node* GraphBuilder::ceiling(const std::vector<Node*>& arguments) {
  return rounded(Op::CeilFloat, arguments[0]);
}
Node* GraphBuilder::floorOf(const std::vector<Node*>& arguments) {
  return rounded(Op::FloorFloat, arguments[0]);
}

Node* GraphBuilder::extreme(Op on_integers, Op on_floats, const std::vector<Node*>& arguments) {
  Node* best = arguments[0];
  bool floats = isFloat(best);
  for (size_t i = 1; i < arguments.size(); ++i)
    best = typed(floats ? on_floats : on_integers, {best, arguments[i]}, floats ? kFloat : kInteger);
  return best;
}
Node* GraphBuilder::greatest(const std::vector<Node*>& arguments) {
  return extreme(Op::MaxInteger, Op::MaxFloat, arguments);
}
Node* GraphBuilder::least(const std::vector<Node*>& arguments) {
  return extreme(Op::MinInteger, Op::MinFloat, arguments);
}

Node* GraphBuilder::squareRoot(const std::vector<Node*>& arguments) {
  return typed(Op::SqrtFloat, {typed(Op::NumberToFloat, {arguments[0]}, kFloat)}, kFloat);
}

// Of a byte that is there, counted from the string's beginning.
Node* GraphBuilder::byteOf(const std::vector<Node*>& arguments) {
  Node* position = arguments.size() > 1 ? arguments[1] : integerConstant(1);
  Node* index = typed(Op::SubInteger, {position, integerConstant(1)}, kInteger);
  emitWithSnapshot(Op::GuardTrue, {emit(Op::BelowInteger, {index, stringLength(arguments)})});
  return typed(Op::LoadByte, {arguments[0], index}, kInteger);
}

Node* GraphBuilder::stringLength(const std::vector<Node*>& arguments) {
  return typed(Op::StringLength, {arguments[0]}, kInteger);
}

Node* GraphBuilder::substring(const std::vector<Node*>& arguments) {
  Node* n = emitWithSnapshot(Op::RuntimeSubstring, {arguments[0], arguments[1], arguments[2]});
  n->type = kString;
  return n;
}

Node* GraphBuilder::append(const std::vector<Node*>& arguments) {
  emitWithSnapshot(Op::RuntimeAppend, {arguments[0], arguments[1]});
  return nullptr;
}

} // namespace perigee::build
