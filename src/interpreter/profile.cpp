// The profiling handler table: in front of every instruction, what its operands are is recorded for functions
// that have feedback. Driven by the roles in the table of instructions.

#include "interpreter/number_operations.h"
#include "interpreter/tiers.h"
#include "vm/feedback.h"
#include "vm/table.h"

namespace perigee {
namespace {

void noteTag(SiteFeedback& f, int position, const Value& v) {
  f.tags[position] = static_cast<uint16_t>(f.tags[position] | 1u << static_cast<int>(v.tag));
}

// How many registers from the operand's on are read.
int registersRead(OperandRole role) {
  switch (role) {
  case OperandRole::R:
  case OperandRole::RW: return 1;
  case OperandRole::R2: return 2;
  case OperandRole::R3: return 3;
  case OperandRole::R4:
  case OperandRole::RW4: return 4;
  default: return 0;
  }
}

void noteCallee(Thread* L, Proto* p, SiteFeedback& f, const Value& callee) {
  if (f.flags & SiteFeedback::kSeveralTargets) return;
  bool first = f.target == nullptr;
  if (callee.tag == Tag::LightFunction) {
    if (first || ((f.flags & SiteFeedback::kLightTarget) && f.light_target == callee.light_function)) {
      f.light_target = callee.light_function;
      f.flags |= SiteFeedback::kLightTarget;
      return;
    }
  } else if (callee.tag == Tag::Function && !callee.function()->isNative()) {
    Proto* target = callee.function()->lua()->proto;
    if (first || (!(f.flags & SiteFeedback::kLightTarget) && f.target == target)) {
      f.target = target;
      heapOf(L).barrier(p, target);
      // The caller may be compiled with the callee inlined.
      if (target->code_size <= kLongestInlined) ensureFeedback(L->global, target);
      return;
    }
  }
  f.flags = static_cast<uint8_t>((f.flags | SiteFeedback::kSeveralTargets) & ~SiteFeedback::kLightTarget);
  f.target = nullptr;
}

void noteCall(Thread* L, Proto* p, SiteFeedback& f, const Value* base, const Instruction& x) {
  const Value* callee = base + x.a;
  noteTag(f, 0, callee[0]);
  int64_t arguments = x.b != 0 ? x.b - 1 : L->top - (callee + kFrameSlots);
  for (int j = 0; j < 2 && j < arguments; j++) noteTag(f, 1 + j, callee[kFrameSlots + j]);
  noteCallee(L, p, f, callee[0]);
}

void noteAccess(SiteFeedback& f, const Value& object, const Value& key) {
  if (!object.isTable()) return;
  const Table* t = object.table();
  unsigned seen = 1u << static_cast<int>(t->arrayKind());
  int64_t position = key.integer;
  if (!key.isInteger() && !(key.isFloat() && floatToInteger(key.number, &position))) {
    seen |= SiteFeedback::kOtherKey;
  } else {
    uint64_t index = static_cast<uint64_t>(position) - 1;
    if (index >= t->array_size || arrayElement(t, static_cast<uint32_t>(index)).isNil())
      seen |= SiteFeedback::kOutside;
  }
  f.array_kinds |= static_cast<uint8_t>(seen);
}

void noteOperands(Thread* L, Proto* p, const Value* base, uint32_t index) {
  const Instruction& x = p->code[index];
  SiteFeedback& f = p->feedback[index];
  const OpcodeInfo& row = info(x.op);
  if (row.a == OperandRole::CALL) {
    noteCall(L, p, f, base, x);
    return;
  }
  int wide = registersRead(row.a);
  for (int j = 0; j < wide && j < 3; j++) noteTag(f, j, base[x.a + j]);
  if (registersRead(row.b) != 0) noteTag(f, 1, base[x.b]);
  if (registersRead(row.c) != 0) noteTag(f, 2, base[x.c]);
  switch (x.op) {
  case Opcode::GetIndex: noteAccess(f, base[x.b], base[x.c]); break;
  case Opcode::GetInt: noteAccess(f, base[x.b], Value::of(int64_t{x.c})); break;
  case Opcode::SetIndex: noteAccess(f, base[x.a], base[x.b]); break;
  case Opcode::SetInt: noteAccess(f, base[x.a], Value::of(int64_t{x.b})); break;
  case Opcode::GenericCall:
    noteCallee(L, p, f, base[x.a]);
    if (base[x.a + 2].isInteger()) // what ipairs comes to next
      noteAccess(f, base[x.a + 1], Value::of(wrapAdd(base[x.a + 2].integer, 1)));
    break;
  case Opcode::Concat:
    for (int j = 1; j < x.c; j++) noteTag(f, 1, base[x.b + j]);
    break;
  default: break;
  }
}

bool isConditional(Opcode op) {
  return info(op).d == OperandRole::J && op != Opcode::Jump && op != Opcode::Loop &&
         op != Opcode::GenericPrep;
}

// The instruction at `index` comes next: does it say where the conditional jump seen last has led?
void notePath(State* G, const Proto* p, uint32_t index) {
  if (G->profiled_proto != p) return;
  G->profiled_proto = nullptr;
  uint32_t jump = G->profiled_jump;
  if (p->feedback == nullptr || jump >= p->code_size) return;
  uint8_t& flags = p->feedback[jump].flags;
  if (index == jump + 1) flags |= SiteFeedback::kFellThrough;
  if (static_cast<int64_t>(index) == int64_t{jump} + 1 + p->code[jump].d) flags |= SiteFeedback::kJumped;
}

void profile(Thread* L, const Value* base, const Instruction* at) {
  State* G = L->global;
  Proto* p = base[-2].function()->lua()->proto;
  uint32_t index = static_cast<uint32_t>(at - p->code);
  notePath(G, p, index);
  if (p->feedback == nullptr) return;
  noteOperands(L, p, base, index);
  if (isConditional(at->op)) {
    G->profiled_proto = p;
    G->profiled_jump = index;
  }
}

} // namespace

PERIGEE_HANDLER(profileInstruction) {
  profile(L, base, pc - 1);
  if (--L->global->profile_left < 0) {
    if (!isHooked(L)) setDispatch(L, DispatchKind::Plain);
    table = dispatchOf(L);
  }
  PERIGEE_TAIL plainHandler(i.op())(PERIGEE_STATE);
}

void startProfiling(Thread* L, int32_t instructions) {
  if (isHooked(L)) return;
  State* G = L->global;
  if (G->profile_left < instructions) G->profile_left = instructions;
  setDispatch(L, DispatchKind::Profile);
}

void profileFrom(Thread* L, int32_t instructions) {
  Proto* p = runningFunction(L->base)->proto;
  if (!ensureFeedback(L->global, p)) return;
  if (isHooked(L)) {
    profile(L, L->base, L->pc);
  } else {
    startProfiling(L, instructions);
  }
}

} // namespace perigee
