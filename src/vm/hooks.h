// Debug hooks: a function called on events of a thread.
#pragma once

#include "vm/thread.h"

#include <atomic>

namespace perigee {

enum class HookEvent : uint8_t { Call = 0, Return = 1, Line = 2, Count = 3, TailCall = 4 };
namespace hook_mask {
constexpr uint8_t kCall = 1, kReturn = 2, kLine = 4, kCount = 8;
}

// `line` is the current line for Line events, else -1. Runs with the hooked function's frame on top.
using HookFunction = void (*)(Thread* L, HookEvent event, int line, void* data);

struct HookState { // raw memory owned by its thread
  // What setHook sets, in another OS thread perhaps. Whoever sees the mask sees the rest, but function and
  // data one by one: functions for which data means something expect another's.
  std::atomic<HookFunction> function;
  std::atomic<void*> data;
  std::atomic<int> base_count;
  std::atomic<uint8_t> mask;
  std::atomic<uint8_t> changed; // what follows begins anew
  // Of whoever runs the thread.
  uint16_t transfer_first; // values transferred by a Call or Return event (lua_Debug::ftransfer)
  uint16_t transfer_count;
  int count;                  // instructions until the next Count event
  const Instruction* last_pc; // of the last instruction traced for lines, in
  ptrdiff_t last_base;        // the frame at this stack position
  ptrdiff_t hooked_base;      // of the frame the hook is running for; 0 while it is not running
  HookEvent event;            // of the running hook
  uint8_t yields;             // the running hook has asked for a yield
};

// Sets or (mask 0 or no function) removes the hook of L. Safe to call from a signal handler or another OS
// thread: a thread's first hook takes memory from State::spare_hooks. (Only when more threads in a row get
// their first hook than there are spares does it allocate, and may raise a memory error.)
void setHook(Thread* L, HookFunction function, void* data, uint8_t mask, int count);
// Allocates what setHook needs. Raises a memory error.
void prepareHooks(Thread* L);
// Replaces spares that have been taken, as far as there is memory. Called where allocating is allowed.
void fillSpareHooks(State* G);
// Null if there is none.
HookState* takeSpareHooks(State* G);
// One that was not needed after all.
void giveSpareHooks(State* G, HookState* h);
void freeSpareHooks(State* G);
// A new coroutine gets the hook of its creator. Raises a memory error.
void inheritHook(const Thread* creator, Thread* co);
// Calls the hook of L for an event, if it is not running already. May move the stack.
void runHook(Thread* L, HookEvent event, int line);

} // namespace perigee
