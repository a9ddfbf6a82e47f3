#include "jit/tiering.h"

#include "interpreter/tiers.h"
#include "jit/units.h"
#include "vm/feedback.h"
#include "vm/proto.h"
#include "vm/thread.h"

#include <algorithm>
#include <ctime>
#include <new>

namespace perigee {
namespace {

// Of the thread's own time: how long a compilation takes does not depend on what else the machine does.
uint64_t now() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(t.tv_nsec);
}

// What became hot: a function, or the loop that a back-edge leads to.
struct HotSpot {
  Proto* p;
  uint32_t site;  // kFunctionEntry or index of the back-edge
  uint32_t entry; // kFunctionEntry or index of the loop's first instruction

  bool isFunction() const { return site == kFunctionEntry; }
  int line() const { return isFunction() ? static_cast<int>(p->line_defined) : lineAt(p, entry); }
  // So many calls or back-edges from now on it is hot again.
  void heatAfter(uint32_t n) const {
    if (isFunction()) {
      p->heat = n;
    } else {
      setBackEdgeHeat(&p->code[site], static_cast<uint16_t>(0x10000 - std::min<uint32_t>(n, 0xFFFF)));
    }
  }
  void coolForEver() const {
    if (isFunction()) {
      p->heat = UINT32_MAX;
    } else {
      setBackEdgeHeat(&p->code[site], 0);
    }
  }
};

HotSpot hotSpot(Proto* p, uint32_t site) {
  uint32_t entry = site;
  if (site != kFunctionEntry) entry = static_cast<uint32_t>(static_cast<int64_t>(site) + 1 + p->code[site].d);
  return {p, site, entry};
}

// Flags of an entry: those of a loop lie in the feedback of its first instruction.
bool testEntryFlag(const HotSpot& spot, uint8_t function_flag, uint8_t loop_flag) {
  if (spot.isFunction()) return spot.p->flags & function_flag;
  return spot.p->feedback != nullptr && (spot.p->feedback[spot.entry].flags & loop_flag);
}
void setEntryFlag(State* G, const HotSpot& spot, uint8_t function_flag, uint8_t loop_flag) {
  if (spot.isFunction()) {
    spot.p->flags |= function_flag;
  } else if (ensureFeedback(G, spot.p)) {
    spot.p->feedback[spot.entry].flags |= loop_flag;
  }
}
bool isDeclined(const HotSpot& spot) {
  return testEntryFlag(spot, Proto::kEntryDeclined, SiteFeedback::kDeclined);
}
bool isProfiled(const HotSpot& spot) {
  return testEntryFlag(spot, Proto::kEntryProfiled, SiteFeedback::kProfiled);
}

void decline(State* G, const HotSpot& spot, const char* reason) {
  if (reason == nullptr) reason = "unknown";
  if (spot.isFunction()) spot.p->decline_reason = reason;
  setEntryFlag(G, spot, Proto::kEntryDeclined, SiteFeedback::kDeclined);
  jitOf(G)->statistics.declined.add(spot.p, spot.line(), reason);
  spot.coolForEver();
}

// What may still be spent on units of the prototype, however often they are compiled anew. So what a program
// costs to compile is in proportion to its length.
uint64_t workLeft(const JitLimits& limits, const Proto* p) {
  uint64_t allowed = limits.work_of_prototype + limits.work_of_instruction * p->code_size;
  return allowed - std::min(allowed, p->compile_work);
}

void compile(Thread* L, const HotSpot& spot) {
  State* G = L->global;
  JitState& jit = *jitOf(G);
  if (jit.mode == JitMode::Stress && ++jit.stressed % 5 == 0 && jit.oldest != nullptr)
    discardUnit(G, jit.oldest);
  makeRoomForCode(L);
  PendingUnit pending(G, spot.p, spot.entry);
  const char* reason = nullptr;
  pending.work_allowed = std::min(jit.limits.work_of_unit, workLeft(jit.limits, spot.p));
  if (pending.work_allowed == 0) {
    decline(G, spot, "its function has been compiled too often");
    return;
  }
  uint64_t start = now();
  bool made = jit.compile(L, spot.p, spot.entry, pending, &reason);
  uint64_t spent = now() - start;
  spot.p->compile_work += pending.work_spent;
  JitStatistics& statistics = jit.statistics;
  statistics.compile_work += pending.work_spent;
  statistics.compile_work_max = std::max(statistics.compile_work_max, pending.work_spent);
  statistics.scratch_bytes_max = std::max<uint64_t>(statistics.scratch_bytes_max, pending.scratchBytes());
  statistics.compile_nanoseconds += spent;
  statistics.compile_nanoseconds_max = std::max(statistics.compile_nanoseconds_max, spent);
  NativeCode* unit = made ? pending.install(G) : nullptr;
  if (unit != nullptr) {
    (spot.isFunction() ? statistics.functions_compiled : statistics.loops_compiled)++;
    statistics.code_bytes_made += unit->size;
  } else if (made || pending.wasRefused() || pending.was_interrupted) {
    if (!pending.was_interrupted) statistics.refused++;
    spot.heatAfter(jit.limits.cool_calls);
  } else {
    decline(G, spot, reason);
  }
}

void hot(Thread* L, Proto* p, uint32_t site) {
  JitState& jit = *jitOf(L->global);
  HotSpot spot = hotSpot(p, site);
  if (p->tier != Tier::Automatic || isDeclined(spot)) {
    spot.coolForEver();
    return;
  }
  if (jit.mode >= JitMode::Always || isProfiled(spot)) {
    compile(L, spot);
    return;
  }
  if (ensureFeedback(L->global, p)) startProfiling(L, jit.limits.window_instructions);
  setEntryFlag(L->global, spot, Proto::kEntryProfiled, SiteFeedback::kProfiled);
  spot.heatAfter(jit.limits.window);
}

// How often units of a prototype may be discarded because of their exits: each instruction may fail twice
// before it is compiled without expectations, but few do.
uint32_t mostRecompiles(const JitLimits& limits, const Proto* p) {
  return std::min<uint32_t>(limits.recompiles + p->code_size / 8, UINT8_MAX - 1);
}

bool isFieldAccess(const Instruction* pc) { return info(pc->op).d == OperandRole::IC; }

// The access at L->pc has met another shape than its cache remembers, for the first time in this unit: the
// interpreter, which is about to execute it, will let the cache serve that one.
void noteShape(Thread* L) {
  const Proto* p = runningFunction(L->base)->proto;
  if (p->feedback == nullptr || !isFieldAccess(L->pc)) return;
  SiteFeedback& f = p->feedback[L->pc - p->code];
  if (f.shape == nullptr) f.shape = p->cache(static_cast<uint32_t>(L->pc->d)).shape;
}

// Lets the access at L->pc be compiled for two shapes, or, if it was, for any; false if that was so already.
bool widenShapes(Thread* L) {
  const Proto* p = runningFunction(L->base)->proto;
  if (p->feedback == nullptr) return false;
  SiteFeedback& f = p->feedback[L->pc - p->code];
  if (isFieldAccess(L->pc) && f.shape != nullptr && !(f.tags[2] & SiteFeedback::kTwoShapes)) {
    f.tags[2] |= SiteFeedback::kTwoShapes;
    return true;
  }
  bool is_new = !(f.flags & SiteFeedback::kManyShapes);
  f.flags |= SiteFeedback::kManyShapes;
  return is_new;
}

// The instruction at L->pc did not get what it was compiled for. Feedback is wider by now, which helps once;
// no feedback tells of metamethods.
// `failed_before`: it was compiled with that. Units may hold several copies of an instruction, and there may
// be several units, which all fail for the first time.
void markFailure(const Thread* L, ExitReason reason, bool failed_before) {
  const Proto* p = runningFunction(L->base)->proto;
  if (p->feedback == nullptr) return;
  SiteFeedback& site = p->feedback[L->pc - p->code];
  if (failed_before || reason == ExitReason::Error) site.flags |= SiteFeedback::kGeneric;
  site.array_kinds |= SiteFeedback::kFailed;
}

// The exit at L->pc is taken too often.
void recompile(Thread* L, NativeCode* unit, ExitReason reason) {
  State* G = L->global;
  JitState& jit = *jitOf(G);
  Proto* p = unit->proto;
  // Not counted: it can happen only twice for each access.
  bool widened = reason == ExitReason::Shape && widenShapes(L);
  if (widened || ++p->recompiled <= mostRecompiles(jit.limits, p)) {
    discardUnit(G, unit);
    return;
  }
  constexpr const char* kReason = "what it was compiled for keeps failing";
  p->tier = Tier::Declined;
  p->decline_reason = kReason;
  jit.statistics.declined.add(p, static_cast<int>(p->line_defined), kReason);
  discardUnitsOf(G, p);
}

void exitTaken(Thread* L, NativeCode* unit, uint32_t snapshot, ExitReason reason) {
  JitState& jit = *jitOf(L->global);
  jit.statistics.exits[static_cast<int>(reason)]++;
  if (reason == ExitReason::Poll) return;
  const Proto* p = runningFunction(L->base)->proto;
  jit.statistics.exit_places.add(p, lineAt(p, static_cast<uint32_t>(L->pc - p->code)), nameOf(reason));
  unit->exits++;
  uint16_t& counter = unit->exit_counts[snapshot];
  bool failed_before = counter & NativeCode::kFailedBefore;
  if ((counter + 1) % NativeCode::kFailedBefore != 0) ++counter;
  uint16_t count = counter % NativeCode::kFailedBefore;
  if (reason == ExitReason::Shape && count == 1) noteShape(L);
  profileFrom(L, jit.limits.exit_instructions);
  // Other exits that are on their way to the limit are dealt with by the same recompilation.
  if (reason != ExitReason::Shape && count == jit.limits.exits / 2) markFailure(L, reason, failed_before);
  bool installed = findUnit(unit->proto, unit->entry_pc) == unit;
  if (count >= jit.limits.exits && installed) recompile(L, unit, reason);
}

void stateDies(State* G) {
  freeDiscardedUnits(G);
  JitState* jit = jitOf(G);
  jit->~JitState();
  G->heap.freeOutside(jit, sizeof(JitState));
  G->jit = nullptr;
}

// New prototypes start with these.
void setInitialHeat(State* G) {
  const JitState& jit = *jitOf(G);
  bool always = jit.mode >= JitMode::Always, off = jit.mode == JitMode::Off;
  G->call_heat = off ? UINT32_MAX : always ? 0 : jit.limits.hot_calls;
  G->loop_heat = off ? 0 : always ? 0xFFFF : static_cast<uint16_t>(0x10000 - jit.limits.hot_loops);
}

// The prototype's counters as if it were new; what is compiled stays.
void reheat(State* G, Proto* p) {
  resetHeat(G, p);
  if (NativeCode* unit = findUnit(p, kFunctionEntry)) {
    p->entry = unit->entryPoint();
    p->heat = 0;
  }
}

} // namespace

bool installJit(State* G, CompileFunction compile_function) {
  void* memory = G->heap.allocateOutside(sizeof(JitState));
  if (memory == nullptr) return false;
  JitState* jit = new (memory) JitState(G->heap);
  jit->compile = compile_function;
  G->jit = jit;
  G->upcalls.exit_taken = exitTaken;
  G->upcalls.marking_begins = unitsMarkingBegins;
  G->upcalls.values_cleared = unitsValuesCleared;
  G->upcalls.marking_ends = unitsMarkingEnds;
  G->upcalls.proto_dies = unitsOfDeadProto;
  G->upcalls.state_dies = stateDies;
  return true;
}

void setJitMode(State* G, JitMode mode) {
  JitState* jit = jitOf(G);
  if (jit == nullptr || jit->compile == nullptr || jit->mode == mode) return;
  jit->mode = mode;
  G->upcalls.hot = mode == JitMode::Off ? nullptr : hot;
  setInitialHeat(G);
  G->heap.forEachObject([G](Object* o) {
    if (o->type == Tag::Proto && static_cast<Proto*>(o)->code != nullptr) reheat(G, static_cast<Proto*>(o));
  });
}

void countTicks(State* G, bool on) {
  if (G->ticks.counts == on) return;
  G->ticks = TickAccount{.grantor = G->ticks.grantor, .counts = on};
  G->upcalls.dispatch = dispatchFor(G, DispatchKind::Plain);
  G->heap.forEachObject([](Object* o) {
    if (o->type == Tag::Thread) refreshDispatch(static_cast<Thread*>(o));
  });
  if (jitOf(G) != nullptr) discardAllUnits(G);
}

void setCodeBudget(State* G, size_t bytes) {
  if (jitOf(G) != nullptr) jitOf(G)->memory.setBudget(bytes);
}

void setCompilable(State* G, Proto* p, bool on) {
  if (jitOf(G) == nullptr) return;
  if (!on) {
    discardUnitsOf(G, p);
    p->tier = Tier::Off;
  } else if (p->tier == Tier::Off) {
    p->tier = Tier::Automatic;
    reheat(G, p);
  }
}

void flushUnits(State* G, Proto* p) {
  if (jitOf(G) == nullptr) return;
  discardUnitsOf(G, p);
  if (p->feedback != nullptr) G->heap.freeRaw(p->feedback, p->code_size * sizeof(SiteFeedback));
  p->feedback = nullptr;
  p->flags &= static_cast<uint8_t>(~(Proto::kEntryProfiled | Proto::kEntryDeclined));
  p->recompiled = 0;
  p->compile_work = 0;
  p->decline_reason = nullptr;
  if (p->tier == Tier::Declined) p->tier = Tier::Automatic;
  resetHeat(G, p);
}

void flushAllUnits(State* G) {
  if (jitOf(G) == nullptr) return;
  JitState& jit = *jitOf(G);
  while (jit.newest != nullptr) flushUnits(G, jit.newest->proto);
}

void joinUpvalue(State* G, LuaFunction* f, size_t index, Upvalue* u) {
  f->upvalues()[index] = u;
  G->heap.barrier(f, u);
  f->proto->flags |= Proto::kJoined;
  bool first = !G->upvalues_joined;
  G->upvalues_joined = true;
  if (jitOf(G) == nullptr) return;
  if (first) discardAllUnits(G);
  discardUnitsOf(G, f->proto);
}

} // namespace perigee
