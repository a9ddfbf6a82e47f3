// What the files of the C API share: from lua_State and index to Thread and Value.
#pragma once

#include "capi/host_api.h"
#include "perigee/lua.h"
#include "vm/error.h"
#include "vm/state.h"
#include "vm/string.h"
#include "vm/table.h"
#include "vm/thread.h"

#include <cstring>

namespace perigee::capi {

// --- checks of how the API is used -------------------------------------------------------------------------
//
// Checked builds abort with a message that names the function of the API. Release builds look only for what
// would otherwise write outside of the stack or take one kind of object for another; there it is a Lua error.
#if defined(PERIGEE_CHECKED) && PERIGEE_CHECKED
constexpr bool kChecked = true;
#else
constexpr bool kChecked = false;
#endif
[[noreturn]] void reportMisuse(const char* function, const char* rule);
[[noreturn]] void raiseMisuse(Thread* L, const char* function, const char* rule);
// Of checked builds.
inline void check(bool ok, const char* rule, const char* function = __builtin_FUNCTION()) {
  if constexpr (kChecked) {
    if (!ok) reportMisuse(function, rule);
  }
}
// Of all builds.
inline void demand(Thread* L, bool ok, const char* rule, const char* function = __builtin_FUNCTION()) {
  if (!ok) [[unlikely]] {
    if constexpr (kChecked) reportMisuse(function, rule);
    raiseMisuse(L, function, rule);
  }
}
inline void checkElements(Thread* L, int n, const char* function = __builtin_FUNCTION()) {
  size_t present = static_cast<size_t>(L->top - L->base);
  demand(L, static_cast<size_t>(static_cast<ptrdiff_t>(n)) <= present, "not enough values on the stack",
         function);
}

// --- indices -----------------------------------------------------------------------------------------------
// Where an index without a value points.
extern const Value kNoValue;
inline bool isPseudo(int i) { return i <= LUA_REGISTRYINDEX; }
// Saves all registers: callers of functions that never come here need not save theirs.
__attribute__((preserve_most)) Value* pseudoSlot(Thread* L, int i, const char* function);

// The place of an acceptable index; &kNoValue if there is none. Valid until the stack moves.
inline Value* slotAt(Thread* L, int i, const char* function = __builtin_FUNCTION()) {
  if (i > 0) [[likely]] {
    Value* p = L->base + (i - 1);
    check(p - L->stack <= kMaxStack + kErrorSlots, "unacceptable index", function);
    // Branches, not conditional moves: loads of the value need not wait for the top.
    if (p >= L->top) [[unlikely]]
      return const_cast<Value*>(&kNoValue);
    return p;
  }
  if (!isPseudo(i)) [[likely]] {
    Value* p = L->top + i;
    if (p < L->base || i == 0) [[unlikely]] {
      check(false, "invalid index", function);
      return const_cast<Value*>(&kNoValue);
    }
    return p;
  }
  return pseudoSlot(L, i, function);
}
// The place of a valid index: one that has a value.
inline Value* validSlot(Thread* L, int i, const char* function = __builtin_FUNCTION()) {
  Value* p = slotAt(L, i, function);
  demand(L, p != &kNoValue, "invalid index", function);
  return p;
}
// The place of a valid index that is no pseudo-index.
inline Value* stackSlot(Thread* L, int i, const char* function = __builtin_FUNCTION()) {
  Value* p = i > 0 ? L->base + (i - 1) : L->top + i;
  demand(L, !isPseudo(i) && p >= L->base && p < L->top, "index not in the stack", function);
  return p;
}
inline Table* tableAt(Thread* L, int i, const char* function = __builtin_FUNCTION()) {
  Value* p = slotAt(L, i, function);
  demand(L, p->isTable(), "table expected", function);
  return p->table();
}

// A status as hosts of this state know it.
int unusualStatus(const HostApi& api, ThreadStatus status);
inline int statusFor(const Thread* L, ThreadStatus status) {
  if (status < ThreadStatus::ErrorError) [[likely]]
    return static_cast<int>(status);
  return unusualStatus(hostApiOf(L), status);
}

inline int typeNumber(Value v) { return static_cast<int>(typeOf(v)); }

// --- pushing -----------------------------------------------------------------------------------------------
// More than was asked for with lua_checkstack is found in checked builds only, but lies on the stack in any
// case.
inline void checkRoom(Thread* L, ptrdiff_t n, const char* function = __builtin_FUNCTION()) {
  if constexpr (kChecked) check(L->top - L->stack + n <= reservedEnd(L), "stack overflow", function);
}
void makeRoom(Thread* L, ptrdiff_t n);
// The slow parts do all of it, so that nothing is to be kept in registers around them.
void pushSlow(Thread* L, Value v);
int pushResultSlow(Thread* L, Value v);
inline void push(Thread* L, Value v, const char* function = __builtin_FUNCTION()) {
  checkRoom(L, 1, function);
  if (L->top >= L->stack_limit) [[unlikely]]
    return pushSlow(L, v);
  *L->top++ = v;
}
// A value that may be an object, onto a thread that need not be running: the collector is told.
inline void pushAny(Thread* L, Value v, const char* function = __builtin_FUNCTION()) {
  checkRoom(L, 1, function);
  if (L->top >= L->stack_limit) [[unlikely]]
    return pushSlow(L, v);
  *L->top++ = v;
  heapOf(L).remember(L);
}
// The same; returns its type.
inline int pushResult(Thread* L, Value v, const char* function = __builtin_FUNCTION()) {
  checkRoom(L, 1, function);
  if (L->top >= L->stack_limit || (L->gc & gc_bits::kBlack)) [[unlikely]]
    return pushResultSlow(L, v);
  *L->top++ = v;
  return typeNumber(v);
}
// The same for storing in a slot found by validSlot.
void storeSlow(Thread* L, Value* slot, int i, Value v);
inline void store(Thread* L, Value* slot, int i, Value v) {
  if (isPseudo(i)) [[unlikely]] {
    storeSlow(L, slot, i, v);
  } else {
    *slot = v;
    heapOf(L).remember(L);
  }
}

// --- running Lua -------------------------------------------------------------------------------------------
// Calls f() with L as the running thread: a host may use any thread that is not suspended. An error passes
// by; whoever catches it sets the running thread anew.
template <class F> inline auto running(Thread* L, F&& f) {
  State* G = L->global;
  Thread* previous = G->running;
  if (previous == L) [[likely]]
    return f();
  uint32_t depth = L->c_depth;
  if (previous != nullptr && L->c_depth < previous->c_depth) L->c_depth = previous->c_depth;
  setRunning(G, L);
  auto result = f();
  L->c_depth = depth;
  if (previous != nullptr) setRunning(G, previous);
  return result;
}

// lua_resume as 5.4 has it.
int resumeThread(Thread* co, lua_State* from, int nargs, int* nresults);

// The string with the contents of `s`, as newString. Hosts use the same literals again and again.
String* makeLiteral(Thread* L, const char* s, String*& slot);
inline String* literal(Thread* L, const char* s) {
  LiteralCache& cache = L->global->literals;
  const HeapStatistics& statistics = heapOf(L).statistics();
  uint64_t epoch = statistics.minor_collections + statistics.major_collections;
  if (cache.epoch != epoch) [[unlikely]] {
    std::memset(cache.slots, 0, sizeof cache.slots);
    cache.epoch = epoch;
  }
  uint64_t address = reinterpret_cast<uintptr_t>(s);
  String*& slot = cache.slots[(address ^ address >> 7) % LiteralCache::kSlots];
  if (slot != nullptr && std::strcmp(s, slot->data()) == 0) [[likely]]
    return slot;
  return makeLiteral(L, s, slot);
}

// The table of globals: what the registry holds now.
inline Value globalsOf(Thread* L) {
  const Table* registry = L->global->registry.table();
  if (registry->array_size >= LUA_RIDX_GLOBALS && registry->arrayKind() == ArrayKind::Values) [[likely]]
    return registry->array[LUA_RIDX_GLOBALS - 1];
  return getInteger(registry, LUA_RIDX_GLOBALS);
}

} // namespace perigee::capi
