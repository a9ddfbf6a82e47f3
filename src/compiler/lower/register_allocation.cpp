#include "compiler/lower/register_allocation.h"

#include <algorithm>

namespace perigee::lower {

using ir::Block;
using ir::Graph;
using ir::Node;
using ir::Op;

namespace {

constexpr uint32_t kNoPosition = ~0u;

bool isRegister(Place p) { return p.kind == PlaceKind::General || p.kind == PlaceKind::Float; }

// May UnitEmitter ask for what is alive across it?
bool needsLiveAcross(const Node* n) { return callsRuntime(n) || n->info().writes() != 0; }

} // namespace

bool callsRuntime(const Node* n) {
  switch (n->op) {
  case Op::ModuloFloat:
  case Op::PowFloat:
  case Op::StoreField:
  case Op::StoreEitherField:
  case Op::StoreElementValue:
  case Op::StoreUpvalue:
  case Op::StoreUpvalueOf:
  case Op::StoreSharedUpvalue: return true;
  default: return n->op >= Op::RuntimeArithmetic && n->op <= Op::RuntimeClose;
  }
}

bool keepsInputs(const Node* n) {
  if (callsRuntime(n)) return true;
  switch (n->op) {
  case Op::AddInteger:
  case Op::SubInteger:
  case Op::MulInteger:
  case Op::AndInteger:
  case Op::OrInteger:
  case Op::XorInteger:
  case Op::AddFloat:
  case Op::SubFloat:
  case Op::MulFloat:
  case Op::DivFloat:
  case Op::NegateInteger:
  case Op::NotInteger:
  case Op::IntegerToFloat: return false;
  case Op::Guard: return false;
  default: return true;
  }
}

Allocation::Allocation(Graph& g, const RegisterFile& file)
    : g_(g), position_(g.nodeCount(), kNoPosition), block_start_(g.blocks.size()),
      block_end_(g.blocks.size()), start_(g.nodeCount(), kNoPosition), end_(g.nodeCount()),
      weight_(g.nodeCount()), used_(g.nodeCount()), phi_of_(g.nodeCount()), locations_(g.nodeCount()) {
  numberNodes();
  findHomeWrites();
  addLiveRanges();
  findIntervals();
  scan(file);
  findLiveAcross();
}

// Two positions per node: inputs are read at the even one; results are written at it, too, or, if the node
// needs its inputs until then, at the odd one. An interval ends in front of its end. All phis of a block
// share the position of its beginning.
void Allocation::numberNodes() {
  uint32_t next = 2;
  for (Block* b : g_.blocks) {
    block_start_[b->order] = next;
    next += 2;
    for (Node* n = b->first; n != nullptr; n = n->next) {
      position_[n->id] = n->is(Op::Phi) ? block_start_[b->order] : next;
      if (!n->is(Op::Phi)) next += 2;
    }
    block_end_[b->order] = next;
    next += 2;
  }
}

void Allocation::findHomeWrites() {
  home_writes_.resize(static_cast<size_t>(kMaxRegisters) + 1);
  for (Block* b : g_.blocks) {
    for (Node* n = b->first; n != nullptr; n = n->next) {
      uint32_t at = position_[n->id];
      if (n->is(Op::StoreSlot)) home_writes_[n->imm.index].push_back(at);
      if (n->is(Op::SpreadVarargs)) {
        g_.spend(home_writes_.size());
        for (size_t reg = n->imm.index; reg < home_writes_.size(); ++reg) home_writes_[reg].push_back(at);
      }
      for (uint8_t offset : ir::kWrittenByNext) {
        if (n->is(Op::RuntimeNext)) home_writes_[g_.instructionAt(n->pc)->a + offset].push_back(at);
      }
      if (n->is(Op::RuntimeClosure)) home_writes_[g_.instructionAt(n->pc)->a].push_back(at);
      if (n->is(Op::StoreSharedUpvalue)) home_writes_[n->aux].push_back(at);
      if (n->info().isSafepoint())
        g_.forEachLink(n->pc, [&](uint32_t slot) { home_writes_[slot].push_back(at); });
      for (uint32_t i = 1; n->is(Op::TailCall) && i < n->input_count; ++i) home_writes_[i - 1].push_back(at);
    }
  }
}

// Was the value read from a home slot that is not written to for as long as it lives? (No value lives across
// a call.)
bool Allocation::staysHome(const Interval& v) const {
  if (!v.node->is(Op::Reload) && !v.node->is(Op::LoadSlot)) return false;
  const std::vector<uint32_t>& writes = home_writes_[v.node->imm.index];
  auto next = std::lower_bound(writes.begin(), writes.end(), v.start);
  return next == writes.end() || *next > v.end;
}

void Allocation::extend(const Node* v, uint32_t from, uint32_t to) {
  start_[v->id] = std::min(start_[v->id], from);
  end_[v->id] = std::max(end_[v->id], to);
}

// What is used in each block, and which values come into a block from others.
void Allocation::addUses() {
  std::vector<uint32_t> last_block(g_.nodeCount(), kNoPosition);
  auto comesInto = [&](Node* v, Block* b) {
    if (v->block == b || last_block[v->id] == b->order) return;
    last_block[v->id] = b->order;
    inflows_.push_back({v, b});
  };
  for (Block* b : g_.blocks) {
    g_.spend(2 * ir::workOf(b));
    float weight = 1.0f;
    for (uint32_t d = 0; d < std::min(b->loop_depth, 6u); ++d) weight *= 10.0f;
    for (Node* n = b->first; n != nullptr; n = n->next) {
      uint32_t at = position_[n->id];
      if (hasPlace(n)) {
        uint32_t from_here = keepsInputs(n) && !n->is(Op::Phi) ? at + 1 : at;
        extend(n, from_here, from_here + 1);
        weight_[n->id] += weight;
      }
      // What an exit stores is needed until the node is done; so are inputs that results must not overwrite.
      forEachInput(n, [&](Node* v) {
        extend(v, at, keepsInputs(n) || n->snapshot != nullptr ? at + 2 : at);
        comesInto(v, b);
        weight_[v->id] += weight;
        used_[v->id] = true;
      });
      forEachSnapshotValue(n, [&](Node* v) {
        extend(v, at, at + 2);
        comesInto(v, b);
        used_[v->id] = true;
      });
      for (uint32_t i = 0; n->is(Op::Phi) && i < n->input_count; ++i) {
        Node* v = n->inputs[i];
        phi_of_[v->id] = n;
        used_[v->id] = true;
        if (!hasPlace(n) || !hasPlace(v)) continue;
        Block* from = b->predecessors[i];
        extend(v, block_end_[from->order], block_end_[from->order]);
        if (v->block != from) inflows_.push_back({v, from});
      }
    }
  }
}

// From each use backwards to the value's block, through all blocks that it is alive in: takes time in
// proportion to what is alive in each block.
void Allocation::addLiveRanges() {
  addUses();
  g_.spend(2 * inflows_.size());
  std::sort(inflows_.begin(), inflows_.end(), [](const Inflow& a, const Inflow& b) {
    return a.value != b.value ? a.value->id < b.value->id : a.block->order < b.block->order;
  });
  std::vector<const Node*> seen(g_.blocks.size()); // by block: the last value found to come into it
  std::vector<Block*> work;
  for (const Inflow& inflow : inflows_) {
    const Node* v = inflow.value;
    auto comesInto = [&](Block* b) {
      if (b == v->block || seen[b->order] == v) return;
      seen[b->order] = v;
      work.push_back(b);
    };
    comesInto(inflow.block);
    while (!work.empty()) {
      Block* b = work.back();
      work.pop_back();
      extend(v, block_start_[b->order], block_start_[b->order]);
      g_.spend(1 + b->predecessors.size());
      for (Block* p : b->predecessors) {
        extend(v, block_end_[p->order], block_end_[p->order]);
        comesInto(p);
      }
    }
  }
}

void Allocation::findIntervals() {
  for (Block* b : g_.blocks) {
    for (Node* n = b->first; n != nullptr; n = n->next) {
      if (!hasPlace(n) || isSkipped(n)) continue;
      Form form = formOf(n->type);
      float length = static_cast<float>(end_[n->id] - start_[n->id] + 1);
      Interval v{n, start_[n->id], end_[n->id], weight_[n->id] / length, false, form == Form::Number, {}};
      if (staysHome(v)) v.weight *= 0.5f; // needs not be stored
      if (form != Form::Boolean) intervals_.push_back(v);
      if (form == Form::Boolean || form == Form::Tagged) {
        v.is_tag = true;
        intervals_.push_back(v);
      }
    }
  }
  std::sort(intervals_.begin(), intervals_.end(), [](const Interval& a, const Interval& b) {
    return a.start != b.start ? a.start < b.start
           : a.node != b.node ? a.node->id < b.node->id
                              : a.is_tag < b.is_tag;
  });
}

// A register that would save a move: that of an input, of the phi it goes into, or of an input of the phi it
// is.
Place Allocation::hintFor(const Interval& v) const {
  auto placeIn = [&](const Node* n) {
    const Location& l = locations_[n->id];
    return v.is_tag ? l.tag : l.payload;
  };
  if (const Node* phi = phi_of_[v.node->id]) {
    if (placeIn(phi).kind != PlaceKind::None) return placeIn(phi);
  }
  if (v.node->is(Op::Phi) || !keepsInputs(v.node)) {
    for (uint32_t i = 0; i < v.node->input_count; ++i) {
      Place p = placeIn(v.node->inputs[i]);
      if (p.kind != PlaceKind::None) return p;
    }
  }
  return {};
}

void Allocation::scan(const RegisterFile& file) {
  uint32_t free_general = file.general, free_floats = file.floats;
  std::vector<Interval*> active;
  std::vector<uint32_t> stack_until; // by slot: where it is free again
  auto give = [&](Interval& v, Place p) {
    v.place = p;
    placeOf(v) = p;
  };
  // From its beginning on, which for an interval that leaves a register has been some time ago.
  auto toStack = [&](Interval& v) {
    if (staysHome(v)) return give(v, {PlaceKind::Home, static_cast<uint16_t>(v.node->imm.index)});
    g_.spend(1 + stack_until.size() / 8);
    size_t slot = 0;
    while (slot < stack_until.size() && stack_until[slot] > v.start) ++slot;
    if (slot == stack_until.size()) stack_until.push_back(0);
    stack_until[slot] = v.end + 1;
    give(v, {PlaceKind::Stack, static_cast<uint16_t>(slot)});
  };
  for (Interval& v : intervals_) {
    std::erase_if(active, [&](Interval* a) {
      if (a->end > v.start) return false;
      (a->is_float ? free_floats : free_general) |= 1u << a->place.index;
      return true;
    });
    uint32_t& free = v.is_float ? free_floats : free_general;
    PlaceKind kind = v.is_float ? PlaceKind::Float : PlaceKind::General;
    if (free != 0) {
      Place hint = hintFor(v);
      uint32_t reg = hint.kind == kind && (free >> hint.index & 1)
                         ? hint.index
                         : static_cast<uint32_t>(__builtin_ctz(free));
      free &= ~(1u << reg);
      give(v, {kind, static_cast<uint16_t>(reg)});
      active.push_back(&v);
      continue;
    }
    Interval* cheapest = &v;
    for (Interval* a : active) {
      if (a->is_float == v.is_float && a->weight < cheapest->weight) cheapest = a;
    }
    if (cheapest == &v) {
      toStack(v);
      continue;
    }
    Place taken = cheapest->place;
    std::erase(active, cheapest);
    toStack(*cheapest);
    give(v, taken);
    active.push_back(&v);
  }
  stack_slots_ = static_cast<uint32_t>(stack_until.size());
}

bool Allocation::isSkipped(const Node* n) const {
  return !used_[n->id] && hasPlace(n) && n->info().isRemovable() && !n->info().isSafepoint();
}

// Intervals in registers are few at any place: they are followed through the unit once.
void Allocation::findLiveAcross() {
  std::vector<const Interval*> active;
  size_t next = 0;
  for (Block* b : g_.blocks) {
    g_.spend(ir::workOfInputs(b));
    for (const Node* n = b->first; n != nullptr; n = n->next) {
      if (!needsLiveAcross(n)) continue;
      uint32_t at = position_[n->id];
      for (; next < intervals_.size() && intervals_[next].start < at; ++next)
        active.push_back(&intervals_[next]);
      std::erase_if(active, [at](const Interval* v) { return v->end < at + 2 || !isRegister(v->place); });
      Live& live = live_across_[n->id];
      for (const Interval* v : active) {
        if (v->node == n) continue;
        (v->is_float ? live.floats : live.general) |= 1u << v->place.index;
      }
    }
  }
}

} // namespace perigee::lower
