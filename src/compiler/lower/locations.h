// Where values are while code runs.
#pragma once

#include "compiler/ir/graph.h"

namespace perigee::lower {

enum class PlaceKind : uint8_t { None, General, Float, Stack, Home };
// A machine register (by its number), a slot of 8 bytes on the machine's stack (by index), or the home slot
// of a register of the frame: its payload or its tag, as the value asks.
struct Place {
  PlaceKind kind = PlaceKind::None;
  uint16_t index = 0;
  bool operator==(const Place&) const = default;
};

// A value's payload and its tag, if the type does not tell.
struct Location {
  Place payload;
  Place tag;
};

// How a type is represented.
//   Nothing  the type is one value (nil, true, false)     Boolean  the tag alone, in a general register
//   Word     one tag: the payload in a general register    Number   floats: a float register
//   Tagged   payload and tag in two general registers
enum class Form : uint8_t { Nothing, Boolean, Word, Number, Tagged };
inline Form formOf(ir::TypeSet t) {
  using namespace ir::types;
  if (t.isSingle()) {
    if (t.isSubsetOf(kNil | kBoolean)) return Form::Nothing;
    return t == kFloat ? Form::Number : Form::Word;
  }
  return t == kBoolean ? Form::Boolean : Form::Tagged;
}
// Does the node occupy a place? Literals are made where they are used, conditions computed there.
inline bool hasPlace(const ir::Node* n) {
  return n->info().result == ir::Result::Value && !n->isConstant() && formOf(n->type) != Form::Nothing;
}

// Calls `visit(node)` for every node whose place is read at n: inputs, through conditions, and what an exit
// needs.
template <class F> void forEachInput(const ir::Node* n, F&& visit) {
  if (n->is(ir::Op::Reload) || n->is(ir::Op::Phi)) return;
  for (uint32_t i = 0; i < n->input_count; ++i) {
    ir::Node* input = n->inputs[i];
    if (input->info().result == ir::Result::Bit) {
      for (uint32_t j = 0; j < input->input_count; ++j) {
        if (hasPlace(input->inputs[j])) visit(input->inputs[j]);
      }
    } else if (hasPlace(input)) {
      visit(input);
    }
  }
}
template <class F> void forEachSnapshotValue(const ir::Node* n, F&& visit) {
  if (n->snapshot == nullptr || !n->info().guards()) return;
  for (uint32_t i = 0; i < n->snapshot->count; ++i) {
    const ir::SnapshotEntry& e = n->snapshot->entries[i];
    if (!e.in_place && hasPlace(e.value)) visit(e.value);
  }
}

} // namespace perigee::lower
