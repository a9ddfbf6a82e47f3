// Table constructors.

#include "bytecode/function_emitter.h"

#include <algorithm>

namespace perigee {

namespace {

constexpr int kBatch = 50; // elements that one SetList stores, as long as there are registers

int fieldsOf(const TableExpr* e) {
  int count = 0;
  for (const TableItem* item : e->items) {
    if (item->kind == TableItem::Kind::Named) ++count;
    if (item->kind == TableItem::Kind::Computed && constantOf(item->key).kind == Constant::Kind::String)
      ++count;
  }
  return count;
}

} // namespace

void FunctionEmitter::table(TableExpr* e, int target, int line) {
  int fields = fieldsOf(e) + (e == hinted_table_ ? field_hint_ : 0);
  int elements = e->positional_count - (e->last_is_multi ? 1 : 0);
  int level = free_;
  int reg = isScratch(target) ? target : allocate();
  emit(Opcode::NewTable, reg, std::min(fields, 255), 0, elements, e->line);
  tableItems(e, reg);
  free_ = level;
  move(target, reg, line);
}

void FunctionEmitter::tableItems(TableExpr* e, int table_reg) {
  int pending = 0;
  int stored = 0;
  int batch = std::clamp(kMaxRegisters - free_ - 16, 1, kBatch);
  for (TableItem* item : e->items) {
    if (item->kind != TableItem::Kind::Positional) {
      keyedItem(item, table_reg);
      continue;
    }
    bool last = item == e->items.last;
    if (last && e->last_is_multi) {
      multi(item->value, -1, e->end_line);
      emit(Opcode::SetList, table_reg, 0, 0, stored, e->end_line);
      return;
    }
    // Stock Lua gets to the last item only after the closing brace.
    intoNext(item->value, last ? e->end_line : item->end_line);
    if (++pending == batch) {
      emit(Opcode::SetList, table_reg, pending, 0, stored, last ? e->end_line : item->end_line);
      stored += pending;
      pending = 0;
      free_ = table_reg + 1;
    }
  }
  if (pending > 0) emit(Opcode::SetList, table_reg, pending, 0, stored, e->end_line);
}

// `name = value` and `[key] = value`.
void FunctionEmitter::keyedItem(TableItem* item, int table_reg) {
  int level = free_;
  Place place{Place::Kind::Field, table_reg, 0, nullptr};
  if (item->kind == TableItem::Kind::Named) {
    place = fieldPlaceIn(table_reg, context_.stringOf(item->name), item->line);
  } else {
    place = indexPlaceIn(table_reg, item->key, item->key->end_line, nullptr);
  }
  storeRegister(place, anyRegister(item->value), item->end_line);
  free_ = level;
}

} // namespace perigee
