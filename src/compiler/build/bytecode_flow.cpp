#include "compiler/build/bytecode_flow.h"

#include <algorithm>

namespace perigee::build {

Targets targetsOf(const Proto* p, uint32_t pc) {
  const Instruction& x = p->code[pc];
  uint32_t jump = static_cast<uint32_t>(static_cast<int64_t>(pc) + 1 + x.d);
  Targets t;
  auto add = [&t](uint32_t target) { t.pc[t.count++] = target; };
  t.ends_block = true;
  switch (x.op) {
  case Opcode::Return:
  case Opcode::Return0:
  case Opcode::Return1:
  case Opcode::TailCall: return t;
  case Opcode::Jump:
  case Opcode::Loop:
  case Opcode::GenericPrep: add(jump); return t;
  case Opcode::LoadFalseSkip: add(pc + 2); return t;
  case Opcode::GenericCall: // the iterators of pairs and ipairs do the GenericLoop's work, too
    add(pc + 1);
    add(pc + 2);
    add(static_cast<uint32_t>(static_cast<int64_t>(pc) + 2 + p->code[pc + 1].d));
    return t;
  default: break;
  }
  add(pc + 1);
  if (perigee::info(x.op).d == OperandRole::J) {
    add(jump);
  } else {
    t.ends_block = false;
  }
  return t;
}

BytecodeFlow::BytecodeFlow(const Proto* p, const CodeFacts& facts, uint32_t entry, const LoopRegion* region,
                           ir::Work& work)
    : p_(p), facts_(facts), work_(work),
      region_(region != nullptr ? *region : LoopRegion{0, p->code_size, 0}), block_of_(size(), ~0u) {
  work_.spend(size());
  findBlocks(entry);
  orderBlocks(entry);
  findLiveness();
}

// First which instructions are reached and which of them begin a block, then the blocks themselves.
void BytecodeFlow::findBlocks(uint32_t entry) {
  std::vector<uint8_t> reached(size()), leader(size());
  std::vector<uint32_t> outside;
  std::vector<uint32_t> work;
  auto lead = [&](uint32_t pc) {
    if (!region_.has(pc)) {
      outside.push_back(pc);
    } else if (!leader[pc - region_.first]) {
      leader[pc - region_.first] = 1;
      work.push_back(pc);
    }
  };
  lead(entry);
  while (!work.empty()) {
    uint32_t pc = work.back();
    work.pop_back();
    while (!reached[pc - region_.first]) {
      reached[pc - region_.first] = 1;
      Targets t = targetsOf(p_, pc);
      if (!t.ends_block && region_.has(pc + 1)) {
        ++pc;
        continue;
      }
      for (int i = 0; i < t.count; ++i) lead(t.pc[i]);
      break;
    }
  }
  auto isLeader = [&](uint32_t pc) { return !region_.has(pc) || leader[pc - region_.first]; };
  for (uint32_t pc = region_.first; pc < region_.end; ++pc) {
    if (!reached[pc - region_.first] || !leader[pc - region_.first]) continue;
    uint32_t end = pc;
    while (!targetsOf(p_, end).ends_block && !isLeader(end + 1)) ++end;
    block_of_[pc - region_.first] = addBlock(pc, end + 1, false);
  }
  for (uint32_t pc : outside) {
    if (outside_.count(pc) == 0) outside_[pc] = addBlock(pc, pc + 1, true);
  }
  for (uint32_t i = 0; i < blocks_.size(); ++i) {
    if (blocks_[i].is_outside) continue;
    Targets t = targetsOf(p_, blocks_[i].end - 1);
    for (int j = 0; j < t.count; ++j) {
      uint32_t to = blockAt(t.pc[j]);
      auto& known = blocks_[i].successors;
      if (std::find(known.begin(), known.end(), to) != known.end()) continue;
      known.push_back(to);
    }
  }
}

uint32_t BytecodeFlow::addBlock(uint32_t start, uint32_t end, bool is_outside) {
  BytecodeBlock b{};
  b.start = start;
  b.end = end;
  b.is_outside = is_outside;
  blocks_.push_back(std::move(b));
  return static_cast<uint32_t>(blocks_.size() - 1);
}

void BytecodeFlow::orderBlocks(uint32_t entry) {
  enum : uint8_t { kNew, kOpen, kDone };
  std::vector<uint8_t> state(blocks_.size(), kNew);
  struct Visit {
    uint32_t block;
    size_t next;
  };
  std::vector<Visit> stack{{blockAt(entry), 0}};
  state[blockAt(entry)] = kOpen;
  while (!stack.empty()) {
    Visit& v = stack.back();
    if (v.next == blocks_[v.block].successors.size()) {
      state[v.block] = kDone;
      order_.push_back(v.block);
      stack.pop_back();
      continue;
    }
    uint32_t to = blocks_[v.block].successors[v.next++];
    if (state[to] == kOpen) blocks_[to].is_loop_header = true;
    if (state[to] != kNew) continue;
    state[to] = kOpen;
    stack.push_back({to, 0});
  }
  std::reverse(order_.begin(), order_.end());
  for (uint32_t i = 0; i < order_.size(); ++i) blocks_[order_[i]].order = i;
}

// Whatever the loop found in registers that are not its own may be read behind it.
void BytecodeFlow::addOutside(const BytecodeBlock& b, RegisterSet& live) const {
  if (b.is_outside) live.addRange(0, region_.level);
}

// What is live in front of instruction `pc`, from what is live behind it.
void BytecodeFlow::stepBack(uint32_t pc, RegisterSet& live) const {
  RegisterEffects e = effectsOf(p_, pc);
  if (e.clobbers < RegisterSet::kSize) live.removeFrom(e.clobbers);
  live.subtract(e.writes);
  live.unite(e.reads);
}

void BytecodeFlow::addNamed(uint32_t pc, RegisterSet& live) const { live.addRange(0, facts_.named[pc]); }

void BytecodeFlow::findLiveness() {
  for (bool changed = true; changed;) {
    changed = false;
    work_.spend(size());
    for (size_t i = order_.size(); i-- > 0;) {
      BytecodeBlock& b = blocks_[order_[i]];
      RegisterSet live;
      for (uint32_t s : b.successors) live.unite(blocks_[s].live_in);
      addOutside(b, live);
      for (uint32_t pc = b.end; pc-- > b.start && !b.is_outside;) {
        stepBack(pc, live);
        addNamed(pc, live);
      }
      changed |= b.live_in.unite(live);
    }
  }
}

RegisterSet BytecodeFlow::registersRead() const {
  RegisterSet read;
  for (const BytecodeBlock& b : blocks_) {
    for (uint32_t pc = b.start; pc < b.end && !b.is_outside; ++pc) read.unite(effectsOf(p_, pc).reads);
  }
  return read;
}

std::vector<RegisterSet> BytecodeFlow::liveInBlock(uint32_t block) const {
  const BytecodeBlock& b = blocks_[block];
  std::vector<RegisterSet> result(b.end - b.start);
  RegisterSet live;
  for (uint32_t s : b.successors) live.unite(blocks_[s].live_in);
  if (b.is_outside) {
    addOutside(b, result[0]);
    return result;
  }
  for (uint32_t pc = b.end; pc-- > b.start;) {
    stepBack(pc, live);
    addNamed(pc, live);
    result[pc - b.start] = live;
  }
  return result;
}

} // namespace perigee::build
