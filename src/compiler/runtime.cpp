#include "compiler/runtime.h"

#include "interpreter/closing.h"
#include "interpreter/inline_cache.h"
#include "interpreter/number_operations.h"
#include "interpreter/operations.h"
#include "interpreter/traversal.h"
#include "vm/field_cache.h"
#include "vm/metamethod.h"
#include "vm/string.h"
#include "vm/table.h"

namespace perigee::runtime {

bool arithmetic(Thread* L, Value* v, uint64_t operation) {
  Arithmetic op = static_cast<Arithmetic>(operation);
  if (!v[0].isNumber() || !v[1].isNumber()) return false;
  bool divides = op == Arithmetic::IDiv || op == Arithmetic::Mod;
  if (divides && v[0].isInteger() && v[1].isInteger() && v[1].integer == 0) return false;
  Value result;
  if (!numericArithmetic(L, op, v[0], v[1], &result)) return false;
  v[0] = result;
  return true;
}

namespace {

template <bool or_equal> bool order(Thread* L, Value* v) {
  if (takesLongToCompare(v[0], v[1])) return false; // the interpreter's: it looks at interrupts
  bool holds;
  if (v[0].isNumber() && v[1].isNumber()) {
    holds = or_equal ? numberLessEqual(v[0], v[1]) : numberLess(v[0], v[1]);
  } else if (v[0].isString() && v[1].isString()) {
    int c = compareStrings(L, v[0].string(), v[1].string());
    holds = or_equal ? c <= 0 : c < 0;
  } else {
    return false;
  }
  v[0] = Value::boolean(holds);
  return true;
}

} // namespace

bool less(Thread* L, Value* v, uint64_t) { return order<false>(L, v); }
bool lessEqual(Thread* L, Value* v, uint64_t) { return order<true>(L, v); }

bool equal(Thread* L, Value* v, uint64_t) {
  if (takesLongToCompare(v[0], v[1])) return false;
  bool same = rawEqual(v[0], v[1]);
  if (!same && v[0].tag == v[1].tag && (v[0].isTable() || v[0].isUserdata())) {
    if (metatableOf(L, v[0]) != nullptr || metatableOf(L, v[1]) != nullptr) return false;
  }
  v[0] = Value::boolean(same);
  return true;
}

bool length(Thread* L, Value* v, uint64_t) {
  if (v[0].isString()) {
    v[0] = Value::of(static_cast<int64_t>(v[0].string()->length));
    return true;
  }
  if (!v[0].isTable() || !metamethodOf(L, v[0], Meta::Len).isNil()) return false;
  v[0] = Value::of(perigee::length(v[0].table()));
  return true;
}

namespace {

// What is left to the interpreter it does from the beginning, and charges for.
class Charges {
public:
  explicit Charges(Thread* L) : account_(L->global->ticks), left_(account_.left), parts_(account_.parts) {}
  bool restore() const {
    account_.left = left_;
    account_.parts = parts_;
    return false;
  }

private:
  TickAccount& account_;
  int64_t left_;
  uint32_t parts_;
};

} // namespace

// Not by the inline cache, which tables of many shapes would only fill over and over. Whatever would raise
// an error is left to the interpreter, which knows what to call the object.
bool getField(Thread* L, Value* v, uint64_t cache) {
  String* key = reinterpret_cast<InlineCache*>(cache)->key;
  if (v[0].isTable() && key->isShort()) {
    if (const Value* found = findFieldCached(L, v[0].table(), key)) {
      v[0] = *found;
      return true;
    }
  }
  Value object = v[0];
  for (int steps = 0; steps <= kMaxCachedChain; ++steps) {
    Table* metatable;
    if (object.isTable()) {
      const Table* t = object.table();
      uint32_t slot = findSlot(t->shape, key);
      Value found = slot != kNoSlot            ? t->slots[slot]
                    : t->dictionary != nullptr ? getString(t, key)
                                               : Value::nil();
      metatable = t->metatable();
      if (!found.isNil() || metatable == nullptr) {
        v[0] = found;
        return true;
      }
    } else {
      metatable = metatableOf(L, object);
      if (metatable == nullptr) return false;
    }
    object = metamethod(L, metatable, Meta::Index);
    if (object.isNil() && (steps > 0 || v[0].isTable())) {
      v[0] = Value::nil();
      return true;
    }
    if (!object.isTable()) return false;
  }
  return false;
}

bool setField(Thread* L, Value* v, uint64_t cache) {
  if (!v[0].isTable()) return false;
  Table* t = v[0].table();
  String* key = reinterpret_cast<InlineCache*>(cache)->key;
  bool plain = key->isShort() && key->extra == 0 && !v[1].isNil();
  if (plain && storeFieldCached(L, t, key, v[1])) return true;
  // Nil for a field that is not there, and that nobody else is asked for.
  bool is_shared = t->shape->kind() == ShapeKind::Shared;
  if (v[1].isNil() && is_shared && t->metatable() == nullptr && key->isShort() &&
      findSlot(t->shape, key) == kNoSlot)
    return true;
  Lookup target;
  Charges before(L);
  return storeField(L, v, *reinterpret_cast<InlineCache*>(cache), v[1], &target) || before.restore();
}

bool getIndex(Thread* L, Value* v, uint64_t) {
  if (!v[0].isTable()) return false;
  const Table* t = v[0].table();
  Value value = v[1].isInteger() ? getInteger(t, v[1].integer) : get(t, v[1]);
  if (value.isNil() && t->metatable() != nullptr) {
    Charges before(L);
    Lookup found = lookUpIndex(L, v, v[1]);
    if (found.is_call) return before.restore();
    value = found.value;
  }
  v[0] = value;
  return true;
}

bool setIndex(Thread* L, Value* v, uint64_t) {
  if (!v[0].isTable()) return false;
  Table* t = v[0].table();
  if (t->metatable() == nullptr && v[1].isInteger()) {
    setInteger(L, t, v[1].integer, v[2]);
    return true;
  }
  if (v[1].isString() && storeString(L, t, v[1].string(), v[2])) return true;
  if (v[1].isNil() || (v[1].isFloat() && v[1].number != v[1].number)) return false;
  Lookup target;
  Charges before(L);
  return storeIndex(L, v, v[1], v[2], &target) || before.restore();
}

bool addNewField(Thread* L, Value* v, uint64_t shape) {
  addField(L, v[0].table(), reinterpret_cast<Shape*>(shape), v[1]);
  return true;
}

bool substring(Thread* L, Value* v, uint64_t) {
  v[0] = Value::of(perigee::substring(L, v[0].string(), v[1].integer, v[2].integer));
  return true;
}

bool append(Thread* L, Value* v, uint64_t) {
  Table* t = v[0].table();
  if (t->metatable() != nullptr) return false;
  setInteger(L, t, length(t) + 1, v[1]);
  return true;
}

bool makeTable(Thread* L, Value* v, uint64_t instruction) {
  const Instruction* x = reinterpret_cast<const Instruction*>(instruction);
  beginSpending(L, *x);
  v[0] = Value::of(newTable(L, x->b, static_cast<uint32_t>(x->d)));
  endSpending(L);
  return true;
}

bool setList(Thread* L, Value* v, uint64_t instruction) {
  const Instruction* x = reinterpret_cast<const Instruction*>(instruction);
  const Value* first = L->base + x->a + 1;
  ptrdiff_t n = x->b != 0 ? x->b : L->top - first;
  setArrayRange(L, v[0].table(), static_cast<uint32_t>(x->d), first, static_cast<uint32_t>(n));
  return true;
}

bool makeClosure(Thread* L, Value* v, uint64_t instruction) {
  const Instruction* x = reinterpret_cast<const Instruction*>(instruction);
  Value* home = L->base + x->a; // where the collector finds it, and the closure itself if it is recursive
  perigee::makeClosure(L, L->base, L->base[-2].function()->lua()->proto->children[x->d], home);
  v[0] = *home;
  return true;
}

bool concat(Thread* L, Value* v, uint64_t instruction) {
  const Instruction* x = reinterpret_cast<const Instruction*>(instruction);
  Value* operands = L->base + x->b;
  for (int i = 0; i < x->c; ++i) {
    if (!operands[i].isString() && !operands[i].isNumber()) return false;
  }
  beginSpending(L, *x);
  v[0] = Value::of(concatenate(L, operands, x->c));
  endSpending(L);
  return true;
}

bool next(Thread* L, Value* r, uint64_t) {
  if (traversalPosition(r + 2) == kNoPosition) return false;
  if (!nextAt(L, r[1].table(), &traversalPosition(r + 2), r + 4, r + 5)) r[4] = Value::nil();
  return true;
}

bool close(Thread* L, Value*, uint64_t instruction) {
  const Instruction* x = reinterpret_cast<const Instruction*>(instruction);
  Value* level = L->base + (x->op == Opcode::Close ? x->a : 0);
  if (hasToBeClosed(L, level)) return false;
  closeUpvalues(L, level);
  return true;
}

bool remember(Thread* L, Value*, uint64_t object) {
  heapOf(L).remember(reinterpret_cast<Object*>(object));
  return true;
}

double modulo(double a, double b) { return floorModulo(a, b); }
double power(double a, double b) { return perigee::power(a, b); }

} // namespace perigee::runtime
