// Handlers that call: instructions, and the entries behind callables.

#include "interpreter/handler.h"
#include "interpreter/hooks.h"
#include "interpreter/tiers.h"
#include "vm/error.h"
#include "vm/metamethod.h"

namespace perigee {
namespace {

// The callee's frame at base is laid out with n arguments, and setting it up may fail. An instruction's call
// then fails as the caller's error; for all other callers (pcall, a coroutine's start, …) the callee's frame
// counts, so that its kind says who catches the error.
void prepareToFail(Thread* L, Value* base, size_t n) {
  L->top = base + n;
  FrameKind kind = frameKind(base);
  if (kind == FrameKind::Lua || kind == FrameKind::Native || kind == FrameKind::Meta) {
    L->pc = callerPc(base);
  } else {
    L->base = base;
  }
}

// Makes `slots` free above the n arguments at base; returns where base is now.
Value* makeRoomForCallee(Thread* L, Value* base, size_t n, size_t slots) {
  ptrdiff_t saved = saveSlot(L, base);
  prepareToFail(L, base, n);
  growStack(L, L->top, slots);
  return restoreSlot(L, saved);
}

// The __call of what is no function.
Value callHandler(Thread* L, const Value* callee) {
  Value handler = metamethodOf(L, *callee, Meta::Call);
  if (handler.isNil() || (!handler.isFunction() && !dialectOf(L).call_metamethods_nest))
    raiseCallError(L, callee);
  return handler;
}

// The value in base[-2] is not a function: its __call metamethod takes its place, and it becomes the first
// argument.
PERIGEE_HANDLER(callMetamethodOf) {
  size_t n = i.count();
  prepareToFail(L, base, n);
  Value handler = callHandler(L, base - 2);
  if (L->stack_limit - L->top < kMetaSlots) base = makeRoomForCallee(L, base, n, kMetaSlots);
  for (size_t j = n; j > 0; --j) base[j] = base[j - 1];
  base[0] = base[-2];
  base[-2] = handler;
  i = Operands::ofCount(n + 1);
  PERIGEE_TAIL callAny(PERIGEE_STATE);
}

// Calls native function f with i.count() arguments at base; its results go to the caller.
template <class Target> __attribute__((always_inline)) inline PERIGEE_HANDLER(callNative) {
  L->top = base + i.count();
  if (L->stack_limit - L->top < kNativeSlots) [[unlikely]]
    base = makeRoomForCallee(L, base, i.count(), kNativeSlots);
  L->base = base;
  if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] {
    pollAtCall(L);
    base = L->base;
  }
  reserveNativeSlots(L);
  int results = Target::functionOf(base[-2])(L->state());
  base = L->base;
  if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] {
    pollAtNativeReturn(L, results);
    base = L->base;
  }
  if (linkIs(base, FrameKind::Lua, 1)) [[likely]] {
    base[-2] = results > 0 ? L->top[-results] : Value::nil();
    FrameLink* link = linkOf(base);
    pc = link->return_pc;
    base -= link->delta;
    L->base = base;
    k = constantsOf(base);
    table = dispatchOf(L);
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  if (linkIs(base, FrameKind::Native, 1) && !isHooked(L)) {
    base[-2] = results > 0 ? L->top[-results] : Value::nil();
    k = ticksInRegister(L);
    PERIGEE_TAIL nativeReturn(base)(PERIGEE_STATE);
  }
  if (linkIs(base, FrameKind::Native, 0) && !isHooked(L)) {
    k = ticksInRegister(L);
    PERIGEE_TAIL nativeReturn(base)(PERIGEE_STATE);
  }
  k = L->top - results;
  i = Operands::ofCount(static_cast<size_t>(results));
  PERIGEE_TAIL returnValues(PERIGEE_STATE);
}
struct LightTarget {
  static lua_CFunction functionOf(Value f) { return f.light_function; }
};
struct ClosureTarget {
  static lua_CFunction functionOf(Value f) { return f.function()->native()->function; }
};

} // namespace

PERIGEE_HANDLER(enterLight) { PERIGEE_TAIL callNative<LightTarget>(PERIGEE_STATE); }

PERIGEE_HANDLER(enterLuaSlow) {
  Proto* p = runningFunction(base)->proto;
  size_t n = i.count();
  L->top = base + n;
  size_t needed = p->frame_size + static_cast<size_t>(kMetaSlots);
  // What compiled code wants, as long as that is no overflow.
  size_t wanted = p->frame_size + static_cast<size_t>(kNativeSlots);
  if (static_cast<size_t>(base - L->stack) + wanted <= kMaxStack) needed = wanted;
  if (static_cast<size_t>(L->stack_limit - base) < needed)
    base = makeRoomForCallee(L, base, n, needed > n ? needed - n : 0);
  for (; n < p->parameters; n++) base[n] = Value::nil();
  L->base = base;
  L->top = base + n;
  L->pc = p->code;
  pollAtCall(L);
  base = L->base;
  pc = L->pc;
  PERIGEE_TAIL continueLua(PERIGEE_STATE);
}

namespace {

// The function has been called often enough to be compiled, or is compiled and its entry is closed. The frame
// is laid out.
__attribute__((noinline)) PERIGEE_HANDLER(enterHotSlow) {
  Proto* p = runningFunction(base)->proto;
  NativeCode* unit = isHooked(L) ? nullptr : findUnit(p, kFunctionEntry);
  if (unit == nullptr) {
    size_t needed = p->frame_size + static_cast<size_t>(kMetaSlots);
    if (static_cast<size_t>(L->stack_limit - base) < needed || L->poll.load(std::memory_order_relaxed) != 0)
      PERIGEE_TAIL enterLuaSlow(PERIGEE_STATE);
    size_t n = i.count();
    for (; n < p->parameters; n++) base[n] = Value::nil();
    L->base = base;
    L->pc = p->code;
    L->top = base + n;
    if (isHooked(L)) PERIGEE_TAIL continueInterpreted(p->code, base, L, k, table, i);
    announceHot(L, p, kFunctionEntry);
    unit = findUnit(p, kFunctionEntry);
    if (unit == nullptr) PERIGEE_TAIL continueInterpreted(p->code, base, L, k, table, i);
  }
  unit->used = 1;
  p->entry = unit->entryPoint();
  table = dispatchOf(L);
  k = ticksInRegister(L);
  PERIGEE_TAIL asHandler(p->entry)(PERIGEE_STATE);
}

// The function has been called often, or is compiled: then its heat stays 0.
PERIGEE_HANDLER(enterHot) {
  Proto* p = runningFunction(base)->proto;
  p->heat = 0;
  Handler plain = p->isVararg() ? enterMoved : enterLua;
  if (asHandler(p->entry) != plain && !isHooked(L)) [[likely]] { // compiled, and known to be in use
    table = dispatchOf(L);
    k = ticksInRegister(L);
    PERIGEE_TAIL asHandler(p->entry)(PERIGEE_STATE);
  }
  PERIGEE_TAIL enterHotSlow(PERIGEE_STATE);
}

// Counts a call; false if the function is hot.
__attribute__((always_inline)) inline bool countCall(Proto* p) {
  return !__builtin_sub_overflow(p->heat, 1u, &p->heat);
}

} // namespace

PERIGEE_HANDLER(enterLua) {
  Proto* p = runningFunction(base)->proto;
  if (!countCall(p)) [[unlikely]]
    PERIGEE_TAIL enterHot(PERIGEE_STATE);
  size_t room = static_cast<size_t>(reinterpret_cast<char*>(L->stack_limit) - reinterpret_cast<char*>(base));
  if (room < (p->frame_size + static_cast<size_t>(kMetaSlots)) * sizeof(Value) ||
      L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] {
    PERIGEE_TAIL enterLuaSlow(PERIGEE_STATE);
  }
  for (size_t n = i.count(); n < p->parameters; n++) base[n].tag = Tag::Nil;
  L->base = base;
  k = p->constants;
  pc = p->code;
  PERIGEE_TAIL next(PERIGEE_STATE);
}

PERIGEE_HANDLER(enterVararg) {
  const Proto* p = runningFunction(base)->proto;
  size_t n = i.count();
  size_t distance = (n > p->parameters ? n : p->parameters) + kFrameSlots;
  size_t needed = distance + p->frame_size + static_cast<size_t>(kMetaSlots);
  if (static_cast<size_t>(L->stack_limit - base) < needed) [[unlikely]]
    base = makeRoomForCallee(L, base, n, needed - n);
  for (; n < p->parameters; n++) base[n] = Value::nil();
  Value* moved = base + distance;
  moved[-2] = base[-2];
  varargDistance(moved) = static_cast<uint32_t>(distance);
  FrameLink* link = linkOf(base);
  writeLink(moved, link->return_pc, link->kind, link->wanted, link->delta + static_cast<uint32_t>(distance));
  for (size_t j = 0; j < p->parameters; j++) {
    moved[j] = base[j];
    base[j] = Value::nil(); // only the copy counts; the old place must not keep the value alive
  }
  base = moved;
  i = Operands::ofCount(p->parameters);
  k = ticksInRegister(L);
  PERIGEE_TAIL asHandler(p->entry)(PERIGEE_STATE);
}

PERIGEE_HANDLER(enterMoved) {
  Proto* p = runningFunction(base)->proto;
  if (!countCall(p)) [[unlikely]]
    PERIGEE_TAIL enterHot(PERIGEE_STATE);
  if (L->poll.load(std::memory_order_relaxed) != 0) [[unlikely]]
    PERIGEE_TAIL enterLuaSlow(PERIGEE_STATE);
  L->base = base;
  k = p->constants;
  pc = p->code;
  PERIGEE_TAIL next(PERIGEE_STATE);
}

PERIGEE_HANDLER(enterNative) { PERIGEE_TAIL callNative<ClosureTarget>(PERIGEE_STATE); }

PERIGEE_HANDLER(callAny) {
  if (base[-2].tag == Tag::Function) [[likely]]
    PERIGEE_TAIL asHandler(base[-2].function()->entry)(PERIGEE_STATE);
  if (base[-2].tag == Tag::LightFunction) PERIGEE_TAIL enterLight(PERIGEE_STATE);
  PERIGEE_TAIL callMetamethodOf(PERIGEE_STATE);
}

PERIGEE_HANDLER(opCall) {
  Value* callee = base + i.a() + kFrameSlots;
  size_t b = i.b();
  size_t n = b != 0 ? b - 1 : static_cast<size_t>(L->top - callee);
  writeLink(callee, pc, FrameKind::Lua, static_cast<int>(i.c()) - 1,
            static_cast<uint32_t>(i.a() + kFrameSlots));
  base = callee;
  i = Operands::ofCount(n);
  if (base[-2].tag == Tag::Function) [[likely]]
    PERIGEE_TAIL asHandler(base[-2].function()->entry)(PERIGEE_STATE);
  PERIGEE_TAIL callAny(PERIGEE_STATE);
}

namespace {

// The callee takes the place of the running frame; its link is the running frame's. Returns its base.
__attribute__((always_inline)) inline Value* replaceFrame(Thread* L, Value* base, const Value* callee,
                                                          size_t n) {
  if (runningFunction(base)->proto->isVararg()) base -= varargDistance(base);
  base[-2] = callee[-2];
  for (size_t j = 0; j < n; j++) base[j] = callee[j];
  markTailCalled(base);
  L->base = callerBase(base);
  return base;
}

// Upvalues are to be closed, or the callee is no Lua function.
__attribute__((noinline)) PERIGEE_HANDLER(tailCallSlow) {
  if (i.c() != 0) closeUpvalues(L, base);
  Value* callee = base + i.a() + kFrameSlots;
  size_t n = i.b() != 0 ? i.b() - 1 : static_cast<size_t>(L->top - callee);
  // Callable objects give way to their metamethods here, while the frame that messages name them by is still
  // there.
  while (!callee[-2].isFunction()) {
    L->pc = pc;
    L->top = callee + n;
    Value handler = callHandler(L, callee - 2);
    ensureStack(L, kMetaSlots);
    base = L->base;
    callee = base + i.a() + kFrameSlots;
    for (size_t j = n; j > 0; --j) callee[j] = callee[j - 1];
    callee[0] = callee[-2];
    callee[-2] = handler;
    n++;
  }
  if (callee[-2].tag == Tag::LightFunction || callee[-2].function()->isNative()) {
    // A native function sees its caller (for messages and levels); returnToLua then returns for it.
    writeLink(callee, pc, FrameKind::Lua, kAllResults, static_cast<uint32_t>(i.a() + kFrameSlots));
    base = callee;
  } else {
    base = replaceFrame(L, base, callee, n);
  }
  i = Operands::ofCount(n);
  PERIGEE_TAIL callAny(PERIGEE_STATE);
}

} // namespace

PERIGEE_HANDLER(opTailCall) {
  const Value& callee = base[i.a()];
  if (i.c() != 0 || callee.tag != Tag::Function || callee.function()->isNative())
    PERIGEE_TAIL tailCallSlow(PERIGEE_STATE);
  const Value* first = base + i.a() + kFrameSlots;
  size_t n = i.b() != 0 ? i.b() - 1 : static_cast<size_t>(L->top - first);
  base = replaceFrame(L, base, first, n);
  i = Operands::ofCount(n);
  PERIGEE_TAIL asHandler(base[-2].function()->entry)(PERIGEE_STATE);
}

} // namespace perigee
