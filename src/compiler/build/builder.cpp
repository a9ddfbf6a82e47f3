#include "compiler/build/builder.h"

#include "compiler/build/graph_builder.h"
#include "vm/state.h"

#include "vm/ticks.h"
#include <algorithm>

namespace perigee::build {

std::unique_ptr<Graph> buildGraph(const Proto* p, uint32_t entry, const BuildOptions& options) {
  if (std::unique_ptr<Graph> g = GraphBuilder(p, entry, options).run()) return g;
  BuildOptions whole = options;
  whole.inlines = false;
  if (std::unique_ptr<Graph> g = GraphBuilder(p, entry, whole).run()) return g;
  whole.every_way = true; // then each block's first way in comes before it
  return GraphBuilder(p, entry, whole).run();
}

GraphBuilder::GraphBuilder(const Proto* p, uint32_t entry, const BuildOptions& options)
    : p_(p), options_(options), graph_(std::make_unique<Graph>(p, entry, options.work)), g_(*graph_),
      own_facts_(options.facts == nullptr ? std::make_unique<CodeFactsOf>(p) : nullptr),
      flow_(p, facts(), entry == kFunctionEntry ? 0 : entry, options.region, g_.work()),
      activation_(g_.activations[0]), root_(*this), incoming_(flow_.blocks().size()) {}

std::unique_ptr<Graph> GraphBuilder::run() {
  g_.captured = flow_.captured();
  buildEntry();
  if (!buildBlocks()) return nullptr;
  dropNeedlessPhis();
  g_.analyze();
  return std::move(graph_);
}

bool GraphBuilder::buildBlocks() {
  for (uint32_t index : flow_.order()) {
    if (incoming_[index].block == nullptr) continue; // no way leads there any more, or only a backward one
    beginBlock(index);
    if (block_ != nullptr) buildBlock(index);
    if (root_.failed_) return false;
  }
  for (const Incoming& in : incoming_) {
    if (in.block != nullptr && !in.is_built) return false; // entered from behind only
  }
  closeLoops();
  return true;
}

// --- entry -------------------------------------------------------------------------------------------------

// The unit begins with what the frame holds: arguments, or, at a loop, all live registers.
void GraphBuilder::buildEntry() {
  uint32_t start = flow_.blocks()[flow_.order()[0]].start;
  block_ = g_.entry = g_.newBlock(start);
  pc_ = start;
  block_start_ = start;
  g_.counts_ticks = options_.state != nullptr && options_.state->ticks.counts;
  is_due_ = true;
  live_ = flow_.liveInBlock(flow_.order()[0]);
  for (int reg = 0; reg < p_->frame_size; ++reg) {
    bool holds = g_.entry_pc == kFunctionEntry ? reg < p_->parameters : live_[0].has(reg);
    if (!holds) continue;
    Node* n = emit(Op::LoadSlot);
    n->imm.index = static_cast<uint32_t>(reg);
    n->type = ir::types::kAny;
    state_.node[reg] = n;
  }
  if (options_.frame != nullptr) {
    RegisterSet read = flow_.registersRead();
    for (int reg = 0; reg < p_->frame_size; ++reg) {
      if (!read.has(reg)) continue;
      ir::TypeSet seen(options_.frame[reg].tag);
      bool worth = seen.isSubsetOf(ir::types::kNumber | ir::types::kTable | ir::types::kClosure);
      if (state_.node[reg] == nullptr || !worth || flow_.captured().has(reg)) continue;
      Node* guard = emitWithSnapshot(Op::Guard, {state_.node[reg]});
      guard->types = guard->type = seen;
      state_.node[reg] = guard;
      snapshot_ = nullptr;
    }
  }
  is_due_ = false;
  goTo(start);
}

// --- blocks ------------------------------------------------------------------------------------------------

Block* GraphBuilder::blockFor(uint32_t pc) {
  Incoming& in = incoming_[flow_.blockAt(pc)];
  if (in.block == nullptr) in.block = g_.newBlock(activation_.first_pc + pc);
  return in.block;
}

// Ends the current block with a jump to the block at pc.
void GraphBuilder::goTo(uint32_t pc) {
  Block* from = block_;
  endEdge(from, activation_.first_pc + pc, state_);
  block_ = nullptr;
}

// `number` as in Block::pc.
void GraphBuilder::endEdge(Block* edge, uint32_t number, const Registers& state) {
  uint32_t pc = number - activation_.first_pc;
  Node* jump = g_.newNode(Op::Jump, here());
  g_.append(edge, jump);
  g_.spend(RegisterSet::kSize / 4); // a copy
  g_.connect(edge, blockFor(pc));
  incoming_[flow_.blockAt(pc)].states.push_back(state);
}

// A block between the current one and the one at pc, not ended yet.
Block* GraphBuilder::edgeTo(uint32_t pc) {
  Block* edge = g_.newBlock(activation_.first_pc + pc);
  g_.connect(block_, edge);
  return edge;
}

void GraphBuilder::beginBlock(uint32_t index) {
  block_ = incoming_[index].block;
  g_.spend(incoming_[index].states.size() * static_cast<uint64_t>(p_->frame_size) / 4);
  snapshot_ = nullptr;
  block_start_ = pc_ = flow_.blocks()[index].start;
  live_ = flow_.liveInBlock(index);
  if (flow_.blocks()[index].is_loop_header) {
    beginLoop(index);
  } else {
    mergeAt(index);
  }
  incoming_[index].is_built = true;
  if (!flow_.blocks()[index].is_outside) return;
  if (at(pc_).starts_block) charge();
  leave();
}

// For the block of bytecode that begins here.
void GraphBuilder::charge() {
  if (!g_.counts_ticks) return;
  is_due_ = true;
  Node* n = emitWithSnapshot(Op::Charge);
  n->imm.index = ticksOfBlock(p_, pc_);
  is_due_ = false;
  snapshot_ = nullptr;
}

void GraphBuilder::mergeAt(uint32_t index) {
  const std::vector<Registers>& states = incoming_[index].states;
  state_ = Registers{};
  for (int reg = 0; reg < p_->frame_size; ++reg) {
    if (!live_[0].has(reg) && !flow_.captured().has(reg)) continue;
    Node* first = states[0].node[reg];
    bool same = true, missing = false;
    for (const Registers& s : states) {
      same &= s.node[reg] == first;
      missing |= s.node[reg] == nullptr;
    }
    if (missing) continue;
    if (!same) {
      Node* phi = g_.newNode(Op::Phi, here());
      phi->imm.index = home(reg);
      phi->type = ir::types::kAny;
      for (const Registers& s : states) g_.addPhiInput(phi, s.node[reg]);
      g_.prepend(block_, phi);
      first = phi;
    }
    state_.node[reg] = first;
  }
}

// Every live register gets a phi, whose inputs from backward edges come later.
void GraphBuilder::beginLoop(uint32_t index) {
  Incoming& in = incoming_[index];
  in.loop_phis.assign(RegisterSet::kSize, nullptr);
  state_ = Registers{};
  for (int reg = 0; reg < p_->frame_size; ++reg) {
    if (!live_[0].has(reg) && !flow_.captured().has(reg)) continue;
    bool missing = false;
    for (const Registers& s : in.states) missing |= s.node[reg] == nullptr;
    if (missing) continue;
    Node* phi = g_.newNode(Op::Phi, here());
    phi->imm.index = home(reg);
    phi->type = ir::types::kAny;
    for (const Registers& s : in.states) g_.addPhiInput(phi, s.node[reg]);
    g_.prepend(block_, phi);
    in.loop_phis[static_cast<size_t>(reg)] = phi;
    state_.node[reg] = phi;
  }
}

// What a loop's phi gets from a backward edge behind which nothing is known of a register, as something
// overwrote it. It is live at most by the loop's estimate, but it may be stored; and frames that come to this
// pc from elsewhere (vm/native_code.h, ResumePoint), such as those that have closed one variable of several,
// may have something in that home slot, which must stay there.
Node* GraphBuilder::unknownAt(Block* edge, int reg) {
  if (isInlined()) return g_.constant(Value::nil());
  Node* n = g_.newNode(Op::LoadSlot, edge->terminator()->pc);
  n->imm.index = static_cast<uint32_t>(reg);
  n->type = ir::types::kAny;
  g_.insertBefore(edge->terminator(), n);
  return n;
}

// Gives loop phis the inputs of backward edges.
void GraphBuilder::closeLoops() {
  for (Incoming& in : incoming_) {
    if (in.loop_phis.empty()) continue;
    for (int reg = 0; reg < p_->frame_size; ++reg) {
      Node* phi = in.loop_phis[static_cast<size_t>(reg)];
      if (phi == nullptr) continue;
      for (size_t i = phi->input_count; i < in.states.size(); ++i) {
        Node* input = in.states[i].node[reg];
        g_.addPhiInput(phi, input != nullptr ? input : unknownAt(in.block->predecessors[i], reg));
      }
      root_.all_loop_phis_.push_back(phi);
    }
  }
}

// Those that merge a value with itself only. Not before all is built: builders hold nodes.
void GraphBuilder::dropNeedlessPhis() {
  for (bool changed = true; changed;) {
    changed = false;
    for (Node*& phi : all_loop_phis_) {
      if (phi == nullptr) continue;
      g_.spend(1 + phi->input_count);
      Node* only = nullptr;
      bool several = false;
      for (uint32_t i = 0; i < phi->input_count; ++i) {
        Node* input = Graph::resolve(phi->inputs[i]);
        if (input == phi || input == only) continue;
        several |= only != nullptr;
        only = input;
      }
      if (several) continue;
      g_.replace(phi, only);
      g_.remove(phi);
      phi = nullptr;
      changed = true;
    }
  }
  g_.applyReplacements();
}

void GraphBuilder::buildBlock(uint32_t index) {
  const BytecodeBlock& b = flow_.blocks()[index];
  g_.spend((b.end - b.start) * (4 + p_->frame_size / 16));
  for (pc_ = b.start; pc_ < b.end && block_ != nullptr; ++pc_) {
    snapshot_ = nullptr;
    if (at(pc_).starts_block) charge();
    buildInstruction();
  }
  if (block_ != nullptr) {
    pc_ = b.end - 1;
    goTo(b.end);
  }
}

// --- nodes -------------------------------------------------------------------------------------------------

Node* GraphBuilder::add(Node* n) {
  g_.append(block_, n);
  return n;
}

// An input that is not there: the code reads a register of which the builder knows nothing. The verifier does
// not let such code through; if it does, the function is not compiled.
Node* GraphBuilder::emit(Op op, std::initializer_list<Node*> inputs) {
  Node* n = g_.newNode(op, here(), inputs);
  for (uint32_t i = 0; i < n->input_count; ++i) {
    if (n->inputs[i] != nullptr) continue;
    root_.failed_ = true;
    n->inputs[i] = g_.constant(Value::nil());
  }
  if (n->info().result == ir::Result::Value) n->type = ir::types::kAny;
  return add(n);
}

Node* GraphBuilder::emitWithSnapshot(Op op, std::initializer_list<Node*> inputs) {
  Node* n = emit(op, inputs);
  n->snapshot = snapshot();
  return n;
}

// The frame in front of the instruction being built; one for all its nodes.
Snapshot* GraphBuilder::snapshot() {
  if (snapshot_ != nullptr) return snapshot_;
  const RegisterSet& live = live_[pc_ - block_start_];
  auto belongs = [&](int reg) {
    return state_.node[reg] != nullptr && (live.has(reg) || flow_.captured().has(reg));
  };
  uint32_t count = static_cast<uint32_t>(outer_.size());
  for (int reg = 0; reg < p_->frame_size; ++reg) count += belongs(reg);
  snapshot_ = g_.newSnapshot(here(), count);
  snapshot_->is_due = is_due_;
  uint32_t i = 0;
  for (const ir::SnapshotEntry& e : outer_) snapshot_->entries[i++] = e;
  for (int reg = 0; reg < p_->frame_size; ++reg) {
    if (belongs(reg)) snapshot_->entries[i++] = {state_.node[reg], static_cast<uint8_t>(home(reg)), false};
  }
  return snapshot_;
}

void GraphBuilder::set(int reg, Node* value) { state_.node[reg] = value; }

void GraphBuilder::forget(int from) {
  for (int reg = from; reg < RegisterSet::kSize; ++reg) state_.node[reg] = nullptr;
}

// Behind a safepoint everything live is read from its home slot again. Behind a call (`known`) that is what
// was stored there, except in registers that closures capture, which whoever ran may have changed; behind an
// instruction that the interpreter has executed nothing is known: it may as well come from elsewhere
// (vm/native_code.h, ResumePoint).
void GraphBuilder::afterSafepoint(Registers& state, Block* b, const RegisterEffects& effects, bool known) {
  const RegisterSet& live = live_[pc_ - block_start_];
  for (int reg = 0; reg < p_->frame_size; ++reg) {
    Node*& value = state.node[reg];
    bool captured = flow_.captured().has(reg);
    Node* reload = nullptr;
    if (effects.writes.has(reg)) {
      reload = g_.newNode(Op::LoadSlot, here());
    } else if (value == nullptr || reg >= effects.clobbers || !(live.has(reg) || captured)) {
      value = nullptr;
      continue;
    } else if (!known || captured) {
      reload = g_.newNode(Op::LoadSlot, here());
    } else if (!value->isConstant()) {
      reload = g_.newNode(Op::Reload, here(), {value});
    } else {
      continue;
    }
    reload->imm.index = static_cast<uint32_t>(reg);
    reload->type = ir::types::kAny;
    g_.append(b, reload);
    value = reload;
  }
}

} // namespace perigee::build
