// Labels and the jumps to them.
#pragma once

#include "frontend/scope.h"

namespace perigee {

// Works on the blocks that Scope keeps.
class Labels {
public:
  Labels(Lexer& lexer, Arena& arena, Scope& scope)
      : lexer_(lexer), arena_(arena), scope_(scope), break_name_(lexer.intern("break")) {}

  // Notes a `goto` at the current place and links it to its label, now or when the label comes.
  void addGoto(GotoStat* jump);

  // Notes a `break` and links it to the innermost loop.
  void addBreak(BreakStat* jump);

  // Defines a label at the current place and links the jumps waiting for it. `at_block_end`: only empty
  // statements follow in the block, so the block's locals are already out of scope.
  void addLabel(LabelStat* label, bool at_block_end);

  // Ends the current block, that is, does what Scope::leaveBlock does and moves jumps still without a label
  // to the block around it; if there is none, they are errors.
  void leaveBlock();

private:
  LabelStat* visibleLabel(const Name* name) const;
  bool mayMean(const LabelStat* label) const;
  void linkBackward(PendingJump* jump);
  void addPending(Stat* jump, Name* name);
  void resolvePending(LabelStat* label);
  [[noreturn]] void failJumpIntoScope(const PendingJump* jump);
  [[noreturn]] void failUndefined(const PendingJump* jump);

  Lexer& lexer_;
  Arena& arena_;
  Scope& scope_;
  Name* break_name_;
};

} // namespace perigee
