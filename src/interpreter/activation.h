// Catch points: the places on the C stack that an error or a yield can jump to.
//
// Every entry into the interpreter is one; so are protected calls from C++. They form a list, innermost
// first, in State::activation.
#pragma once

#include "interpreter/handler.h"
#include "vm/state.h"
#include "vm/thread.h"

namespace perigee {

struct Activation {
  enum class Kind : uint8_t {
    Run,       // runs a call; an error that no frame above its entry catches goes on outwards
    Call,      // protectedCall: the same, but catches that error itself
    Protected, // protectedRun
    Resume,    // resume() of a coroutine from C++
  };
  void* jump_buffer[5]; // for __builtin_longjmp; filled in by enter or __builtin_setjmp
  Activation* previous;
  uint64_t serial;   // of this entry: another one may come to lie in the same place
  Thread* thread;    // the thread it was entered with
  ptrdiff_t entry;   // saveSlot of the base of the frame it entered (Run, Call), or of L->base (Protected)
  ptrdiff_t handler; // Call, Protected: saveSlot of the message handler, or 0
  uint32_t c_depth;  // of the thread, at entry
  uint32_t barriers;
  uint8_t in_hook;
  Kind kind;
  ThreadStatus status; // set by whoever jumps

  Activation(Thread* L, Kind k, ptrdiff_t entry_slot, ptrdiff_t message_handler = 0)
      : previous(L->global->activation), serial(++L->global->activations), thread(L), entry(entry_slot),
        handler(message_handler), c_depth(L->c_depth), barriers(L->barriers), in_hook(L->in_hook), kind(k),
        status(ThreadStatus::Ok) {
    L->global->activation = this;
  }
  bool entersFrame() const { return kind == Kind::Run || kind == Kind::Call; }
  Activation(const Activation&) = delete;
  Activation& operator=(const Activation&) = delete;
};

inline uint64_t serialOf(const Activation* a) { return a != nullptr ? a->serial : 0; }

// Jumps to the innermost catch point. The error value is the running thread's top value.
[[noreturn]] void throwError(Thread* L, ThreadStatus status);
// Suspends coroutine L by a jump out of whatever C frames lie above its resume; the top n values are yielded.
[[noreturn]] void jumpYield(Thread* L, int n);
// The C frames among those of L are given up: their frames go on through their continuations.
void giveUpCallers(Thread* L);
// Leaves the interpreter, for the resume whose activation `target` is, by a jump out of whatever C frames lie
// above it.
[[noreturn]] void jumpPause(Activation* target);
// Calls the message handler in force on the top value, which it replaces.
void handleMessage(Thread* L);
// Finds what catches the error on top of the running thread within activation `a`, letting coroutines on the
// way die; afterwards State::running is the thread to go on with, at the returned entry. Null: nothing in
// this activation; the error is on top of a->thread.
Handler findCatcher(Activation* a);

// Runs `first` and whatever follows it until the interpreter is left, catching in `a` (which is
// State::activation); false if an error has passed everything that was entered.
PERIGEE_HANDLER_CC bool enter(Activation* a, Value* base, Thread* L, Handler first, const Dispatch* table,
                              Operands i);
// Runs `first` and whatever follows it until the interpreter is left, catching what belongs to activation `a`
// (already in State::activation). Returns normally when left; an error nobody in `a` catches goes on outwards
// for Kind::Run, and for Kind::Resume is left in a->status, its value on top of a->thread.
void runProtected(Activation* a, Handler first, Thread* L, Value* base, size_t arguments);
// call() for callees that may yield (callContinuable): is no barrier.
void callYieldable(Thread* L, Value* function, int wanted);
// Closes everything of L from stack slot `bottom` on, in protected calls; `status` and `error` may be
// replaced by those of a failing __close. The resulting error, if any, is on top of L.
ThreadStatus closeProtected(Thread* L, ptrdiff_t bottom, ThreadStatus status, Value error);

} // namespace perigee
