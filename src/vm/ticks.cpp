#include "vm/ticks.h"

#include "vm/proto.h"
#include "vm/state.h"

namespace perigee {
namespace {

// Does the instruction take values up to L->top, which the one in front has left there? Then no block begins
// with it.
bool takesOpenList(const Instruction& x) {
  return x.b == 0 && (x.op == Opcode::Call || x.op == Opcode::TailCall || x.op == Opcode::Return ||
                      x.op == Opcode::SetList);
}

} // namespace

void markBlocks(Proto* p) {
  p->code[0].starts_block = 1;
  for (uint32_t pc = 0; pc < p->code_size; ++pc) {
    const Instruction x = p->code[pc];
    bool jumps = info(x.op).d == OperandRole::J;
    if (jumps) p->code[static_cast<int64_t>(pc) + 1 + x.d].starts_block = 1;
    bool skips = x.op == Opcode::LoadFalseSkip;
    if (skips) p->code[pc + 2].starts_block = 1;
    if ((jumps || skips) && pc + 1 < p->code_size) p->code[pc + 1].starts_block = 1;
  }
  uint32_t length = 0;
  for (uint32_t pc = 0; pc < p->code_size; ++pc) {
    Instruction& x = p->code[pc];
    if (x.op == Opcode::GenericLoop) {
      x.starts_block = 0;
    } else if (++length > kLongestBlock && !takesOpenList(x)) {
      x.starts_block = 1;
    }
    if (x.starts_block) length = 1;
  }
}

uint32_t ticksOfBlock(const Proto* p, uint32_t pc) {
  uint32_t ticks = ticksOf(p->code[pc].op);
  for (++pc; pc < p->code_size && !p->code[pc].starts_block; ++pc) ticks += ticksOf(p->code[pc].op);
  return ticks;
}

bool ensureBlockTicks(State* G, Proto* p) {
  if (p->block_ticks != nullptr) return true;
  uint8_t* ticks = static_cast<uint8_t*>(G->heap.tryReallocateRaw(nullptr, 0, p->code_size));
  if (ticks == nullptr) return false;
  uint32_t rest = 0; // of the block that the instruction is in, from it on
  for (uint32_t pc = p->code_size; pc-- > 0;) {
    rest += ticksOf(p->code[pc].op);
    ticks[pc] = static_cast<uint8_t>(rest);
    if (p->code[pc].starts_block) rest = 0;
  }
  p->block_ticks = ticks;
  return true;
}

} // namespace perigee
