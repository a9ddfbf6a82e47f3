// Machine registers and the machine's stack while a unit runs.
//
//   r13 base, r14 L: as in the interpreter's handlers        rbp, rsp: as whoever entered left them
//   rax, rcx, rdx, xmm14, xmm15: scratch within one operation
//   all others hold values (lower/register_allocation.h)
//
//   rsp + 0                 arguments and results of runtime functions, kArguments values
//   rsp + kSaveOffset       registers saved around calls of such functions
//   rsp + kSpillOffset      values without a register
#pragma once

#include "compiler/lower/register_allocation.h"

namespace perigee::x64 {

enum : uint32_t {
  kRax,
  kRcx,
  kRdx,
  kRbx,
  kRsp,
  kRbp,
  kRsi,
  kRdi,
  kR8,
  kR9,
  kR10,
  kR11,
  kR12,
  kR13,
  kR14,
  kR15
};

constexpr uint32_t bit(uint32_t reg) { return 1u << reg; }
constexpr lower::RegisterFile kRegisters{bit(kRbx) | bit(kRsi) | bit(kRdi) | bit(kR8) | bit(kR9) | bit(kR10) |
                                             bit(kR11) | bit(kR12) | bit(kR15),
                                         (1u << 14) - 1};
// What is left of the ticks, in units that count them. State::ticks has it wherever other code runs.
constexpr uint32_t kTicks = kR15;
constexpr lower::RegisterFile registersOf(bool counts_ticks) {
  return {counts_ticks ? kRegisters.general & ~bit(kTicks) : kRegisters.general, kRegisters.floats};
}
// Of these, what C++ functions preserve.
constexpr uint32_t kPreserved = bit(kRbx) | bit(kR12) | bit(kR15);

constexpr int kArguments = 3;
constexpr int kSaveOffset = kArguments * 16;
constexpr int kSaved = 6 + 14; // registers that calls do not preserve
constexpr int kSpillOffset = kSaveOffset + kSaved * 8;

} // namespace perigee::x64
