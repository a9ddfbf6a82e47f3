// Numbers that the program chooses: its literals, and what is computed of them beforehand.
//
// In the bytes of code they would be instructions of the program's own choice, for whoever finds a way to
// jump into their middle. Only those of 16 bits are written there, in which nothing but a harmless
// instruction or two has room; all others lie among the unit's constants, in pages that are not executable,
// and are operands in memory. (Fields of instructions that a program chooses within narrower bounds stay:
// home slots, slots of tables, upvalues, counts of arguments, ticks, distances of jumps.)

#include "compiler/x64/unit_emitter.h"

namespace perigee::x64 {

namespace x86 = asmjit::x86;

bool UnitEmitter::mayStandInCode(int64_t number) { return number >= INT16_MIN && number <= UINT16_MAX; }

// A label in the constants of the unit.
Label UnitEmitter::constant(uint64_t bits) {
  auto [known, is_new] = constant_of_.try_emplace(bits, static_cast<uint32_t>(constants_.size()));
  if (is_new) constants_.push_back({bits, a_.newLabel()});
  return constants_[known->second].label;
}

asmjit::Operand UnitEmitter::literal(int64_t number) {
  if (mayStandInCode(number)) return asmjit::Imm(number);
  return x86::qword_ptr(constant(static_cast<uint64_t>(number)));
}

void UnitEmitter::loadLiteral(Gp to, int64_t number) {
  if (number == 0) {
    a_.xor_(to.r32(), to.r32());
  } else if (number > 0 && mayStandInCode(number)) {
    a_.mov(to.r32(), static_cast<uint32_t>(number));
  } else {
    a_.emit(x86::Inst::kIdMov, to, literal(number));
  }
}

void UnitEmitter::loadLiteral(Xmm to, int64_t bits) {
  if (bits == 0) {
    a_.xorps(to, to);
  } else {
    a_.movsd(to, x86::ptr(constant(static_cast<uint64_t>(bits))));
  }
}

} // namespace perigee::x64
