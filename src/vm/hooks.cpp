// Memory for hook settings. Setting a hook must not allocate: a signal handler may do it, or another OS
// thread.
#include "vm/hooks.h"

#include "vm/state.h"

#include <new>

namespace perigee {

void fillSpareHooks(State* G) {
  if (G->spare_hooks[0].load(std::memory_order_relaxed) != nullptr) return; // the first one is taken first
  for (std::atomic<HookState*>& spare : G->spare_hooks) {
    if (spare.load(std::memory_order_relaxed) != nullptr) continue;
    spare.store(static_cast<HookState*>(G->heap.tryReallocateRaw(nullptr, 0, sizeof(HookState))));
  }
}

HookState* takeSpareHooks(State* G) {
  for (std::atomic<HookState*>& spare : G->spare_hooks) {
    if (HookState* h = spare.exchange(nullptr)) return new (h) HookState{};
  }
  return nullptr;
}

void giveSpareHooks(State* G, HookState* h) {
  for (std::atomic<HookState*>& spare : G->spare_hooks) {
    HookState* none = nullptr;
    if (spare.compare_exchange_strong(none, h)) return;
  }
}

void freeSpareHooks(State* G) {
  for (std::atomic<HookState*>& spare : G->spare_hooks)
    if (HookState* h = spare.exchange(nullptr)) G->heap.freeRaw(h, sizeof(HookState));
}

} // namespace perigee
