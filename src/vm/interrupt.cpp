#include "vm/interrupt.h"

#include "vm/error.h"
#include "vm/state.h"

#include <cerrno>
#include <ctime>
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace perigee {

namespace {

// Every thread of the process has executed a memory barrier between call and return.
void fenceEverywhere() {
  int saved = errno;
  auto barrier = [](int command) { return syscall(SYS_membarrier, command, 0, 0) == 0; };
  bool done =
      barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) ||
      (barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) && barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED));
  if (!done) { // an old kernel, or not allowed: a store is seen everywhere after far less than this
    timespec pause = {0, 1'000'000};
    nanosleep(&pause, nullptr);
  }
  errno = saved;
}

void tellRunning(State* G) {
  Thread* t = std::atomic_ref(G->running).load(std::memory_order_acquire);
  if (t != nullptr) t->poll.fetch_or(poll::kInterrupt);
}

} // namespace

void interrupt(State* G, Interrupt kind) {
  Interrupt before = Interrupt::None;
  bool first = kind == Interrupt::Lasting ? G->interrupt_request.exchange(kind) != kind
                                          : G->interrupt_request.compare_exchange_strong(before, kind);
  if (!first) return; // somebody else tells
  std::atomic<uint32_t>& count = G->interrupters[G->interrupter_parity.load() & 1];
  count.fetch_add(1);
  tellRunning(G); // at once, in all cases but one:
  fenceEverywhere();
  tellRunning(G); // the thread has changed meanwhile, without a look at the request
  count.fetch_sub(1);
}

void cancelInterrupt(State* G) {
  // In this order: a bit without a request is harmless, a request without a bit would be found by nobody.
  if (G->running != nullptr) G->running->poll.fetch_and(~poll::kInterrupt);
  G->interrupt_request.store(Interrupt::None);
}

bool takeInterrupt(Thread* L) {
  State* G = L->global;
  bool finalizing = G->finalizers_running != 0;
  if (L->in_hook != 0 && !finalizing) return false;
  L->poll.fetch_and(~poll::kInterrupt); // a thread may still have it from an interrupt that another one took
  Interrupt kind = G->interrupt_request.load();
  if (kind == Interrupt::None) return false;
  if (kind == Interrupt::Lasting || finalizing) {
    L->poll.fetch_or(poll::kInterrupt);
    return true;
  }
  return G->interrupt_request.compare_exchange_strong(kind, Interrupt::None);
}

bool isInterrupted(const Thread* L) {
  const State* G = L->global;
  return G->interrupt_request.load() != Interrupt::None && (L->in_hook == 0 || G->finalizers_running != 0);
}

void raiseInterrupted(Thread* L) { raiseErrorAt(L, 1, "interrupted!"); }

void awaitInterrupters(State* G) {
  std::atomic_thread_fence(std::memory_order_seq_cst); // what runs now is seen by those who come later
  if (G->interrupters[0].load() == 0 && G->interrupters[1].load() == 0) return;
  for (int turn = 0; turn < 2; ++turn) { // those who come later are counted apart
    uint32_t parity = G->interrupter_parity.fetch_xor(1) & 1;
    while (G->interrupters[parity].load() != 0) sched_yield();
  }
}

} // namespace perigee
