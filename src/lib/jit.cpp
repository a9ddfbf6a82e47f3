// The module `jit`: what is compiled to machine code, controlled as LuaJIT's module of this name does. It is
// there for `require` only: programs take a global `jit` as a sign of LuaJIT.

#include "interpreter/handler.h"
#include "jit/tiering.h"
#include "lib/native.h"
#include "support/version.h"
#include "vm/debug_info.h"

namespace perigee {
namespace {

// The function that argument 1 stands for: itself, or for `true` the one that calls. Null: there is no
// argument.
Proto* functionArgument(Native& L) {
  Value v = L.arg(1);
  if (L.isNoneOrNil(1)) return nullptr;
  if (v.tag == Tag::Function && !v.function()->isNative()) return v.function()->lua()->proto;
  FrameView caller;
  if (v.tag == Tag::True && frameAtLevel(L.thread(), 1, &caller) && caller.isLua())
    return runningFunction(caller.base)->proto;
  L.typeError(1, "Lua function");
}

template <class F> void forEachInside(Proto* p, const F& apply) {
  for (uint32_t i = 0; i < p->child_count; i++) {
    apply(p->children[i]);
    forEachInside(p->children[i], apply);
  }
}

// Argument 2: absent: the function; true: also the functions inside; false: only those.
template <class F> void forEachMeant(Native& L, Proto* p, const F& apply) {
  if (L.isNone(2) || L.toBoolean(2)) apply(p);
  if (!L.isNone(2)) forEachInside(p, apply);
}

int switchTo(lua_State* state, bool on) {
  Native L(state);
  State* G = L.state();
  if (Proto* p = functionArgument(L)) {
    forEachMeant(L, p, [&](Proto* each) { setCompilable(G, each, on); });
  } else {
    setJitMode(G, on ? JitMode::On : JitMode::Off);
  }
  return 0;
}
int on(lua_State* state) { return switchTo(state, true); }
int off(lua_State* state) { return switchTo(state, false); }

int flush(lua_State* state) {
  Native L(state);
  State* G = L.state();
  if (Proto* p = functionArgument(L)) {
    forEachMeant(L, p, [&](Proto* each) { flushUnits(G, each); });
  } else {
    flushAllUnits(G);
  }
  return 0;
}

int status(lua_State* state) {
  Native L(state);
  JitMode mode = jitMode(L.state());
  L.pushBoolean(mode != JitMode::Off);
  L.pushString(nameOf(mode));
  return 2;
}

// What has become of a function: { compiled, loops, bytes, exits, declined = reason, off }.
int info(lua_State* state) {
  Native L(state);
  L.argumentCheck(!L.isNoneOrNil(1), 1, "Lua function expected");
  Proto* p = functionArgument(L);
  int64_t loops = 0, bytes = 0, exits = 0;
  for (const NativeCode* unit = p->native; unit != nullptr; unit = unit->next) {
    loops += unit->entry_pc != kFunctionEntry;
    bytes += unit->size;
    exits += unit->exits;
  }
  Table* t = L.pushTable(6);
  auto set = [&](const char* name, Value v) {
    L.push(v);
    L.setField(t, name);
  };
  set("compiled", Value::boolean(findUnit(p, kFunctionEntry) != nullptr));
  set("loops", Value::of(loops));
  set("bytes", Value::of(bytes));
  set("exits", Value::of(exits));
  set("off", Value::boolean(p->tier == Tier::Off));
  if (p->decline_reason != nullptr) {
    L.pushString(p->decline_reason);
    L.setField(t, "declined");
  }
  return 1;
}

// The state's figures.
int statistics(lua_State* state) {
  Native L(state);
  const State* G = L.state();
  Table* t = L.pushTable(8);
  const JitState* jit = jitOf(G);
  if (jit == nullptr) return 1;
  auto set = [&](const char* name, uint64_t n) {
    L.pushInteger(static_cast<int64_t>(n));
    L.setField(t, name);
  };
  const JitStatistics& s = jit->statistics;
  set("functions", s.functions_compiled);
  set("loops", s.loops_compiled);
  set("units", G->unit_count);
  set("discarded", s.discarded);
  set("evicted", s.evicted);
  set("freed", s.freed_with_proto);
  set("bytes", jit->memory.bytesInUse());
  set("budget", jit->memory.budget());
  uint64_t exits = 0;
  for (uint64_t n : s.exits) exits += n;
  set("exits", exits);
  return 1;
}

// The budget in bytes for machine code; sets it if there is an argument. Returns the old one.
int budget(lua_State* state) {
  Native L(state);
  const JitState* jit = jitOf(L.state());
  int64_t bytes = L.optionalInteger(1, 0);
  L.argumentCheck(bytes >= 0, 1, "must not be negative");
  L.pushInteger(jit != nullptr ? static_cast<int64_t>(jit->memory.budget()) : 0);
  if (!L.isNoneOrNil(1)) setCodeBudget(L.state(), static_cast<size_t>(bytes));
  return 1;
}

} // namespace

int openJit(lua_State* state) {
  static constexpr NativeEntry kFunctions[] = {{"on", on},         {"off", off},
                                               {"flush", flush},   {"status", status},
                                               {"info", info},     {"statistics", statistics},
                                               {"budget", budget}, {nullptr, nullptr}};
  Native L(state);
  Table* library = L.pushTable(12);
  L.setFunctions(library, kFunctions);
  L.pushFormat("Perigee %s", kVersion);
  L.setField(library, "version");
  L.pushInteger(kVersionNumber);
  L.setField(library, "version_num");
  L.pushString("Linux");
  L.setField(library, "os");
#if defined(__x86_64__)
  L.pushString("x64");
#else
  L.pushString("other");
#endif
  L.setField(library, "arch");
  return 1;
}

} // namespace perigee
