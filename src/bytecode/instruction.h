// Instructions and what the table in bytecode/opcodes.def says of them.
#pragma once

#include <cstdint>

namespace perigee {

enum class Opcode : uint8_t {
#define OPCODE(name, a, b, c, d, finish, meaning) name,
#include "bytecode/opcodes.def"
#undef OPCODE
  Count
};
constexpr int kOpcodeCount = static_cast<int>(Opcode::Count);

struct Instruction {
  Opcode op : 7;
  // Of a sealed prototype: the first instruction of a block, where ticks are charged (vm/ticks.h). Executors
  // find it in the byte they dispatch on.
  uint8_t starts_block : 1;
  uint8_t a;
  uint8_t b;
  uint8_t c;
  int32_t d;

  constexpr Instruction() : Instruction(Opcode{}) {}
  constexpr Instruction(Opcode operation, unsigned aa = 0, unsigned bb = 0, unsigned cc = 0, int32_t dd = 0)
      : op(operation), starts_block(0), a(static_cast<uint8_t>(aa)), b(static_cast<uint8_t>(bb)),
        c(static_cast<uint8_t>(cc)), d(dd) {}

  // The 16-bit operand of the rows marked LO/HI (I16, K16).
  int16_t signed16() const { return static_cast<int16_t>(b | c << 8); }
  uint16_t unsigned16() const { return static_cast<uint16_t>(b | c << 8); }
  bool operator==(const Instruction&) const = default;
};
static_assert(sizeof(Instruction) == 8);
static_assert(kOpcodeCount < 128);

constexpr int kMaxRegisters = 250;

// Registers from this one on hold nothing that is needed while the instruction is executed, nor behind it
// unless it writes them itself: the verifier sees to that, and the collector is told (State::live_end).
constexpr int spentFrom(const Instruction& x) {
  switch (x.op) {
  case Opcode::NewTable: return x.a + 1;
  case Opcode::Concat: return x.b + x.c;
  default: return kMaxRegisters;
  }
}

enum class OperandRole : uint8_t {
  _,
  W,
  R,
  RW,
  U,
  K,
  P,
  IC,
  J,
  N,
  I8,
  I16,
  K16,
  HI,
  W2,
  W3,
  W4,
  R2,
  R3,
  R4,
  RW4,
  CALL,
};
// What becomes of a metamethod's result; see opcodes.def.
enum class Finish : uint8_t { None, Store, Jump, JumpNot, Concat, Again };

struct OpcodeInfo {
  const char* name;
  OperandRole a, b, c, d;
  Finish finish;
  const char* meaning;
};
inline constexpr OpcodeInfo kOpcodeInfo[kOpcodeCount] = {
#define OPCODE(name, a, b, c, d, finish, meaning)                                                            \
  {#name, OperandRole::a, OperandRole::b, OperandRole::c, OperandRole::d, Finish::finish, meaning},
#include "bytecode/opcodes.def"
#undef OPCODE
};
constexpr const OpcodeInfo& info(Opcode op) { return kOpcodeInfo[static_cast<int>(op)]; }

// Prepared instructions. Executors want to reach registers without shifting and masking, so in a sealed
// prototype (vm/proto.h) bytes that an instruction's row leaves unused hold copies of its register operands
// as offsets in bytes from the frame's base. Everything else goes by the rows and ignores them.
//   d unused: low half the offset of R[b] (if b is a register, else R[a]); high half that of R[c] (or R[a])
//   b and c unused: b | c << 8 is the offset of R[a], but for back-edges
constexpr uint32_t kRegisterBytes = 16;
constexpr bool isRegister(OperandRole role) {
  switch (role) {
  case OperandRole::_:
  case OperandRole::U:
  case OperandRole::K:
  case OperandRole::P:
  case OperandRole::IC:
  case OperandRole::J:
  case OperandRole::N:
  case OperandRole::I8:
  case OperandRole::I16:
  case OperandRole::K16:
  case OperandRole::HI: return false;
  default: return true;
  }
}
// Back-edges are the instructions by which loops go on. Their operand bytes b and c, which mean nothing to
// the instruction, count up how often they were taken; 0 after 0xFFFF means hot.
constexpr bool isBackEdge(Opcode op) {
  return op == Opcode::Loop || op == Opcode::ForLoop || op == Opcode::GenericLoop;
}
constexpr Instruction prepared(Instruction x) {
  const OpcodeInfo& row = info(x.op);
  uint32_t a = x.a * kRegisterBytes;
  if (row.d == OperandRole::_) {
    uint32_t low = isRegister(row.b) ? x.b * kRegisterBytes : a;
    uint32_t high = isRegister(row.c) ? x.c * kRegisterBytes : a;
    x.d = static_cast<int32_t>(low | high << 16);
  }
  if (row.b == OperandRole::_ && row.c == OperandRole::_ && !isBackEdge(x.op)) {
    x.b = static_cast<uint8_t>(a);
    x.c = static_cast<uint8_t>(a >> 8);
  }
  return x;
}
// The same instruction with its unused bytes zero.
constexpr Instruction unprepared(Instruction x) {
  const OpcodeInfo& row = info(x.op);
  x.starts_block = 0;
  if (row.b == OperandRole::_) x.b = 0;
  if (row.c == OperandRole::_) x.c = 0;
  if (row.d == OperandRole::_) x.d = 0;
  return x;
}

} // namespace perigee
