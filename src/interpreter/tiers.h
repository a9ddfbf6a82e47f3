// Where the interpreter and compiled code go over into one another.
#pragma once

#include "interpreter/handler.h"
#include "vm/native_code.h"

namespace perigee {

// Is a hook in force that sees instructions or returns? Then nothing runs compiled.
inline bool isHooked(const Thread* L) {
  return dispatchOf(L) >= kDispatches[static_cast<int>(DispatchKind::Hook)]; // the last kind
}

// The machine address in the link of the frame at base, to be jumped to once the results are in place. To be
// read before: two results lie over the link.
inline Handler nativeReturn(Value* base) {
  return reinterpret_cast<Handler>(const_cast<Instruction*>(linkOf(base)->return_pc));
}

// What compiled code that counts ticks finds in the register of k where it is entered through Proto::entry
// and where its calls return to: what is left.
inline const Value* ticksInRegister(const Thread* L) {
  return reinterpret_cast<const Value*>(L->global->ticks.left);
}

// Goes on at pc (k and table are current) in compiled code if that has a resume point there, else
// interpreted.
PERIGEE_HANDLER(resumeCompiled);

// The handlers of all rows of a table (dispatch.cpp).
PERIGEE_HANDLER(resumeAfterInstruction);
PERIGEE_HANDLER(profileInstruction);
PERIGEE_HANDLER(hookInstruction);

// Tells tiering that a function or back-edge is hot (see Upcalls::hot), or lets it cool down if there is
// none.
void announceHot(Thread* L, Proto* p, uint32_t site);

// Records in the feedback of the running function what the instruction at L->pc is given, and what the next
// `instructions` ones are; for exits.
void profileFrom(Thread* L, int32_t instructions);
// Starts profiling the running thread for so many instructions. Handlers reload their table afterwards.
void startProfiling(Thread* L, int32_t instructions);

} // namespace perigee
