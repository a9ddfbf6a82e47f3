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
  Opcode op;
  uint8_t a;
  uint8_t b;
  uint8_t c;
  int32_t d;

  // The 16-bit operand of the rows marked LO/HI (I16, K16).
  int16_t signed16() const { return static_cast<int16_t>(b | c << 8); }
  uint16_t unsigned16() const { return static_cast<uint16_t>(b | c << 8); }
};
static_assert(sizeof(Instruction) == 8);

constexpr int kMaxRegisters = 250;

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
constexpr OpcodeInfo kOpcodeInfo[kOpcodeCount] = {
#define OPCODE(name, a, b, c, d, finish, meaning)                                                            \
  {#name, OperandRole::a, OperandRole::b, OperandRole::c, OperandRole::d, Finish::finish, meaning},
#include "bytecode/opcodes.def"
#undef OPCODE
};
constexpr const OpcodeInfo& info(Opcode op) { return kOpcodeInfo[static_cast<int>(op)]; }

} // namespace perigee
