// Operands of instructions, and the tables of a prototype.

#include "bytecode/dump.h"
#include "bytecode/proto_verifier.h"
#include "support/libm.h"

namespace perigee {

namespace {

const char* verifyNested(Thread* L, Arena& arena, const Proto* p, int depth) {
  if (depth > kMaxDumpDepth) return "functions nested too deeply";
  ProtoVerifier verifier(L, arena, p);
  if (const char* problem = verifier.run()) return problem;
  for (uint32_t i = 0; i < p->child_count; ++i) {
    if (const char* problem = verifyNested(L, arena, p->children[i], depth + 1)) return problem;
  }
  return nullptr;
}

// How many registers from the operand on the role covers; 0 if it names none.
int registersOf(OperandRole role) {
  switch (role) {
  case OperandRole::W:
  case OperandRole::R:
  case OperandRole::RW: return 1;
  case OperandRole::W2:
  case OperandRole::R2:
  case OperandRole::CALL: return 2;
  case OperandRole::W3:
  case OperandRole::R3: return 3;
  case OperandRole::W4:
  case OperandRole::R4:
  case OperandRole::RW4: return 4;
  default: return 0;
  }
}

bool isConstantArithmetic(Opcode op) { return op >= Opcode::AddK && op <= Opcode::ShrK; }

// ForWrap does not poll itself, but leads to a loop that does.
bool leadsBack(Opcode op) {
  return op == Opcode::Loop || op == Opcode::ForLoop || op == Opcode::ForWrap || op == Opcode::GenericLoop;
}

} // namespace

const char* verifyProto(Thread* L, Arena& arena, const Proto* main) {
  return verifyNested(L, arena, main, 0);
}

const char* ProtoVerifier::run() {
  if (!checkHead() || !checkUpvalues() || !checkLocals()) return problem_;
  cache_used_ = arena_.array<uint8_t>(p_->cache_count);
  for (uint32_t pc = 0; pc < p_->code_size; ++pc) {
    look(pc);
    if (!checkInstruction(pc)) return problem_;
  }
  if (!markTargets() || !checkLoops() || !checkFlow()) return problem_;
  return nullptr;
}

bool ProtoVerifier::checkHead() {
  if (p_->code_size == 0) return fail("function without code");
  if (p_->frame_size > kMaxRegisters || p_->parameters > p_->frame_size)
    return fail("bad number of registers");
  if (p_->isVararg() != (at(0).op == Opcode::VarargPrep)) return fail("variable arguments not prepared");
  if (!endsFlow(at(p_->code_size - 1).op)) return fail("code runs off its end");
  for (uint32_t i = 0; i < p_->constant_count; ++i) {
    look(i);
    const Value& v = p_->constants[i];
    if (!v.isNil() && !v.isBoolean() && !v.isNumber() && !v.isString()) return fail("bad constant");
  }
  for (uint32_t i = 0; i < p_->cache_count; ++i) {
    look(i);
    if (p_->cache(i).key == nullptr || !p_->cache(i).key->isShort()) return fail("bad key of a field");
  }
  return true;
}

// Upvalues of the functions in this one must be found here.
bool ProtoVerifier::checkUpvalues() {
  if (p_->upvalue_count > 255) return fail("too many upvalues");
  for (uint32_t i = 0; i < p_->child_count; ++i) {
    look(i);
    const Proto* child = p_->children[i];
    for (uint32_t j = 0; j < child->upvalue_count; ++j) {
      const UpvalueDescription& u = child->upvalues[j];
      if (u.index >= (u.in_stack ? p_->frame_size : p_->upvalue_count) || u.kind > 3)
        return fail("bad upvalue");
    }
  }
  return true;
}

// Variables are in the order of their beginnings, and never more of them alive than there are registers.
bool ProtoVerifier::checkLocals() {
  if (p_->local_count == 0) return true;
  int32_t* changes = arena_.array<int32_t>(p_->code_size + 1);
  alive_ = arena_.array<uint8_t>(p_->code_size);
  uint32_t previous = 0;
  for (uint32_t i = 0; i < p_->local_count; ++i) {
    look(i);
    const LocalDescription& local = p_->locals[i];
    if (local.start_pc < previous || local.end_pc < local.start_pc || local.end_pc > p_->code_size) {
      return fail("bad extent of a variable");
    }
    previous = local.start_pc;
    ++changes[local.start_pc];
    --changes[local.end_pc];
  }
  int64_t alive = 0;
  for (uint32_t pc = 0; pc < p_->code_size; ++pc) {
    look(pc);
    alive += changes[pc];
    if (alive > p_->frame_size) return fail("more variables than registers");
    alive_[pc] = static_cast<uint8_t>(alive);
  }
  return true;
}

bool ProtoVerifier::checkInstruction(uint32_t pc) {
  const Instruction& x = at(pc);
  if (x.op >= Opcode::Count) return fail("unknown instruction");
  const OpcodeInfo& row = info(x.op);
  bool is_prepared = (p_->flags & Proto::kSealed) && x == prepared(x);
  if (!is_prepared && x != unprepared(x)) return fail("unused operand is not zero");
  return checkOperand(row.a, x, x.a) && checkOperand(row.b, x, x.b) && checkOperand(row.c, x, x.c) &&
         checkLastOperand(pc) && checkSpecial(pc);
}

bool ProtoVerifier::checkOperand(OperandRole role, const Instruction& x, int value) {
  switch (role) {
  case OperandRole::U:
    return static_cast<uint32_t>(value) < p_->upvalue_count || fail("upvalue out of range");
  case OperandRole::K16: return x.unsigned16() < p_->constant_count || fail("constant out of range");
  default:
    return registersOf(role) == 0 || inFrame(value, registersOf(role)) || fail("register out of range");
  }
}

// The operand d.
bool ProtoVerifier::checkLastOperand(uint32_t pc) {
  const Instruction& x = at(pc);
  uint32_t index = static_cast<uint32_t>(x.d);
  switch (info(x.op).d) {
  case OperandRole::K:
    if (index >= p_->constant_count) return fail("constant out of range");
    if (isConstantArithmetic(x.op) && (!p_->constants[index].isNumber() || x.c > 1))
      return fail("bad operand");
    return true;
  case OperandRole::P: return index < p_->child_count || fail("function out of range");
  case OperandRole::IC:
    if (index >= p_->cache_count) return fail("field out of range");
    if (cache_used_[index]++ != 0) return fail("field used twice");
    return true;
  case OperandRole::J: {
    int64_t target = static_cast<int64_t>(pc) + 1 + x.d;
    if (target < 0 || target >= p_->code_size) return fail("jump out of range");
    return x.d >= 0 || leadsBack(x.op) || fail("jump back that does not poll");
  }
  default: return true;
  }
}

// Ranges of registers that depend on other operands, and rules for single instructions.
bool ProtoVerifier::checkSpecial(uint32_t pc) {
  const Instruction& x = at(pc);
  // What list constructors claim must be justified by the size of the code that fills them.
  int64_t most_elements = int64_t{p_->code_size} * RegisterSet::kSize;
  bool good = true;
  switch (x.op) {
  case Opcode::LoadNil: good = x.d >= 1 && x.a + int64_t{x.d} <= p_->frame_size; break;
  case Opcode::LoadFalseSkip: good = pc + 2 < p_->code_size; break;
  case Opcode::NewTable: good = x.d >= 0 && x.d <= most_elements; break;
  case Opcode::SetList: good = x.d >= 0 && x.d <= most_elements && inFrame(x.a + 1, x.b); break;
  case Opcode::Pow:
  case Opcode::PowK: return libm::load() || fail("libm cannot be loaded");
  case Opcode::Concat: good = x.c >= 2 && inFrame(x.b, x.c); break;
  case Opcode::Call: good = inFrame(x.a + 1, x.b) && (x.c == 0 || inFrame(x.a, x.c - 1)); break;
  case Opcode::TailCall: good = inFrame(x.a + 1, x.b) && x.c <= 1; break;
  case Opcode::Return: good = (x.b == 0 || inFrame(x.a, x.b - 1)) && x.c <= 1; break;
  case Opcode::Return0:
  case Opcode::Return1: good = !p_->isVararg(); break;
  case Opcode::Vararg: good = p_->isVararg() && (x.c == 0 || inFrame(x.a, x.c - 1)); break;
  case Opcode::VarargPrep: good = pc == 0; break;
  case Opcode::ForWrap:
    good = x.b <= 1 && x.a >= x.b && pc > 0 && at(pc - 1).op == Opcode::ForLoop && at(pc - 1).a == x.a &&
           at(pc - 1).d == x.d + 1;
    break;
  case Opcode::GenericPrep: good = x.b <= 1; break;
  case Opcode::GenericCall:
    good = x.c >= 1 && inFrame(x.a + 4, x.c) && inFrame(x.a, 8) && pc + 1 < p_->code_size &&
           at(pc + 1).op == Opcode::GenericLoop && at(pc + 1).a == x.a;
    break;
  case Opcode::GenericLoop: good = pc > 0 && at(pc - 1).op == Opcode::GenericCall && inFrame(x.a, 8); break;
  default: break;
  }
  return good || fail("bad operand");
}

} // namespace perigee
