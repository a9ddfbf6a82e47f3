// Interrupts: another OS thread, or a signal handler, makes the running program raise an error.
//
// Whoever interrupts leaves a request in the state and sets the poll bit of the thread that runs; a thread
// that begins to run finds the request itself (setRunning). Between the two lies a store and a load on either
// side; the interrupting side pays for their order, so that a switch of coroutines needs no fence.
#pragma once

#include "vm/thread.h"

namespace perigee {

enum class Interrupt : uint8_t {
  None,
  Once,    // the error is raised once, outside of hooks; finalizers that run until then get it, too
  Lasting, // every poll raises it until cancelInterrupt
};

// Makes the running thread raise "interrupted!" at its next poll. May be called from any OS thread and from
// signal handlers as long as the state is there.
void interrupt(State* G, Interrupt kind = Interrupt::Once);
// Takes a request back. By the OS thread that uses the state.
void cancelInterrupt(State* G);

// At a poll of L with poll::kInterrupt: is the error to be raised now? Spends a request of kind Once.
bool takeInterrupt(Thread* L);
// The same, but the request stays for the next poll: where what raises the error only returns it to the
// program.
bool isInterrupted(const Thread* L);
// The error, with the position of the caller of the running function.
[[noreturn]] void raiseInterrupted(Thread* L);

// For the collector, when it knows which threads are dead: returns when nobody looks at one of them any more.
void awaitInterrupters(State* G);

} // namespace perigee
