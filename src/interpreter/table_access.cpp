// Handlers that read and write tables: fields by inline cache, elements by the array part, the rest by the
// general functions of vm/table.h and the metamethod chains of inline_cache.cpp.

#include "interpreter/handler.h"
#include "interpreter/inline_cache.h"
#include "vm/dictionary.h"
#include "vm/error.h"

namespace perigee {
namespace {

// --- reading ------------------------------------------------------------------------------------------

// Calls the metamethod of a reading instruction.
Value* layIndexCall(Thread* L, Value* base, const Instruction* pc, const Lookup& found, Value key) {
  Value receiver = found.receiver;
  Value* callee = layMetaFrame(L, base, pc, found.value);
  callee[0] = receiver;
  callee[1] = key;
  return callee;
}

// `place` holds the object: a register or an upvalue.
template <class Place> __attribute__((noinline)) PERIGEE_HANDLER(getFieldSlow) {
  InlineCache& cache = cacheAt(k, i.d());
  L->pc = pc;
  Lookup found = lookUpField(L, Place::of(base, i), cache);
  if (!found.is_call) {
    base[i.a()] = found.value;
    table = dispatchOf(L);
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  base = layIndexCall(L, base, pc, found, Value::of(cache.key));
  i = Operands::ofCount(2);
  PERIGEE_TAIL callAny(PERIGEE_STATE);
}

struct InRegister {
  static const Value* of(Value* base, Operands i) { return base + i.b(); }
};
struct InUpvalue {
  static const Value* of(Value* base, Operands i) {
    return runningFunction(base)->upvalues()[i.b()]->location;
  }
};

// The value of a cached field; null if the cache does not apply or the field is nil.
__attribute__((always_inline)) inline const Value* cachedField(Thread* L, const Table* t,
                                                               const InlineCache& cache) {
  if (t->shape != cache.shape) [[unlikely]]
    return nullptr;
  const Value* v;
  if (cache.kind == InlineCache::Kind::Field) [[likely]] {
    v = t->slots + cache.slot;
  } else if (cache.kind == InlineCache::Kind::Holder) {
    if (cache.version != L->global->holder_version) return nullptr;
    v = cache.holder->slots + cache.slot;
  } else if (cache.kind == InlineCache::Kind::Dictionary) {
    v = dictionaryValueAt(t->dictionary, cache.slot, cache.key);
    if (v == nullptr) return nullptr;
  } else {
    return nullptr;
  }
  return v->isNil() ? nullptr : v;
}

// After cachedField has found nothing: is it known that there is nothing to be found, neither in the table
// nor on the way that __index leads? (A field that the shape has may hold nil.)
__attribute__((always_inline)) inline bool isCachedAbsence(Thread* L, const Table* t,
                                                           const InlineCache& cache) {
  if (t->shape != cache.shape || cache.version != L->global->holder_version) return false;
  return cache.kind == InlineCache::Kind::Absent ||
         (cache.kind == InlineCache::Kind::Field && t->slots[cache.slot].isNil());
}

template <class Place> __attribute__((always_inline)) inline PERIGEE_HANDLER(getField) {
  const Value* place = Place::of(base, i);
  if (place->isTable()) [[likely]] {
    const InlineCache& cache = cacheAt(k, i.d());
    const Table* t = place->table();
    if (const Value* v = cachedField(L, t, cache)) [[likely]] {
      base[i.a()] = *v;
      PERIGEE_TAIL next(PERIGEE_STATE);
    }
    if (isCachedAbsence(L, t, cache)) {
      base[i.a()] = Value::nil();
      PERIGEE_TAIL next(PERIGEE_STATE);
    }
  }
  PERIGEE_TAIL getFieldSlow<Place>(PERIGEE_STATE);
}

// R[b][key] for a key that is not a constant string.
__attribute__((noinline)) PERIGEE_HANDLER(getIndexSlow) {
  bool by_register = static_cast<Opcode>(i.op()) == Opcode::GetIndex;
  Value key = by_register ? base[i.c()] : Value::of(static_cast<int64_t>(i.c()));
  L->pc = pc;
  Lookup found = lookUpIndex(L, base + i.b(), key);
  if (!found.is_call) {
    base[i.a()] = found.value;
    table = dispatchOf(L);
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  base = layIndexCall(L, base, pc, found, key);
  i = Operands::ofCount(2);
  PERIGEE_TAIL callAny(PERIGEE_STATE);
}

// R[a] := element `index` (from 0) of table t, whose array part has it unless it is nil.
template <bool by_register> __attribute__((always_inline)) inline PERIGEE_HANDLER(getElement) {
  const Table* t = lowRegister(pc, base)->table();
  uint64_t index =
      static_cast<uint64_t>(by_register ? highRegister(pc, base)->integer : static_cast<int64_t>(i.c())) - 1;
  if (index >= t->array_size) [[unlikely]]
    PERIGEE_TAIL getIndexSlow(PERIGEE_STATE);
  ArrayKind kind = t->arrayKind();
  if (kind == ArrayKind::Values) [[likely]] {
    const Value& v = t->array[index];
    if (v.isNil()) [[unlikely]]
      PERIGEE_TAIL getIndexSlow(PERIGEE_STATE);
    base[i.a()] = v;
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  if (kind == ArrayKind::Integers) {
    base[i.a()] = Value::of(t->integers[index]);
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  base[i.a()] = Value::of(t->floats[index]);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

// R[b] is a table, R[c] a string.
__attribute__((noinline)) PERIGEE_HANDLER(getStringElement) {
  const Table* t = base[i.b()].table();
  Value v = getString(t, base[i.c()].string());
  if (v.isNil() && t->shape->metatable != nullptr) PERIGEE_TAIL getIndexSlow(PERIGEE_STATE);
  base[i.a()] = v;
  PERIGEE_TAIL next(PERIGEE_STATE);
}

// --- writing ------------------------------------------------------------------------------------------

Value* layNewIndexCall(Thread* L, Value* base, const Instruction* pc, const Lookup& target, Value key,
                       Value value) {
  Value receiver = target.receiver;
  Value* callee = layMetaFrame(L, base, pc, target.value);
  callee[0] = receiver;
  callee[1] = key;
  callee[2] = value;
  return callee;
}

template <class Place> __attribute__((noinline)) PERIGEE_HANDLER(setFieldSlow) {
  InlineCache& cache = cacheAt(k, i.d());
  Value value = *Place::value(base, i);
  Lookup target;
  L->pc = pc;
  if (storeField(L, Place::table(base, i), cache, value, &target)) {
    table = dispatchOf(L);
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  base = layNewIndexCall(L, base, pc, target, Value::of(cache.key), value);
  i = Operands::ofCount(3);
  PERIGEE_TAIL callAny(PERIGEE_STATE);
}

struct StoreInRegister {
  static const Value* table(Value* base, Operands i) { return base + i.a(); }
  static const Value* value(Value* base, Operands i) { return base + i.b(); }
};
struct StoreInUpvalue {
  static const Value* table(Value* base, Operands i) {
    return runningFunction(base)->upvalues()[i.b()]->location;
  }
  static const Value* value(Value* base, Operands i) { return base + i.a(); }
};

// The slow part of the write barrier (Heap::barrier), after the store.
template <class Place> __attribute__((noinline)) PERIGEE_HANDLER(rememberTable) {
  L->global->heap.remember(Place::table(base, i)->table());
  PERIGEE_TAIL next(PERIGEE_STATE);
}

// A field that the cache says is new: the table gets the next shape.
template <class Place> __attribute__((noinline)) PERIGEE_HANDLER(setNewField) {
  const InlineCache& cache = cacheAt(k, i.d());
  Value value = *Place::value(base, i);
  if (cache.version != L->global->holder_version || value.isNil())
    PERIGEE_TAIL setFieldSlow<Place>(PERIGEE_STATE);
  L->pc = pc;
  addField(L, Place::table(base, i)->table(), cache.next_shape, value);
  table = dispatchOf(L);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

template <class Place> __attribute__((always_inline)) inline PERIGEE_HANDLER(setField) {
  const Value* place = Place::table(base, i);
  if (place->isTable()) [[likely]] {
    const InlineCache& cache = cacheAt(k, i.d());
    Table* t = place->table();
    if (t->shape == cache.shape) [[likely]] {
      Value* v;
      if (cache.kind == InlineCache::Kind::Field) [[likely]] {
        v = t->slots + cache.slot;
      } else if (cache.kind == InlineCache::Kind::AddField) {
        PERIGEE_TAIL setNewField<Place>(PERIGEE_STATE);
      } else {
        v = cache.kind == InlineCache::Kind::Dictionary
                ? dictionaryValueAt(t->dictionary, cache.slot, cache.key)
                : nullptr;
        if (v == nullptr) PERIGEE_TAIL setFieldSlow<Place>(PERIGEE_STATE);
      }
      Value value = *Place::value(base, i);
      if (!v->isNil() && !value.isNil()) [[likely]] {
        *v = value;
        if (value.isCollectable() && (t->gc & gc_bits::kBlack)) [[unlikely]]
          PERIGEE_TAIL rememberTable<Place>(PERIGEE_STATE);
        PERIGEE_TAIL next(PERIGEE_STATE);
      }
    }
  }
  PERIGEE_TAIL setFieldSlow<Place>(PERIGEE_STATE);
}

// R[a][key] := value, key not a constant string.
__attribute__((noinline)) PERIGEE_HANDLER(setIndexSlow) {
  bool by_register = static_cast<Opcode>(i.op()) == Opcode::SetIndex;
  Value key = by_register ? base[i.b()] : Value::of(static_cast<int64_t>(i.b()));
  Value value = base[i.c()];
  Lookup target;
  L->pc = pc;
  if (storeIndex(L, base + i.a(), key, value, &target)) {
    table = dispatchOf(L);
    PERIGEE_TAIL next(PERIGEE_STATE);
  }
  base = layNewIndexCall(L, base, pc, target, key, value);
  i = Operands::ofCount(3);
  PERIGEE_TAIL callAny(PERIGEE_STATE);
}

// Appends or changes the representation: no metamethod is involved.
__attribute__((noinline)) PERIGEE_HANDLER(setElementSlow) {
  Table* t = base[i.a()].table();
  bool by_register = static_cast<Opcode>(i.op()) == Opcode::SetIndex;
  int64_t key = by_register ? base[i.b()].integer : static_cast<int64_t>(i.b());
  L->pc = pc;
  setInteger(L, t, key, base[i.c()]);
  table = dispatchOf(L);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

// R[a][key] := R[c] where that needs no thought: an element that exists, of the kind that the array has.
template <class Key> __attribute__((always_inline)) inline PERIGEE_HANDLER(setElement) {
  const Value* object = Key::table(pc, base, i);
  if (!object->isTable() || !Key::isInteger(pc, base)) [[unlikely]]
    PERIGEE_TAIL setIndexSlow(PERIGEE_STATE);
  Table* t = object->table();
  const Value* value = highRegister(pc, base);
  uint64_t index = static_cast<uint64_t>(Key::of(pc, base, i)) - 1;
  if (index < t->array_size) [[likely]] {
    ArrayKind kind = t->arrayKind();
    if (kind == ArrayKind::Values) [[likely]] {
      Value* place = t->array + index;
      if (!value->isNil() && !place->isNil()) [[likely]] {
        *place = *value;
        if (value->isCollectable() && (t->gc & gc_bits::kBlack)) [[unlikely]]
          PERIGEE_TAIL rememberTable<StoreInRegister>(PERIGEE_STATE);
        PERIGEE_TAIL next(PERIGEE_STATE);
      }
    } else if (kind == ArrayKind::Integers) {
      if (value->isInteger()) [[likely]] {
        t->integers[index] = value->integer;
        PERIGEE_TAIL next(PERIGEE_STATE);
      }
    } else if (value->isFloat()) {
      t->floats[index] = value->number;
      PERIGEE_TAIL next(PERIGEE_STATE);
    }
  }
  if (t->shape->metatable == nullptr) PERIGEE_TAIL setElementSlow(PERIGEE_STATE);
  PERIGEE_TAIL setIndexSlow(PERIGEE_STATE);
}
struct RegisterKey {
  static const Value* table(const Instruction*, Value* base, Operands i) { return base + i.a(); }
  static bool isInteger(const Instruction* pc, Value* base) { return lowRegister(pc, base)->isInteger(); }
  static int64_t of(const Instruction* pc, Value* base, Operands) { return lowRegister(pc, base)->integer; }
};
struct ImmediateKey {
  static const Value* table(const Instruction* pc, Value* base, Operands) { return lowRegister(pc, base); }
  static bool isInteger(const Instruction*, Value*) { return true; }
  static int64_t of(const Instruction*, Value*, Operands i) { return static_cast<int64_t>(i.b()); }
};

// R[a][R[b]] := R[c] for a string in R[b].
__attribute__((noinline)) PERIGEE_HANDLER(setStringElement) {
  Table* t = base[i.a()].table();
  L->pc = pc;
  if (!storeString(L, t, base[i.b()].string(), base[i.c()])) [[unlikely]]
    PERIGEE_TAIL setIndexSlow(PERIGEE_STATE);
  table = dispatchOf(L);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

} // namespace

// Globals are read through the remembered place: the value is there at once, while the way through function,
// upvalue and table that proves it right is checked beside it.
PERIGEE_HANDLER(opGetGlobal) {
  const Value* environment = InUpvalue::of(base, i);
  InlineCache& cache = cacheAt(k, i.d());
  if (cache.kind == InlineCache::Kind::Field && environment->isTable()) [[likely]] {
    const Table* t = environment->table();
    const Value* place = cache.place;
    if (t->shape == cache.shape && t->slots + cache.slot == place && !place->isNil()) [[likely]] {
      base[i.a()] = *place;
      PERIGEE_TAIL next(PERIGEE_STATE);
    }
    if (t->shape == cache.shape) cache.place = t->slots + cache.slot; // the slots have moved
  }
  PERIGEE_TAIL getField<InUpvalue>(PERIGEE_STATE);
}
PERIGEE_HANDLER(opGetField) { PERIGEE_TAIL getField<InRegister>(PERIGEE_STATE); }
PERIGEE_HANDLER(opSetGlobal) { PERIGEE_TAIL setField<StoreInUpvalue>(PERIGEE_STATE); }
PERIGEE_HANDLER(opSetField) { PERIGEE_TAIL setField<StoreInRegister>(PERIGEE_STATE); }

PERIGEE_HANDLER(opGetIndex) {
  if (lowRegister(pc, base)->isTable()) [[likely]] {
    if (highRegister(pc, base)->isInteger()) [[likely]]
      PERIGEE_TAIL getElement<true>(PERIGEE_STATE);
    if (highRegister(pc, base)->isString()) PERIGEE_TAIL getStringElement(PERIGEE_STATE);
  }
  PERIGEE_TAIL getIndexSlow(PERIGEE_STATE);
}

PERIGEE_HANDLER(opGetInt) {
  if (lowRegister(pc, base)->isTable()) [[likely]]
    PERIGEE_TAIL getElement<false>(PERIGEE_STATE);
  PERIGEE_TAIL getIndexSlow(PERIGEE_STATE);
}

PERIGEE_HANDLER(opSetIndex) {
  if (lowRegister(pc, base)->isString() && base[i.a()].isTable())
    PERIGEE_TAIL setStringElement(PERIGEE_STATE);
  PERIGEE_TAIL setElement<RegisterKey>(PERIGEE_STATE);
}
PERIGEE_HANDLER(opSetInt) { PERIGEE_TAIL setElement<ImmediateKey>(PERIGEE_STATE); }

PERIGEE_HANDLER(opMethod) {
  Value object = base[i.b()];
  const InlineCache& cache = cacheAt(k, i.d());
  if (object.isTable()) [[likely]] {
    if (const Value* v = cachedField(L, object.table(), cache)) [[likely]] {
      base[i.a()] = *v;
      base[i.a() + 2] = object;
      PERIGEE_TAIL next(PERIGEE_STATE);
    }
  } else if (object.isString() && cache.kind == InlineCache::Kind::Holder && cache.shape == nullptr &&
             cache.version == L->global->holder_version) {
    Value v = cache.holder->slots[cache.slot];
    if (!v.isNil()) [[likely]] {
      base[i.a()] = v;
      base[i.a() + 2] = object;
      PERIGEE_TAIL next(PERIGEE_STATE);
    }
  }
  base[i.a() + 2] = object;
  PERIGEE_TAIL getFieldSlow<InRegister>(PERIGEE_STATE);
}

PERIGEE_HANDLER(opNewTable) {
  L->pc = pc;
  beginSpending(L, pc[-1]);
  Table* t = newTable(L, static_cast<uint32_t>(i.b()), static_cast<uint32_t>(i.d()));
  endSpending(L);
  base[i.a()] = Value::of(t);
  table = dispatchOf(L);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

PERIGEE_HANDLER(opSetList) {
  Value* list = base + i.a();
  size_t n = i.b() != 0 ? i.b() : static_cast<size_t>(L->top - (list + 1));
  L->pc = pc;
  setArrayRange(L, list->table(), static_cast<uint32_t>(i.d()), list + 1, static_cast<uint32_t>(n));
  table = dispatchOf(L);
  PERIGEE_TAIL next(PERIGEE_STATE);
}

} // namespace perigee
