// Inlined functions: what proves that they are the ones called, and their frames where somebody may look.

#include "compiler/x64/offsets.h"
#include "compiler/x64/snapshot.h"
#include "compiler/x64/unit_emitter.h"

namespace perigee::x64 {

namespace x86 = asmjit::x86;

// A C function has its address where a closure has its prototype, and that is never one.
void UnitEmitter::guardPrototype(const Node* n) {
  refer(static_cast<const Object*>(n->imm.pointer));
  a_.mov(x86::rcx, reinterpret_cast<uint64_t>(n->imm.pointer));
  a_.cmp(x86::qword_ptr(payload(n->inputs[0], x86::rax), offsets::kLuaFunctionProto), x86::rcx);
  a_.jne(exitOf(n));
}

void UnitEmitter::guardNative(const Node* n) {
  a_.mov(x86::rcx, reinterpret_cast<uint64_t>(n->imm.pointer));
  a_.cmp(payload(n->inputs[0], x86::rax), x86::rcx);
  a_.jne(exitOf(n));
}

void UnitEmitter::guardRoom(const Node* n) {
  a_.lea(x86::rax, x86::ptr(x86::r13, static_cast<int32_t>(n->imm.index * 16)));
  a_.cmp(x86::rax, x86::qword_ptr(x86::r14, offsets::kThreadStackLimit));
  a_.ja(exitOf(n));
}

// In front of a function of the runtime that may look at the stack: inlined functions get links, as if the
// interpreter had called them (it is told to go on where the calls are), and the innermost is the one that
// runs. The functions themselves lie in their home slots, like all that is live.
void UnitEmitter::enterActivation(const Node* n) {
  const ir::Activation* innermost = &g_.activationAt(n->pc);
  if (!innermost->isInlined()) return;
  for (const ir::Activation* a = innermost; a->isInlined();) {
    const ir::Activation* caller = &g_.activationAt(a->call_pc);
    FrameLink link = linkOfInlined(g_, *a);
    a_.mov(x86::rax, reinterpret_cast<uint64_t>(link.return_pc));
    a_.mov(home(a->base - 1, 0, 8), x86::rax);
    uint64_t word;
    __builtin_memcpy(&word, reinterpret_cast<const char*>(&link) + 8, 8);
    a_.mov(x86::rax, word);
    a_.mov(home(a->base - 1, 8, 8), x86::rax);
    a = caller;
  }
  a_.lea(x86::rax, x86::ptr(x86::r13, static_cast<int32_t>(innermost->base * 16)));
  a_.mov(x86::qword_ptr(x86::r14, offsets::kThreadBase), x86::rax);
}

void UnitEmitter::leaveActivation(const Node* n) {
  if (g_.activationAt(n->pc).isInlined()) a_.mov(x86::qword_ptr(x86::r14, offsets::kThreadBase), x86::r13);
}

} // namespace perigee::x64
