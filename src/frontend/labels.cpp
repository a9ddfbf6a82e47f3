#include "frontend/labels.h"

#include <algorithm>

namespace perigee {

// The label of that name in this or a surrounding block of the function, or null.
LabelStat* Labels::visibleLabel(const Name* name) const {
  LabelStat* label = name->visible_label;
  return label != nullptr && label->function == scope_.function().node ? label : nullptr;
}

void Labels::addPending(Stat* jump, Name* name) {
  PendingJump* pending = arena_.make<PendingJump>(jump, name, activeCount(scope_.function().active), nullptr);
  scope_.block().pending.append(pending);
}

void Labels::addGoto(GotoStat* jump) {
  jump->active = scope_.function().active;
  jump->target = visibleLabel(jump->name);
  jump->backward = jump->target != nullptr;
  if (!jump->backward) addPending(jump, jump->name);
}

void Labels::addBreak(BreakStat* jump) {
  jump->active = scope_.function().active;
  BlockScope* block = &scope_.block();
  while (block != nullptr && !block->block->is_loop) block = block->outer;
  if (block == nullptr) {
    addPending(jump, break_name_); // reported with the other undefined jumps, in their order
  } else {
    jump->loop = block->block;
  }
}

void Labels::addLabel(LabelStat* label, bool at_block_end) {
  Name* name = label->name;
  if (const LabelStat* other = visibleLabel(name)) {
    lexer_.semanticError({"label '", name->text, "' already defined on line ", NumberText(other->line)});
  }
  BlockScope& block = scope_.block();
  label->function = scope_.function().node;
  label->block = block.block;
  label->active = at_block_end ? block.block->outer_local : scope_.function().active;
  label->shadowed = name->visible_label;
  name->visible_label = label;
  label->next_in_block = block.labels;
  block.labels = label;
  resolvePending(label, activeCount(label->active));
}

void Labels::resolvePending(LabelStat* label, int label_active_count) {
  NodeList<PendingJump>& pending = scope_.block().pending;
  NodeList<PendingJump> unresolved;
  for (PendingJump* jump = pending.first; jump != nullptr;) {
    PendingJump* next = jump->next;
    if (jump->name == label->name) {
      if (jump->active_count < label_active_count) failJumpIntoScope(jump);
      as<GotoStat>(jump->stat)->target = label;
    } else {
      jump->next = nullptr;
      unresolved.append(jump);
    }
    jump = next;
  }
  pending = unresolved;
}

void Labels::leaveBlock() {
  BlockScope& block = scope_.block();
  for (LabelStat* label = block.labels; label != nullptr; label = label->next_in_block) {
    label->name->visible_label = label->shadowed;
  }
  scope_.leaveBlock();
  if (block.pending.empty()) return;
  if (block.outer == nullptr) failUndefined(block.pending.first);
  int outer_count = activeCount(scope_.function().active);
  for (PendingJump* jump = block.pending.first; jump != nullptr;) {
    PendingJump* next = jump->next;
    jump->active_count = std::min(jump->active_count, outer_count);
    jump->next = nullptr;
    scope_.block().pending.append(jump);
    jump = next;
  }
}

void Labels::failJumpIntoScope(const PendingJump* jump) {
  const LocalVar* var = scope_.function().active;
  while (var->index != jump->active_count) var = var->previous;
  lexer_.semanticError({"<goto ", jump->name->text, "> at line ", NumberText(jump->stat->line),
                        " jumps into the scope of local '", var->name->text, "'"});
}

void Labels::failUndefined(const PendingJump* jump) {
  NumberText line(jump->stat->line);
  if (jump->name == break_name_) lexer_.semanticError({"break outside loop at line ", line});
  lexer_.semanticError({"no visible label '", jump->name->text, "' for <goto> at line ", line});
}

} // namespace perigee
