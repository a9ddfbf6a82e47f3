#include "compiler/ir/loop_copy.h"

#include "compiler/ir/ssa_repair.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace perigee::ir {
namespace {

constexpr size_t kLargestEnding = 12; // nodes of a block that ends the unit and is copied, not shared

class LoopCopy {
public:
  // `is_loop`: the copy's back edges lead to its own header.
  LoopCopy(Graph& g, Block* header, std::vector<Block*> body, bool is_loop)
      : g_(g), header_(header), is_loop_(is_loop), body_(std::move(body)),
        original_(body_.begin(), body_.end()) {}

  void run(const std::vector<Block*>& entries) {
    makePreheader(entries);
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

  // One edge into the copy, from a block that has no other.
  void makePreheader(const std::vector<Block*>& outside) {
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
        bool ends = to->successorCount() == 0 && nodesIn(to) <= kLargestEnding;
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
      if (b == header_ && n->is(Op::Phi) && !is_loop_) {
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
      if (b == header_ && n->is(Op::Phi)) continue; // see fillHeader
      for (uint32_t i = 0; i < n->input_count; ++i) n->inputs[i] = copyOf(n->inputs[i]);
      if (n->snapshot != nullptr)
        n->snapshot = snapshotWith(n->snapshot, [this](Node* v) { return copyOf(v); });
    }
    if (b != header_) {
      for (Block* p : b->predecessors) copy->predecessors.push_back(copies_.at(p));
    } else if (is_loop_) {
      fillHeader(copy);
    }
    for (int s = 0; s < b->successorCount(); ++s) {
      Block* to = b->successors[s];
      if ((to == header_ && !is_loop_) || !isOriginal(to)) {
        leadTo(b, copy, to);
        copy->successors[s] = to;
      } else {
        copy->successors[s] = copies_.at(to);
      }
    }
  }

  // The copy of the header is entered by the copied back edges, and then (enterCopy) from the preheader.
  void fillHeader(Block* copy) {
    std::vector<uint32_t> edges;
    for (uint32_t i = 0; i < header_->predecessors.size(); ++i) {
      if (!isOriginal(header_->predecessors[i])) continue;
      edges.push_back(i);
      copy->predecessors.push_back(copies_.at(header_->predecessors[i]));
    }
    edges.push_back(header_->predecessorIndex(preheader_));
    const Node* original = header_->first;
    for (Node* phi = copy->first; phi->is(Op::Phi); phi = phi->next, original = original->next) {
      phi->input_count = 0;
      for (uint32_t edge : edges) g_.addPhiInput(phi, copyOf(original->inputs[edge]));
    }
  }

  // The copy goes on where the original does, with its own values.
  void leadTo(Block* original, Block* copy, Block* to) {
    uint32_t edge = to->predecessorIndex(original);
    to->predecessors.push_back(copy);
    for (Node* phi = to->first; phi != nullptr && phi->is(Op::Phi); phi = phi->next)
      g_.addPhiInput(phi, copyOf(phi->inputs[edge]));
  }

  template <class F> Snapshot* snapshotWith(const Snapshot* s, F&& value) {
    Snapshot* changed = g_.newSnapshot(s);
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
      forEachNode(b, [&](Node* n) { repairNode(n); });
    }
    // Other ways into the original loop.
    for (Node* phi = header_->first; phi->is(Op::Phi); phi = phi->next) {
      for (uint32_t i = 0; i < phi->input_count; ++i) {
        Block* p = header_->predecessors[i];
        bool is_outside = !isOriginal(p) && copied.count(p) == 0;
        if (is_outside && needsRepair(phi->inputs[i]))
          phi->inputs[i] = repairOf(phi->inputs[i]).valueAtEnd(p);
      }
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

  SsaRepair& repairOf(Node* value) {
    auto known = repairs_.find(value);
    if (known != repairs_.end()) return known->second;
    SsaRepair& repair = repairs_.try_emplace(value, g_, registerOf(value)).first->second;
    for (auto [original, copy] : blocks_) {
      repair.define(original, value);
      repair.define(copy, copyOf(value));
    }
    return repair;
  }

  // Where the value is looked for in the frame; a wrong answer costs a store, no more.
  uint32_t registerOf(const Node* value) const {
    if (value->info().immediate == Immediate::Register) return value->imm.index;
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
  bool is_loop_;
  Block* preheader_ = nullptr;
  std::vector<Block*> body_; // with the blocks on the ways out
  std::unordered_set<const Block*> original_;
  std::vector<std::pair<Block*, Block*>> blocks_; // original and copy
  std::unordered_map<const Block*, Block*> copies_;
  std::unordered_map<const Node*, Node*> nodes_;
  std::unordered_map<const Node*, SsaRepair> repairs_;
};

} // namespace

size_t nodesIn(const Block* b) {
  size_t n = 0;
  for (const Node* x = b->first; x != nullptr; x = x->next) ++n;
  return n;
}

bool canCopy(const Graph& g, const std::vector<Block*>& body) {
  std::unordered_set<const Block*> inside(body.begin(), body.end());
  for (const Block* b : g.blocks) {
    for (const Node* n = b->first; n != nullptr && inside.count(b) == 0; n = n->next) {
      for (uint32_t i = 0; i < n->input_count; ++i) {
        const Node* input = n->inputs[i];
        if (input->info().result == Result::Bit && inside.count(input->block) != 0) return false;
      }
    }
  }
  return true;
}

void copyFirstIteration(Graph& g, Block* header, std::vector<Block*> body) {
  std::vector<Block*> entries;
  for (Block* p : header->predecessors) {
    if (std::find(body.begin(), body.end(), p) == body.end()) entries.push_back(p);
  }
  LoopCopy(g, header, std::move(body), false).run(entries);
}

void copyForEntry(Graph& g, Block* header, std::vector<Block*> body, Block* entry) {
  LoopCopy(g, header, std::move(body), true).run({entry});
}

} // namespace perigee::ir
