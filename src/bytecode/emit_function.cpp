// Beginning and end of a function, its registers, scopes, jumps and prototype.

#include "bytecode/function_emitter.h"
#include "bytecode/proto_builder.h"
#include "vm/proto_table.h"
#include "vm/string.h"
#include "vm/work.h"

#include <algorithm>

namespace perigee {

Proto* emitChunk(ChunkContext& context, FunctionNode* main) {
  return FunctionEmitter(context, nullptr, main).run();
}

FunctionEmitter::FunctionEmitter(ChunkContext& context, FunctionEmitter* parent, FunctionNode* node)
    : context_(context), parent_(parent), node_(node), arena_(context.arena), code_(arena_), lines_(arena_),
      caches_(arena_), locals_(arena_),
      children_(node->children.empty() ? nullptr
                                       : arena_.array<Proto*>(static_cast<size_t>(node->children.count))),
      constants_(arena_, context.L->global->seed), line_(std::max(node->line_defined, 1)) {}

Proto* FunctionEmitter::run() {
  for (LocalVar* parameter : node_->params) activate(parameter, allocate());
  if (node_->is_vararg) emit(Opcode::VarargPrep, 0, 0, 0, 0, line_);
  statements(node_->body);
  int end_line = node_->parent == nullptr ? node_->body->end_line : node_->last_line;
  emitReturn(free_, 0, leavesVariablesToClose(innermost_, nullptr), std::max(end_line, 1));
  leaveScope(node_->body, false, end_line);
  return finish();
}

// --- the prototype ----------------------------------------------------------------------------------------

namespace {

uint8_t kindOf(const LocalVar* var) { return static_cast<uint8_t>(var->attrib); }

} // namespace

Proto* FunctionEmitter::finish() {
  shortenJumps();
  Thread* L = context_.L;
  Proto draft = this->draft();
  Proto* p = findProto(L->global, &draft);
  if (p != nullptr) {
    context_.memory.keep(Value::of(p, Tag::Proto));
    return p;
  }
  p = newProto(L);
  context_.memory.keep(Value::of(p, Tag::Proto));
  fillProto(p, draft);
  sealProto(L, p);
  listProto(L->global, p);
  return p;
}

// The prototype as it is to be, but with its arrays in the arena.
Proto FunctionEmitter::draft() {
  Proto p{};
  p.flags = node_->is_vararg ? Proto::kVararg : 0;
  p.parameters = static_cast<uint8_t>(node_->params.count);
  p.frame_size = static_cast<uint8_t>(max_);
  p.line_defined = static_cast<uint32_t>(node_->line_defined);
  p.last_line = static_cast<uint32_t>(node_->last_line);
  p.source = context_.source;
  p.code = code_.data();
  p.lines = lines_.data();
  p.code_size = code_.size();
  p.constants = constants_.data();
  p.constant_count = constants_.size();
  p.caches = caches_.data();
  p.cache_count = caches_.size();
  p.locals = locals_.data();
  p.local_count = locals_.size();
  p.children = children_;
  p.child_count = static_cast<uint32_t>(node_->children.count);
  p.upvalue_count = static_cast<uint32_t>(node_->upvalue_count);
  p.upvalues = arena_.array<UpvalueDescription>(p.upvalue_count);
  for (uint32_t i = 0; i < p.upvalue_count; ++i) {
    const UpvalueDesc& u = node_->upvalues[i];
    int index = !u.from_parent_local ? u.parent_index : parent_ == nullptr ? 0 : u.variable->reg;
    p.upvalues[i] = {context_.stringOf(u.name), u.from_parent_local, static_cast<uint8_t>(index),
                     kindOf(u.variable)};
  }
  return p;
}

// Everything the prototype refers to is kept alive by the context's memory; the prototype itself may be
// traced between any two of these steps.
void FunctionEmitter::fillProto(Proto* p, const Proto& draft) {
  Thread* L = context_.L;
  p->flags = draft.flags;
  p->aux = draft.aux;
  p->parameters = draft.parameters;
  p->frame_size = draft.frame_size;
  p->line_defined = draft.line_defined;
  p->last_line = draft.last_line;
  p->source = draft.source;
  adoptArray(L, p->code, p->code_size, draft.code, draft.code_size);
  adoptArray(L, p->lines, p->code_size, draft.lines, draft.code_size);
  adoptArray(L, p->constants, p->constant_count, draft.constants, draft.constant_count);
  adoptArray(L, p->caches, p->cache_count, draft.caches, draft.cache_count);
  adoptArray(L, p->locals, p->local_count, draft.locals, draft.local_count);
  adoptArray(L, p->children, p->child_count, draft.children, draft.child_count);
  adoptArray(L, p->upvalues, p->upvalue_count, draft.upvalues, draft.upvalue_count);
  heapOf(L).remember(p);
}

// Lets jumps that lead to a jump go where that one goes. A conditional one stops at Loop, which polls; an
// unconditional one becomes a Loop.
void FunctionEmitter::shortenJumps() {
  for (uint32_t i = 0; i < code_.size(); ++i) {
    Instruction& x = code_[i];
    if (x.op < Opcode::Jump || x.op > Opcode::JumpNeK || x.op == Opcode::Loop) continue;
    int64_t target = int64_t{i} + 1 + x.d;
    for (int hops = 0; hops < 16 && code_[static_cast<uint32_t>(target)].op == Opcode::Jump; ++hops) {
      target += 1 + code_[static_cast<uint32_t>(target)].d;
    }
    const Instruction& there = code_[static_cast<uint32_t>(target)];
    if (x.op == Opcode::Jump && there.op == Opcode::Loop) {
      x.op = Opcode::Loop;
      x.a = there.a;
      target += 1 + there.d;
    }
    x.d = static_cast<int32_t>(target - i - 1);
  }
}

// --- instructions and jumps -------------------------------------------------------------------------------

int FunctionEmitter::emit(Opcode op, int a, int b, int c, int32_t d, int line) {
  line_ = line;
  if (static_cast<size_t>(pc()) % (kElementsPerLook / 4) == 0) noticeInterruptForLater(context_.L);
  code_.push({op, static_cast<uint8_t>(a), static_cast<uint8_t>(b), static_cast<uint8_t>(c), d});
  lines_.push(static_cast<uint32_t>(line));
  return pc() - 1;
}

// The current place as the target of a jump.
int FunctionEmitter::mark() {
  last_target_ = pc();
  return last_target_;
}

void FunctionEmitter::link(int jump, JumpList& list) {
  code_[static_cast<uint32_t>(jump)].d = list.head;
  list.head = jump;
}

void FunctionEmitter::bind(JumpList& list) {
  if (list.empty()) return;
  int target = mark();
  for (int at = list.head; at >= 0;) {
    Instruction& jump = code_[static_cast<uint32_t>(at)];
    int next = jump.d;
    jump.d = target - at - 1;
    at = next;
  }
  list.head = -1;
}

// Jumps back.
int FunctionEmitter::jumpTo(int target, int line) {
  return emit(Opcode::Loop, free_, 0, 0, target - pc() - 1, line);
}

// --- registers and scopes ---------------------------------------------------------------------------------

// Most lists that are too long the parser has refused; here it is not known any more what they were near to.
void FunctionEmitter::failRegisters() {
  context_.diagnostics.failAt(line_, {"function or expression needs too many registers"});
}

void FunctionEmitter::raiseMax(int registers) {
  if (registers > kMaxRegisters) failRegisters();
  max_ = registers;
}

// The first register above those of `innermost` and the variables around it.
int FunctionEmitter::registerLevel(const LocalVar* innermost) const {
  while (innermost != nullptr && innermost->reg < 0) innermost = innermost->previous;
  return innermost == nullptr ? 0 : innermost->reg + 1;
}

// From here on the variable can be named. A compile-time constant has no register (-1).
void FunctionEmitter::activate(LocalVar* var, int reg) {
  innermost_ = var;
  var->reg = reg;
  if (reg < 0) return;
  active_ = reg + 1;
  var->debug_index = static_cast<int>(locals_.size());
  locals_.push({context_.stringOf(var->name), static_cast<uint32_t>(pc()), 0});
}

// Ends the variables of a block.
void FunctionEmitter::leaveScope(Block* block, bool close, int line) {
  int level = registerLevel(block->outer_local);
  if (close && block->needs_close) emit(Opcode::Close, level, 0, 0, 0, line);
  for (; innermost_ != block->outer_local; innermost_ = innermost_->previous) {
    if (innermost_->debug_index >= 0)
      locals_[static_cast<uint32_t>(innermost_->debug_index)].end_pc = static_cast<uint32_t>(pc());
  }
  active_ = level;
  free_ = level;
}

// --- constants --------------------------------------------------------------------------------------------

uint32_t FunctionEmitter::cacheFor(String* key) {
  caches_.push(emptyCache(key));
  return caches_.size() - 1;
}

Value FunctionEmitter::constantValue(const Constant& c) {
  switch (c.kind) {
  case Constant::Kind::True: return Value::boolean(true);
  case Constant::Kind::False: return Value::boolean(false);
  case Constant::Kind::Integer: return Value::of(c.integer);
  case Constant::Kind::Float: return Value::of(c.number);
  case Constant::Kind::String: return Value::of(context_.stringOf(c.text));
  default: return Value::nil();
  }
}

uint32_t FunctionEmitter::constantIndex(const Constant& c) { return constants_.indexOf(constantValue(c)); }

} // namespace perigee
