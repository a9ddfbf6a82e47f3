// Calls and lists of expressions.

#include "bytecode/function_emitter.h"

namespace perigee {

int FunctionEmitter::lineOfCall(const CallExpr* e) const {
  return dialectOf(context_.L).calls_are_where_arguments_begin ? e->args_line : e->line;
}

// The callee lies in `base`, the topmost register in use. Results are left from `base` on.
void FunctionEmitter::call(CallExpr* e, int base, int wanted) {
  free_ = base;
  allocate(2); // function and link
  bool open = false;
  int count = arguments(e->args, &open);
  emit(Opcode::Call, base, open ? 0 : count + 1, wanted + 1, 0, lineOfCall(e));
}

void FunctionEmitter::methodCall(MethodCallExpr* e, int object, int base, int wanted) {
  int line = e->method_line;
  String* key = context_.stringOf(e->method);
  free_ = base;
  allocate(3); // function, link and self
  if (key->isShort()) {
    emit(Opcode::Method, base, object, 0, static_cast<int32_t>(cacheFor(key)), line);
  } else {
    move(base + 2, object, line);
    getField(base, base + 2, key, line);
  }
  bool open = false;
  int count = arguments(e->args, &open) + 1;
  emit(Opcode::Call, base, open ? 0 : count + 1, wanted + 1, 0, lineOfCall(e));
}

// Evaluates arguments into the next registers. `open`: the last one has an unknown number of values, up to
// the top.
int FunctionEmitter::arguments(const NodeList<Expr>& list, bool* open) {
  for (Expr* e : list) {
    if (e == list.last && isMultiValued(e)) {
      multi(e, -1, e->end_line);
      *open = true;
    } else {
      intoNext(e);
    }
  }
  return list.count;
}

// Evaluates a call or `...` to `wanted` values (-1: all, up to the top) in the next registers, which are then
// in use (none if all). Returns the first one.
int FunctionEmitter::multi(Expr* e, int wanted, int line) {
  int first = allocate();
  if (e->kind == ExprKind::Vararg) {
    emit(Opcode::Vararg, first, 0, wanted + 1, 0, line);
  } else {
    chain(e, first, line, wanted);
  }
  free_ = first;
  if (wanted > 0) allocate(wanted);
  return first;
}

// Evaluates a list of expressions to exactly `wanted` values in the next registers.
void FunctionEmitter::expressionsInto(const NodeList<Expr>& list, int wanted, int line) {
  int first = free_;
  int done = 0;
  for (Expr* e : list) {
    if (e == list.last && isMultiValued(e)) {
      multi(e, wanted > done ? wanted - done : 0, e->end_line);
      done = wanted > done ? wanted : done;
      break;
    }
    intoNext(e);
    ++done;
    if (done > wanted) free_ = first + wanted; // evaluated for its effects alone
  }
  if (done < wanted) {
    int missing = wanted - done;
    loadNil(allocate(missing), missing, line);
  }
  free_ = first + wanted;
}

} // namespace perigee
