// What instructions do to registers, the flow of control and the open end of values.
#pragma once

#include "bytecode/register_set.h"
#include "vm/proto.h"

namespace perigee {

// What an instruction does to registers.
struct RegisterEffects {
  RegisterSet reads;
  RegisterSet writes;                // whatever way is taken
  RegisterSet writes_if_taken;       // only if it jumps
  RegisterSet writes_if_not_taken;   // only if it does not
  int clobbers = RegisterSet::kSize; // registers from this one on hold nothing afterwards, `writes` excepted
};

// By the instruction table.
RegisterEffects effectsOf(const Proto* p, uint32_t pc);
// Registers that some closure made by the function captures.
RegisterSet capturedRegisters(const Proto* p);
// The instruction hands its successor nothing: the next one is not reached through it.
bool endsFlow(Opcode op);
// Sets or uses the top of the stack as an open end of values.
bool setsTop(const Instruction& x);
bool usesTop(const Instruction& x);

} // namespace perigee
