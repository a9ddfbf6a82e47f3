// Tables, upvalues, and functions of the runtime.

#include "compiler/x64/offsets.h"
#include "compiler/x64/unit_emitter.h"
#include "heap/heap.h"
#include "interpreter/operations.h"
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
  a_.mov(x86::rcx, n->imm.integer);
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

void UnitEmitter::loadHolderField(const Node* n) {
  refer(static_cast<const Object*>(n->imm.pointer));
  a_.mov(x86::rcx, reinterpret_cast<uint64_t>(n->imm.pointer));
  a_.mov(x86::rcx, x86::qword_ptr(x86::rcx, offsets::kTableSlots));
  loadValue(n, x86::ptr(x86::rcx, static_cast<int32_t>(n->aux * 16)));
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

void UnitEmitter::stringLength(const Node* n) {
  Gp to = target(at(n).payload, x86::rax);
  a_.mov(to, x86::qword_ptr(payload(n->inputs[0], x86::rax), offsets::kStringLength));
  settle(at(n).payload, to);
}

// --- upvalues ----------------------------------------------------------------------------------------------

void UnitEmitter::loadUpvalue(const Node* n) {
  a_.mov(x86::rcx, x86::qword_ptr(x86::r13, -32)); // the running function
  a_.mov(x86::rcx, x86::qword_ptr(x86::rcx, static_cast<int32_t>(sizeof(LuaFunction) + 8 * n->imm.index)));
  a_.mov(x86::rcx, x86::qword_ptr(x86::rcx, offsets::kUpvalueLocation));
  loadValue(n, x86::ptr(x86::rcx));
}

void UnitEmitter::storeUpvalue(const Node* n) {
  a_.mov(x86::rdx, x86::qword_ptr(x86::r13, -32));
  a_.mov(x86::rdx, x86::qword_ptr(x86::rdx, static_cast<int32_t>(sizeof(LuaFunction) + 8 * n->imm.index)));
  a_.mov(x86::rcx, x86::qword_ptr(x86::rdx, offsets::kUpvalueLocation));
  storeValue(n->inputs[0], x86::ptr(x86::rcx));
  barrier(n, x86::rdx, n->inputs[0]);
}

// --- functions of the runtime ------------------------------------------------------------------------------

// Saves the registers that functions do not preserve and that are needed behind the call, or takes them back.
void UnitEmitter::saveRegisters(const lower::Allocation::Live& live, bool restore) {
  int slot = 0;
  for (uint32_t reg = 0; reg < 16; ++reg) {
    if (!(kRegisters.general & ~kPreserved & bit(reg))) continue;
    Mem where = x86::qword_ptr(x86::rsp, kSaveOffset + 8 * slot++);
    if (!(live.general & bit(reg))) continue;
    if (restore) {
      a_.mov(general(reg), where);
    } else {
      a_.mov(where, general(reg));
    }
  }
  for (uint32_t reg = 0; reg < 16; ++reg) {
    if (!(kRegisters.floats & bit(reg))) continue;
    Mem where = x86::qword_ptr(x86::rsp, kSaveOffset + 8 * slot++);
    if (!(live.floats & bit(reg))) continue;
    if (restore) {
      a_.movsd(floating(reg), where);
    } else {
      a_.movsd(where, floating(reg));
    }
  }
}

void UnitEmitter::callRuntime(const void* function) {
  a_.mov(x86::rax, reinterpret_cast<uint64_t>(function));
  a_.call(x86::rax);
}

namespace {

runtime::Function functionOf(Op op) {
  static constexpr runtime::Function kFunctions[] = {
      runtime::arithmetic, runtime::less,     runtime::lessEqual,   runtime::equal,  runtime::getField,
      runtime::setField,   runtime::getIndex, runtime::setIndex,    runtime::length, runtime::addNewField,
      runtime::makeTable,  runtime::setList,  runtime::makeClosure, runtime::concat};
  return kFunctions[static_cast<int>(op) - static_cast<int>(Op::RuntimeArithmetic)];
}

} // namespace

void UnitEmitter::runtimeCall(const Node* n) {
  lower::Allocation::Live live = allocation_.liveAcross(n);
  for (uint32_t i = 0; i < n->input_count; ++i)
    storeValue(n->inputs[i], x86::ptr(x86::rsp, static_cast<int32_t>(16 * i)));
  saveRegisters(live, false);
  if (n->info().isSafepoint()) {
    a_.mov(x86::rax, reinterpret_cast<uint64_t>(g_.proto->code + n->pc + 1));
    a_.mov(x86::qword_ptr(x86::r14, offsets::kThreadPc), x86::rax);
  }
  a_.mov(x86::rdi, x86::r14);
  a_.mov(x86::rsi, x86::rsp);
  uint64_t immediate = n->imm.index;
  if (n->info().immediate == ir::Immediate::Cache)
    immediate = reinterpret_cast<uint64_t>(&g_.proto->cache(n->imm.index));
  if (n->is(Op::RuntimeAddField)) {
    refer(static_cast<const Object*>(n->imm.pointer));
    immediate = reinterpret_cast<uint64_t>(n->imm.pointer);
  }
  if (n->op >= Op::RuntimeNewTable) immediate = reinterpret_cast<uint64_t>(g_.proto->code + n->pc);
  loadImmediate(x86::rdx, immediate);
  callRuntime(reinterpret_cast<const void*>(functionOf(n->op)));
  saveRegisters(live, true);
  if (n->info().guards()) {
    a_.test(x86::al, x86::al);
    a_.jz(exitOf(n));
  }
  if (n->info().result != ir::Result::Value) return;
  // The result has the type that the function gives; it needs no check.
  lower::Location to = at(n);
  Form form = lower::formOf(n->type);
  Mem value = x86::qword_ptr(x86::rsp), tag_byte = x86::byte_ptr(x86::rsp, 8);
  if (form == Form::Number) {
    Xmm reg = target(to.payload, x86::xmm14);
    a_.movsd(reg, value);
    settle(to.payload, reg);
    return;
  }
  if (form == Form::Word || form == Form::Tagged) {
    Gp reg = target(to.payload, x86::rax);
    a_.mov(reg, value);
    settle(to.payload, reg);
  }
  if (form == Form::Boolean || form == Form::Tagged) {
    Gp reg = target(to.tag, x86::rax);
    a_.movzx(reg.r32(), tag_byte);
    settle(to.tag, reg);
  }
}

} // namespace perigee::x64
