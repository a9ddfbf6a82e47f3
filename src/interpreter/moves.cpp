// Handlers that move values, make constants, closures and variable arguments, and close variables.

#include "interpreter/closing.h"
#include "interpreter/handler.h"
#include "interpreter/operations.h"
#include "vm/error.h"
#include "vm/table.h"
#include "vm/work.h"

namespace perigee {

PERIGEE_HANDLER(opMove) {
  *highRegister(pc, base) = *lowRegister(pc, base);
  PERIGEE_TAIL next(PERIGEE_STATE);
}
PERIGEE_HANDLER(opLoadNil) {
  Value* r = base + i.a();
  for (ptrdiff_t n = i.d(); n > 0; --n) *r++ = Value::nil();
  PERIGEE_TAIL next(PERIGEE_STATE);
}
PERIGEE_HANDLER(opLoadFalse) {
  *onlyRegister(pc, base) = Value::boolean(false);
  PERIGEE_TAIL next(PERIGEE_STATE);
}
PERIGEE_HANDLER(opLoadTrue) {
  *onlyRegister(pc, base) = Value::boolean(true);
  PERIGEE_TAIL next(PERIGEE_STATE);
}
PERIGEE_HANDLER(opLoadFalseSkip) {
  *onlyRegister(pc, base) = Value::boolean(false);
  pc++;
  PERIGEE_TAIL next(PERIGEE_STATE);
}
PERIGEE_HANDLER(opLoadInt) {
  *onlyRegister(pc, base) = Value::of(static_cast<int64_t>(i.d()));
  PERIGEE_TAIL next(PERIGEE_STATE);
}
PERIGEE_HANDLER(opLoadK) {
  *onlyRegister(pc, base) = k[i.d()];
  PERIGEE_TAIL next(PERIGEE_STATE);
}
PERIGEE_HANDLER(opGetUpvalue) {
  *highRegister(pc, base) = *runningFunction(base)->upvalues()[i.b()]->location;
  PERIGEE_TAIL next(PERIGEE_STATE);
}
namespace {
PERIGEE_HANDLER(rememberUpvalue) {
  L->global->heap.remember(runningFunction(base)->upvalues()[i.b()]);
  PERIGEE_TAIL next(PERIGEE_STATE);
}
} // namespace

PERIGEE_HANDLER(opSetUpvalue) {
  Upvalue* u = runningFunction(base)->upvalues()[i.b()];
  const Value* v = highRegister(pc, base);
  *u->location = *v;
  if (v->isCollectable() && (u->gc & gc_bits::kBlack)) [[unlikely]]
    PERIGEE_TAIL rememberUpvalue(PERIGEE_STATE);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

PERIGEE_HANDLER(opNot) {
  *highRegister(pc, base) = Value::boolean(lowRegister(pc, base)->isFalsy());
  PERIGEE_TAIL next(PERIGEE_STATE);
}

namespace {
PERIGEE_HANDLER(lengthSlow) {
  Value v = base[i.b()];
  L->pc = pc;
  Value handler = metamethodOf(L, v, Meta::Len);
  if (handler.isNil() && v.isTable()) {
    base[i.a()] = Value::of(length(v.table()));
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  if (handler.isNil()) raiseTypeError(L, base + i.b(), "get length of");
  base = layMetaFrame(L, base, pc, handler);
  base[0] = v;
  base[1] = v;
  i = Operands::ofCount(2);
  PERIGEE_TAIL callAny(PERIGEE_STATE);
}
} // namespace

PERIGEE_HANDLER(opLen) {
  Value v = *lowRegister(pc, base);
  if (v.isTable()) [[likely]] {
    const Table* t = v.table();
    const Table* mt = t->metatable();
    bool plain = mt == nullptr || (mt->aux >> static_cast<int>(Meta::Len)) & 1;
    if (plain) [[likely]] { // array_size is a border: see vm/table.h
      *highRegister(pc, base) = Value::of(static_cast<int64_t>(t->array_size));
      PERIGEE_TAIL next(PERIGEE_STATE);
    }
  } else if (v.isString()) {
    *highRegister(pc, base) = Value::of(static_cast<int64_t>(v.string()->length));
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  PERIGEE_TAIL lengthSlow(PERIGEE_STATE);
}

PERIGEE_HANDLER(opClosure) {
  Proto* child = runningFunction(base)->proto->children[i.d()];
  L->pc = pc;
  makeClosure(L, base, child, base + i.a());
  table = dispatchOf(L);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

PERIGEE_HANDLER(opVararg) {
  const Proto* p = runningFunction(base)->proto;
  size_t n = varargDistance(base) - kFrameSlots - p->parameters;
  size_t wanted = i.c() != 0 ? i.c() - 1 : n;
  if (static_cast<size_t>(L->stack_limit - base) < i.a() + wanted + static_cast<size_t>(kMetaSlots))
      [[unlikely]] {
    L->pc = pc;
    L->top = base + i.a();
    growStack(L, base + i.a(), wanted + static_cast<size_t>(kMetaSlots));
    base = L->base;
  }
  if (i.c() == 0 && n > kElementsForATick) [[unlikely]]
    charge(L, Work::Elements, n);
  Value* from = base - kFrameSlots - n;
  Value* to = base + i.a();
  for (size_t j = 0; j < wanted; j++) to[j] = j < n ? from[j] : Value::nil();
  if (i.c() == 0) L->top = to + wanted;
  PERIGEE_TAIL next(PERIGEE_STATE);
}

// The work was done on entry (enterVararg); the instruction marks such functions.
PERIGEE_HANDLER(opVarargPrep) { PERIGEE_TAIL next(PERIGEE_STATE); }

PERIGEE_HANDLER(opClose) {
  Value* level = base + i.a();
  if (hasToBeClosed(L, level)) {
    L->top = base + runningFunction(base)->proto->frame_size;
    PERIGEE_TAIL closeVariables(pc, base, L, level, table, i);
  }
  closeUpvalues(L, level);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

PERIGEE_HANDLER(opToBeClosed) {
  L->pc = pc;
  Value* level = base + i.a();
  if (!level->isFalsy()) markToBeClosed(L, level);
  table = dispatchOf(L);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

} // namespace perigee
