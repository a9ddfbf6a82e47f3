// The beginning and the end of a Lua state.
#include "vm/state.h"

#include "support/entropy.h"
#include "vm/field_cache.h"
#include "vm/hooks.h"
#include "vm/shape.h"
#include "vm/string.h"
#include "vm/table.h"

#include <cassert>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace perigee {

namespace {

// Strings of different states hash differently, so that nobody can prepare keys that collide.
uint32_t drawSeed() { return static_cast<uint32_t>(drawEntropy()) | 1; }

String* fixedString(Thread* L, const char* text) {
  String* s = newString(L, text);
  heapOf(L).fix(s);
  return s;
}

// Everything a state needs from the start. Allocation failures leave by the heap's recovery jump.
void furnish(State* G) {
  Thread* L = makeThread(G, nullptr);
  G->main_thread = G->running = L;
  G->strings.open(L, G->heap);
  G->memory_message = fixedString(L, "not enough memory");
  G->stop_message = fixedString(L, "not enough ticks");
  G->env_name = fixedString(L, "_ENV");
  for (int m = 0; m < kMetaCount; ++m) {
    String* name = fixedString(L, metaName(static_cast<Meta>(m)));
    name->extra = static_cast<uint8_t>(m + 1);
    G->meta_names[m] = name;
  }
  G->empty_shape = makeEmptyShape(L);
  Table* registry = newTable(L, 4, 2);
  G->registry = Value::of(registry);
  makeOwned(L, registry);
  G->globals = newTable(L);
  makeOwned(L, G->globals);
  setInteger(L, registry, 1, Value::of(L));
  setInteger(L, registry, 2, Value::of(G->globals));
  fillSpareHooks(G);
}

void release(State* G) {
  Allocator allocator = G->heap.allocator();
  void* data = G->heap.allocatorData();
  G->heap.destroyAll();
  freeSpareHooks(G);
  if (G->upcalls.state_dies != nullptr) G->upcalls.state_dies(G);
  freeByteStrings(G);
  G->strings.close(G->heap);
  G->protos.destroy(G->heap);
  if (G->field_cache != nullptr) G->heap.freeRaw(G->field_cache, sizeof(FieldCache));
#if defined(PERIGEE_CHECKED) && PERIGEE_CHECKED
  if (G->heap.bytesHeld() != sizeof(State) || G->heap.bytesInUse() != sizeof(State)) {
    std::fprintf(stderr, "perigee: %zu bytes held, %zu in use after the end of a state\n",
                 G->heap.bytesHeld() - sizeof(State), G->heap.bytesInUse() - sizeof(State));
    std::abort();
  }
#endif
  G->~State();
  allocator(data, G, sizeof(State), 0);
}

} // namespace

Thread* createState(Allocator allocator, void* ud, uint32_t seed, const Upcalls& upcalls,
                    const Dialect& dialect) {
  void* memory = allocator(ud, nullptr, 0, sizeof(State));
  if (memory == nullptr) return nullptr;
  State* G = new (memory) State(allocator, ud);
  G->heap.adoptBytes(sizeof(State));
  G->seed = seed != 0 ? seed : drawSeed();
  G->upcalls = upcalls;
  G->dialect = &dialect;
  G->heap.parameters().step_multiplier = dialect.step_multiplier;
  std::jmp_buf refused;
  if (setjmp(refused) != 0) {
    release(G);
    return nullptr;
  }
  G->heap.setRecovery(&refused);
  furnish(G);
  G->heap.setRecovery(nullptr);
  return G->main_thread;
}

void destroyState(Thread* main_thread) {
  State* G = main_thread->global;
  Thread* L = G->main_thread;
  setRunning(G, L);
  G->closing = 1;
  G->heap.makeAllFinalizersDue();
  if (G->upcalls.run_finalizers != nullptr) {
    // None can be registered any more.
    for (size_t due = G->heap.dueCount(), before = due + 1; due != 0 && due < before;
         due = G->heap.dueCount()) {
      before = due;
      G->upcalls.run_finalizers(L);
    }
  }
  release(G);
}

} // namespace perigee
