// While metamethods are involved the registers of the operands are the state: R[b..j] are still to be joined,
// and j is kept as an integer in the last operand's register, which the first step has spent. (Operands are
// temporaries: nothing else looks at them.)

#include "interpreter/concatenation.h"

#include "interpreter/operations.h"
#include "vm/error.h"
#include "vm/metamethod.h"
#include "vm/string.h"

namespace perigee {
namespace {

bool isConcatenable(Value v) { return v.isString() || v.isNumber(); }

// Joins R[first..last]; on a pair without strings calls the metamethod.
PERIGEE_HANDLER(joinUpTo) {
  Value* first = base + i.b();
  Value* last = const_cast<Value*>(k);
  L->pc = pc;
  while (last > first) {
    if (isConcatenable(last[-1]) && isConcatenable(*last)) {
      Value* from = last - 1;
      while (from > first && isConcatenable(from[-1])) --from;
      beginSpending(L, pc[-1]);
      *from = Value::of(concatenate(L, from, static_cast<size_t>(last - from) + 1));
      endSpending(L);
      last = from;
      continue;
    }
    Value handler = metamethodOf(L, last[-1], Meta::Concat);
    if (handler.isNil()) handler = metamethodOf(L, *last, Meta::Concat);
    if (handler.isNil()) raiseConcatError(L, last - 1, last);
    Value a = last[-1], b = *last;
    base[i.b() + i.c() - 1] = Value::of(static_cast<int64_t>(last - 1 - base));
    base = layMetaFrame(L, base, pc, handler);
    base[0] = a;
    base[1] = b;
    i = Operands::ofCount(2);
    PERIGEE_TAIL callAny(PERIGEE_STATE);
  }
  base[i.a()] = *first;
  k = constantsOf(base);
  table = dispatchOf(L);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

} // namespace

void storeConcatResult(Value* base, const Instruction& x, Value result) {
  Value& state = base[x.b + x.c - 1];
  int64_t j = state.integer;
  // Two operands: the state lies in the register behind the result's.
  base[j] = result;
}

PERIGEE_HANDLER(continueConcat) {
  // The pair's left register holds the result; it is the last operand now.
  k = base + base[i.b() + i.c() - 1].integer;
  PERIGEE_TAIL joinUpTo(PERIGEE_STATE);
}

PERIGEE_HANDLER(opConcat) {
  k = base + i.b() + i.c() - 1;
  PERIGEE_TAIL joinUpTo(PERIGEE_STATE);
}

} // namespace perigee
