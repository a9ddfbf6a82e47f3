#include "vm/debug_info.h"

#include "vm/hooks.h"
#include "vm/metamethod.h"
#include "vm/state.h"

#include <cstring>

namespace perigee {
namespace {

const char* textOf(const String* s) { return s != nullptr ? s->data() : "?"; }

const char* upvalueName(const Proto* p, unsigned index) {
  return index < p->upvalue_count ? textOf(p->upvalues[index].name) : "?";
}

// How many registers from the first on an operand with this role writes; -1: all from there on.
int registersWritten(OperandRole role, const Instruction& x) {
  switch (role) {
  case OperandRole::W: return x.op == Opcode::LoadNil ? x.d : 1;
  case OperandRole::RW: return 1;
  case OperandRole::W2: return 2;
  case OperandRole::W3: return 3;
  case OperandRole::W4:
  case OperandRole::RW4: return 4;
  case OperandRole::CALL: return -1;
  default: return 0;
  }
}

bool writesRegister(const Instruction& x, int reg) {
  int first = x.a, n = registersWritten(info(x.op).a, x);
  if (x.op == Opcode::GenericCall) {
    first += 4;
    n = -1;
  } else if (x.op == Opcode::Vararg) {
    n = -1;
  } else if (x.op == Opcode::Method) {
    return reg == first || reg == first + 2;
  }
  return n < 0 ? reg >= first : reg >= first && reg < first + n;
}

// The last instruction before `pc` that set `reg` for sure, or -1. Instructions that a forward jump may have
// skipped do not count.
int setterOf(const Proto* p, uint32_t pc, int reg) {
  int setter = -1;
  uint32_t jump_target = 0;
  for (uint32_t i = 0; i < pc; i++) {
    const Instruction& x = p->code[i];
    if (info(x.op).d == OperandRole::J) {
      int64_t target = static_cast<int64_t>(i) + 1 + x.d;
      if (target <= static_cast<int64_t>(pc) && target > static_cast<int64_t>(jump_target))
        jump_target = static_cast<uint32_t>(target);
    } else if (x.op == Opcode::LoadFalseSkip && i + 2 <= pc && i + 2 > jump_target) {
      jump_target = i + 2;
    }
    if (writesRegister(x, reg)) setter = i < jump_target ? -1 : static_cast<int>(i);
  }
  return setter;
}

bool isEnvironment(const char* name) { return name != nullptr && std::strcmp(name, "_ENV") == 0; }

NameInfo nameOfField(const Dialect& d, const Proto* p, uint32_t pc, const Instruction& x) {
  const char* table = nullptr;
  if (x.op == Opcode::GetGlobal) {
    table = upvalueName(p, x.b);
  } else {
    NameInfo object = nameOfRegister(d, p, pc, x.b);
    if (object.kind != nullptr &&
        (std::strcmp(object.kind, "local") == 0 || std::strcmp(object.kind, "upvalue") == 0))
      table = object.name;
  }
  return {isEnvironment(table) ? "global" : "field", textOf(p->cache(static_cast<uint32_t>(x.d)).key)};
}

// A key in a register has a name if it is a constant string.
const char* nameOfKey(const Dialect& d, const Proto* p, uint32_t pc, int reg) {
  NameInfo key = nameOfRegister(d, p, pc, reg);
  return key.kind != nullptr && std::strcmp(key.kind, "constant") == 0 ? key.name : "?";
}

// The event of a metamethod that an instruction may call, or Count.
Meta eventOf(Opcode op) {
  auto offset = [op](Opcode first) { return static_cast<int>(op) - static_cast<int>(first); };
  if (op >= Opcode::Add && op <= Opcode::Shr)
    return static_cast<Meta>(static_cast<int>(Meta::Add) + offset(Opcode::Add));
  if (op >= Opcode::AddK && op <= Opcode::ShrK)
    return static_cast<Meta>(static_cast<int>(Meta::Add) + offset(Opcode::AddK));
  switch (op) {
  case Opcode::GetGlobal:
  case Opcode::GetField:
  case Opcode::GetIndex:
  case Opcode::GetInt:
  case Opcode::Method: return Meta::Index;
  case Opcode::SetGlobal:
  case Opcode::SetField:
  case Opcode::SetIndex:
  case Opcode::SetInt: return Meta::NewIndex;
  case Opcode::AddI: return Meta::Add;
  case Opcode::SubI: return Meta::Sub;
  case Opcode::Unm: return Meta::Unm;
  case Opcode::BNot: return Meta::BNot;
  case Opcode::Len: return Meta::Len;
  case Opcode::Concat: return Meta::Concat;
  case Opcode::JumpEq:
  case Opcode::JumpNe: return Meta::Eq;
  case Opcode::JumpLt:
  case Opcode::JumpNotLt:
  case Opcode::JumpLtI:
  case Opcode::JumpNotLtI:
  case Opcode::JumpGtI:
  case Opcode::JumpNotGtI: return Meta::Lt;
  case Opcode::JumpLe:
  case Opcode::JumpNotLe:
  case Opcode::JumpLeI:
  case Opcode::JumpNotLeI:
  case Opcode::JumpGeI:
  case Opcode::JumpNotGeI: return Meta::Le;
  case Opcode::Close:
  case Opcode::Return: return Meta::Close;
  default: return Meta::Count;
  }
}

} // namespace

uint32_t FrameView::currentIndex() const {
  const Proto* p = proto();
  if (next_pc == nullptr || next_pc <= p->code) return 0;
  return static_cast<uint32_t>(next_pc - p->code) - 1;
}

bool callerOf(const FrameView& frame, FrameView* out) {
  Thread* L = frame.thread;
  Value* base = frame.base;
  const Instruction* return_pc;
  do {
    FrameLink* link = linkOf(base);
    if (base <= L->stack + kFrameSlots || link->delta == 0) return false;
    return_pc = callerPc(base);
    base -= link->delta;
    if (base <= L->stack + kFrameSlots) return false; // the bottom: no function
  } while (!base[-2].isFunction()); // a call that has failed
  *out = {L, base, frame.base, return_pc};
  return true;
}

bool frameAtLevel(Thread* L, int level, FrameView* out) {
  if (level < 0 || L->base <= L->stack + kFrameSlots) return false;
  FrameView frame{L, L->base, nullptr, L->pc};
  // No function: suspended (see FrameKind::HookYield), or a call has failed.
  if (!L->base[-2].isFunction() && !callerOf(frame, &frame)) return false;
  for (; level > 0; --level) {
    if (!callerOf(frame, &frame)) return false;
  }
  *out = frame;
  return true;
}

bool isHookedFrame(const FrameView& frame) {
  const Thread* L = frame.thread;
  const HookState* h = L->hooks;
  return L->in_hook != 0 && h != nullptr && h->hooked_base == saveSlot(L, frame.base);
}

NameInfo nameOfRegister(const Dialect& d, const Proto* p, uint32_t pc, int reg) {
  if (String* local = localNameAt(p, reg + 1, pc))
    return local->length != 0 ? NameInfo{"local", local->data()} : NameInfo{};
  int setter = setterOf(p, pc, reg);
  if (setter < 0) return {};
  uint32_t at = static_cast<uint32_t>(setter);
  const Instruction& x = p->code[at];
  switch (x.op) {
  case Opcode::Move: return x.b < x.a ? nameOfRegister(d, p, at, x.b) : NameInfo{};
  case Opcode::GetGlobal:
  case Opcode::GetField: return nameOfField(d, p, at, x);
  case Opcode::GetIndex: return {"field", nameOfKey(d, p, at, x.c)};
  case Opcode::GetInt: return {"field", d.integer_key};
  case Opcode::GetUpvalue: return {"upvalue", upvalueName(p, x.b)};
  case Opcode::LoadK:
    if (p->constants[x.d].isString()) return {"constant", p->constants[x.d].string()->data()};
    return {};
  case Opcode::Method:
    if (reg == x.a) return {"method", textOf(p->cache(static_cast<uint32_t>(x.d)).key)};
    return {};
  default: return {};
  }
}

NameInfo nameOfCalled(const Dialect& d, const Proto* p, uint32_t pc) {
  const Instruction& x = p->code[pc];
  if (x.op == Opcode::Call || x.op == Opcode::TailCall) return nameOfRegister(d, p, pc, x.a);
  if (x.op == Opcode::GenericCall) return {"for iterator", "for iterator"};
  Meta event = eventOf(x.op);
  if (event == Meta::Count) return {};
  return {"metamethod", metaName(event) + d.event_prefix};
}

// Does a finalizer run on top of the Lua frame?
static bool isInterruptedByFinalizer(const FrameView& frame) {
  return frame.isLua() && frame.thread->global->finalizers_running != 0 && frame.above != nullptr &&
         frameKind(frame.above) == FrameKind::Entry && !isHookedFrame(frame);
}

NameInfo nameOfFunction(const FrameView& frame) {
  bool names_interrupted = dialectOf(frame.thread).finalizers_name_interrupted;
  if (names_interrupted && isInterruptedByFinalizer(frame)) return {"metamethod", "__gc"};
  if (isTailCalled(frame.base)) return {};
  FrameView caller;
  if (!callerOf(frame, &caller)) return {};
  if (frameKind(frame.base) == FrameKind::Entry) {
    if (isHookedFrame(caller)) return {"hook", "?"};
    // With its underscores in all dialects.
    if (!names_interrupted && isInterruptedByFinalizer(caller)) return {"metamethod", "__gc"};
    return {};
  }
  if (frameKind(frame.base) == FrameKind::PausableContinuation) return {}; // was called from C++
  return caller.isLua() ? nameOfCalled(dialectOf(frame.thread), caller.proto(), caller.currentIndex())
                        : NameInfo{};
}

// Where variable n (from 1) lies. Registers of loops that have no name (Scope::declare) do not count as
// variables; temporaries follow behind the last one.
static int registerOfVariable(const Proto* p, int n, uint32_t pc) {
  int reg = 0;
  for (uint32_t i = 0; n > 0 && i < p->local_count && p->locals[i].start_pc <= pc; ++i) {
    if (pc >= p->locals[i].end_pc) continue;
    if (p->locals[i].name->length != 0 && --n == 0) return reg;
    ++reg;
  }
  return reg + n - 1;
}

const char* localOfFrame(const FrameView& frame, int n, Value** place) {
  Value* limit = frame.thread->top;
  if (Value* above = frame.above) {
    // Up to the function it has called, where that lay before it moved.
    if (isLuaFrame(above) && above[-2].function()->lua()->proto->isVararg()) above -= varargDistance(above);
    limit = above - kFrameSlots;
  }
  if (frame.isLua()) {
    const Proto* p = frame.proto();
    if (n < 0) {
      if (!p->isVararg()) return nullptr;
      int64_t count = static_cast<int64_t>(varargDistance(frame.base)) - kFrameSlots - p->parameters;
      if (-static_cast<int64_t>(n) > count) return nullptr;
      *place = frame.base - kFrameSlots - count - n - 1;
      return dialectOf(frame.thread).vararg_name;
    }
    if (n > kMaxStack) return nullptr;
    n = registerOfVariable(p, n, frame.currentIndex()) + 1;
    if (String* name = localNameAt(p, n, frame.currentIndex())) {
      *place = frame.base + n - 1;
      return name->data();
    }
    if (frame.above == nullptr) limit = frameEnd(frame.thread);
  }
  if (n <= 0 || limit - frame.base < n) return nullptr;
  *place = frame.base + n - 1;
  if ((*place)->tag == Tag::Frame) return nullptr;
  const Dialect& dialect = dialectOf(frame.thread);
  return frame.isLua() ? dialect.temporary_name : dialect.native_temporary_name;
}

namespace {

// Does an instruction rely on what is in the unnamed register: is it a table that is being filled, or an
// operand of a concatenation under way?
bool isTemporaryInUse(const FrameView& frame, int reg) {
  const Proto* p = frame.proto();
  const Instruction& current = p->code[frame.currentIndex()];
  if (current.op == Opcode::Concat && reg >= current.b && reg < current.b + current.c) return true;
  if (!frame.base[reg].isTable()) return false;
  for (uint32_t i = 0; i < p->code_size; i++) {
    if (p->code[i].op == Opcode::SetList && p->code[i].a == reg) return true;
  }
  return false;
}

} // namespace

bool isLocalSettable(const FrameView& frame, const Value* place) {
  if (!frame.isLua()) return isHookedFrame(frame);
  if (place < frame.base) return true; // variable arguments
  int n = static_cast<int>(place - frame.base) + 1;
  const Proto* p = frame.proto();
  uint32_t pc = frame.currentIndex();
  if (localNameAt(p, n, pc) == nullptr && isTemporaryInUse(frame, n - 1)) return false;
  for (uint32_t i = 0; i < pc; i++) {
    const Instruction& x = p->code[i];
    int state = x.op == Opcode::ForPrep ? 3 : x.op == Opcode::GenericPrep ? 4 : 0;
    if (n - 1 >= x.a && n - 1 < x.a + state && static_cast<int64_t>(pc) <= i + int64_t{x.d} + 1) return false;
  }
  return true;
}

void setLocalOfFrame(const FrameView& frame, Value* place, Value value) {
  heapOf(frame.thread).remember(frame.thread);
  *place = value;
  if (frame.above != nullptr) deoptimizeCaller(frame.above);
}

bool areUpvaluesSettable(const Value& function) {
  return function.tag == Tag::Function && !(function.function()->flags & Function::kSealed);
}

} // namespace perigee
