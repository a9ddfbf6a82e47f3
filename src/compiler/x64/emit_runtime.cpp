// Calls of functions of the runtime (compiler/runtime.h).

#include "compiler/x64/offsets.h"
#include "compiler/x64/unit_emitter.h"
#include "interpreter/operations.h"

namespace perigee::x64 {

namespace x86 = asmjit::x86;
using namespace ir::types;

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
      runtime::arithmetic, runtime::less,     runtime::lessEqual, runtime::equal,   runtime::getField,
      runtime::setField,   runtime::getIndex, runtime::setIndex,  runtime::length,  runtime::addNewField,
      runtime::substring,  runtime::append,   runtime::makeTable, runtime::setList, runtime::makeClosure,
      runtime::concat,     runtime::next,     runtime::close};
  return kFunctions[static_cast<int>(op) - static_cast<int>(Op::RuntimeArithmetic)];
}

} // namespace

// to := the number as a float; jumps to `otherwise` if it is none, or, if it must be exact, an integer that
// floats of its size leave out.
void UnitEmitter::loadAsFloat(const Node* v, Xmm to, bool exact, Label otherwise) {
  Label is_integer = a_.newLabel(), done = a_.newLabel();
  Gp bits = payload(v, x86::rax);
  if (v->type == kFloat) return a_.movq(to, bits), void();
  if (v->type != kInteger) {
    a_.cmp(tag(v, x86::rdx).r32(), static_cast<int>(Tag::Integer));
    a_.je(is_integer);
    if (v->type.overlaps(kFloat)) {
      a_.cmp(tag(v, x86::rdx).r32(), static_cast<int>(Tag::Float));
      a_.jne(otherwise);
      a_.movq(to, bits);
      a_.jmp(done);
    } else {
      a_.jmp(otherwise);
    }
    a_.bind(is_integer);
  }
  if (exact) {
    a_.mov(x86::rcx, int64_t{1} << 53);
    a_.lea(x86::rdx, x86::ptr(x86::rcx, bits));
    a_.add(x86::rcx, x86::rcx);
    a_.cmp(x86::rdx, x86::rcx);
    a_.ja(otherwise);
  }
  a_.xorps(to, to);
  a_.cvtsi2sd(to, bits);
  a_.bind(done);
}

// Numbers of both kinds: integers by integer operations, if one is a float both as floats. What else there is
// goes to the function of the runtime.
void UnitEmitter::mixedNumbers(const Node* n) {
  bool compares = n->is(Op::RuntimeLess) || n->is(Op::RuntimeLessEqual);
  Arithmetic op = static_cast<Arithmetic>(n->imm.index);
  bool simple = compares || op == Arithmetic::Add || op == Arithmetic::Sub || op == Arithmetic::Mul;
  const Node* a = n->inputs[0];
  const Node* b = n->inputs[1];
  bool both_kinds = a->type.overlaps(kNumber) && b->type.overlaps(kNumber);
  Form form = lower::formOf(n->type);
  if (!simple || !both_kinds || form != (compares ? Form::Boolean : Form::Tagged)) return runtimeCall(n);
  Label not_integers = a_.newLabel(), slow = a_.newLabel(), done = a_.newLabel();
  auto finish = [&](Tag result) {
    if (compares) {
      a_.movzx(x86::eax, x86::al);
      a_.inc(x86::eax); // the tags of false and true
      settle(at(n).tag, x86::rax);
    } else {
      settle(at(n).payload, x86::rax);
      a_.mov(x86::edx, static_cast<int>(result));
      settle(at(n).tag, x86::rdx);
    }
  };
  bool or_equal = n->is(Op::RuntimeLessEqual);
  if (a->type.overlaps(kInteger) && b->type.overlaps(kInteger)) {
    for (const Node* v : {a, b}) {
      if (v->type == kInteger) continue;
      a_.cmp(tag(v, x86::rdx).r32(), static_cast<int>(Tag::Integer));
      a_.jne(not_integers);
    }
    Gp left = payload(a, x86::rax), right = payload(b, x86::rcx);
    if (compares) {
      a_.cmp(left, right);
      a_.set(or_equal ? Condition::kLE : Condition::kL, x86::al);
    } else {
      if (left != x86::rax) a_.mov(x86::rax, left);
      a_.emit(op == Arithmetic::Add   ? x86::Inst::kIdAdd
              : op == Arithmetic::Sub ? x86::Inst::kIdSub
                                      : x86::Inst::kIdImul,
              x86::rax, right);
    }
    finish(Tag::Integer);
    a_.jmp(done);
  }
  a_.bind(not_integers);
  loadAsFloat(a, x86::xmm14, compares, slow);
  loadAsFloat(b, x86::xmm15, compares, slow);
  if (compares) {
    a_.ucomisd(x86::xmm15, x86::xmm14);
    a_.set(or_equal ? Condition::kAE : Condition::kA, x86::al);
  } else {
    a_.emit(op == Arithmetic::Add   ? x86::Inst::kIdAddsd
            : op == Arithmetic::Sub ? x86::Inst::kIdSubsd
                                    : x86::Inst::kIdMulsd,
            x86::xmm14, x86::xmm15);
    a_.movq(x86::rax, x86::xmm14);
  }
  finish(Tag::Float);
  a_.bind(done);
  slow_paths_.push_back([this, n, slow, done] {
    a_.bind(slow);
    runtimeCall(n);
    a_.jmp(done);
  });
}

// All it needs and gives lies in home slots.
void UnitEmitter::stepNext(const Node* n) {
  lower::Allocation::Live live = allocation_.liveAcross(n);
  saveRegisters(live, false);
  a_.lea(x86::rsi, home(g_.instructionAt(n->pc)->a, 0, 8));
  a_.mov(x86::rdi, x86::r14);
  callRuntime(reinterpret_cast<const void*>(functionOf(n->op)));
  saveRegisters(live, true);
  a_.test(x86::al, x86::al);
  a_.jz(exitOf(n));
}

void UnitEmitter::runtimeCall(const Node* n) {
  lower::Allocation::Live live = allocation_.liveAcross(n);
  for (uint32_t i = 0; i < n->input_count; ++i)
    storeValue(n->inputs[i], x86::ptr(x86::rsp, static_cast<int32_t>(16 * i)));
  saveRegisters(live, false);
  if (n->info().isSafepoint()) {
    a_.mov(x86::rax, reinterpret_cast<uint64_t>(g_.instructionAt(n->pc) + 1));
    a_.mov(x86::qword_ptr(x86::r14, offsets::kThreadPc), x86::rax);
    enterActivation(n);
  }
  a_.mov(x86::rdi, x86::r14);
  a_.mov(x86::rsi, x86::rsp);
  uint64_t immediate = n->imm.index;
  if (n->info().immediate == ir::Immediate::Cache) immediate = reinterpret_cast<uint64_t>(&g_.cacheOf(n));
  if (n->is(Op::RuntimeAddField)) {
    refer(static_cast<const Object*>(n->imm.pointer));
    immediate = reinterpret_cast<uint64_t>(n->imm.pointer);
  }
  if (n->op >= Op::RuntimeNewTable) immediate = reinterpret_cast<uint64_t>(g_.instructionAt(n->pc));
  loadImmediate(x86::rdx, immediate);
  storeTicks(); // the function may charge for its work
  callRuntime(reinterpret_cast<const void*>(functionOf(n->op)));
  loadTicks(x86::rdx);
  saveRegisters(live, true);
  if (n->info().isSafepoint()) leaveActivation(n);
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
