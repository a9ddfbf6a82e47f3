// Peeling
//
// Purpose: the first iteration of an innermost loop is copied in front of it. What does not change in the
// loop
//   is then computed, loaded and guarded in the copy, and value numbering finds that the loop proper need not
//   do it again. Unlike moving code out of loops this needs no proof that a guard would have been reached.
// Needs: an analyzed graph; edges out of branches lead to blocks with one predecessor.
// Leaves: copies of blocks and snapshots; phis where values of the copy and of the loop meet. Analyzed.
// Does not: peel loops that run other code (calls, the interpreter: nothing is known behind that), that have
//   nothing to gain, or that are large. Outer loops.
//
// The way in leads to the copy of the header, where each phi is the value it has on entry; the copy's back
// edges lead to the header. Ways out end in blocks of their own, which are copied, too. Where the copies join
// the originals a value of the loop has two definitions: these are repaired as they come (ir/ssa_repair.h),
// rather than by bringing the whole graph into loop-closed form first, which would leave phis at all exits of
// all loops for the sake of the few values that are used behind one.

#include "compiler/ir/ssa_repair.h"
#include "compiler/passes/pass.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace perigee::passes {
namespace {

using ir::Block;
using ir::Graph;
using ir::Node;
using ir::Op;

constexpr size_t kLargestLoop = 300;  // nodes
constexpr size_t kMostCopies = 1500;  // nodes, in all loops of a unit
constexpr size_t kLargestEnding = 12; // nodes of a block that ends the unit and is copied, not shared

size_t sizeOf(const Block* b) {
  size_t n = 0;
  for (const Node* x = b->first; x != nullptr; x = x->next) ++n;
  return n;
}

bool runsOtherCode(const Node* n) { return (n->info().effects & ir::effects::World) == ir::effects::World; }

class Peeling {
public:
  Peeling(Graph& g, Block* header) : g_(g), header_(header) {}

  // Can the loop be peeled, and is it worth it? How large it is.
  bool isWorthwhile(size_t* size) {
    for (Block* b : g_.blocks) {
      if (b->is_loop_header && b->outer_loop == header_) return false; // not an innermost one
      if (b->loop != header_) continue;
      body_.push_back(b);
      original_.insert(b);
    }
    bool gains = false;
    for (const Block* b : body_) {
      for (const Node* n = b->first; n != nullptr; n = n->next) {
        if (++*size > kLargestLoop || runsOtherCode(n)) return false;
        gains |= isInvariant(n);
      }
    }
    return gains && !lendsConditions();
  }

  void run() {
    makePreheader();
    splitExits();
    for (Block* b : body_) copyBlock(b);
    for (auto [original, copy] : blocks_) fillCopy(original, copy);
    enterCopy();
    repairUses();
    g_.applyReplacements();
    g_.analyze();
  }

private:
  bool isOriginal(const Block* b) const { return original_.count(b) != 0; }

  // Is a condition computed in the loop and tested behind it? There are no phis for bits.
  bool lendsConditions() const {
    for (const Block* b : g_.blocks) {
      for (const Node* n = b->first; n != nullptr && !isOriginal(b); n = n->next) {
        for (uint32_t i = 0; i < n->input_count; ++i) {
          const Node* input = n->inputs[i];
          if (input->info().result == ir::Result::Bit && isOriginal(input->block)) return true;
        }
      }
    }
    return false;
  }

  // Would the loop proper be spared this?
  bool isInvariant(const Node* n) const {
    if (n->is(Op::Phi) || n->is(Op::Charge) || n->is(Op::Poll) || n->info().ends()) return false;
    if (n->info().writes() != 0 || n->info().result == ir::Result::Bit || n->is(Op::LoadSlot)) return false;
    for (uint32_t i = 0; i < n->input_count; ++i) {
      if (isOriginal(n->inputs[i]->block)) return false;
    }
    return true;
  }

  // One edge into the loop from outside, from a block that has no other.
  void makePreheader() {
    std::vector<Block*> outside;
    for (Block* p : header_->predecessors) {
      if (!isOriginal(p)) outside.push_back(p);
    }
    if (outside.size() == 1 && outside[0]->terminator()->is(Op::Jump)) {
      preheader_ = outside[0];
      return;
    }
    preheader_ = g_.newBlock(header_->pc);
    std::vector<Node*> entry_values;
    for (Node* phi = header_->first; phi->is(Op::Phi); phi = phi->next) {
      Node* merged = g_.newNode(Op::Phi, phi->pc);
      merged->imm = phi->imm;
      merged->type = phi->type;
      for (Block* p : outside) g_.addPhiInput(merged, phi->inputs[header_->predecessorIndex(p)]);
      g_.append(preheader_, merged);
      entry_values.push_back(merged);
    }
    g_.append(preheader_, g_.newNode(Op::Jump, header_->first->pc));
    for (Block* p : outside) {
      g_.disconnect(p, header_);
      g_.connect(p, preheader_);
    }
    g_.connect(preheader_, header_);
    size_t i = 0;
    for (Node* phi = header_->first; phi->is(Op::Phi); phi = phi->next)
      g_.addPhiInput(phi, entry_values[i++]);
  }

  // --- ways out -----------------------------------------------------------------------------------------

  // Each leads through a block that is copied with the loop: either one that only jumps, or one that ends the
  // unit. Others get a block in front of them.
  void splitExits() {
    size_t blocks = body_.size();
    for (size_t i = 0; i < blocks; ++i) {
      Block* b = body_[i];
      for (int s = 0; s < b->successorCount(); ++s) {
        Block* to = b->successors[s];
        if (isOriginal(to)) continue;
        bool jumps = to->first->is(Op::Jump);
        bool ends = to->successorCount() == 0 && sizeOf(to) <= kLargestEnding;
        if (to->predecessors.size() > 1 || !(jumps || ends)) to = split(b, s);
        body_.push_back(to);
        original_.insert(to);
      }
    }
  }

  Block* split(Block* from, int successor) {
    Block* to = from->successors[successor];
    Block* between = g_.newBlock(to->pc);
    g_.append(between, g_.newNode(Op::Jump, from->terminator()->pc));
    from->successors[successor] = between;
    between->predecessors.push_back(from);
    between->successors[0] = to;
    to->predecessors[to->predecessorIndex(from)] = between;
    return between;
  }

  // --- the copy -----------------------------------------------------------------------------------------

  Node* copyOf(Node* n) const {
    auto known = nodes_.find(n);
    return known != nodes_.end() ? known->second : n;
  }

  void copyBlock(Block* b) {
    Block* copy = g_.newBlock(b->pc);
    blocks_.emplace_back(b, copy);
    copies_[b] = copy;
    for (Node* n = b->first; n != nullptr; n = n->next) {
      if (b == header_ && n->is(Op::Phi)) {
        nodes_[n] = n->inputs[header_->predecessorIndex(preheader_)];
        continue;
      }
      Node* twin = g_.newNode(n->op, n->pc, n->inputs, n->input_count);
      twin->type = n->type;
      twin->types = n->types;
      twin->aux = n->aux;
      twin->imm = n->imm;
      std::copy(n->positions, n->positions + 3, twin->positions);
      twin->snapshot = n->snapshot;
      g_.append(copy, twin);
      nodes_[n] = twin;
    }
  }

  // Edges, inputs and snapshots, when all copies are there.
  void fillCopy(Block* b, Block* copy) {
    for (Node* n = copy->first; n != nullptr; n = n->next) {
      for (uint32_t i = 0; i < n->input_count; ++i) n->inputs[i] = copyOf(n->inputs[i]);
      if (n->snapshot != nullptr)
        n->snapshot = snapshotWith(n->snapshot, [this](Node* v) { return copyOf(v); });
    }
    if (b != header_) {
      for (Block* p : b->predecessors) copy->predecessors.push_back(copies_.at(p));
    }
    for (int s = 0; s < b->successorCount(); ++s) {
      Block* to = b->successors[s];
      if (to == header_ || !isOriginal(to)) {
        leadTo(b, copy, to);
        copy->successors[s] = to;
      } else {
        copy->successors[s] = copies_.at(to);
      }
    }
  }

  // The copy goes on where the original does, with its own values.
  void leadTo(Block* original, Block* copy, Block* to) {
    uint32_t edge = to->predecessorIndex(original);
    to->predecessors.push_back(copy);
    for (Node* phi = to->first; phi != nullptr && phi->is(Op::Phi); phi = phi->next)
      g_.addPhiInput(phi, copyOf(phi->inputs[edge]));
  }

  template <class F> ir::Snapshot* snapshotWith(const ir::Snapshot* s, F&& value) {
    ir::Snapshot* changed = g_.newSnapshot(s->pc, s->count);
    for (uint32_t i = 0; i < s->count; ++i) {
      changed->entries[i] = s->entries[i];
      changed->entries[i].value = value(s->entries[i].value);
    }
    return changed;
  }

  void enterCopy() {
    g_.disconnect(preheader_, header_);
    g_.connect(preheader_, copies_.at(header_));
  }

  // --- values used behind the loop ------------------------------------------------------------------------

  void repairUses() {
    std::unordered_set<const Block*> copied;
    for (auto [original, copy] : blocks_) copied.insert(copy);
    std::vector<Block*> outside;
    for (Block* b : g_.blocks) {
      if (!isOriginal(b) && copied.count(b) == 0) outside.push_back(b);
    }
    for (Block* b : outside) {
      ir::forEachNode(b, [&](Node* n) { repairNode(n); });
    }
  }

  void repairNode(Node* n) {
    for (uint32_t i = 0; i < n->input_count; ++i) {
      Node*& input = n->inputs[i];
      if (!needsRepair(input)) continue;
      Block* b = n->block;
      if (n->is(Op::Phi)) {
        input = repairOf(input).valueAtEnd(b->predecessors[i]);
      } else {
        input = repairOf(input).valueAtStart(b);
      }
    }
    if (n->snapshot == nullptr) return;
    bool concerned = false;
    for (uint32_t i = 0; i < n->snapshot->count; ++i) concerned |= needsRepair(n->snapshot->entries[i].value);
    if (!concerned) return;
    n->snapshot = snapshotWith(
        n->snapshot, [&](Node* v) { return needsRepair(v) ? repairOf(v).valueAtStart(n->block) : v; });
  }

  bool needsRepair(const Node* value) const { return value->block != nullptr && isOriginal(value->block); }

  ir::SsaRepair& repairOf(Node* value) {
    auto known = repairs_.find(value);
    if (known != repairs_.end()) return known->second;
    ir::SsaRepair& repair = repairs_.try_emplace(value, g_, registerOf(value)).first->second;
    for (auto [original, copy] : blocks_) {
      repair.define(original, value);
      repair.define(copy, copyOf(value));
    }
    return repair;
  }

  // Where the value is looked for in the frame; a wrong answer costs a store, no more.
  uint32_t registerOf(const Node* value) const {
    if (value->info().immediate == ir::Immediate::Register) return value->imm.index;
    for (const Block* b : g_.blocks) {
      for (const Node* n = b->first; n != nullptr; n = n->next) {
        for (uint32_t i = 0; n->snapshot != nullptr && i < n->snapshot->count; ++i) {
          if (n->snapshot->entries[i].value == value) return n->snapshot->entries[i].reg;
        }
      }
    }
    return 0;
  }

  Graph& g_;
  Block* header_;
  Block* preheader_ = nullptr;
  std::vector<Block*> body_; // with the blocks on the ways out
  std::unordered_set<const Block*> original_;
  std::vector<std::pair<Block*, Block*>> blocks_; // original and copy
  std::unordered_map<const Block*, Block*> copies_;
  std::unordered_map<const Node*, Node*> nodes_;
  std::unordered_map<const Node*, ir::SsaRepair> repairs_;
};

} // namespace

void peelLoops(Graph& g) {
  size_t copies = 0;
  std::vector<Block*> headers;
  for (Block* b : g.blocks) {
    if (b->is_loop_header) headers.push_back(b);
  }
  for (Block* header : headers) {
    Peeling peeling(g, header);
    size_t size = 0;
    if (!peeling.isWorthwhile(&size) || copies + size > kMostCopies) continue;
    copies += size;
    peeling.run();
  }
}

} // namespace perigee::passes
