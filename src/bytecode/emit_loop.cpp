// Loops.

#include "bytecode/function_emitter.h"

namespace perigee {

// Lets the breaks of a loop lead here.
void FunctionEmitter::bindBreaks(Block* loop) {
  JumpList breaks{loop->breaks};
  bind(breaks);
}

void FunctionEmitter::whileStatement(WhileStat* s) {
  int start = mark();
  JumpList exit;
  branch(s->condition, false, exit);
  block(s->block);
  jumpTo(start, s->block->end_line);
  bind(exit);
  bindBreaks(s->loop);
}

void FunctionEmitter::repeatStatement(RepeatStat* s) {
  int start = mark();
  int level = registerLevel(s->block->outer_local);
  statements(s->block);
  JumpList exit;
  branch(s->condition, true, exit);
  int line = s->condition->end_line;
  if (s->block->needs_close) emit(Opcode::Close, level, 0, 0, 0, line);
  jumpTo(start, line);
  bind(exit);
  leaveScope(s->block, true, line);
  bindBreaks(s->loop);
}

void FunctionEmitter::numericFor(NumericForStat* s) {
  int kept = s->kept_limit != nullptr ? allocate() : -1;
  int base = intoNext(s->start);
  intoNext(s->limit);
  if (s->step != nullptr) {
    intoNext(s->step);
  } else {
    emit(Opcode::LoadInt, allocate(), 0, 0, 1, s->limit->end_line);
  }
  if (kept >= 0) {
    emit(Opcode::Move, kept, base + 1, 0, 0, s->do_line);
    activate(s->kept_limit, kept);
  }
  int reg = base;
  for (LocalVar* hidden : s->hidden) activate(hidden, reg++);
  int prep = emit(Opcode::ForPrep, base, 0, 0, 0, s->do_line);
  mark();
  activate(s->var, allocate());
  block(s->block, !s->scope->needs_close);
  leaveScope(s->scope, true, s->block->end_line);
  emit(Opcode::ForLoop, base, 0, 0, prep - pc(), s->line);
  if (s->may_wrap) emit(Opcode::ForWrap, base, kept >= 0, 0, prep - pc(), s->line);
  code_[static_cast<uint32_t>(prep)].d = pc() - prep - 1;
  mark();
  bindBreaks(s->loop);
  leaveScope(s->loop, true, s->end_line);
}

void FunctionEmitter::genericFor(GenericForStat* s) {
  int base = free_;
  int line = s->values.last->end_line;
  int values = dialectOf(context_.L).generic_loops_close ? 4 : 3;
  expressionsInto(s->values, values, line);
  if (values < 4) loadNil(allocate(4 - values), 4 - values, line); // nothing to be closed
  int reg = base;
  for (LocalVar* hidden : s->hidden) activate(hidden, reg++);
  need(4); // a call of the iterator: function, link and two arguments
  int prep = emit(Opcode::GenericPrep, base, values < 4, 0, 0, s->do_line);
  int start = mark();
  reg = allocate(s->vars.count);
  for (LocalVar* var : s->vars) activate(var, reg++);
  block(s->block, !s->scope->needs_close);
  leaveScope(s->scope, true, s->block->end_line);
  code_[static_cast<uint32_t>(prep)].d = mark() - prep - 1;
  emit(Opcode::GenericCall, base, 0, s->vars.count, 0, s->values_line);
  emit(Opcode::GenericLoop, base, 0, 0, start - pc() - 1, s->values_line);
  mark();
  bindBreaks(s->loop);
  leaveScope(s->loop, true, s->end_line);
}

} // namespace perigee
