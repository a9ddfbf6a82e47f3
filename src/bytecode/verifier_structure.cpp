// What must stand next to what, and the nesting of loops.

#include "bytecode/proto_verifier.h"

namespace perigee {

namespace {

// How many registers from a on an instruction that uses the top has for itself below the open values.
int ownRegisters(Opcode op) { return op == Opcode::Return ? 0 : op == Opcode::SetList ? 1 : 2; }

bool isPrep(Opcode op) { return op == Opcode::ForPrep || op == Opcode::GenericPrep; }

} // namespace

// Notes where jumps lead, then checks instructions that belong together.
bool ProtoVerifier::markTargets() {
  uint32_t n = p_->code_size;
  is_target_ = arena_.array<uint8_t>(n);
  for (uint32_t pc = 0; pc < n; ++pc) {
    look(pc);
    if (info(at(pc).op).d == OperandRole::J) is_target_[targetOf(pc)] = 1;
    if (at(pc).op == Opcode::LoadFalseSkip) is_target_[pc + 2] = 1;
  }
  for (uint32_t pc = 0; pc < n; ++pc) {
    look(pc);
    if (!checkTop(pc)) return false;
    if (at(pc).op == Opcode::GenericLoop && is_target_[pc]) return fail("jump into a loop's end");
  }
  return true;
}

bool ProtoVerifier::checkTop(uint32_t pc) {
  const Instruction& x = at(pc);
  if (setsTop(x) && (pc + 1 >= p_->code_size || !usesTop(at(pc + 1)))) return fail("open values not used");
  if (!usesTop(x)) return true;
  if (pc == 0 || !setsTop(at(pc - 1)) || is_target_[pc]) return fail("open values not set");
  return at(pc - 1).a >= x.a + ownRegisters(x.op) || fail("open values in the wrong place");
}

// Loops nest, each from the instruction behind its prep to its last one, and inside of them nothing writes
// the registers of their state.
bool ProtoVerifier::checkLoops() {
  uint32_t n = p_->code_size;
  uint32_t most = 0;
  for (uint32_t pc = 0; pc < n; ++pc) most += isPrep(at(pc).op);
  loops_ = arena_.array<Loop>(most);
  loop_of_ = arena_.array<int32_t>(n);
  int32_t innermost = -1;
  for (uint32_t pc = 0; pc < n; ++pc) {
    look(pc);
    const Instruction& x = at(pc);
    loop_of_[pc] = innermost;
    if (x.op == Opcode::ForLoop || x.op == Opcode::GenericLoop) {
      if (innermost < 0 || loops_[innermost].last != pc) return fail("loop without beginning");
      const Loop& loop = loops_[innermost];
      for (int i = 0; i < (loop.numeric ? 3 : 4); ++i) protected_.remove(loop.a + i);
      innermost = loop.outer;
    } else if (innermost >= 0 && pc >= loops_[innermost].last) {
      return fail("loop without end");
    }
    RegisterEffects effects = effectsOf(p_, pc);
    RegisterSet written = effects.writes;
    written.unite(effects.writes_if_taken);
    written.unite(effects.writes_if_not_taken);
    if (x.op == Opcode::ToBeClosed) written.add(x.a);
    if (x.op == Opcode::GenericPrep) written.add(x.a + 3);
    if (written.intersects(protected_) || protected_.anyFrom(effects.clobbers))
      return fail("state of a loop changed");
    if (x.op == Opcode::Closure) {
      const Proto* child = p_->children[x.d];
      for (uint32_t i = 0; i < child->upvalue_count; ++i) {
        if (child->upvalues[i].in_stack && protected_.has(child->upvalues[i].index))
          return fail("state of a loop captured");
      }
    }
    if (isPrep(x.op)) {
      if (!openLoop(pc)) return false;
      loops_[loop_count_].outer = innermost;
      innermost = loop_count_++;
    }
  }
  if (innermost >= 0) return fail("loop without end");
  return checkJumpsIntoLoops();
}

bool ProtoVerifier::openLoop(uint32_t pc) {
  const Instruction& x = at(pc);
  bool numeric = x.op == Opcode::ForPrep;
  // ForPrep leads behind its ForLoop and the ForWrap there may be, GenericPrep to its GenericCall, which
  // stands in front of the GenericLoop.
  uint32_t last = numeric ? targetOf(pc) - 1 : targetOf(pc) + 1;
  if (numeric && last > pc && at(last).op == Opcode::ForWrap) --last;
  if (last <= pc || last >= p_->code_size ||
      at(last).op != (numeric ? Opcode::ForLoop : Opcode::GenericLoop) || at(last).a != x.a ||
      targetOf(last) != pc + 1) {
    return fail("beginning and end of a loop do not match");
  }
  loops_[loop_count_] = {pc + 1, last, -1, x.a, numeric};
  protected_.addRange(x.a, numeric ? 3 : 4);
  return true;
}

// The only ways into a loop are its prep's, and that of the ForWrap behind it.
bool ProtoVerifier::checkJumpsIntoLoops() {
  for (uint32_t pc = 0; pc < p_->code_size; ++pc) {
    look(pc);
    const Instruction& x = at(pc);
    bool skips = x.op == Opcode::LoadFalseSkip;
    if (!skips && info(x.op).d != OperandRole::J) continue;
    uint32_t target = skips ? pc + 2 : targetOf(pc);
    if (loop_of_[target] < 0) continue;
    const Loop& loop = loops_[loop_of_[target]];
    bool own_prep = x.op == Opcode::GenericPrep && pc + 1 == loop.first;
    bool wraps =
        x.op == Opcode::ForWrap && pc == loop.last + 1 && target == loop.first; // as checkSpecial says
    if ((pc < loop.first || pc > loop.last) && !own_prep && !wraps) return fail("jump into a loop");
  }
  return true;
}

} // namespace perigee
