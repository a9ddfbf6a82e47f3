// Prototypes: making, freeing, and what their debug information says.
#include "vm/proto.h"

#include "vm/feedback.h"
#include "vm/state.h"

namespace perigee {

Proto* newProto(Thread* L) {
  Proto* p = static_cast<Proto*>(heapOf(L).allocate(L, Tag::Proto, sizeof(Proto)));
  std::memset(reinterpret_cast<char*>(p) + sizeof(Object), 0, sizeof(Proto) - sizeof(Object));
  return p;
}

void destroyProto(State* G, Proto* p) {
  Heap& heap = G->heap;
  if (p->flags & Proto::kListed) G->protos.remove(heap, p);
  size_t constant_bytes = p->constant_count * sizeof(Value);
  size_t cache_bytes = p->cache_count * sizeof(InlineCache);
  if (p->flags & Proto::kSealed) {
    heap.freeRaw(p->caches, cache_bytes + constant_bytes);
  } else {
    heap.freeRaw(p->constants, constant_bytes);
    heap.freeRaw(p->caches, cache_bytes);
  }
  if (p->native != nullptr) G->upcalls.proto_dies(G, p);
  heap.freeRaw(p->feedback, p->feedback != nullptr ? p->code_size * sizeof(SiteFeedback) : 0);
  heap.freeRaw(p->block_ticks, p->block_ticks != nullptr ? p->code_size : 0);
  heap.freeOutside(p->code_facts, p->code_facts_bytes);
  heap.freeRaw(p->code, p->code_size * sizeof(Instruction));
  heap.freeRaw(p->children, p->child_count * sizeof(Proto*));
  heap.freeRaw(p->upvalues, p->upvalue_count * sizeof(UpvalueDescription));
  heap.freeRaw(p->locals, p->local_count * sizeof(LocalDescription));
  heap.freeRaw(p->lines, p->code_size * sizeof(uint32_t));
}

bool ensureFeedback(State* G, Proto* p) {
  if (p->feedback != nullptr) return true;
  size_t bytes = p->code_size * sizeof(SiteFeedback);
  p->feedback = static_cast<SiteFeedback*>(G->heap.tryReallocateRaw(nullptr, 0, bytes));
  if (p->feedback == nullptr) return false;
  std::memset(static_cast<void*>(p->feedback), 0, bytes);
  return true;
}

void setBackEdgeHeat(Instruction* back_edge, uint16_t count) {
  back_edge->b = static_cast<uint8_t>(count);
  back_edge->c = static_cast<uint8_t>(count >> 8);
}

void resetHeat(State* G, Proto* p) {
  p->entry = p->isVararg() ? G->upcalls.moved_entry : G->upcalls.lua_entry;
  p->heat = G->call_heat;
  for (uint32_t i = 0; i < p->code_size; i++) {
    if (isBackEdge(p->code[i].op)) setBackEdgeHeat(&p->code[i], G->loop_heat);
  }
}

int lineAt(const Proto* p, uint32_t pc) {
  return p->lines != nullptr && pc < p->code_size ? static_cast<int>(p->lines[pc]) : -1;
}

String* localNameAt(const Proto* p, int n, uint32_t pc) {
  if (p->locals == nullptr || n <= 0) return nullptr;
  for (uint32_t i = 0; i < p->local_count && p->locals[i].start_pc <= pc; ++i) {
    if (pc < p->locals[i].end_pc && --n == 0) return p->locals[i].name;
  }
  return nullptr;
}

} // namespace perigee
