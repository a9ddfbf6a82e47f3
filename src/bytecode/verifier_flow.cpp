// What holds on all paths: registers written before they are read, upvalues and variables to be closed dealt
// with.
//
// An ordinary data-flow analysis to a fixed point. What is known is kept at targets of jumps; the
// instructions in between are walked each time.

#include "bytecode/proto_verifier.h"

namespace perigee {

bool ProtoVerifier::checkFlow() {
  uint32_t n = p_->code_size;
  states_ = arena_.array<State*>(n);
  work_ = arena_.array<uint32_t>(n);
  queued_ = arena_.array<uint8_t>(n);
  State start;
  start.written.addRange(0, p_->parameters);
  if (!merge(0, start)) return false;
  while (work_size_ > 0) {
    uint32_t pc = work_[--work_size_];
    queued_[pc] = 0;
    if (!flowFrom(pc)) return false;
  }
  return true;
}

// Adds what is known on one more way to `pc`.
bool ProtoVerifier::merge(uint32_t pc, const State& s) {
  State*& known = states_[pc];
  bool changed = true;
  if (known == nullptr) {
    known = arena_.make<State>(s);
  } else {
    changed = known->written.intersect(s.written);
    changed |= known->table.intersect(s.table);
    changed |= known->captured.unite(s.captured);
    changed |= known->pending.unite(s.pending);
  }
  if (changed && !queued_[pc]) {
    queued_[pc] = 1;
    work_[work_size_++] = pc;
  }
  return true;
}

// Walks on from `pc` until the way ends or joins another one.
bool ProtoVerifier::flowFrom(uint32_t pc) {
  State s = *states_[pc];
  for (;;) {
    look(pc);
    const Instruction& x = at(pc);
    if (!step(pc, s)) return false;
    RegisterEffects effects = effectsOf(p_, pc);
    if (info(x.op).d == OperandRole::J) {
      State taken = s;
      taken.written.unite(effects.writes_if_taken);
      taken.table.subtract(effects.writes_if_taken);
      if (!merge(targetOf(pc), taken)) return false;
    }
    if (endsFlow(x.op) || x.op == Opcode::GenericPrep) return true;
    s.written.unite(effects.writes_if_not_taken);
    s.table.subtract(effects.writes_if_not_taken);
    pc += x.op == Opcode::LoadFalseSkip ? 2 : 1;
    if (is_target_[pc]) return merge(pc, s);
  }
}

// One instruction: checks it against what is known before it, then brings that up to date.
bool ProtoVerifier::step(uint32_t pc, State& s) {
  const Instruction& x = at(pc);
  RegisterEffects e = effectsOf(p_, pc);
  int named = alive_ == nullptr ? 0 : alive_[pc];
  for (int reg = 0; reg < named; ++reg) s.table.remove(reg); // debug.setlocal may change what has a name
  if (x.op == Opcode::Concat && x.b < named) return fail("operand with a name");
  if (spentFrom(x) < named) return fail("variable above a new table");
  if (!s.written.contains(e.reads)) return fail("register read before it is written");
  RegisterSet all_writes = e.writes;
  all_writes.unite(e.writes_if_taken);
  all_writes.unite(e.writes_if_not_taken);
  if (all_writes.intersects(s.pending) || s.pending.anyFrom(e.clobbers))
    return fail("variable to be closed changed");
  if (x.op == Opcode::SetList && !s.table.has(x.a)) return fail("list without its table");
  if (!checkCaptures(x, s) || !leaves(x, s)) return false;
  if (e.clobbers < RegisterSet::kSize) {
    s.written.removeFrom(e.clobbers);
    s.table.removeFrom(e.clobbers);
  }
  s.written.unite(e.writes);
  s.table.subtract(e.writes);
  switch (x.op) {
  case Opcode::NewTable:
    if (!s.captured.has(x.a)) s.table.add(x.a);
    return true;
  case Opcode::Closure: return capture(x, s);
  case Opcode::Close:
    s.captured.removeFrom(x.a);
    s.pending.removeFrom(x.a);
    return true;
  case Opcode::ToBeClosed:
  case Opcode::GenericPrep: {
    if (x.op == Opcode::GenericPrep && x.b != 0) return true;
    int reg = x.op == Opcode::ToBeClosed ? x.a : x.a + 3;
    if (s.pending.anyFrom(reg)) return fail("variables to be closed out of order");
    s.pending.add(reg);
    return true;
  }
  default: return true;
  }
}

// Registers that an instruction uses in a way no upvalue may see or disturb.
bool ProtoVerifier::checkCaptures(const Instruction& x, const State& s) {
  bool bad = s.captured.anyFrom(spentFrom(x));
  switch (x.op) {
  case Opcode::Call: bad = s.captured.anyFrom(x.a); break;
  case Opcode::GenericCall: bad = s.captured.anyFrom(x.a + 4); break;
  case Opcode::ForPrep:
    for (int i = 0; i < 3; ++i) bad = bad || s.captured.has(x.a + i);
    break;
  case Opcode::Concat:
    for (int i = 0; i < x.c; ++i) bad = bad || s.captured.has(x.b + i);
    break;
  default: break;
  }
  return !bad || fail("captured register in use");
}

// Nothing is left open when the function is left.
bool ProtoVerifier::leaves(const Instruction& x, const State& s) {
  bool closes = false;
  switch (x.op) {
  case Opcode::Return0:
  case Opcode::Return1: break;
  case Opcode::Return:
    closes = x.c == 1;
    if (s.pending.anyFrom(x.a)) return fail("variables to be closed above returned values");
    break;
  case Opcode::TailCall:
    closes = x.c == 1;
    if (!s.pending.empty()) return fail("tail call with variables to be closed");
    break;
  default: return true;
  }
  return closes || (s.captured.empty() && s.pending.empty()) || fail("function left without closing");
}

bool ProtoVerifier::capture(const Instruction& x, State& s) {
  const Proto* child = p_->children[x.d];
  for (uint32_t i = 0; i < child->upvalue_count; ++i) {
    const UpvalueDescription& u = child->upvalues[i];
    if (!u.in_stack) continue;
    if (!s.written.has(u.index)) return fail("register captured before it is written");
    s.captured.add(u.index);
    s.table.remove(u.index);
  }
  return true;
}

} // namespace perigee
