#include "frontend/labels.h"

#include <algorithm>

namespace perigee {

namespace {

void append(BlockScope& block, PendingJump* jump) {
  jump->home = &block;
  jump->previous_in_home = block.last_pending;
  jump->next_in_home = nullptr;
  (block.last_pending == nullptr ? block.first_pending : block.last_pending->next_in_home) = jump;
  block.last_pending = jump;
}

void remove(PendingJump* jump) {
  BlockScope& block = *jump->home;
  PendingJump* previous = jump->previous_in_home;
  PendingJump* next = jump->next_in_home;
  (previous == nullptr ? block.first_pending : previous->next_in_home) = next;
  (next == nullptr ? block.last_pending : next->previous_in_home) = previous;
}

} // namespace

// The label of that name in this or a surrounding block of the function, or null.
LabelStat* Labels::visibleLabel(const Name* name) const {
  LabelStat* label = name->visible_label;
  return label != nullptr && label->function == scope_.function().node ? label : nullptr;
}

// May a jump in the current block already be linked to a label that it sees? Where labels may share a name,
// one of this block may yet come in front of those around it.
bool Labels::mayMean(const LabelStat* label) const {
  return lexer_.dialect().labels_differ_in_function || label->block == scope_.block().block;
}

void Labels::addPending(Stat* jump, Name* name) {
  PendingJump* pending = arena_.make<PendingJump>();
  pending->stat = jump;
  pending->name = name;
  pending->active_count = activeCount(scope_.function().active);
  pending->next_of_name = name->pending_jumps;
  name->pending_jumps = pending;
  append(scope_.block(), pending);
}

void Labels::addGoto(GotoStat* jump) {
  jump->active = scope_.function().active;
  jump->target = visibleLabel(jump->name);
  if (jump->target != nullptr && !mayMean(jump->target)) jump->target = nullptr;
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
  if (const LabelStat* other = visibleLabel(name); other != nullptr && mayMean(other)) {
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
  resolvePending(label);
}

// The jumps at home in the current block are the latest of their name: those from before the block began wait
// in blocks around it.
void Labels::resolvePending(LabelStat* label) {
  int label_active_count = activeCount(label->active);
  const PendingJump* into_scope = nullptr;
  PendingJump* jump = label->name->pending_jumps;
  for (; jump != nullptr && jump->home == &scope_.block(); jump = jump->next_of_name) {
    if (jump->active_count < label_active_count)
      into_scope = jump; // the first one in the source gets reported
    as<GotoStat>(jump->stat)->target = label;
    remove(jump);
  }
  label->name->pending_jumps = jump;
  if (into_scope != nullptr) failJumpIntoScope(into_scope);
}

void Labels::leaveBlock() {
  BlockScope& block = scope_.block();
  for (LabelStat* label = block.labels; label != nullptr; label = label->next_in_block) {
    label->name->visible_label = label->shadowed;
  }
  scope_.leaveBlock();
  if (block.first_pending == nullptr) return;
  if (block.outer == nullptr) failUndefined(block.first_pending);
  int outer_count = activeCount(scope_.function().active);
  for (PendingJump* jump = block.first_pending; jump != nullptr;) {
    PendingJump* next = jump->next_in_home;
    jump->active_count = std::min(jump->active_count, outer_count);
    append(*block.outer, jump);
    linkBackward(jump);
    jump = next;
  }
}

// Links a jump that has come home to the current block to a label that stands there already.
void Labels::linkBackward(PendingJump* jump) {
  LabelStat* label = visibleLabel(jump->name);
  if (label == nullptr || !mayMean(label)) return;
  GotoStat* stat = as<GotoStat>(jump->stat);
  stat->target = label;
  stat->backward = true;
  remove(jump);
  PendingJump** place = &jump->name->pending_jumps;
  while (*place != jump) place = &(*place)->next_of_name;
  *place = jump->next_of_name;
}

void Labels::failJumpIntoScope(const PendingJump* jump) {
  const LocalVar* var = scope_.function().active;
  while (var->index != jump->active_count) var = var->previous;
  lexer_.semanticError({"<goto ", jump->name->text, "> at line ", NumberText(jump->stat->line),
                        " jumps into the scope of local '", var->name->text, "'"});
}

void Labels::failUndefined(const PendingJump* jump) {
  NumberText line(jump->stat->line);
  if (jump->name == break_name_)
    lexer_.semanticError(
        {lexer_.dialect().break_outside_loop, line, lexer_.dialect().break_outside_loop_end});
  lexer_.semanticError({"no visible label '", jump->name->text, "' for <goto> at line ", line});
}

} // namespace perigee
