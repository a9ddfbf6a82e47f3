// Threads: a coroutine's Lua stack and its header.
#pragma once

#include "vm/frame.h"
#include "vm/object.h"

#include <atomic>

namespace perigee {

struct Activation; // one entry into the interpreter on the C stack (interpreter/call.h)
struct HookState;  // vm/hooks.h

// Reasons to leave the fast path at the next function entry or loop back-edge; bits of Thread::poll.
namespace poll {
constexpr uint32_t kHooks = 1;        // hook settings changed, or call/return/line/count hooks are active
constexpr uint32_t kFinalizers = 2;   // finalizers are due
constexpr uint32_t kInterrupt = 4;    // the host asked to stop
constexpr uint32_t kDeadSlots = 16;   // a collection is near: loops clear registers in which nothing lives
constexpr uint32_t kCode = 32;        // compiled code is to be left: it has been discarded
constexpr uint32_t kLargeStacks = 32; // a collection has met stacks of which little is used
constexpr uint32_t kToBeClosed = 8;   // native functions have variables to be closed when they return
} // namespace poll

enum class ThreadStatus : uint8_t {
  Ok = 0,
  Yielded = 1,
  ErrorRun = 2,
  ErrorSyntax = 3,
  ErrorMemory = 4,
  ErrorError = 5,
  ErrorFile = 6,
  Stopped = 7,        // its ticks are spent, where it cannot be paused: an error that Lua code does not catch
  Paused = 8,         // resumed by C++: the program is to be gone on with by another resume
  Suspended = 9,      // the same, by one with the results of the C function that it waits for
  ErrorFinalizer = 10 // in dialects whose finalizers' errors are raised
};

// What the C frames between here and the coroutine's resume keep from happening.
enum class Barrier : uint32_t {
  None = 0,   // their functions have continuations
  Yields = 1, // so has this one, but only for pauses: stock Lua does not let programs yield there
  All = Yields + (1u << 16) // a C frame that cannot be given up
};

struct Thread : Object {
  // extra: ThreadStatus.
  uint64_t extra_space; // LUA_EXTRASPACE: the 8 bytes in front of a lua_State pointer
  // --- a lua_State pointer points here ---
  State* global;
  Value* base; // of the running frame (kept current at every call and return)
  Value* top;  // native frame: first free slot; Lua frame: end of a pending list of multiple values
  const Instruction*
      pc; // of a Lua frame on top: next instruction, stored before anything that can raise, allocate or look
  Value* stack;
  Value*
      stack_limit; // end of the stack; beyond kMaxStack slots (up to kErrorSlots more) only after an overflow
  std::atomic<const void*> dispatch; // handler table in use
  std::atomic<uint32_t> poll;
  uint32_t to_be_closed;  // stack index of the newest to-be-closed variable, plus one; 0 none. The variable's
                          // slot holds the previous one's in the bytes behind its tag.
  Upvalue* open_upvalues; // sorted by location, highest first
  Activation* resumed_in; // while running: the entry into the interpreter in which it was resumed
  Thread* resumer;        // who resumed this coroutine; null if it is not running or was resumed by C++
  Thread* paused_in; // status Paused or Suspended: the thread that was running, this or one it has resumed
  std::atomic<HookState*> hooks; // null until a hook is set
  uint32_t suspension;           // status Suspended: which one it is, counted by the state
  uint32_t code_epoch;           // State::code_epoch when its frames were last taken out of discarded units
  // Native functions have been promised slots up to stack index `promised`, the lowest such function having
  // its base at `promised_to`. 0: none. See promiseSlots.
  uint32_t promised;
  uint32_t promised_to;
  uint32_t c_depth;    // nested entries, metamethod calls and coroutines up to this point
  uint32_t depth_base; // c_depth where this thread was resumed
  uint32_t barriers;   // entries between here and the coroutine's resume: the sum of their Barriers
  uint8_t started;     // coroutine: the body has been entered
  uint8_t in_hook;
  uint8_t in_error_handling; // stack or C depth overflow is being handled
#if defined(PERIGEE_CHECKED) && PERIGEE_CHECKED
  ptrdiff_t reserved_base, reserved_end; // see reserveSlots
#endif

  ThreadStatus status() const { return static_cast<ThreadStatus>(extra); }
  bool refusesYields() const { return barriers != 0; }
  bool refusesPauses() const { return barriers >= static_cast<uint32_t>(Barrier::All); }
  size_t stackSize() const { return static_cast<size_t>(stack_limit - stack); }

  static Thread* from(lua_State* L) { return reinterpret_cast<Thread*>(reinterpret_cast<char*>(L) - 16); }
  lua_State* state() { return reinterpret_cast<lua_State*>(reinterpret_cast<char*>(this) + 16); }
};

// A new coroutine with an empty stack (base frame laid out, nothing on it). Raises a memory error.
Thread* newThread(Thread* L);
// The same for a state under construction (L may be null then).
Thread* makeThread(State* G, Thread* L);
// For the collector.
void destroyThread(State* G, Thread* t);

// Makes sure that `slots` are free above L->top (native frame) or `from`. May move the stack: every Value*
// into it is stale afterwards. Raises "stack overflow" or a memory error.
void growStack(Thread* L, Value* from, size_t slots);
// The same for a thread that is not running: the slots are free above co->top.
inline void growStackFor(Thread* co, size_t slots) {
  if (static_cast<size_t>(co->stack_limit - co->top) < slots) growStack(co, co->top, slots);
}
// Keeps shrinkStack from taking back these slots above L->top as long as the running function, a native one,
// runs. It always leaves any function kPromisedToAll slots above its base.
constexpr int kPromisedToAll = 2 * kNativeSlots;
void recordPromise(Thread* L, size_t slots);
inline void promiseSlots(Thread* L, size_t slots) {
  if (static_cast<size_t>(L->top - L->base) + slots > kPromisedToAll) [[unlikely]]
    recordPromise(L, slots);
}
inline void ensureStack(Thread* L, size_t slots) {
  if (static_cast<size_t>(L->stack_limit - L->top) < slots) [[unlikely]]
    growStack(L, L->top, slots);
}
// Stack positions that survive a move.
inline ptrdiff_t saveSlot(const Thread* L, const Value* p) { return p - L->stack; }
inline Value* restoreSlot(const Thread* L, ptrdiff_t i) { return L->stack + i; }
// How far up a C function may push is noted in checked builds only: for the frame on top, saved by whatever
// calls from C++. C functions begin with kNativeSlots.
struct Reservation {
#if defined(PERIGEE_CHECKED) && PERIGEE_CHECKED
  ptrdiff_t base, end;
  explicit Reservation(const Thread* L) : base(L->reserved_base), end(L->reserved_end) {}
  void restore(Thread* L) const {
    L->reserved_base = base;
    L->reserved_end = end;
  }
#else
  explicit Reservation(const Thread*) {}
  void restore(Thread*) const {}
#endif
};
inline void reserveSlots([[maybe_unused]] Thread* L, [[maybe_unused]] size_t slots) {
#if defined(PERIGEE_CHECKED) && PERIGEE_CHECKED
  ptrdiff_t end = saveSlot(L, L->top) + static_cast<ptrdiff_t>(slots);
  if (L->reserved_base != saveSlot(L, L->base) || L->reserved_end < end) L->reserved_end = end;
  L->reserved_base = saveSlot(L, L->base);
#endif
}
// A C function is about to be called, with its frame laid out.
inline void reserveNativeSlots([[maybe_unused]] Thread* L) {
#if defined(PERIGEE_CHECKED) && PERIGEE_CHECKED
  L->reserved_base = 0;
#endif
  reserveSlots(L, kNativeSlots);
}
// The first slot behind those that may be pushed to.
inline ptrdiff_t reservedEnd([[maybe_unused]] Thread* L) {
#if defined(PERIGEE_CHECKED) && PERIGEE_CHECKED
  if (L->reserved_base != saveSlot(L, L->base)) reserveSlots(L, kNativeSlots);
  return L->reserved_end;
#else
  return L->stackSize();
#endif
}
// Does a Lua function run in the frame at base?
inline bool isLuaFrame(const Value* base) {
  return base[-2].tag == Tag::Function && !base[-2].function()->isNative();
}
// A slot nobody has written to since the collector, or whoever made the stack, cleared it: nil with this
// payload. No frame leaves more than kUntouchedRun such slots between slots it writes.
constexpr int64_t kUntouched = 0x5452454C49454E54;
constexpr size_t kUntouchedRun = 1024;
inline bool isUntouched(const Value& v) { return v.tag == Tag::Nil && v.integer == kUntouched; }
inline void clearSlot(Value* slot) {
  slot->integer = kUntouched;
  slot->tag = Tag::Nil;
}
// End of what the frame on top may use: base + frame_size or top, whichever is higher.
Value* frameEnd(Thread* L);
// After a stack overflow has been handled: takes the extra slots back, so that the next overflow is noticed.
// Moves the stack.
void releaseErrorSlots(Thread* L);
// Link from one to-be-closed variable's slot to the next older one (stack index plus one, 0 at the end).
inline uint32_t& olderToBeClosed(Value* slot) { return reinterpret_cast<uint32_t*>(slot)[3]; }
// Is the stack much larger than what is used of it?
bool isStackOversized(Thread* L);
// Gives back stack that is not needed now, at a poll, where nobody holds pointers into stacks. Moves the
// stack.
void shrinkStack(Thread* L);

// To-be-closed variables (marks slot `level`, whose value has a __close metamethod or is nil/false: then
// nothing). Raises "variable 'x' got a non-closable value".
void markToBeClosed(Thread* L, Value* level);

} // namespace perigee
