#include "bytecode/compile_memory.h"

#include "vm/proto.h"
#include "vm/string.h"

namespace perigee {

CompileMemory::CompileMemory(Thread* L) : L_(L), kept_(kKeptPerObject + 1) {
  ensureStack(L, kSlots);
  slots_ = saveSlot(L, L->top);
  for (int i = 0; i < kSlots; ++i) *L->top++ = Value::nil();
}

void* CompileMemory::allocate(size_t bytes) {
  Userdata* block = newInternalUserdata(L_, bytes, 1);
  block->userValues()[0] = *slot(kBlocks);
  *slot(kBlocks) = Value::of(block);
  return block->bytes();
}

void CompileMemory::keep(Value v) {
  *slot(kNewest) = v;
  if (kept_ > kKeptPerObject) {
    Userdata* keeper = newInternalUserdata(L_, 0, kKeptPerObject + 1);
    keeper->userValues()[0] = *slot(kKept);
    *slot(kKept) = Value::of(keeper);
    kept_ = 1;
  }
  Userdata* keeper = slot(kKept)->userdata();
  keeper->userValues()[kept_++] = v;
  heapOf(L_).barrier(keeper, v);
}

void CompileMemory::release() {
  Value block = *slot(kBlocks);
  *slot(kBlocks) = Value::nil(); // the slot may come to lie within a frame before it is written again
  while (block.isUserdata()) {
    Userdata* u = block.userdata();
    block = u->userValues()[0];
    u->userValues()[0] = Value::nil(); // the collector may have `u` still to trace
    heapOf(L_).release(u);
  }
  L_->top = slot(0);
}

String* CompileMemory::makeString(std::string_view text) {
  String* s = newString(L_, text);
  keep(Value::of(s));
  return s;
}

} // namespace perigee
