// What can be said about frames: who runs where, and what variables and functions are called there.
#pragma once

#include "vm/dialect.h"
#include "vm/proto.h"
#include "vm/thread.h"

namespace perigee {

// A frame of a thread, seen from outside. Pointers are valid while the stack does not move.
struct FrameView {
  Thread* thread;
  Value* base;
  Value* above; // base of the frame it called, or null for the top frame
  const Instruction*
      next_pc; // Lua frames: the instruction to be executed next (the current one is before it)

  Value function() const { return base[-2]; }
  bool isLua() const { return isLuaFrame(base); }
  const Proto* proto() const { return base[-2].function()->lua()->proto; }
  uint32_t currentIndex() const; // Lua frames: index of the current instruction
  int currentLine() const { return isLua() ? lineAt(proto(), currentIndex()) : -1; }
};

// Frame `level` of L (0: the running function). False if there is none.
bool frameAtLevel(Thread* L, int level, FrameView* out);
bool callerOf(const FrameView& frame, FrameView* out);
// Is a hook being called for this frame?
bool isHookedFrame(const FrameView& frame);

// How a value or function is named at some place: kind is "local", "global", "field", …, or null.
struct NameInfo {
  const char* kind = nullptr;
  const char* name = nullptr;
};
// What register `reg` holds just before instruction `pc` is executed.
NameInfo nameOfRegister(const Dialect& d, const Proto* p, uint32_t pc, int reg);
// The function called by the instruction at `pc`, or the metamethod it calls.
NameInfo nameOfCalled(const Dialect& d, const Proto* p, uint32_t pc);
// How the function of `frame` was called.
NameInfo nameOfFunction(const FrameView& frame);
// The n-th local variable of a frame (negative: variable arguments), as lua_getlocal: its name and place, or
// null.
const char* localOfFrame(const FrameView& frame, int n, Value** place);
// May the program change the variable at `place` (which localOfFrame has found)? Not tables being
// filled, operands being concatenated, and the state of loops: instructions rely on what earlier ones left
// there; nor what a native function has on the stack, but for hooks of its call and return.
bool isLocalSettable(const FrameView& frame, const Value* place);
// Sets it. Compiled code, which knows better what its variables hold, does not go on with the frame.
void setLocalOfFrame(const FrameView& frame, Value* place, Value value);
// The same for the upvalues of a function: not where library functions keep their state.
bool areUpvaluesSettable(const Value& function);

} // namespace perigee
