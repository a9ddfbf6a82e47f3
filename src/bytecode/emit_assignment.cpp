// Assignments. All prefixes and keys of the targets are evaluated first, then all values, then values are
// stored from the last to the first.

#include "bytecode/function_emitter.h"
#include "vm/string.h"

namespace perigee {

namespace {

// Is the variable that `e` names assigned to by one of the targets from `target` on?
bool isAssigned(const Expr* e, const Expr* target) {
  for (; target != nullptr; target = target->next) {
    if (target->kind != e->kind) continue;
    if (e->kind == ExprKind::Local && as<LocalExpr>(e)->var == as<LocalExpr>(target)->var) return true;
    if (e->kind == ExprKind::Upvalue && as<UpvalueExpr>(e)->index == as<UpvalueExpr>(target)->index)
      return true;
  }
  return false;
}

} // namespace

void FunctionEmitter::assignment(AssignStat* s) {
  int line = s->end_line;
  if (s->targets.count == 1 && s->values.count == 1)
    return singleAssignment(s->targets.first, s->values.first, line);
  int count = s->targets.count;
  Place* places = arena_.array<Place>(static_cast<size_t>(count));
  int n = 0;
  for (Expr* target : s->targets) places[n++] = place(target, target->next);
  int first = free_;
  int stored = count;
  if (s->values.count == count) {
    for (Expr* value : s->values) {
      if (value != s->values.last) {
        intoNext(value);
      } else {
        storeExpression(places[--stored], value, line);
      }
    }
  } else {
    expressionsInto(s->values, count, line);
  }
  while (stored > 0) {
    --stored;
    storeRegister(places[stored], first + stored, line);
  }
}

void FunctionEmitter::singleAssignment(Expr* target, Expr* value, int line) {
  Place target_place = place(target, nullptr);
  storeExpression(target_place, value, line);
}

// Evaluates what belongs to a target. `later`: the targets after it, whose variables must be copied if this
// one reads them.
FunctionEmitter::Place FunctionEmitter::place(Expr* target, const Expr* later) {
  switch (target->kind) {
  case ExprKind::Local: return {Place::Kind::Local, as<LocalExpr>(target)->var->reg, 0, nullptr};
  case ExprKind::Upvalue: return {Place::Kind::Upvalue, as<UpvalueExpr>(target)->index, 0, nullptr};
  case ExprKind::Global: {
    GlobalExpr* e = as<GlobalExpr>(target);
    String* key = context_.stringOf(e->name);
    Place object = objectPlace(e->environment, e->line, later, key);
    if (object.kind == Place::Kind::Global) return object;
    return fieldPlaceIn(object.object, key, e->line);
  }
  case ExprKind::Field: {
    FieldExpr* e = as<FieldExpr>(target);
    String* key = context_.stringOf(e->name);
    Place object = objectPlace(e->object, e->object->end_line, later, key);
    if (object.kind == Place::Kind::Global) return object;
    return fieldPlaceIn(object.object, key, e->line);
  }
  default: {
    IndexExpr* e = as<IndexExpr>(target);
    int object = safeRegister(e->object, e->object->end_line, later);
    return indexPlaceIn(object, e->key, e->line, later);
  }
  }
}

// The object of a field: an upvalue that the store itself can name (kind Global, complete), or in a register.
FunctionEmitter::Place FunctionEmitter::objectPlace(Expr* object, int line, const Expr* later,
                                                    const String* key) {
  if (object->kind == ExprKind::Upvalue && key->isShort() && !isAssigned(object, later)) {
    return {Place::Kind::Global, as<UpvalueExpr>(object)->index, 0, const_cast<String*>(key)};
  }
  return {Place::Kind::Field, safeRegister(object, line, later), 0, nullptr};
}

FunctionEmitter::Place FunctionEmitter::fieldPlaceIn(int object, String* key, int line) {
  if (key->isShort()) return {Place::Kind::Field, object, 0, key};
  int reg = allocate();
  emit(Opcode::LoadK, reg, 0, 0, static_cast<int32_t>(constants_.indexOf(Value::of(key))), line);
  return {Place::Kind::Index, object, reg, nullptr};
}

FunctionEmitter::Place FunctionEmitter::indexPlaceIn(int object, Expr* key, int line, const Expr* later) {
  Constant c = constantOf(key);
  if (c.kind == Constant::Kind::String) return fieldPlaceIn(object, stringOfConstant(c), line);
  if (c.kind == Constant::Kind::Integer && c.integer >= 1 && c.integer <= 255) {
    return {Place::Kind::Int, object, static_cast<int>(c.integer), nullptr};
  }
  return {Place::Kind::Index, object, safeRegister(key, line, later), nullptr};
}

int FunctionEmitter::safeRegister(Expr* e, int line, const Expr* later) {
  return isAssigned(unwrap(e), later) ? intoNext(e, line) : anyRegister(e, line);
}

void FunctionEmitter::storeRegister(const Place& place, int reg, int line) {
  switch (place.kind) {
  case Place::Kind::Local: move(place.object, reg, line); return;
  case Place::Kind::Upvalue: emit(Opcode::SetUpvalue, reg, place.object, 0, 0, line); return;
  case Place::Kind::Global:
    emit(Opcode::SetGlobal, reg, place.object, 0, static_cast<int32_t>(cacheFor(place.name)), line);
    return;
  case Place::Kind::Field:
    emit(Opcode::SetField, place.object, reg, 0, static_cast<int32_t>(cacheFor(place.name)), line);
    return;
  case Place::Kind::Index: emit(Opcode::SetIndex, place.object, place.key, reg, 0, line); return;
  case Place::Kind::Int: emit(Opcode::SetInt, place.object, place.key, reg, 0, line); return;
  }
}

void FunctionEmitter::storeExpression(const Place& place, Expr* value, int line) {
  if (place.kind == Place::Kind::Local) return into(value, place.object);
  storeRegister(place, anyRegister(value), line);
}

} // namespace perigee
