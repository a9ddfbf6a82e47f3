// Basic blocks of bytecode: what the graph builder walks over.
//
// Purpose: blocks reachable from an entry, their order, which registers live where, and where loops
//   begin.
// Needs: a prototype whose code the emitter or the verifier vouches for.
// Leaves: nothing changed.
#pragma once

#include "bytecode/register_effects.h"
#include "compiler/build/code_facts.h"
#include "compiler/ir/work.h"

#include <unordered_map>
#include <vector>

namespace perigee::build {

struct BytecodeBlock {
  uint32_t start;
  uint32_t end;                     // behind the last instruction
  std::vector<uint32_t> successors; // by block index: where it falls through first, then where it jumps
  RegisterSet live_in;
  uint32_t order = ~0u;        // position in reverse postorder
  bool is_loop_header = false; // the target of a retreating edge
  bool is_outside = false;     // not of the region looked at: only its first instruction is here
};

class BytecodeFlow {
public:
  // Blocks reachable from instruction `entry`; with a region those in it, and where it is left for: then it
  // takes time in proportion to the region.
  BytecodeFlow(const Proto* p, const CodeFacts& facts, uint32_t entry, const LoopRegion* region,
               ir::Work& work);

  const std::vector<BytecodeBlock>& blocks() const { return blocks_; }
  // Indices of blocks in reverse postorder; the entry's first.
  const std::vector<uint32_t>& order() const { return order_; }
  uint32_t blockAt(uint32_t pc) const {
    return region_.has(pc) ? block_of_[pc - region_.first] : outside_.at(pc);
  }
  // Registers that some closure made by the function captures.
  const RegisterSet& captured() const { return facts_.captured; }
  // Registers that some instruction of the blocks reads.
  RegisterSet registersRead() const;
  // Registers that must be right in front of each instruction of the block, first to last: read later on, or
  // named (what debug.getlocal shows).
  std::vector<RegisterSet> liveInBlock(uint32_t block) const;

private:
  void findBlocks(uint32_t entry);
  uint32_t addBlock(uint32_t start, uint32_t end, bool is_outside);
  void orderBlocks(uint32_t entry);
  void findLiveness();
  void stepBack(uint32_t pc, RegisterSet& live) const;
  void addNamed(uint32_t pc, RegisterSet& live) const;
  void addOutside(const BytecodeBlock& b, RegisterSet& live) const;

  uint32_t size() const { return region_.size(); }

  const Proto* p_;
  const CodeFacts& facts_;
  ir::Work& work_;
  LoopRegion region_; // of the whole prototype if none was given
  std::vector<BytecodeBlock> blocks_;
  std::vector<uint32_t> order_;
  std::vector<uint32_t> block_of_;                 // per instruction of the region that starts a block
  std::unordered_map<uint32_t, uint32_t> outside_; // the block of an instruction that is not in the region
};

// Where control can go from `pc`: falling through first. At most three (GenericCall).
struct Targets {
  uint32_t pc[3];
  int count = 0;
  bool ends_block = false;
};
Targets targetsOf(const Proto* p, uint32_t pc);

} // namespace perigee::build
