// The operations of ir/operations.def and what their rows say.
#pragma once

#include <cstdint>

namespace perigee::ir {

enum class Op : uint8_t {
#define OPERATION(name, result, inputs, immediate, effects, meaning) name,
#include "compiler/ir/operations.def"
#undef OPERATION
  Count
};
constexpr int kOpCount = static_cast<int>(Op::Count);

enum class Result : uint8_t { None, Value, Bit, Raw };
enum class Immediate : uint8_t { None, Literal, Register, Index, Types, Shape, Cache, Pointer, Prototype };

// Classes of memory, for what may be merged or moved across what.
enum class Alias : uint8_t { Shape, Field, Element, Size, Upvalue, Home, Weak };
constexpr int kAliasCount = 7;

namespace effects {
constexpr uint32_t read(Alias a) { return 1u << static_cast<unsigned>(a); }
constexpr uint32_t write(Alias a) { return 0x100u << static_cast<unsigned>(a); }
constexpr uint32_t Pure = 0;
constexpr uint32_t ReadShape = read(Alias::Shape), WriteShape = write(Alias::Shape);
constexpr uint32_t ReadField = read(Alias::Field), WriteField = write(Alias::Field);
constexpr uint32_t ReadElement = read(Alias::Element), WriteElement = write(Alias::Element);
constexpr uint32_t ReadSize = read(Alias::Size), WriteSize = write(Alias::Size);
constexpr uint32_t ReadUpvalue = read(Alias::Upvalue), WriteUpvalue = write(Alias::Upvalue);
constexpr uint32_t ReadHome = read(Alias::Home), WriteHome = write(Alias::Home);
constexpr uint32_t ReadWeak = read(Alias::Weak);
constexpr uint32_t World = 0x7F7F;
constexpr uint32_t Guards = 1u << 16;
constexpr uint32_t Safe = 1u << 17;
constexpr uint32_t Ends = 1u << 18;
constexpr uint32_t Works = 1u << 19;
} // namespace effects

struct OperationInfo {
  const char* name;
  Result result;
  const char* inputs;
  Immediate immediate;
  uint32_t effects;
  const char* meaning;

  constexpr bool guards() const { return effects & effects::Guards; }
  constexpr bool ends() const { return effects & effects::Ends; }
  constexpr bool works() const { return effects & effects::Works; }
  constexpr bool isSafepoint() const { return effects & effects::Safe; }
  constexpr uint32_t reads() const { return effects & 0xFF; }
  constexpr uint32_t writes() const { return effects >> 8 & 0xFF; }
  // May be removed if nobody uses its result.
  constexpr bool isRemovable() const { return writes() == 0 && !guards() && !ends(); }
};

namespace detail {
using namespace effects;
inline constexpr OperationInfo kOperations[kOpCount] = {
#define OPERATION(name, result, inputs, immediate, effect_bits, meaning)                                     \
  {#name, Result::result, inputs, Immediate::immediate, effect_bits, meaning},
#include "compiler/ir/operations.def"
#undef OPERATION
};
} // namespace detail
constexpr const OperationInfo& info(Op op) { return detail::kOperations[static_cast<int>(op)]; }

} // namespace perigee::ir
