// What a sound graph is:
//   blocks   in reverse postorder, the entry first and without predecessors; edges known at both ends
//   lists    linked both ways; phis first, one node that ends the block, last, with the successors it needs
//   phis     one input per predecessor; what leads to them is a Jump (moves are made there)
//   values   defined before they are used, also by snapshots; a phi's input at the end of its predecessor
//   types    of inputs as the operation's row wants them (an empty type stands for what is never computed);
//            of results no narrower than the operation's
//   exits    what leaves, and every safepoint, has a snapshot with ascending registers

#include "compiler/ir/checker.h"

#include "compiler/ir/printer.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace perigee::ir {
namespace {

using namespace types;

bool isGeneric(Op op) { return op >= Op::Add && op <= Op::SetIndex && op != Op::Not && op != Op::Truthy; }

// Nodes that must know how the frame looks.
bool needsSnapshot(const Node* n) {
  return (n->info().guards() || n->info().isSafepoint() || isGeneric(n->op)) && n->op != Op::Not &&
         n->op != Op::Truthy;
}

// The type that the operation's results have whatever its inputs; any: that depends.
TypeSet resultTypeOf(Op op) {
  struct Range {
    Op first, last;
    TypeSet type;
  };
  static constexpr Range kRanges[] = {
      {Op::AddInteger, Op::MaxInteger, kInteger},
      {Op::LoopCount, Op::LoopCount, kInteger},
      {Op::AddFloat, Op::MaxFloat, kFloat},
      {Op::IntegerToFloat, Op::IntegerToFloat, kFloat},
      {Op::NumberToInteger, Op::NumberToInteger, kInteger},
      {Op::NumberToFloat, Op::NumberToFloat, kFloat},
      {Op::FloatToInteger, Op::FloatToInteger, kInteger},
      {Op::ToBoolean, Op::ToBoolean, kBoolean},
      {Op::Not, Op::Not, kBoolean},
      {Op::ArraySize, Op::ArraySize, kInteger},
      {Op::LoadElementInteger, Op::LoadElementInteger, kInteger},
      {Op::LoadElementFloat, Op::LoadElementFloat, kFloat},
      {Op::LoadByte, Op::StringLength, kInteger},
      {Op::VarargCount, Op::VarargCount, kInteger},
  };
  for (const Range& r : kRanges) {
    if (op >= r.first && op <= r.last) return r.type;
  }
  return kAny;
}

class Checker {
public:
  Checker(const Graph& g, Stage stage) : g_(g), stage_(stage), position_(g.nodeCount(), 0) {}

  std::string run(const Node** culprit) {
    checkBlocks();
    for (const Block* b : g_.blocks) {
      if (fault_.empty()) checkList(b);
    }
    if (fault_.empty()) checkDominators();
    for (const Block* b : g_.blocks) {
      for (const Node* n = b->first; n != nullptr && fault_.empty(); n = n->next) checkNode(n);
    }
    if (culprit != nullptr) *culprit = culprit_;
    return fault_;
  }

private:
  void fail(const Block* b, const Node* n, const std::string& what) {
    if (!fault_.empty()) return;
    culprit_ = n;
    if (n != nullptr) {
      Printer printer(g_);
      fault_ = (n->info().result != Result::None ? "v" + std::to_string(n->id) + " = " : "") +
               printer.operation(n) + " in ";
    }
    fault_ += "b" + std::to_string(b->id) + ": " + what;
  }

  // --- blocks -------------------------------------------------------------------------------------------

  static bool has(const std::vector<Block*>& blocks, const Block* b) {
    for (const Block* other : blocks) {
      if (other == b) return true;
    }
    return false;
  }
  bool isKnown(const Block* b) const { return b->order < g_.blocks.size() && g_.blocks[b->order] == b; }

  void checkBlocks() {
    if (g_.blocks.empty() || g_.blocks[0] != g_.entry) {
      fault_ = "the entry is not the first block";
      return;
    }
    if (!g_.entry->predecessors.empty()) fail(g_.entry, nullptr, "the entry has predecessors");
    for (const Block* b : g_.blocks) {
      if (!isKnown(b)) return fail(b, nullptr, "is not where its order says");
      for (const Block* p : b->predecessors) {
        if (!isKnown(p)) return fail(b, nullptr, "a predecessor is not in the graph");
        bool is_known = false;
        for (int i = 0; i < p->successorCount(); ++i) is_known |= p->successors[i] == b;
        if (!is_known) return fail(b, nullptr, "a predecessor does not lead there");
      }
      for (int i = 0; i < b->successorCount(); ++i) {
        const Block* s = b->successors[i];
        if (!isKnown(s)) return fail(b, nullptr, "a successor is not in the graph");
        if (!has(s->predecessors, b)) return fail(b, nullptr, "a successor does not know of it");
        for (int j = 0; j < i; ++j) {
          if (b->successors[j] == s) return fail(b, nullptr, "two edges to one block");
        }
      }
    }
  }

  // Any tree that agrees with the edges tells of dominators only what is true.
  void checkDominators() {
    for (const Block* b : g_.blocks) {
      if (b == g_.entry) continue;
      if (b->dominator == nullptr || b->dominator == b || !g_.dominates(b->dominator, b))
        return fail(b, nullptr, "dominators are not up to date");
      for (const Block* p : b->predecessors) {
        if (!g_.dominates(b->dominator, p)) return fail(b, nullptr, "dominators are not up to date");
      }
    }
  }

  void checkList(const Block* b) {
    const Node* before = nullptr;
    bool phis_are_over = false;
    for (const Node* n = b->first; n != nullptr; before = n, n = n->next) {
      if (n->previous != before) return fail(b, n, "the list is broken");
      if (n->block != b) return fail(b, n, "belongs to another block");
      if (n->id >= position_.size() || position_[n->id] != 0) return fail(b, n, "the id is not its own");
      position_[n->id] = ++positions_;
      if (n->is(Op::Phi) && phis_are_over) return fail(b, n, "a phi behind other nodes");
      phis_are_over |= !n->is(Op::Phi);
      if (n->info().ends() != (n == b->last))
        return fail(b, n, n->info().ends() ? "nodes behind the end" : "the block does not end here");
    }
    if (b->last != before || before == nullptr) return fail(b, before, "the block has no end");
    checkEnd(b);
  }

  void checkEnd(const Block* b) {
    int n = b->successorCount();
    bool right;
    switch (b->last->op) {
    case Op::Jump: right = n == 1; break;
    case Op::Branch: right = n == 2; break;
    case Op::InterpretBranch: right = n >= 1; break;
    default: right = n == 0;
    }
    if (!right) fail(b, b->last, "has " + std::to_string(n) + " successors");
  }

  // --- nodes --------------------------------------------------------------------------------------------

  void checkNode(const Node* n) {
    const OperationInfo& row = n->info();
    if (stage_ == Stage::Specialized && isGeneric(n->op)) return fail(n->block, n, "is still generic");
    if (n->replacement != nullptr) return fail(n->block, n, "has been replaced, but is still there");
    if (n->isConstant() && n->block != g_.entry)
      return fail(n->block, n, "a literal outside the entry block");
    if (n->is(Op::Phi)) return checkPhi(n);
    bool counted = std::strcmp(row.inputs, "*") != 0;
    if (counted && n->input_count != std::strlen(row.inputs))
      return fail(n->block, n, "has " + std::to_string(n->input_count) + " inputs");
    for (uint32_t i = 0; i < n->input_count; ++i) {
      checkKind(n, n->inputs[i], counted ? row.inputs[i] : 'v');
      checkDefined(n, n->inputs[i], n->block, position_[n->id], "input");
    }
    checkSnapshot(n);
    if (row.result == Result::Value) checkResult(n);
  }

  void checkPhi(const Node* n) {
    const Block* b = n->block;
    if (n->input_count != b->predecessors.size())
      return fail(b, n,
                  "has " + std::to_string(n->input_count) + " inputs for " +
                      std::to_string(b->predecessors.size()) + " predecessors");
    for (uint32_t i = 0; i < n->input_count; ++i) {
      const Block* p = b->predecessors[i];
      if (!p->last->is(Op::Jump)) return fail(b, n, "a predecessor does not end with a Jump");
      checkKind(n, n->inputs[i], 'v');
      checkDefined(n, n->inputs[i], p, ~0u, "input");
      if (!n->inputs[i]->type.isSubsetOf(n->type))
        return fail(b, n, "an input is of type " + nameOf(n->inputs[i]->type));
    }
  }

  void checkKind(const Node* n, const Node* input, char letter) {
    Result result = input->info().result;
    if (letter == 'b' || letter == 'r') {
      if (result != (letter == 'b' ? Result::Bit : Result::Raw)) fail(n->block, n, "an input is no bit");
      return;
    }
    if (result != Result::Value) return fail(n->block, n, "an input is no value");
    TypeSet wanted = letter == 'i' ? kInteger : letter == 'f' ? kFloat : letter == 't' ? kTable : kAny;
    if (stage_ == Stage::Built && letter != 'v') wanted = kAny; // types may not be known yet
    if (!input->type.isSubsetOf(wanted))
      fail(n->block, n, "an input of type " + nameOf(input->type) + ", not " + nameOf(wanted));
  }

  // Is `value` there at `position` of block b?
  void checkDefined(const Node* n, const Node* value, const Block* b, uint32_t position, const char* where) {
    std::string name = "v" + std::to_string(value->id);
    bool in_graph = value->block != nullptr && value->id < position_.size() && position_[value->id] != 0;
    if (!in_graph) return fail(n->block, n, std::string(where) + ' ' + name + " has been removed");
    bool is_defined = value->block == b ? position_[value->id] < position : g_.dominates(value->block, b);
    if (!is_defined)
      fail(n->block, n, std::string(where) + ' ' + name + " is not defined on every way there");
  }

  void checkSnapshot(const Node* n) {
    const Snapshot* s = n->snapshot;
    if (s == nullptr) {
      if (needsSnapshot(n)) fail(n->block, n, "has no snapshot");
      return;
    }
    for (uint32_t i = 0; i < s->count; ++i) {
      const SnapshotEntry& e = s->entries[i];
      if (i > 0 && s->entries[i - 1].reg >= e.reg)
        fail(n->block, n, "the snapshot's registers do not ascend");
      if (e.value->info().result != Result::Value) return fail(n->block, n, "the snapshot names no value");
      checkDefined(n, e.value, n->block, position_[n->id], "snapshot");
    }
    if (g_.proto != nullptr &&
        s->pc - g_.activationAt(s->pc).first_pc >= g_.activationAt(s->pc).proto->code_size)
      fail(n->block, n, "the snapshot's pc is outside");
  }

  void checkResult(const Node* n) {
    TypeSet least = resultTypeOf(n->op);
    switch (n->op) {
    case Op::Constant: least = n->types; break;
    case Op::Guard: least = n->inputs[0]->type & n->types; break;
    case Op::Reload: least = n->inputs[0]->type; break;
    default:
      if (least != kAny && n->type != least)
        fail(n->block, n, "the result cannot be of type " + nameOf(n->type));
      return;
    }
    if (!least.isSubsetOf(n->type)) fail(n->block, n, "the result may be of type " + nameOf(least));
  }

  const Graph& g_;
  Stage stage_;
  std::vector<uint32_t> position_; // by node, from 1; 0: not in the graph
  uint32_t positions_ = 0;
  std::string fault_;
  const Node* culprit_ = nullptr;
};

} // namespace

std::string findFault(const Graph& g, Stage stage, const Node** culprit) {
  return Checker(g, stage).run(culprit);
}

void demandSound(const Graph& g, Stage stage, const char* pass) {
  const Node* culprit = nullptr;
  std::string fault = findFault(g, stage, &culprit);
  if (fault.empty()) return;
  bool has_source = g.proto != nullptr && g.proto->source != nullptr;
  std::fprintf(stderr, "perigee: function at %s:%u, after %s: %s\n%s",
               has_source ? g.proto->source->data() : "?", g.proto != nullptr ? g.proto->line_defined : 0,
               pass, fault.c_str(), Printer(g).graph(culprit).c_str());
  std::abort();
}

} // namespace perigee::ir
