// The handler tables.

#include "interpreter/handler.h"
#include "interpreter/ticks.h"
#include "interpreter/tiers.h"

namespace perigee {
namespace {

constexpr Handler kOwn[] = {
#define OPCODE(name, ...) op##name,
#include "bytecode/opcodes.def"
#undef OPCODE
};

// Rows lead to `all`, each to its own instruction's handler if that is null, but those of heads to `at_heads`
// if that is not.
constexpr Dispatch tableOf(Handler all, Handler at_heads = nullptr) {
  Dispatch t{};
  for (int op = 0; op < kOpcodeCount; ++op) {
    t.handlers[op] = all != nullptr ? all : kOwn[op];
    t.handlers[Dispatch::kHeads + op] = at_heads != nullptr ? at_heads : t.handlers[op];
  }
  return t;
}

} // namespace

constinit const Dispatch kDispatches[][2] = {
    {tableOf(nullptr), tableOf(nullptr, chargeBlock)},
    {tableOf(profileInstruction), tableOf(profileInstruction, chargeBlock)},
    {tableOf(hookInstruction), tableOf(hookInstruction, chargeBlock)},
};
constinit const Dispatch kResumeDispatch = tableOf(resumeAfterInstruction);

} // namespace perigee
