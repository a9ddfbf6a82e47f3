#include "bytecode/register_effects.h"

namespace perigee {

bool endsFlow(Opcode op) {
  switch (op) {
  case Opcode::Jump:
  case Opcode::Loop:
  case Opcode::TailCall:
  case Opcode::Return:
  case Opcode::Return0:
  case Opcode::Return1: return true;
  default: return false;
  }
}

bool setsTop(const Instruction& x) { return (x.op == Opcode::Call || x.op == Opcode::Vararg) && x.c == 0; }

bool usesTop(const Instruction& x) {
  return (x.op == Opcode::Call || x.op == Opcode::TailCall || x.op == Opcode::Return ||
          x.op == Opcode::SetList) &&
         x.b == 0;
}

namespace {

void addRole(RegisterEffects& e, OperandRole role, int reg) {
  switch (role) {
  case OperandRole::R: e.reads.add(reg); return;
  case OperandRole::R2: e.reads.addRange(reg, 2); return;
  case OperandRole::R3: e.reads.addRange(reg, 3); return;
  case OperandRole::R4: e.reads.addRange(reg, 4); return;
  case OperandRole::W: e.writes.add(reg); return;
  case OperandRole::W2: e.writes.addRange(reg, 2); return;
  case OperandRole::W3: e.writes.addRange(reg, 3); return;
  case OperandRole::W4: e.writes.addRange(reg, 4); return;
  case OperandRole::RW:
    e.reads.add(reg);
    e.writes.add(reg);
    return;
  default: return;
  }
}

// Arguments of a call, up to the register `end`.
void addCall(RegisterEffects& e, const Instruction& x, int end) {
  e.reads.add(x.a);
  for (int reg = x.a + 2; reg < end; ++reg) e.reads.add(reg);
}

} // namespace

// By the roles of the table, but for instructions whose operands cover what depends on other operands.
RegisterEffects effectsOf(const Proto* p, uint32_t pc) {
  const Instruction& x = p->code[pc];
  const OpcodeInfo& row = info(x.op);
  RegisterEffects e;
  int open_from = usesTop(x) && pc > 0 ? p->code[pc - 1].a : 0;
  switch (x.op) {
  case Opcode::LoadNil: e.writes.addRange(x.a, x.d); return e;
  case Opcode::Method:
    e.reads.add(x.b);
    e.writes.add(x.a);
    e.writes.add(x.a + 2);
    return e;
  case Opcode::SetList:
    e.reads.add(x.a);
    e.reads.addRange(x.a + 1, x.b != 0 ? x.b : open_from - x.a - 1);
    e.clobbers = x.a + 1;
    return e;
  case Opcode::Concat:
    e.reads.addRange(x.b, x.c);
    e.clobbers = x.b;
    e.writes.add(x.a);
    return e;
  case Opcode::JumpIfMove:
  case Opcode::JumpIfNotMove:
    e.reads.add(x.b);
    e.writes_if_taken.add(x.a);
    return e;
  case Opcode::ForPrep:
    e.reads.addRange(x.a, 3);
    e.writes.addRange(x.a, 3);
    e.writes_if_not_taken.add(x.a + 3);
    return e;
  case Opcode::ForLoop:
    e.reads.addRange(x.a, 3);
    e.writes.addRange(x.a, 3);
    e.writes_if_taken.add(x.a + 3);
    e.clobbers = x.a + 4;
    return e;
  case Opcode::ForWrap:
    e.reads.addRange(x.a - x.b, 3 + x.b);
    e.writes_if_taken.addRange(x.a, 4);
    return e;
  case Opcode::Loop: e.clobbers = x.a; return e;
  case Opcode::GenericPrep:
    e.reads.addRange(x.a, 4);
    e.writes.add(x.a + 2);
    return e;
  case Opcode::GenericCall:
    e.reads.addRange(x.a, 3);
    e.clobbers = x.a + 4;
    e.writes.addRange(x.a + 4, x.c);
    return e;
  case Opcode::GenericLoop:
    e.reads.add(x.a + 4);
    e.writes.add(x.a + 2);
    return e;
  case Opcode::Call:
    addCall(e, x, x.b != 0 ? x.a + x.b + 1 : open_from);
    e.clobbers = x.a;
    if (x.c != 0) e.writes.addRange(x.a, x.c - 1);
    return e;
  case Opcode::TailCall: addCall(e, x, x.b != 0 ? x.a + x.b + 1 : open_from); return e;
  case Opcode::Return: e.reads.addRange(x.a, x.b != 0 ? x.b - 1 : open_from - x.a); return e;
  case Opcode::Vararg:
    if (x.c == 0) {
      e.clobbers = x.a;
    } else {
      e.writes.addRange(x.a, x.c - 1);
    }
    return e;
  case Opcode::Close: return e;
  case Opcode::NewTable: e.clobbers = spentFrom(x); break;
  default: break;
  }
  addRole(e, row.a, x.a);
  addRole(e, row.b, x.b);
  addRole(e, row.c, x.c);
  return e;
}

RegisterSet capturedRegisters(const Proto* p) {
  RegisterSet captured;
  for (uint32_t i = 0; i < p->child_count; ++i) {
    const Proto* child = p->children[i];
    for (uint32_t j = 0; j < child->upvalue_count; ++j) {
      if (child->upvalues[j].in_stack) captured.add(child->upvalues[j].index);
    }
  }
  return captured;
}

} // namespace perigee
