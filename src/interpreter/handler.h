// Handlers: the interpreter is one function per instruction, each ending in a jump to the next one's.
//
// The state is pinned in machine registers by the calling convention (preserve_none passes the first four
// in registers that C++ callees preserve): pc (the next instruction), base, L, k (constants of the running
// function), table (the handlers in use), i (the instruction being executed). Entries of callables and
// compiled code keep the same contract: for them base is the callee's base, the link is laid out, i.count()
// is the number of arguments, and pc and k mean nothing.
//
// Before a handler calls C++ that can raise, allocate or look at the frame it stores L->pc = pc; after one
// that can run Lua or move the stack it reloads base = L->base. L->base is current at all times.
#pragma once

#include "bytecode/instruction.h"
#include "vm/error.h"
#include "vm/frame.h"
#include "vm/proto.h"
#include "vm/state.h"
#include "vm/thread.h"

namespace perigee {

#define PERIGEE_HANDLER_CC __attribute__((preserve_none))
// The parameters of every handler, and the same as arguments.
#define PERIGEE_STATE_PARAMETERS                                                                             \
  [[maybe_unused]] const Instruction *pc, [[maybe_unused]] Value *base, [[maybe_unused]] Thread *L,          \
      [[maybe_unused]] const Value *k, [[maybe_unused]] const Dispatch *table, [[maybe_unused]] Operands i
#define PERIGEE_STATE pc, base, L, k, table, i
#define PERIGEE_HANDLER(name) PERIGEE_HANDLER_CC void name(PERIGEE_STATE_PARAMETERS)
#define PERIGEE_TAIL [[clang::musttail]] return

// An instruction in a register; in another role a plain count.
class Operands {
public:
  static Operands load(const Instruction* pc) {
    Operands o;
    __builtin_memcpy(&o.bits_, pc, 8);
    return o;
  }
  static Operands ofCount(size_t n) {
    Operands o;
    o.bits_ = n;
    return o;
  }
  uint8_t op() const { return bits_ & 0x7F; }
  uint8_t row() const { return static_cast<uint8_t>(bits_); } // of a handler table: op, upper half for heads
  size_t a() const { return static_cast<uint8_t>(bits_ >> 8); }
  size_t b() const { return static_cast<uint8_t>(bits_ >> 16); }
  size_t c() const { return static_cast<uint8_t>(bits_ >> 24); }
  ptrdiff_t d() const { return static_cast<int64_t>(bits_) >> 32; }
  int64_t signed16() const { return static_cast<int16_t>(bits_ >> 16); }
  size_t unsigned16() const { return static_cast<uint16_t>(bits_ >> 16); }
  size_t count() const { return bits_; }
  uint64_t bits() const { return bits_; }

private:
  uint64_t bits_;
};

// Registers named by the executed instruction (in front of pc), found by their prepared offsets: one load
// from the instruction each. See bytecode/instruction.h for which instruction has which.
static_assert(kRegisterBytes == sizeof(Value));
template <int distance> Value* preparedRegister(const Instruction* pc, Value* base) {
  uint16_t offset;
  __builtin_memcpy(&offset, reinterpret_cast<const char*>(pc) - distance, 2);
  return reinterpret_cast<Value*>(reinterpret_cast<char*>(base) + offset);
}
inline Value* lowRegister(const Instruction* pc, Value* base) { return preparedRegister<4>(pc, base); }
inline Value* highRegister(const Instruction* pc, Value* base) { return preparedRegister<2>(pc, base); }
inline Value* onlyRegister(const Instruction* pc, Value* base) { return preparedRegister<6>(pc, base); }

struct Dispatch;
using Handler = PERIGEE_HANDLER_CC void (*)(PERIGEE_STATE_PARAMETERS);
// A row for each instruction, and from kHeads on one for the same instruction at the head of a block.
struct Dispatch {
  static constexpr int kHeads = 128;
  Handler handlers[2 * kHeads];
};

// One handler per row of the instruction table.
#define OPCODE(name, ...) PERIGEE_HANDLER(op##name);
#include "bytecode/opcodes.def"
#undef OPCODE

// The handler tables (dispatch.cpp), in order; each comes in two, without and with ticks counted.
enum class DispatchKind : uint8_t {
  Plain,
  Profile, // every row records what the instruction is given (profile.cpp)
  Hook,    // every row leads to the hooks first (hooks.cpp)
  Count
};
extern const Dispatch kDispatches[static_cast<int>(DispatchKind::Count)][2];
inline const Dispatch* dispatchFor(const State* G, DispatchKind kind) {
  return &kDispatches[static_cast<int>(kind)][G->ticks.counts];
}
inline const Dispatch* dispatchOf(const Thread* L) {
  return static_cast<const Dispatch*>(L->dispatch.load(std::memory_order_relaxed));
}
inline void setDispatch(Thread* L, DispatchKind kind) {
  L->dispatch.store(dispatchFor(L->global, kind), std::memory_order_relaxed);
}
// The same from any OS thread: ticks are counted as by the table in use. Whoever runs L sets it again at the
// next poll.
inline void requestDispatch(Thread* L, DispatchKind kind) {
  auto counts = (dispatchOf(L) - kDispatches[0]) % 2;
  L->dispatch.store(&kDispatches[static_cast<int>(kind)][counts], std::memory_order_relaxed);
}
// Ticks are counted from now on, or no more.
inline void refreshDispatch(Thread* L) {
  auto kind = (dispatchOf(L) - kDispatches[0]) / 2;
  setDispatch(L, static_cast<DispatchKind>(kind));
}
inline Handler plainHandler(uint8_t op) {
  return kDispatches[static_cast<int>(DispatchKind::Plain)][0].handlers[op];
}
// Every row goes over to compiled code if it has a resume point in front of the instruction. Never in
// Thread::dispatch: compiled code has one instruction executed with it.
extern const Dispatch kResumeDispatch;

// Goes on with the instruction at pc.
__attribute__((always_inline)) inline PERIGEE_HANDLER(next) {
  i = Operands::load(pc);
  PERIGEE_TAIL table->handlers[i.row()](pc + 1, base, L, k, table, i);
}
// The same for an instruction whose block has been paid for.
__attribute__((always_inline)) inline PERIGEE_HANDLER(nextCharged) {
  i = Operands::load(pc);
  PERIGEE_TAIL table->handlers[i.op()](pc + 1, base, L, k, table, i);
}

// Entries (calls.cpp): what Function::entry points to.
PERIGEE_HANDLER(enterLua);
PERIGEE_HANDLER(enterVararg);
PERIGEE_HANDLER(enterNative);
// Goes on with an entry for which the stack is too small, or which has to poll: of an interpreted function,
// or a compiled one. base, L and i as at the entry, vararg functions: the frame has moved.
PERIGEE_HANDLER(enterLuaSlow);
// Proto::entry of interpreted vararg functions.
PERIGEE_HANDLER(enterMoved);
// Calls the C function without upvalues in base[-2].
PERIGEE_HANDLER(enterLight);
// Calls whatever value lies in base[-2], link laid out, i.count() arguments.
PERIGEE_HANDLER(callAny);
// Returns i.count() values that lie at k to whoever called the frame at base (returns.cpp).
PERIGEE_HANDLER(returnValues);
// The same for an Entry frame whose caller wants one value, which lies in the function's slot already.
PERIGEE_HANDLER(returnOneToEntry);
// Resumes the Lua frame at base at pc after a call, with k and table reloaded; in compiled code, if that has
// a resume point there.
PERIGEE_HANDLER(continueLua);
// The same in the interpreter in any case: how compiled code is left.
PERIGEE_HANDLER(continueInterpreted);
// The same at an instruction whose block has been paid for.
PERIGEE_HANDLER(continueCharged);
// Leaves the interpreter: back to the C++ code that entered it.
PERIGEE_HANDLER(leave);

inline Handler asHandler(EntryPoint e) { return reinterpret_cast<Handler>(e); }
inline EntryPoint asEntry(Handler h) { return reinterpret_cast<EntryPoint>(h); }

inline LuaFunction* runningFunction(Value* base) { return base[-2].function()->lua(); }
inline const Value* constantsOf(Value* base) { return runningFunction(base)->proto->constants; }

// Writes a frame link in two stores.
inline void writeLink(Value* base, const Instruction* return_pc, FrameKind kind, int wanted, uint32_t delta) {
  FrameLink* link = linkOf(base);
  link->return_pc = return_pc;
  uint64_t rest = static_cast<uint64_t>(Tag::Frame) | static_cast<uint64_t>(kind) << 8 |
                  static_cast<uint64_t>(static_cast<uint16_t>(wanted)) << 16 |
                  static_cast<uint64_t>(delta) << 32;
  __builtin_memcpy(reinterpret_cast<char*>(link) + 8, &rest, 8);
}
// Kind and wanted of a link in one compare; the tail-call bit does not count.
inline bool linkIs(const Value* base, FrameKind kind, int wanted) {
  uint32_t word;
  __builtin_memcpy(&word, reinterpret_cast<const char*>(base - 1) + 8, 4);
  return (word & ~(static_cast<uint32_t>(kTailCalledBit) << 8)) ==
         (static_cast<uint32_t>(Tag::Frame) | static_cast<uint32_t>(kind) << 8 |
          static_cast<uint32_t>(static_cast<uint16_t>(wanted)) << 16);
}

// Protected calls keep the nesting depth before them in their link in the place of `wanted` (all results are
// always wanted), relative to where the coroutine was resumed: an error sets it back without walking down the
// frames.
inline int depthToKeep(const Thread* L) { return static_cast<int>(L->c_depth - L->depth_base); }
inline uint32_t depthBefore(const Thread* L, Value* base) {
  return L->depth_base + static_cast<uint32_t>(linkOf(base)->wanted);
}

// In the link of a Meta frame (instead of 1): the truth of the result is to be negated.
constexpr int16_t kNegatedResult = 2;

// Lays out the call of metamethod `f` above the frame at base, to be finished for the instruction before pc;
// the caller stores the arguments at the returned base and tail-calls callAny with it. Metamethod calls nest
// no deeper than C calls: runaway recursion through them is noticed soon, as in stock Lua.
inline Value* layMetaFrame(Thread* L, Value* base, const Instruction* pc, Value f) {
  L->pc = pc;
  L->c_depth++;
  checkCDepth(L);
  Value* callee = base + runningFunction(base)->proto->frame_size + kFrameSlots;
  callee[-2] = f;
  writeLink(callee, pc, FrameKind::Meta, 1, static_cast<uint32_t>(callee - base));
  return callee;
}

} // namespace perigee
