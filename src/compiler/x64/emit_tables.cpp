// Tables and upvalues.

#include "compiler/x64/offsets.h"
#include "compiler/x64/unit_emitter.h"
#include "heap/heap.h"
#include "interpreter/operations.h"
#include "interpreter/traversal.h"
#include "vm/state.h"
#include "vm/table.h"

namespace perigee::x64 {

namespace x86 = asmjit::x86;
using namespace ir::types;

// --- guards ------------------------------------------------------------------------------------------------

void UnitEmitter::guardShape(const Node* n) {
  refer(static_cast<const Object*>(n->imm.pointer));
  a_.mov(x86::rcx, reinterpret_cast<uint64_t>(n->imm.pointer));
  a_.cmp(x86::qword_ptr(payload(n->inputs[0], x86::rax), offsets::kTableShape), x86::rcx);
  a_.jne(exitOf(n));
}

void UnitEmitter::guardNoMetamethod(const Node* n) {
  Label none = a_.newLabel();
  a_.mov(x86::rax, x86::qword_ptr(payload(n->inputs[0], x86::rax), offsets::kTableShape));
  a_.mov(x86::rax, x86::qword_ptr(x86::rax, offsets::kShapeMetatable));
  a_.test(x86::rax, x86::rax);
  a_.jz(none);
  a_.bt(x86::dword_ptr(x86::rax, offsets::kObjectAux), n->imm.index);
  a_.jnc(exitOf(n));
  a_.bind(none);
}

void UnitEmitter::guardHolders(const Node* n) {
  a_.mov(x86::rax, x86::qword_ptr(x86::r14, offsets::kThreadGlobal));
  loadLiteral(x86::rcx, n->imm.integer); // how often a program has done something is its choice, too
  a_.cmp(x86::qword_ptr(x86::rax, offsets::kStateHolderVersion), x86::rcx);
  a_.jne(exitOf(n));
}

void UnitEmitter::guardArrayKind(const Node* n) {
  Gp table = payload(n->inputs[0], x86::rax);
  if (n->imm.index == 0) {
    a_.test(x86::byte_ptr(table, offsets::kObjectFlags), static_cast<int>(Table::kKindMask));
    a_.jnz(exitOf(n));
    return;
  }
  a_.movzx(x86::eax, x86::byte_ptr(table, offsets::kObjectFlags));
  a_.and_(x86::eax, static_cast<int>(Table::kKindMask));
  a_.cmp(x86::eax, n->imm.index);
  a_.jne(exitOf(n));
}

// --- fields ------------------------------------------------------------------------------------------------

void UnitEmitter::loadField(const Node* n) {
  a_.mov(x86::rcx, x86::qword_ptr(payload(n->inputs[0], x86::rax), offsets::kTableSlots));
  loadValue(n, x86::ptr(x86::rcx, static_cast<int32_t>(n->imm.index * 16)));
}

void UnitEmitter::storeField(const Node* n) {
  Gp table = payload(n->inputs[0], x86::rdx);
  a_.mov(x86::rcx, x86::qword_ptr(table, offsets::kTableSlots));
  storeValue(n->inputs[1], x86::ptr(x86::rcx, static_cast<int32_t>(n->imm.index * 16)));
  barrier(n, table, n->inputs[1]);
}

// A new field of a table that has room for it and that the collector need not be told about.
void UnitEmitter::addField(const Node* n) {
  const Shape* shape = static_cast<const Shape*>(n->imm.pointer);
  uint32_t slot = shape->count - 1;
  Label slow = a_.newLabel(), done = a_.newLabel();
  refer(shape);
  Gp table = payload(n->inputs[0], x86::rdx);
  a_.test(x86::byte_ptr(table, offsets::kObjectGc), static_cast<int>(gc_bits::kBlack));
  a_.jnz(slow);
  a_.cmp(x86::byte_ptr(table, offsets::kObjectExtra), slot);
  a_.jbe(slow);
  a_.mov(x86::rcx, x86::qword_ptr(table, offsets::kTableSlots));
  storeValue(n->inputs[1], x86::ptr(x86::rcx, static_cast<int32_t>(slot * 16)));
  a_.mov(x86::rcx, reinterpret_cast<uint64_t>(shape));
  a_.mov(x86::qword_ptr(payload(n->inputs[0], x86::rdx), offsets::kTableShape), x86::rcx);
  a_.bind(done);
  slow_paths_.push_back([=, this] {
    a_.bind(slow);
    runtimeCall(n);
    a_.jmp(done);
  });
}

void UnitEmitter::loadHolderField(const Node* n) {
  refer(static_cast<const Object*>(n->imm.pointer));
  a_.mov(x86::rcx, reinterpret_cast<uint64_t>(n->imm.pointer));
  a_.mov(x86::rcx, x86::qword_ptr(x86::rcx, offsets::kTableSlots));
  loadValue(n, x86::ptr(x86::rcx, static_cast<int32_t>(n->aux * 16)));
}

// rcx := where the field is.
void UnitEmitter::findEither(const Node* n) {
  const ir::EitherShape* either = static_cast<const ir::EitherShape*>(n->imm.pointer);
  Gp table = payload(n->inputs[0], x86::rax);
  Label second = a_.newLabel(), found = a_.newLabel();
  for (int i = 0; i < 2; ++i) {
    const ir::EitherShape::Place& place = either->places[i];
    refer(static_cast<const Object*>(place.shape));
    if (i == 1) a_.bind(second);
    a_.mov(x86::rcx, reinterpret_cast<uint64_t>(place.shape));
    a_.cmp(x86::qword_ptr(table, offsets::kTableShape), x86::rcx);
    a_.jne(i == 0 ? second : exitOf(n));
    if (place.holder != nullptr) {
      refer(reinterpret_cast<const Object*>(place.holder));
      a_.mov(x86::rcx, reinterpret_cast<uint64_t>(place.holder));
    }
    a_.mov(x86::rcx, x86::qword_ptr(place.holder != nullptr ? Gp(x86::rcx) : table, offsets::kTableSlots));
    if (place.slot != 0) a_.add(x86::rcx, static_cast<int32_t>(place.slot * 16));
    if (i == 0) a_.jmp(found);
  }
  a_.bind(found);
}

void UnitEmitter::loadEitherField(const Node* n) {
  findEither(n);
  loadValue(n, x86::ptr(x86::rcx));
}

void UnitEmitter::storeEitherField(const Node* n) {
  findEither(n);
  if (n->aux == 0) {
    a_.cmp(x86::byte_ptr(x86::rcx, 8), static_cast<int>(Tag::Nil));
    a_.je(exitOf(n));
  }
  storeValue(n->inputs[1], x86::ptr(x86::rcx));
  barrier(n, payload(n->inputs[0], x86::rdx), n->inputs[1]);
}

// A black parent that gets an object is traced again (heap/heap.h). `parent` may be rdx.
void UnitEmitter::barrier(const Node* n, Gp parent, const Node* value) {
  if (!value->type.overlaps(kCollectable)) return;
  Label remember = a_.newLabel(), done = a_.newLabel();
  if (!value->type.isSubsetOf(kCollectable)) {
    a_.cmp(tag(value, x86::rax).r32(), static_cast<int>(Tag::String));
    a_.jb(done);
  }
  a_.test(x86::byte_ptr(parent, offsets::kObjectGc), static_cast<int>(gc_bits::kBlack));
  a_.jnz(remember);
  a_.bind(done);
  lower::Allocation::Live live = allocation_.liveAcross(n);
  slow_paths_.push_back([this, remember, done, parent, live] {
    a_.bind(remember);
    saveRegisters(live, false);
    a_.mov(x86::rdx, parent);
    a_.mov(x86::rdi, x86::r14);
    callRuntime(reinterpret_cast<const void*>(runtime::remember));
    saveRegisters(live, true);
    a_.jmp(done);
  });
}

// --- elements ----------------------------------------------------------------------------------------------

void UnitEmitter::arraySize(const Node* n) {
  Gp to = target(at(n).payload, x86::rax);
  a_.mov(to.r32(), x86::dword_ptr(payload(n->inputs[0], x86::rax), offsets::kTableArraySize));
  settle(at(n).payload, to);
}

void UnitEmitter::loadElement(const Node* n) {
  a_.mov(x86::rcx, x86::qword_ptr(payload(n->inputs[0], x86::rax), offsets::kTableArray));
  const Node* index = n->inputs[1];
  if (n->is(Op::LoadElementValue)) {
    Gp i = payload(index, x86::rax);
    if (i != x86::rax) a_.mov(x86::rax, i);
    a_.shl(x86::rax, 4);
    a_.add(x86::rcx, x86::rax);
    return loadValue(n, x86::ptr(x86::rcx));
  }
  Gp i = payload(index, x86::rax);
  if (n->is(Op::LoadElementFloat)) {
    Xmm to = target(at(n).payload, x86::xmm14);
    a_.movsd(to, x86::ptr(x86::rcx, i, 3));
    settle(at(n).payload, to);
  } else {
    Gp to = target(at(n).payload, x86::rax);
    a_.mov(to, x86::ptr(x86::rcx, i, 3));
    settle(at(n).payload, to);
  }
}

void UnitEmitter::storeElement(const Node* n) {
  Gp table = payload(n->inputs[0], x86::rdx);
  a_.mov(x86::rcx, x86::qword_ptr(table, offsets::kTableArray));
  Gp i = payload(n->inputs[1], x86::rax);
  const Node* value = n->inputs[2];
  switch (n->op) {
  case Op::StoreElementFloat: a_.movsd(x86::ptr(x86::rcx, i, 3), number(value, x86::xmm14)); return;
  case Op::StoreElementInteger:
    a_.lea(x86::rcx, x86::ptr(x86::rcx, i, 3));
    a_.mov(x86::ptr(x86::rcx), payload(value, x86::rax));
    return;
  default:
    if (i != x86::rax) a_.mov(x86::rax, i);
    a_.shl(x86::rax, 4);
    a_.add(x86::rcx, x86::rax);
    storeValue(value, x86::ptr(x86::rcx));
    barrier(n, table, value);
    return;
  }
}

void UnitEmitter::loadByte(const Node* n) {
  Gp string = payload(n->inputs[0], x86::rax);
  Gp to = target(at(n).payload, x86::rax);
  a_.movzx(to.r32(), x86::byte_ptr(string, payload(n->inputs[1], x86::rcx), 0, sizeof(String)));
  settle(at(n).payload, to);
}

void UnitEmitter::stringLength(const Node* n) {
  Gp to = target(at(n).payload, x86::rax);
  a_.mov(to, x86::qword_ptr(payload(n->inputs[0], x86::rax), offsets::kStringLength));
  settle(at(n).payload, to);
}

// --- upvalues ----------------------------------------------------------------------------------------------

// to := upvalue Index of the first input, or, without one, of the running function.
void UnitEmitter::findUpvalue(const Node* n, Gp to) {
  Gp function = to;
  if (n->is(Op::LoadUpvalue) || n->is(Op::StoreUpvalue)) {
    a_.mov(to, x86::qword_ptr(x86::r13, -32));
  } else {
    function = payload(n->inputs[0], to);
  }
  a_.mov(to, x86::qword_ptr(function, static_cast<int32_t>(sizeof(LuaFunction) + 8 * n->imm.index)));
}

void UnitEmitter::loadUpvalue(const Node* n) {
  findUpvalue(n, x86::rcx);
  a_.mov(x86::rcx, x86::qword_ptr(x86::rcx, offsets::kUpvalueLocation));
  loadValue(n, x86::ptr(x86::rcx));
}

void UnitEmitter::storeUpvalue(const Node* n) {
  const Node* value = n->inputs[n->input_count - 1];
  findUpvalue(n, x86::rdx);
  a_.mov(x86::rcx, x86::qword_ptr(x86::rdx, offsets::kUpvalueLocation));
  storeValue(value, x86::ptr(x86::rcx));
  barrier(n, x86::rdx, value);
}

// In most cases nothing is open: closures that captured something are rarer than what they could capture.
void UnitEmitter::closeUpvalues(const Node* n) {
  const Instruction& x = g_.proto->code[n->pc];
  Label no_upvalues = a_.newLabel(), slow = a_.newLabel(), done = a_.newLabel();
  a_.mov(x86::rax, x86::qword_ptr(x86::r14, offsets::kThreadOpenUpvalues)); // the highest
  a_.test(x86::rax, x86::rax);
  a_.jz(no_upvalues);
  a_.lea(x86::rcx, home(x.op == Opcode::Close ? x.a : 0, 0, 8));
  a_.cmp(x86::qword_ptr(x86::rax, offsets::kUpvalueLocation), x86::rcx);
  a_.jae(slow);
  a_.bind(no_upvalues);
  a_.cmp(x86::dword_ptr(x86::r14, offsets::kThreadToBeClosed), 0);
  a_.jne(slow);
  a_.bind(done);
  slow_paths_.push_back([this, n, slow, done] {
    a_.bind(slow);
    runtimeCall(n);
    a_.jmp(done);
  });
}

// --- traversals --------------------------------------------------------------------------------------------

void UnitEmitter::startTraversal(const Node* n) {
  Mem position = home(n->imm.index, 12, 4);
  const Node* control = n->inputs[0];
  if (control->type == ir::TypeSet(Tag::Nil)) {
    a_.mov(position, 0);
    return;
  }
  Label done = a_.newLabel();
  a_.mov(position, static_cast<int32_t>(kNoPosition));
  if (!control->type.overlaps(kNil)) return;
  a_.cmp(tag(control, x86::rax).r32(), static_cast<int>(Tag::Nil));
  a_.jne(done);
  a_.mov(position, 0);
  a_.bind(done);
}

} // namespace perigee::x64
