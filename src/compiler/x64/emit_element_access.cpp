// Accesses by index that may be outside of the array part, or of one kind of array now and another then: what
// is inside of the kind met most, and appending to it, needs no call.

#include "compiler/x64/offsets.h"
#include "compiler/x64/unit_emitter.h"
#include "vm/feedback.h"
#include "vm/table.h"

namespace perigee::x64 {

namespace x86 = asmjit::x86;
using namespace ir::types;

namespace {

// The kind of array that the instruction has met; if it is not one, what a list of such values would be.
ArrayKind likelyKind(const SiteFeedback* site, const Node* value) {
  switch (site != nullptr ? site->array_kinds & 7 : 0) {
  case 1: return ArrayKind::Values;
  case 2: return ArrayKind::Integers;
  case 4: return ArrayKind::Floats;
  default: break;
  }
  if (value == nullptr) return ArrayKind::Values;
  return value->type == kInteger ? ArrayKind::Integers
         : value->type == kFloat ? ArrayKind::Floats
                                 : ArrayKind::Values;
}

} // namespace

void UnitEmitter::demandTag(const Node* value, Tag wanted, Label otherwise) {
  if (value->type == ir::TypeSet(wanted)) return;
  a_.cmp(tag(value, x86::rax).r32(), static_cast<int>(wanted));
  a_.jne(otherwise);
}

// Jumps to `otherwise` if the table's array part is of another kind. The table may be loaded to rcx.
void UnitEmitter::demandKind(const Node* table, ArrayKind kind, Label otherwise) {
  a_.movzx(x86::eax, x86::byte_ptr(payload(table, x86::rcx), offsets::kObjectFlags));
  a_.and_(x86::eax, static_cast<int>(Table::kKindMask));
  if (kind != ArrayKind::Values) a_.cmp(x86::eax, static_cast<int>(kind));
  a_.jne(otherwise);
}

// rcx := the address of element rax (from 0).
void UnitEmitter::addressElement(const Node* table, ArrayKind kind) {
  a_.mov(x86::rcx, x86::qword_ptr(payload(table, x86::rcx), offsets::kTableArray));
  if (kind == ArrayKind::Values) {
    a_.shl(x86::rax, 4);
    a_.add(x86::rcx, x86::rax);
  } else {
    a_.lea(x86::rcx, x86::ptr(x86::rcx, x86::rax, 3));
  }
}

void UnitEmitter::getIndexQuickly(const Node* n) {
  const Node* table = n->inputs[0];
  const Node* key = n->inputs[1];
  bool fits =
      lower::formOf(n->type) == Form::Tagged && table->type.overlaps(kTable) && key->type.overlaps(kInteger);
  if (!fits) return runtimeCall(n);
  ArrayKind kind = likelyKind(g_.feedbackAt(n->pc), nullptr);
  Label miss = a_.newLabel(), done = a_.newLabel();
  demandTag(table, Tag::Table, miss);
  demandTag(key, Tag::Integer, miss);
  demandKind(table, kind, miss);
  a_.mov(x86::edx, x86::dword_ptr(payload(table, x86::rcx), offsets::kTableArraySize));
  a_.lea(x86::rax, x86::ptr(payload(key, x86::rax), -1));
  a_.cmp(x86::rax, x86::rdx);
  a_.jae(miss);
  addressElement(table, kind);
  if (kind == ArrayKind::Values) {
    a_.cmp(x86::byte_ptr(x86::rcx, 8), static_cast<int>(Tag::Nil));
    a_.je(miss);
    loadValue(n, x86::ptr(x86::rcx));
  } else {
    a_.mov(x86::rax, x86::qword_ptr(x86::rcx));
    settle(at(n).payload, x86::rax);
    a_.mov(x86::edx, static_cast<int>(kind == ArrayKind::Integers ? Tag::Integer : Tag::Float));
    settle(at(n).tag, x86::rdx);
  }
  a_.bind(done);
  slow_paths_.push_back([=, this] {
    a_.bind(miss);
    runtimeCall(n);
    a_.jmp(done);
  });
}

// RuntimeSetIndex, and RuntimeAppend, whose index is the size.
void UnitEmitter::setIndexQuickly(const Node* n) {
  const Node* table = n->inputs[0];
  const Node* key = n->is(Op::RuntimeAppend) ? nullptr : n->inputs[1];
  const Node* value = n->inputs[n->input_count - 1];
  ArrayKind kind = likelyKind(key != nullptr ? g_.feedbackAt(n->pc) : nullptr, value);
  ir::TypeSet storable = kind == ArrayKind::Integers ? kInteger
                         : kind == ArrayKind::Floats ? kFloat
                                                     : kAny.without(kNil);
  bool fits = table->type.overlaps(kTable) && (key == nullptr || key->type.overlaps(kInteger)) &&
              value->type.overlaps(storable);
  if (!fits) return runtimeCall(n);
  Label miss = a_.newLabel(), done = a_.newLabel(), append = a_.newLabel(), store = a_.newLabel();
  demandTag(table, Tag::Table, miss);
  if (key != nullptr) demandTag(key, Tag::Integer, miss);
  if (kind != ArrayKind::Values) {
    demandTag(value, kind == ArrayKind::Integers ? Tag::Integer : Tag::Float, miss);
  } else if (value->type.overlaps(kNil)) {
    a_.cmp(tag(value, x86::rax).r32(), static_cast<int>(Tag::Nil));
    a_.je(miss);
  }
  demandKind(table, kind, miss);
  a_.mov(x86::edx, x86::dword_ptr(payload(table, x86::rcx), offsets::kTableArraySize));
  auto atEnd = [=, this] { // rax = rdx = the size; appends if there is room, and nobody else has a say
    Gp t = payload(table, x86::rcx);
    a_.cmp(x86::edx, x86::dword_ptr(t, offsets::kTableArrayCapacity));
    a_.jae(miss);
    a_.cmp(x86::qword_ptr(t, offsets::kTableDictionary), 0); // might have what comes behind
    a_.jne(miss);
    a_.mov(x86::rdx, x86::qword_ptr(t, offsets::kTableShape));
    a_.cmp(x86::qword_ptr(x86::rdx, offsets::kShapeMetatable), 0);
    a_.jne(miss);
    a_.inc(x86::dword_ptr(t, offsets::kTableArraySize));
    addressElement(table, kind);
  };
  if (key == nullptr) {
    a_.mov(x86::eax, x86::edx);
    atEnd();
  } else {
    a_.lea(x86::rax, x86::ptr(payload(key, x86::rax), -1));
    a_.cmp(x86::rax, x86::rdx);
    a_.jae(append);
    addressElement(table, kind);
    if (kind == ArrayKind::Values) {
      a_.cmp(x86::byte_ptr(x86::rcx, 8), static_cast<int>(Tag::Nil));
      a_.je(miss);
    }
  }
  a_.bind(store);
  if (kind == ArrayKind::Values) {
    storeValue(value, x86::ptr(x86::rcx));
    barrier(n, payload(table, x86::rdx), value);
  } else {
    a_.mov(x86::qword_ptr(x86::rcx), payload(value, x86::rax));
  }
  a_.bind(done);
  slow_paths_.push_back([=, this] {
    if (key != nullptr) {
      a_.bind(append);
      a_.jne(miss);
      atEnd();
      a_.jmp(store);
    }
    a_.bind(miss);
    runtimeCall(n);
    a_.jmp(done);
  });
}

} // namespace perigee::x64
