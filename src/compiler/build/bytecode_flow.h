// Basic blocks of bytecode: what the graph builder walks over.
//
// Purpose: blocks reachable from an entry, their order, which registers live where, and where loops begin.
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
};

class BytecodeFlow {
public:
  // Blocks reachable from instruction `entry`.
  BytecodeFlow(const Proto* p, uint32_t entry);

  const std::vector<BytecodeBlock>& blocks() const { return blocks_; }
  // Indices of blocks in reverse postorder; the entry's first.
  const std::vector<uint32_t>& order() const { return order_; }
  uint32_t blockAt(uint32_t pc) const { return block_of_[pc]; }
  // Registers that some closure made by the function captures.
  const RegisterSet& captured() const { return captured_; }
  // Registers that must be right in front of each instruction of the block, first to last: read later on, or
  // named (what debug.getlocal shows).
  std::vector<RegisterSet> liveInBlock(uint32_t block) const;

private:
  void findBlocks(uint32_t entry);
  void orderBlocks(uint32_t entry);
  void findLiveness();
  void stepBack(uint32_t pc, RegisterSet& live) const;
  void addNamed(uint32_t pc, RegisterSet& live) const;

  const Proto* p_;
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
