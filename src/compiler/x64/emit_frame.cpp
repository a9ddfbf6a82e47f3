// Where code is entered and left: the function's entry, calls, returns, and instructions that the interpreter
// executes. What is at each of these places is said in vm/native_code.h and interpreter/handler.h.

#include "compiler/x64/offsets.h"
#include "compiler/x64/unit_emitter.h"
#include "interpreter/tiers.h"
#include "vm/feedback.h"

namespace perigee::x64 {

namespace x86 = asmjit::x86;

void UnitEmitter::openFrame() {
  if (frame_size_ != 0) a_.sub(x86::rsp, frame_size_);
}
void UnitEmitter::closeFrame() {
  if (frame_size_ != 0) a_.add(x86::rsp, frame_size_);
}

void UnitEmitter::jumpTo(const void* address) {
  a_.mov(x86::rdx, reinterpret_cast<uint64_t>(address));
  a_.jmp(x86::rdx);
}

// --- entry -------------------------------------------------------------------------------------------------

void UnitEmitter::emitEntry() {
  if (g_.entry_pc != kFunctionEntry) { // from a backward jump of the interpreter: nothing to be checked
    openFrame();
    loadTicks();
    return;
  }
  const Proto* p = g_.proto;
  Label slow = a_.newLabel(), fill = a_.newLabel();
  if (p->parameters > 0) {
    a_.cmp(x86::rsi, static_cast<int>(p->parameters));
    a_.jb(fill);
  }
  a_.bind(exact_entry_);
  // Functions of the library that are operations here would find the stack too small as the interpreter calls
  // them.
  int room = p->frame_size + kNativeSlots;
  auto checkRoom = [this, room, slow] {
    a_.lea(x86::rax, x86::ptr(x86::r13, room * 16));
    a_.cmp(x86::rax, x86::qword_ptr(x86::r14, offsets::kThreadStackLimit));
    a_.ja(slow);
  };
  checkRoom();
  a_.cmp(x86::dword_ptr(x86::r14, offsets::kThreadPoll), 0);
  a_.jne(slow);
  a_.mov(x86::qword_ptr(x86::r14, offsets::kThreadBase), x86::r13);
  openFrame();
  slow_paths_.push_back([this, slow, fill, checkRoom, p] {
    a_.bind(slow);
    storeTicks();
    jumpTo(reinterpret_cast<const void*>(enterLuaSlow));
    if (p->parameters == 0) return;
    a_.bind(fill); // absent arguments are nil
    checkRoom();
    Label next = a_.newLabel();
    a_.mov(x86::rax, x86::rsi);
    a_.shl(x86::rax, 4);
    a_.bind(next);
    a_.mov(x86::byte_ptr(x86::r13, x86::rax, 0, 8), static_cast<int>(Tag::Nil));
    a_.add(x86::rax, 16);
    a_.cmp(x86::rax, static_cast<int>(p->parameters) * 16);
    a_.jb(next);
    a_.jmp(exact_entry_);
  });
}

void UnitEmitter::poll(const Node* n) {
  a_.cmp(x86::dword_ptr(x86::r14, offsets::kThreadPoll), 0);
  a_.jne(exitOf(n));
}

// --- ticks -------------------------------------------------------------------------------------------------

// The interpreter, to which the exit leads, finds out whether the program is to pause.
void UnitEmitter::charge(const Node* n) {
  Label spent = exitOf(n);
  exits_.back().refund = n->imm.index;
  a_.sub(general(kTicks), n->imm.index);
  a_.js(spent);
}

// Around whatever else may charge or look at the account. But where a function is entered or a call returns
// the register is right already (interpreter/tiers.h, ticksInRegister).
void UnitEmitter::loadTicks(Gp scratch) {
  if (!g_.counts_ticks) return;
  a_.mov(scratch, x86::qword_ptr(x86::r14, offsets::kThreadGlobal));
  a_.mov(general(kTicks), x86::qword_ptr(scratch, offsets::kStateTicksLeft));
}
void UnitEmitter::storeTicks(Gp scratch) {
  if (!g_.counts_ticks) return;
  a_.mov(scratch, x86::qword_ptr(x86::r14, offsets::kThreadGlobal));
  a_.mov(x86::qword_ptr(scratch, offsets::kStateTicksLeft), general(kTicks));
}

// --- calls -------------------------------------------------------------------------------------------------

// Was the running function itself called here, with all its arguments? The offset of a C function's address
// is that of the prototype, which it never equals.
bool UnitEmitter::callsItself(const Node* n) const {
  const Proto* p = g_.proto;
  const Instruction& x = p->code[n->pc];
  if (g_.entry_pc != kFunctionEntry || p->isVararg() || p->feedback == nullptr || x.op != Opcode::Call)
    return false;
  const SiteFeedback& f = p->feedback[n->pc];
  return f.onlyFunction() == p && x.b == p->parameters + 1;
}

// Writes the link of a call to the function in register `callee`.
void UnitEmitter::layLink(int callee, int wanted, const Label& back) {
  a_.lea(x86::rax, x86::ptr(back));
  a_.mov(home(static_cast<uint32_t>(callee + 1), 0, 8), x86::rax);
  uint64_t word = static_cast<uint64_t>(Tag::Frame) | static_cast<uint64_t>(FrameKind::Native) << 8 |
                  static_cast<uint64_t>(static_cast<uint16_t>(wanted)) << 16 |
                  static_cast<uint64_t>(callee + kFrameSlots) << 32;
  a_.mov(x86::rax, word);
  a_.mov(home(static_cast<uint32_t>(callee + 1), 8, 8), x86::rax);
}

// Where the call at `pc` returns to.
void UnitEmitter::continueAt(int callee, uint32_t pc, const Label& back) {
  a_.align(asmjit::AlignMode::kCode, 8);
  a_.embedUInt64(reinterpret_cast<uint64_t>(g_.proto->code + pc + 1)); // callerPc
  a_.bind(back);
  a_.sub(x86::r13, (callee + kFrameSlots) * 16);
  a_.mov(x86::qword_ptr(x86::r14, offsets::kThreadBase), x86::r13);
}

// Calls by way of handler `target`. rsi: number of arguments. The machine's frame is closed.
void UnitEmitter::callFrom(int callee, int wanted, uint32_t pc, const void* target) {
  Label back = a_.newLabel();
  layLink(callee, wanted, back);
  a_.add(x86::r13, (callee + kFrameSlots) * 16);
  a_.mov(x86::rdi, x86::qword_ptr(x86::r14, offsets::kThreadDispatch));
  jumpTo(target);
  continueAt(callee, pc, back);
}

// The callee's frame is laid out, rsi its number of arguments: to its code, by the shortest way to the
// function that was called here before.
void UnitEmitter::enterCallee(const Node* n) {
  const SiteFeedback* f = g_.proto->feedback == nullptr ? nullptr : &g_.proto->feedback[n->pc];
  bool one = f != nullptr && f->target != nullptr && !(f->flags & SiteFeedback::kSeveralTargets);
  bool light = one && (f->flags & SiteFeedback::kLightTarget);
  bool itself = callsItself(n);
  Label unknown = a_.newLabel();
  if (!itself) storeTicks();
  a_.mov(x86::rdi, x86::qword_ptr(x86::r14, offsets::kThreadDispatch));
  a_.cmp(x86::byte_ptr(x86::r13, -32 + 8), static_cast<int>(light ? Tag::LightFunction : Tag::Function));
  a_.jne(unknown);
  slow_paths_.push_back([this, itself, unknown] {
    a_.bind(unknown);
    if (itself) storeTicks();
    jumpTo(reinterpret_cast<const void*>(callAny));
  });
  if (light) return jumpTo(reinterpret_cast<const void*>(enterLight));
  a_.mov(x86::rax, x86::qword_ptr(x86::r13, -32));
  if (one && !f->target->isVararg()) {
    Label other = a_.newLabel();
    refer(f->target);
    a_.mov(x86::rdx, reinterpret_cast<uint64_t>(f->target));
    a_.cmp(x86::qword_ptr(x86::rax, offsets::kLuaFunctionProto), x86::rdx);
    if (itself) {
      a_.je(exact_entry_);
      storeTicks(x86::rcx);
    } else {
      a_.jne(other);
      a_.jmp(x86::qword_ptr(x86::rdx, offsets::kProtoEntry));
      slow_paths_.push_back([this, other] {
        a_.bind(other);
        enterFunction();
      });
      return;
    }
  }
  enterFunction();
}

// The function in rax: a Lua function without variable arguments is entered through its prototype at once.
void UnitEmitter::enterFunction() {
  Label other = a_.newLabel();
  a_.mov(x86::rcx, x86::qword_ptr(x86::rax, offsets::kFunctionEntry));
  a_.mov(x86::rdx, reinterpret_cast<uint64_t>(enterLua));
  a_.cmp(x86::rcx, x86::rdx);
  a_.jne(other);
  a_.mov(x86::rax, x86::qword_ptr(x86::rax, offsets::kLuaFunctionProto));
  a_.jmp(x86::qword_ptr(x86::rax, offsets::kProtoEntry));
  a_.bind(other);
  a_.jmp(x86::rcx);
}

void UnitEmitter::call(const Node* n) {
  const Instruction& x = g_.proto->code[n->pc];
  bool iterator = x.op == Opcode::GenericCall; // calls copies of the loop's state, three registers above it
  int callee = iterator ? x.a + 4 : x.a;
  int wanted = iterator ? x.c : x.c - 1;
  Label back = a_.newLabel();
  closeFrame();
  layLink(callee, wanted, back);
  if (iterator) {
    a_.mov(x86::esi, 2);
  } else if (x.b != 0) {
    loadImmediate(x86::rsi, x.b - 1u);
  } else {
    countToTop(callee + kFrameSlots);
  }
  a_.add(x86::r13, (callee + kFrameSlots) * 16);
  enterCallee(n);
  continueAt(callee, n->pc, back);
  openFrame();
}

// The frame at r13 becomes that of a function called last: what its link says, and what is known of the
// caller. rdi is what handlers find there. Spoils rax.
void UnitEmitter::takeFrame() {
  a_.or_(x86::byte_ptr(x86::r13, -16 + 9), static_cast<int>(kTailCalledBit));
  a_.mov(x86::eax, x86::dword_ptr(x86::r13, -16 + 12)); // the caller's distance
  a_.shl(x86::rax, 4);
  a_.neg(x86::rax);
  a_.add(x86::rax, x86::r13);
  a_.mov(x86::qword_ptr(x86::r14, offsets::kThreadBase), x86::rax);
  a_.mov(x86::rdi, x86::qword_ptr(x86::r14, offsets::kThreadDispatch));
}

// The callee's frame takes the place of this one, whose link stays. No input lies in a home slot.
void UnitEmitter::tailCall(const Node* n) {
  storeTicks();
  Gp callee = payload(n->inputs[0], x86::rcx);
  a_.mov(x86::rdx, reinterpret_cast<uint64_t>(enterLua));
  a_.cmp(x86::qword_ptr(callee, offsets::kFunctionEntry), x86::rdx);
  a_.jne(exitOf(n));
  a_.mov(x86::qword_ptr(x86::r13, -32), callee);
  a_.mov(x86::rdx, x86::qword_ptr(callee, offsets::kLuaFunctionProto));
  for (uint32_t i = 1; i < n->input_count; ++i) storeValue(n->inputs[i], home(i - 1, 0, 8));
  closeFrame();
  takeFrame();
  loadImmediate(x86::rsi, n->input_count - 1);
  const SiteFeedback* f = g_.proto->feedback;
  bool itself = f != nullptr && f[n->pc].target == g_.proto && g_.entry_pc == kFunctionEntry;
  if (itself && n->input_count - 1 == g_.proto->parameters) {
    a_.mov(x86::rax, reinterpret_cast<uint64_t>(g_.proto));
    a_.cmp(x86::rdx, x86::rax);
    a_.je(exact_entry_);
  }
  a_.jmp(x86::qword_ptr(x86::rdx, offsets::kProtoEntry));
}

void UnitEmitter::returns(const Node* n) {
  uint32_t reg = g_.proto->code[n->pc].a;
  int count = static_cast<int>(n->input_count);
  Label other = a_.newLabel(), fits = a_.newLabel();
  auto linkOf = [](FrameKind kind, int wanted) {
    return static_cast<int32_t>(static_cast<uint32_t>(Tag::Frame) | static_cast<uint32_t>(kind) << 8 |
                                static_cast<uint32_t>(static_cast<uint16_t>(wanted)) << 16);
  };
  a_.cmp(x86::dword_ptr(x86::r13, -16 + 8), linkOf(FrameKind::Native, count));
  a_.jne(other);
  a_.bind(fits);
  // One value lies in the function's slot; the link behind it is whole until the jump.
  if (count == 1) storeValue(n->inputs[0], x86::ptr(x86::r13, -32));
  closeFrame();
  a_.jmp(x86::qword_ptr(x86::r13, -16));
  slow_paths_.push_back([this, n, reg, count, other, fits, linkOf] {
    a_.bind(other);
    Label general_way = a_.newLabel();
    // To compiled code that wants as many, or all: the tail-call bit does not count.
    a_.mov(x86::edx, x86::dword_ptr(x86::r13, -16 + 8));
    a_.and_(x86::edx, ~(static_cast<int32_t>(kTailCalledBit) << 8));
    a_.cmp(x86::edx, linkOf(FrameKind::Native, count));
    a_.je(fits);
    if (count == 1) { // to C++ code that wants as many
      Label elsewhere = a_.newLabel();
      a_.cmp(x86::edx, linkOf(FrameKind::Entry, 1));
      a_.jne(elsewhere);
      storeValue(n->inputs[0], x86::ptr(x86::r13, -32));
      closeFrame();
      storeTicks();
      jumpTo(reinterpret_cast<const void*>(returnOneToEntry));
      a_.bind(elsewhere);
    }
    a_.cmp(x86::edx, linkOf(FrameKind::Native, kAllResults));
    a_.jne(general_way);
    a_.lea(x86::rax, x86::ptr(x86::r13, -32 + 16 * count));
    a_.mov(x86::qword_ptr(x86::r14, offsets::kThreadTop), x86::rax);
    a_.jmp(fits);
    a_.bind(general_way);
    if (count == 1) storeValue(n->inputs[0], home(reg, 0, 8));
    closeFrame();
    storeTicks();
    a_.lea(x86::r15, x86::ptr(x86::r13, static_cast<int>(reg) * 16));
    loadImmediate(x86::rsi, static_cast<uint64_t>(count));
    a_.mov(x86::rdi, x86::qword_ptr(x86::r14, offsets::kThreadDispatch));
    jumpTo(reinterpret_cast<const void*>(returnValues));
  });
}

// --- the interpreter ---------------------------------------------------------------------------------------

// The instruction's own handler; `resumes`: compiled code takes over again behind it.
void UnitEmitter::jumpToHandler(uint32_t pc, bool resumes) {
  const Instruction& x = g_.proto->code[pc];
  closeFrame();
  storeTicks();
  a_.mov(x86::r12, reinterpret_cast<uint64_t>(g_.proto->code + pc + 1));
  a_.mov(x86::r15, reinterpret_cast<uint64_t>(g_.proto->constants));
  if (resumes) {
    a_.mov(x86::rdi, reinterpret_cast<uint64_t>(&kResumeDispatch));
  } else {
    a_.mov(x86::rdi, x86::qword_ptr(x86::r14, offsets::kThreadDispatch));
  }
  int64_t bits;
  __builtin_memcpy(&bits, &x, 8);
  loadLiteral(x86::rsi, bits);
  jumpTo(reinterpret_cast<const void*>(plainHandler(static_cast<uint8_t>(x.op))));
}

void UnitEmitter::resumePoint(uint32_t pc) {
  for (const ResumePoint& r : resume_) {
    if (r.pc == pc) return; // one is as good as the other
  }
  resume_.push_back({pc, static_cast<uint32_t>(a_.offset())});
  openFrame();
  loadTicks();
}

void UnitEmitter::interpret(const Node* n) {
  jumpToHandler(n->pc, true);
  resumePoint(n->pc + 1);
}

void UnitEmitter::interpretBranch(const Node* n) { jumpToHandler(n->pc, true); }
void UnitEmitter::leave(const Node* n) { jumpToHandler(n->pc, false); }

} // namespace perigee::x64
