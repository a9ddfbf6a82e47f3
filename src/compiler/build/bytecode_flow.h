// Basic blocks of bytecode: what the graph builder walks over.
//
// Purpose: blocks reachable from an entry, their order, which registers live where, and where loops
//   begin.
// Needs: a prototype whose code the emitter or the verifier vouches for.
// Leaves: nothing changed.
#pragma once

#include "bytecode/register_effects.h"

#include <vector>

namespace perigee::build {

struct BytecodeBlock {
  uint32_t start;
  uint32_t end;                     // behind the last instruction
  std::vector<uint32_t> successors; // by block index: where it falls through first, then where it jumps
  std::vector<uint32_t> predecessors;
  RegisterSet live_in;
  uint32_t order = ~0u;        // position in reverse postorder
  bool is_loop_header = false; // the target of a retreating edge
  bool is_outside = false;     // not of the region looked at: only its first instruction is here
};

// The instructions of one loop of a prototype.
struct LoopRegion {
  uint32_t first; // where backward jumps lead
  uint32_t end;   // behind the last of these jumps
  int level;      // registers from this one on are the loop's own: nobody outside reads them

  bool has(uint32_t pc) const { return pc >= first && pc < end; }
  uint32_t size() const { return end - first; }
};
// The loop entered at `entry`, to which back-edges lead. Takes time in proportion to the prototype, but
// little.
LoopRegion loopRegion(const Proto* p, uint32_t entry);

class BytecodeFlow {
public:
  // Blocks reachable from instruction `entry`; with a region those in it, and where it is left for.
  BytecodeFlow(const Proto* p, uint32_t entry, const LoopRegion* region = nullptr);

  const std::vector<BytecodeBlock>& blocks() const { return blocks_; }
  // Indices of blocks in reverse postorder; the entry's first.
  const std::vector<uint32_t>& order() const { return order_; }
  uint32_t blockAt(uint32_t pc) const { return block_of_[pc]; }
  // Registers that some closure made by the function captures.
  const RegisterSet& captured() const { return captured_; }
  // Registers that some instruction of the blocks reads.
  RegisterSet registersRead() const;
  // Registers that must be right in front of each instruction of the block, first to last: read later on, or
  // named (what debug.getlocal shows).
  std::vector<RegisterSet> liveInBlock(uint32_t block) const;

private:
  void findBlocks(uint32_t entry);
  void orderBlocks(uint32_t entry);
  void findLiveness();
  void stepBack(uint32_t pc, RegisterSet& live) const;
  void addNamed(uint32_t pc, RegisterSet& live) const;
  void addOutside(const BytecodeBlock& b, RegisterSet& live) const;

  const Proto* p_;
  LoopRegion region_; // of the whole prototype if none was given
  std::vector<BytecodeBlock> blocks_;
  std::vector<uint32_t> order_;
  std::vector<uint32_t> block_of_; // per instruction that starts a block
  std::vector<uint8_t> named_;     // per instruction: variables with names
  RegisterSet captured_;
};

// Where control can go from `pc`: falling through first. At most three (GenericCall).
struct Targets {
  uint32_t pc[3];
  int count = 0;
  bool ends_block = false;
};
Targets targetsOf(const Proto* p, uint32_t pc);

} // namespace perigee::build
