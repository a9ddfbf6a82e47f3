// Fields of tables of many shapes, by the state's cache of places (vm/field_cache.h): a hit needs no call.

#include "compiler/x64/offsets.h"
#include "compiler/x64/unit_emitter.h"
#include "vm/field_cache.h"
#include "vm/string.h"

namespace perigee::x64 {

namespace x86 = asmjit::x86;
using namespace ir::types;

// rdx := the entry for the table's shape and `key`, rcx := the shape; jumps to `miss` if another's is there
// or the input is no table.
void UnitEmitter::findCacheEntry(const Node* input, const String* key, Label miss) {
  if (input->type != kTable) {
    a_.cmp(tag(input, x86::rax).r32(), static_cast<int>(Tag::Table));
    a_.jne(miss);
  }
  uintptr_t name = reinterpret_cast<uintptr_t>(key);
  a_.mov(x86::rcx, x86::qword_ptr(payload(input, x86::rax), offsets::kTableShape));
  a_.mov(x86::eax, x86::ecx);
  a_.shr(x86::eax, 4);
  a_.xor_(x86::eax, static_cast<int32_t>(FieldCache::hashOf(name)));
  a_.and_(x86::eax, static_cast<int32_t>(FieldCache::kEntries - 1));
  a_.shl(x86::eax, 5);
  a_.mov(x86::rdx, reinterpret_cast<uint64_t>(g_.field_cache->entries));
  a_.add(x86::rdx, x86::rax);
  a_.cmp(x86::qword_ptr(x86::rdx, offsetof(FieldCache::Entry, shape)), x86::rcx);
  a_.jne(miss);
  a_.mov(x86::rax, name);
  a_.cmp(x86::qword_ptr(x86::rdx, offsetof(FieldCache::Entry, key)), x86::rax);
  a_.jne(miss);
}

void UnitEmitter::getFieldCached(const Node* n) {
  const String* key = g_.cacheOf(n).key;
  const Node* object = n->inputs[0];
  bool fits = lower::formOf(n->type) == Form::Tagged && object->type.overlaps(kTable) && key->isShort();
  if (g_.field_cache == nullptr || !fits) return runtimeCall(n);
  Label miss = a_.newLabel(), elsewhere = a_.newLabel(), found = a_.newLabel(), is_nil = a_.newLabel();
  Label load = a_.newLabel(), done = a_.newLabel();
  findCacheEntry(object, key, miss);
  a_.cmp(x86::qword_ptr(x86::rdx, offsetof(FieldCache::Entry, holder)), 0);
  a_.jne(elsewhere);
  a_.mov(x86::rcx, x86::qword_ptr(payload(object, x86::rax), offsets::kTableSlots));
  a_.bind(found);
  a_.movzx(x86::eax, x86::word_ptr(x86::rdx, offsetof(FieldCache::Entry, place)));
  a_.shl(x86::eax, 4);
  a_.add(x86::rcx, x86::rax);
  a_.cmp(x86::byte_ptr(x86::rcx, 8), static_cast<int>(Tag::Nil));
  a_.je(is_nil);
  a_.bind(load);
  loadValue(n, x86::ptr(x86::rcx));
  a_.bind(done);
  slow_paths_.push_back([=, this] {
    a_.bind(elsewhere);
    a_.mov(x86::rax, x86::qword_ptr(x86::rdx, offsetof(FieldCache::Entry, place)));
    a_.shr(x86::rax, 16);
    a_.mov(x86::rcx, x86::qword_ptr(x86::r14, offsets::kThreadGlobal));
    a_.cmp(x86::rax, x86::qword_ptr(x86::rcx, offsets::kStateHolderVersion));
    a_.jne(miss);
    a_.mov(x86::rcx, x86::qword_ptr(x86::rdx, offsetof(FieldCache::Entry, holder)));
    a_.mov(x86::rcx, x86::qword_ptr(x86::rcx, offsets::kTableSlots));
    a_.jmp(found);
    a_.bind(is_nil); // that is the end of it for a table without metatable
    a_.mov(x86::rax, x86::qword_ptr(x86::rdx, offsetof(FieldCache::Entry, shape)));
    a_.cmp(x86::qword_ptr(x86::rax, offsets::kShapeMetatable), 0);
    a_.je(load);
    a_.bind(miss);
    runtimeCall(n);
    a_.jmp(done);
  });
}

void UnitEmitter::setFieldCached(const Node* n) {
  const String* key = g_.cacheOf(n).key;
  const Node* object = n->inputs[0];
  const Node* value = n->inputs[1];
  bool fits = object->type.overlaps(kTable) && value->type.overlaps(kAny.without(kNil));
  fits = fits && key->isShort() && key->extra == 0;
  if (g_.field_cache == nullptr || !fits) return runtimeCall(n);
  Label miss = a_.newLabel(), done = a_.newLabel();
  if (value->type.overlaps(kNil)) {
    a_.cmp(tag(value, x86::rax).r32(), static_cast<int>(Tag::Nil));
    a_.je(miss);
  }
  findCacheEntry(object, key, miss);
  a_.cmp(x86::qword_ptr(x86::rdx, offsetof(FieldCache::Entry, holder)), 0);
  a_.jne(miss);
  a_.mov(x86::rcx, x86::qword_ptr(payload(object, x86::rax), offsets::kTableSlots));
  a_.movzx(x86::eax, x86::word_ptr(x86::rdx, offsetof(FieldCache::Entry, place)));
  a_.shl(x86::eax, 4);
  a_.add(x86::rcx, x86::rax);
  a_.cmp(x86::byte_ptr(x86::rcx, 8), static_cast<int>(Tag::Nil));
  a_.je(miss);
  storeValue(value, x86::ptr(x86::rcx));
  barrier(n, payload(object, x86::rdx), value);
  a_.bind(done);
  slow_paths_.push_back([=, this] {
    a_.bind(miss);
    runtimeCall(n);
    a_.jmp(done);
  });
}

} // namespace perigee::x64
