// The Concat instruction: joins its operands from the right; a metamethod may step in at any pair.
#pragma once

#include "interpreter/handler.h"

namespace perigee {

// Goes on with instruction i (a Concat) after a metamethod.
PERIGEE_HANDLER(continueConcat);
// Takes the result of a metamethod called by Concat instruction `x` in the frame at base.
void storeConcatResult(Value* base, const Instruction& x, Value result);

} // namespace perigee
