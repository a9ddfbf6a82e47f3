// Lists of values: variable arguments, results and arguments of any number, and what ends a function with
// them. They lie in home slots; nothing else is in a register by then.

#include "compiler/x64/offsets.h"
#include "compiler/x64/unit_emitter.h"
#include "interpreter/tiers.h"
#include "vm/work.h"

namespace perigee::x64 {

namespace x86 = asmjit::x86;

void UnitEmitter::varargCount(const Node* n) {
  Gp to = target(at(n).payload, x86::rax);
  a_.mov(to.r32(), x86::dword_ptr(x86::r13, -32 + 12)); // varargDistance
  a_.sub(to.r32(), kFrameSlots + g_.proto->parameters);
  settle(at(n).payload, to);
}

// The variable arguments lie in front of the function's slot (vm/frame.h). Copied from the first on, by an
// index that runs up to 0.
void UnitEmitter::spreadVarargs(const Node* n) {
  Label done = a_.newLabel(), next = a_.newLabel();
  int reg = static_cast<int>(n->imm.index);
  a_.mov(x86::ecx, x86::dword_ptr(x86::r13, -32 + 12)); // varargDistance
  a_.sub(x86::ecx, kFrameSlots + g_.proto->parameters);
  a_.shl(x86::rcx, 4);
  a_.lea(x86::rdx, x86::ptr(x86::r13, x86::rcx, 0, reg * 16));
  a_.lea(x86::rax, x86::ptr(x86::rdx, kMetaSlots * 16));
  a_.cmp(x86::rax, x86::qword_ptr(x86::r14, offsets::kThreadStackLimit));
  a_.ja(exitOf(n));
  if (g_.counts_ticks) { // the interpreter charges for many
    a_.cmp(x86::rcx, 16 * static_cast<int>(kElementsForATick));
    a_.ja(exitOf(n));
  }
  a_.mov(x86::qword_ptr(x86::r14, offsets::kThreadTop), x86::rdx);
  a_.neg(x86::rcx);
  a_.jz(done);
  a_.bind(next);
  a_.mov(x86::rax, x86::qword_ptr(x86::r13, x86::rcx, 0, -32));
  a_.mov(x86::qword_ptr(x86::rdx, x86::rcx), x86::rax);
  a_.movzx(x86::eax, x86::byte_ptr(x86::r13, x86::rcx, 0, -32 + 8));
  a_.mov(x86::byte_ptr(x86::rdx, x86::rcx, 0, 8), x86::al);
  a_.add(x86::rcx, 16);
  a_.jnz(next);
  a_.bind(done);
}

// rsi values at rcx go to rdx, which is lower. Spoils rax, rcx, rdx, rdi and r8.
void UnitEmitter::copyValues() {
  Label done = a_.newLabel(), next = a_.newLabel();
  a_.mov(x86::r8, x86::rsi);
  a_.shl(x86::r8, 4);
  a_.jz(done);
  a_.add(x86::rcx, x86::r8);
  a_.add(x86::rdx, x86::r8);
  a_.neg(x86::r8);
  a_.bind(next);
  a_.mov(x86::rax, x86::qword_ptr(x86::rcx, x86::r8));
  a_.movzx(x86::edi, x86::byte_ptr(x86::rcx, x86::r8, 0, 8));
  a_.mov(x86::qword_ptr(x86::rdx, x86::r8), x86::rax);
  a_.mov(x86::byte_ptr(x86::rdx, x86::r8, 0, 8), x86::dil);
  a_.add(x86::r8, 16);
  a_.jnz(next);
  a_.bind(done);
}

// The same for a number that is known, with `to` and `from` as they are.
void UnitEmitter::copyValues(int count, Mem to, Mem from) {
  for (int i = 0; i < count; ++i) {
    a_.mov(x86::rax, from.cloneAdjusted(16 * i));
    a_.movzx(x86::edi,
             x86::byte_ptr(x86::gpq(from.baseId()), static_cast<int32_t>(from.offset()) + 16 * i + 8));
    a_.mov(to.cloneAdjusted(16 * i), x86::rax);
    a_.mov(x86::byte_ptr(x86::gpq(to.baseId()), static_cast<int32_t>(to.offset()) + 16 * i + 8), x86::dil);
  }
}

// rsi := number of values from register `reg` on up to the top.
void UnitEmitter::countToTop(int reg) {
  a_.mov(x86::rsi, x86::qword_ptr(x86::r14, offsets::kThreadTop));
  a_.sub(x86::rsi, x86::r13);
  if (reg != 0) a_.sub(x86::rsi, reg * 16);
  a_.shr(x86::rsi, 4);
}

// Returns the values from register `reg` on: `count` of them, or up to the top if it is negative. The
// machine's frame is closed.
void UnitEmitter::returnValuesFrom(int reg, int count) {
  constexpr int kMostUnrolled = 4;
  Label exact = a_.newLabel(), all = a_.newLabel(), copy = a_.newLabel(), general_way = a_.newLabel();
  bool unrolled = count >= 0 && count <= kMostUnrolled;
  a_.lea(x86::r15, x86::ptr(x86::r13, reg * 16));
  if (count < 0) {
    countToTop(reg);
  } else {
    loadImmediate(x86::rsi, static_cast<uint64_t>(count));
  }
  if (g_.proto->isVararg()) { // returns from where the frame lay first
    a_.mov(x86::eax, x86::dword_ptr(x86::r13, -32 + 12));
    a_.shl(x86::rax, 4);
    a_.sub(x86::r13, x86::rax);
  }
  constexpr uint32_t kNative = static_cast<uint32_t>(Tag::Frame) | static_cast<uint32_t>(FrameKind::Native)
                                                                       << 8;
  a_.mov(x86::edx, x86::dword_ptr(x86::r13, -16 + 8));
  if (unrolled) {
    a_.cmp(x86::edx, static_cast<int32_t>(kNative | static_cast<uint32_t>(count) << 16));
    a_.je(exact);
  }
  a_.movzx(x86::eax, x86::dx);
  a_.and_(x86::eax, 0xFFFF & ~(int{kTailCalledBit} << 8));
  a_.cmp(x86::eax, static_cast<int32_t>(kNative));
  a_.jne(general_way);
  a_.sar(x86::edx, 16);
  a_.js(all);
  a_.cmp(x86::edx, x86::esi);
  a_.ja(general_way); // nil is to be added
  a_.mov(x86::esi, x86::edx);
  a_.jmp(copy);
  a_.bind(all);
  a_.mov(x86::rax, x86::rsi);
  a_.shl(x86::rax, 4);
  a_.lea(x86::rax, x86::ptr(x86::r13, x86::rax, 0, -32));
  a_.mov(x86::qword_ptr(x86::r14, offsets::kThreadTop), x86::rax);
  a_.bind(copy);
  a_.mov(x86::rbx, x86::qword_ptr(x86::r13, -16)); // two values or more lie over the link
  a_.mov(x86::rcx, x86::r15);
  a_.lea(x86::rdx, x86::ptr(x86::r13, -32));
  copyValues();
  loadTicks();
  a_.jmp(x86::rbx);
  if (unrolled) {
    a_.bind(exact);
    a_.mov(x86::rbx, x86::qword_ptr(x86::r13, -16));
    copyValues(count, x86::qword_ptr(x86::r13, -32), x86::qword_ptr(x86::r15));
    loadTicks();
    a_.jmp(x86::rbx);
  }
  a_.bind(general_way);
  a_.mov(x86::rdi, x86::qword_ptr(x86::r14, offsets::kThreadDispatch));
  jumpTo(reinterpret_cast<const void*>(returnValues));
}

void UnitEmitter::returnRange(const Node* n) {
  const Instruction& x = g_.proto->code[n->pc];
  closeFrame();
  storeTicks();
  returnValuesFrom(x.a, x.b - 1);
}

// A Lua function takes the place of the frame, whose link stays. A C function sees it as its caller: it is
// called, and its results are returned.
void UnitEmitter::tailCallRange(const Node* n) {
  const Instruction& x = g_.proto->code[n->pc];
  Label other = a_.newLabel(), native = a_.newLabel();
  storeTicks();
  a_.cmp(x86::byte_ptr(x86::r13, x.a * 16 + 8), static_cast<int>(Tag::Function));
  a_.jne(other);
  a_.mov(x86::rbx, x86::qword_ptr(x86::r13, x.a * 16));
  a_.test(x86::byte_ptr(x86::rbx, offsets::kObjectFlags), static_cast<int>(Function::kNative));
  a_.jnz(native);
  int first = x.a + kFrameSlots;
  auto countArguments = [this, x, first] {
    if (x.b != 0) {
      loadImmediate(x86::rsi, x.b - 1u);
    } else {
      countToTop(first);
    }
  };
  closeFrame();
  countArguments();
  a_.lea(x86::rcx, x86::ptr(x86::r13, first * 16));
  if (g_.proto->isVararg()) {
    a_.mov(x86::eax, x86::dword_ptr(x86::r13, -32 + 12));
    a_.shl(x86::rax, 4);
    a_.sub(x86::r13, x86::rax);
  }
  a_.mov(x86::qword_ptr(x86::r13, -32), x86::rbx);
  a_.mov(x86::rdx, x86::r13);
  copyValues();
  takeFrame();
  a_.mov(x86::rax, x86::rbx);
  enterFunction();
  slow_paths_.push_back([this, n, x, countArguments, other, native] {
    a_.bind(other);
    a_.cmp(x86::byte_ptr(x86::r13, x.a * 16 + 8), static_cast<int>(Tag::LightFunction));
    a_.jne(exitOf(n));
    a_.bind(native);
    closeFrame();
    countArguments();
    callFrom(x.a, kAllResults, n->pc, reinterpret_cast<const void*>(callAny));
    returnValuesFrom(x.a, -1);
  });
}

} // namespace perigee::x64
