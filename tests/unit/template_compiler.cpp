#include "template_compiler.h"

#include "interpreter/handler.h"
#include "interpreter/tiers.h"

#include <asmjit/x86.h>
#include <cstddef>
#include <vector>

namespace perigee::testing {

int exit_interval = 0;

namespace {

using namespace asmjit;

constexpr x86::Gp kPc = x86::r12, kBase = x86::r13, kThread = x86::r14, kConstants = x86::r15;
constexpr x86::Gp kTable = x86::rdi, kOperands = x86::rsi;

// Thread derives from Object; its layout is that of a plain struct all the same.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winvalid-offsetof"
constexpr int32_t kThreadBase = offsetof(Thread, base);
constexpr int32_t kThreadTop = offsetof(Thread, top);
constexpr int32_t kThreadPc = offsetof(Thread, pc);
constexpr int32_t kThreadPoll = offsetof(Thread, poll);
constexpr int32_t kThreadLimit = offsetof(Thread, stack_limit);
constexpr int32_t kThreadDispatch = offsetof(Thread, dispatch);
#pragma clang diagnostic pop

template <class T> uint64_t addressOf(T* p) { return reinterpret_cast<uint64_t>(p); }
int32_t slot(int64_t i) { return static_cast<int32_t>(i * static_cast<int64_t>(sizeof(Value))); }

void takeExit(Thread* L, NativeCode* unit, uint32_t snapshot) {
  L->global->upcalls.exit_taken(L, unit, snapshot, ExitReason::Type);
}

class Templates {
public:
  Templates(Proto* p, uint32_t entry) : p_(p), entry_(entry) {
    code_.init(Environment::host());
    code_.attach(&a);
    for (uint32_t i = 0; i <= p->code_size; i++) labels_.push_back(a.newLabel());
    unit_ = a.newLabel();
  }

  bool assemble(UnitBuilder& out) {
    enter();
    for (uint32_t pc = 0; pc < p_->code_size; pc++) emit(pc);
    a.int3();
    a.align(AlignMode::kData, 8);
    a.bind(unit_);
    a.embedUInt64(0); // the unit, when it is known
    code_.flatten();
    UnitSizes sizes;
    sizes.code = static_cast<uint32_t>(code_.codeSize());
    sizes.resume_points = p_->code_size;
    sizes.objects = p_->child_count;
    sizes.snapshots = exits_;
    char* writable;
    NativeCode* unit = out.allocate(sizes, &writable);
    if (unit == nullptr) return false;
    code_.relocateToBase(addressOf(unit->code));
    code_.copyFlattenedData(writable, sizes.code);
    std::memcpy(writable + code_.labelOffset(unit_), &unit, sizeof unit);
    unit->entry_offset = 0;
    for (uint32_t pc = 0; pc < p_->code_size; pc++)
      unit->resume[pc] = {pc, static_cast<uint32_t>(code_.labelOffset(labels_[pc]))};
    for (uint32_t i = 0; i < p_->child_count; i++) unit->objects[i] = p_->children[i];
    return true;
  }

private:
  const Instruction* at(uint32_t pc) const { return p_->code + pc; }

  void jump(Handler handler) {
    a.mov(x86::rax, addressOf(reinterpret_cast<void*>(handler)));
    a.jmp(x86::rax);
  }

  void enter() {
    if (entry_ != kFunctionEntry) {
      a.mov(x86::qword_ptr(kThread, kThreadBase), kBase);
      a.jmp(labels_[entry_]);
      return;
    }
    Label slow = a.newLabel();
    a.cmp(x86::dword_ptr(kThread, kThreadPoll), 0);
    a.jne(slow);
    a.mov(x86::rax, x86::qword_ptr(kThread, kThreadLimit));
    a.sub(x86::rax, kBase);
    a.cmp(x86::rax, slot(p_->frame_size + kMetaSlots));
    a.jb(slow);
    a.mov(x86::qword_ptr(kThread, kThreadBase), kBase);
    for (int i = 0; i < p_->parameters; i++) {
      Label given = a.newLabel();
      a.cmp(kOperands, i);
      a.ja(given);
      a.mov(x86::byte_ptr(kBase, slot(i) + 8), 0);
      a.bind(given);
    }
    a.jmp(labels_[0]);
    a.bind(slow);
    jump(enterLuaSlow);
  }

  void loadInstruction(uint32_t pc) {
    a.mov(kPc, addressOf(at(pc + 1)));
    a.mov(kOperands, x86::qword_ptr(kPc, -8));
    a.mov(kConstants, addressOf(p_->constants));
  }

  void emit(uint32_t pc) {
    const Instruction& x = *at(pc);
    a.bind(labels_[pc]);
    if (exit_interval != 0 && (pc + 1) % static_cast<uint32_t>(exit_interval) == 0) emitExit(pc);
    switch (x.op) {
    case Opcode::Call: emitCall(pc, x); return;
    case Opcode::Return:
    case Opcode::Return0:
    case Opcode::Return1:
    case Opcode::TailCall:
      loadInstruction(pc);
      a.mov(kTable, x86::qword_ptr(kThread, kThreadDispatch));
      break;
    default: loadInstruction(pc); a.mov(kTable, addressOf(&kResumeDispatch));
    }
    jump(plainHandler(static_cast<uint8_t>(x.op)));
  }

  // Leaves if the thread's counter of a register happens to be odd: a parameter-less stand-in for a guard.
  void emitExit(uint32_t pc) {
    Label stay = a.newLabel();
    a.test(x86::byte_ptr(kBase, 0), 1);
    a.je(stay);
    a.mov(kPc, addressOf(at(pc)));
    a.mov(x86::qword_ptr(kThread, kThreadPc), kPc);
    a.mov(x86::rdi, kThread);
    a.mov(x86::rsi, x86::ptr(unit_));
    a.mov(x86::edx, exits_++);
    a.sub(x86::rsp, 8);
    a.mov(x86::rax, addressOf(reinterpret_cast<void*>(takeExit)));
    a.call(x86::rax);
    a.add(x86::rsp, 8);
    jump(continueInterpreted);
    a.bind(stay);
  }

  void emitCall(uint32_t pc, const Instruction& x) {
    int delta = x.a + kFrameSlots;
    Label back = a.newLabel();
    if (x.b != 0) {
      a.mov(kOperands, x.b - 1);
    } else {
      a.mov(kOperands, x86::qword_ptr(kThread, kThreadTop));
      a.sub(kOperands, kBase);
      a.sub(kOperands, slot(delta));
      a.shr(kOperands, 4);
    }
    a.add(kBase, slot(delta));
    a.lea(x86::rax, x86::ptr(back));
    a.mov(x86::qword_ptr(kBase, -16), x86::rax);
    uint64_t link = static_cast<uint64_t>(Tag::Frame) | static_cast<uint64_t>(FrameKind::Native) << 8 |
                    static_cast<uint64_t>(static_cast<uint16_t>(x.c - 1)) << 16 |
                    static_cast<uint64_t>(delta) << 32;
    a.mov(x86::rax, link);
    a.mov(x86::qword_ptr(kBase, -8), x86::rax);
    a.mov(kTable, x86::qword_ptr(kThread, kThreadDispatch));
    jump(callAny);
    a.embedUInt64(addressOf(at(pc + 1)));
    a.bind(back);
    a.sub(kBase, slot(delta));
    a.mov(x86::qword_ptr(kThread, kThreadBase), kBase);
    a.jmp(labels_[pc + 1]);
  }

  Proto* p_;
  uint32_t entry_;
  uint32_t exits_ = 0;
  CodeHolder code_;
  x86::Assembler a;
  std::vector<Label> labels_;
  Label unit_;
};

} // namespace

bool compileTemplate(Thread* L, Proto* p, uint32_t entry_pc, UnitBuilder& out, const char** reason) {
  if (L->global->ticks.counts) { // templates charge for nothing
    *reason = "ticks are counted";
    return false;
  }
  if (p->code_size > 20'000) {
    *reason = "too large";
    return false;
  }
  return Templates(p, entry_pc).assemble(out);
}

} // namespace perigee::testing
