#include "vm/proto.h"
#include "vm/state.h"
#include "vm/ticks.h"

#include <new>

namespace perigee {

void sealProto(Thread* L, Proto* p) {
  if (p->flags & Proto::kSealed) return;
  size_t cache_bytes = p->cache_count * sizeof(InlineCache);
  size_t constant_bytes = p->constant_count * sizeof(Value);
  Heap& heap = heapOf(L);
  char* block = static_cast<char*>(heap.allocateRaw(L, cache_bytes + constant_bytes));
  Value* constants = reinterpret_cast<Value*>(block + cache_bytes);
  for (uint32_t i = 0; i < p->constant_count; i++) new (constants + i) Value(p->constants[i]);
  InlineCache* end = reinterpret_cast<InlineCache*>(constants);
  for (uint32_t i = 0; i < p->cache_count; i++) end[-1 - static_cast<ptrdiff_t>(i)] = p->caches[i];
  heap.freeRaw(p->caches, cache_bytes);
  heap.freeRaw(p->constants, constant_bytes);
  p->caches = reinterpret_cast<InlineCache*>(block);
  p->constants = constants;
  resetHeat(L->global, p);
  for (uint32_t i = 0; i < p->code_size; i++) p->code[i] = prepared(p->code[i]);
  markBlocks(p);
  p->flags |= Proto::kSealed;
}

} // namespace perigee
