// Frames on a Lua stack.
//
//   base[-2]  the function being run
//   base[-1]  the frame link: how to get back to the caller (never a value; its tag is Tag::Frame)
//   base[0]…  registers (Lua function) or arguments (native function, up to Thread::top)
//
// A function called with variable arguments moves up: its own copy of function and link lies above the
// variable arguments, `delta` of that link leads over them to the caller's base, and the bytes behind the
// tag of the copied function say how far it moved (varargDistance):
//
//   func link fixed… varargs… func link fixed… registers
//             ^ old base                ^ base;  varargDistance = base - old base
#pragma once

#include "bytecode/instruction.h"
#include "vm/value.h"

namespace perigee {

// Who called, that is, what happens when the function of this frame returns.
enum class FrameKind : uint8_t {
  Lua,       // an instruction of a Lua function: results go to base[-2]…
  Entry,     // C++ code (interpreter/call.h): leaves the interpreter
  Meta,      // an instruction that called a metamethod: finished according to the table's Finish column
  Protected, // pcall
  ProtectedHandler,      // xpcall: the handler lies in the first argument slot of the xpcall frame
  CoroutineBase,         // the body of a coroutine: returning ends it
  Unwind,                // a __close metamethod called while an error is on its way to the pcall frame below
  Continuation,          // a native function with a continuation that lost its C frame to a yield
                         // (interpreter/continuations.h)
  ProtectedContinuation, // the same for a protected call
  UnwindContinuation, // a __close metamethod called while an error is on its way to a ProtectedContinuation
  HookYield,          // nobody: a hook has yielded before the instruction in front of return_pc
  Native, // as Lua, from compiled code: return_pc is the machine address to go on at (see callerPc)
  PausableContinuation, // as Continuation, for a call that may be paused but not yield
  CoroutineClose,       // a __close metamethod of a coroutine that is being closed
};

struct FrameLink {
  const Instruction* return_pc; // Lua, Meta: the caller's next instruction; Native: a machine address
  Tag tag;                      // Tag::Frame
  FrameKind kind; // with kTailCalledBit if the function got here by a tail call: see frameKind()
  int16_t wanted; // results the caller wants; -1 all
  uint32_t delta; // this base minus the caller's base, in slots
};
static_assert(sizeof(FrameLink) == 16);

constexpr uint8_t kTailCalledBit = 0x80;
inline FrameLink* linkOf(Value* base) { return reinterpret_cast<FrameLink*>(base - 1); }
inline FrameKind frameKind(const Value* base) {
  uint8_t kind = static_cast<uint8_t>(reinterpret_cast<const FrameLink*>(base - 1)->kind);
  return static_cast<FrameKind>(kind & ~kTailCalledBit);
}
inline bool isTailCalled(const Value* base) {
  return static_cast<uint8_t>(reinterpret_cast<const FrameLink*>(base - 1)->kind) & kTailCalledBit;
}
inline void markTailCalled(Value* base) {
  FrameLink* link = linkOf(base);
  link->kind = static_cast<FrameKind>(static_cast<uint8_t>(link->kind) | kTailCalledBit);
}
inline Value* callerBase(Value* base) { return base - linkOf(base)->delta; }
// The caller's next instruction, null if it has none. In front of an address in compiled code lies what would
// be in the link of an interpreted frame.
inline const Instruction* callerPc(const Value* base) {
  const Instruction* pc = reinterpret_cast<const FrameLink*>(base - 1)->return_pc;
  if (frameKind(base) != FrameKind::Native) return pc;
  __builtin_memcpy(&pc, reinterpret_cast<const char*>(pc) - sizeof pc, sizeof pc); // of any alignment
  return pc;
}
// How far the frame of a vararg function moved; meaningless for other functions.
inline uint32_t& varargDistance(Value* base) { return reinterpret_cast<uint32_t*>(base - 2)[3]; }
constexpr int kFrameSlots = 2;   // function and link
constexpr int kNativeSlots = 20; // free slots a native function finds above its arguments (LUA_MINSTACK)
constexpr int kMetaSlots = 8;    // free slots above every Lua frame: room to call a metamethod
constexpr int kAllResults = -1;
constexpr int kMaxStack = 1'500'000; // slots of a Lua stack
constexpr int kErrorSlots = 400;     // more than that, for handling the overflow itself
constexpr int kMaxCDepth = 200;      // nested entries into the interpreter, and nested coroutines

} // namespace perigee
