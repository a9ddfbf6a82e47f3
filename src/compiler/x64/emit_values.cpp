// Operands, moves, accesses to memory that holds values, and tests of tags.

#include "compiler/x64/unit_emitter.h"

namespace perigee::x64 {

namespace x86 = asmjit::x86;
using namespace ir::types;
using ir::TypeSet;

Mem UnitEmitter::spill(uint16_t slot, uint32_t size) const {
  return x86::ptr(x86::rsp, kSpillOffset + 8 * slot, size);
}
Mem UnitEmitter::home(uint32_t reg, int offset, uint32_t size) const {
  return x86::ptr(x86::r13, static_cast<int32_t>(reg) * 16 + offset, size);
}

void UnitEmitter::loadImmediate(Gp to, uint64_t value) {
  if (value == 0) {
    a_.xor_(to.r32(), to.r32());
  } else if (value <= UINT32_MAX) {
    a_.mov(to.r32(), static_cast<uint32_t>(value));
  } else {
    a_.mov(to, value);
  }
}

// --- operands ----------------------------------------------------------------------------------------------

Gp UnitEmitter::payload(const Node* n, Gp scratch) {
  if (n->isConstant()) {
    loadLiteral(scratch, n->imm.integer);
    return scratch;
  }
  Place p = at(n).payload;
  switch (p.kind) {
  case PlaceKind::General: return general(p.index);
  case PlaceKind::Float: a_.movq(scratch, floating(p.index)); return scratch;
  case PlaceKind::Stack: a_.mov(scratch, spill(p.index)); return scratch;
  case PlaceKind::Home: a_.mov(scratch, home(p.index, 0, 8)); return scratch;
  case PlaceKind::None: a_.xor_(scratch.r32(), scratch.r32()); return scratch;
  }
  return scratch;
}

Gp UnitEmitter::tag(const Node* n, Gp scratch) {
  Place p = n->isConstant() ? Place{} : at(n).tag;
  switch (p.kind) {
  case PlaceKind::General: return general(p.index);
  case PlaceKind::Stack: a_.mov(scratch, spill(p.index)); return scratch;
  case PlaceKind::Home: a_.movzx(scratch.r32(), home(p.index, 8, 1)); return scratch;
  default:
    a_.mov(scratch.r32(), static_cast<uint32_t>(n->type.isEmpty() ? Tag::Nil : n->type.tag()));
    return scratch;
  }
}

Xmm UnitEmitter::number(const Node* n, Xmm scratch) {
  if (n->isConstant()) {
    loadLiteral(scratch, n->imm.integer);
    return scratch;
  }
  Place p = at(n).payload;
  switch (p.kind) {
  case PlaceKind::Float: return floating(p.index);
  case PlaceKind::General: a_.movq(scratch, general(p.index)); return scratch;
  case PlaceKind::Home: a_.movsd(scratch, home(p.index, 0, 8)); return scratch;
  default: a_.movsd(scratch, spill(p.index)); return scratch;
  }
}

Gp UnitEmitter::target(Place p, Gp scratch) const {
  return p.kind == PlaceKind::General ? general(p.index) : scratch;
}
Xmm UnitEmitter::target(Place p, Xmm scratch) const {
  return p.kind == PlaceKind::Float ? floating(p.index) : scratch;
}
void UnitEmitter::settle(Place p, Gp from) {
  if (p.kind == PlaceKind::General) {
    if (general(p.index) != from) a_.mov(general(p.index), from);
  } else if (p.kind == PlaceKind::Stack) {
    a_.mov(spill(p.index), from);
  } else if (p.kind == PlaceKind::Float) {
    a_.movq(floating(p.index), from);
  }
}
void UnitEmitter::settle(Place p, Xmm from) {
  if (p.kind == PlaceKind::Float) {
    if (floating(p.index) != from) a_.movaps(floating(p.index), from);
  } else if (p.kind == PlaceKind::Stack) {
    a_.movsd(spill(p.index), from);
  } else if (p.kind == PlaceKind::General) {
    a_.movq(general(p.index), from);
  }
}

// `is_tag` matters for a home slot only.
void UnitEmitter::move(Place to, Place from, bool is_float, bool is_tag) {
  if (to == from || to.kind == PlaceKind::None) return;
  switch (from.kind) {
  case PlaceKind::Home:
    if (is_tag) {
      Gp reg = target(to, x86::rax);
      a_.movzx(reg.r32(), home(from.index, 8, 1));
      settle(to, reg);
    } else if (to.kind == PlaceKind::Float) {
      a_.movsd(floating(to.index), home(from.index, 0, 8));
    } else {
      Gp reg = target(to, x86::rax);
      a_.mov(reg, home(from.index, 0, 8));
      settle(to, reg);
    }
    return;
  case PlaceKind::General: settle(to, general(from.index)); return;
  case PlaceKind::Float: settle(to, floating(from.index)); return;
  case PlaceKind::Stack:
    if (to.kind == PlaceKind::General) {
      a_.mov(general(to.index), spill(from.index));
    } else if (to.kind == PlaceKind::Float) {
      a_.movsd(floating(to.index), spill(from.index));
    } else if (is_float) {
      a_.movsd(x86::xmm14, spill(from.index));
      a_.movsd(spill(to.index), x86::xmm14);
    } else {
      a_.mov(x86::rax, spill(from.index));
      a_.mov(spill(to.index), x86::rax);
    }
    return;
  case PlaceKind::None: return;
  }
}

// --- values in memory --------------------------------------------------------------------------------------

// Payload and tag alone: the bytes behind the tag are not the value's. Nil has no payload.
void UnitEmitter::storeValue(const Node* n, Mem where) {
  Mem tag_byte = where.cloneAdjusted(8);
  tag_byte.setSize(1);
  where.setSize(8);
  Form form = n->isConstant() ? Form::Word : lower::formOf(n->type);
  if (n->isConstant()) {
    int64_t bits = n->imm.integer;
    bool has_payload = n->constantTag() > Tag::True;
    if (has_payload || n->constantTag() != Tag::Nil) {
      if (mayStandInCode(bits)) {
        a_.mov(where, static_cast<int32_t>(bits));
      } else {
        loadLiteral(x86::rax, bits);
        a_.mov(where, x86::rax);
      }
    }
    a_.mov(tag_byte, static_cast<int>(n->constantTag()));
    return;
  }
  switch (form) {
  case Form::Nothing:
    if (n->type != TypeSet(Tag::Nil) && !n->type.isEmpty()) a_.mov(where, 0);
    a_.mov(tag_byte, static_cast<int>(n->type.isEmpty() ? Tag::Nil : n->type.tag()));
    return;
  case Form::Boolean:
    a_.mov(where, 0);
    a_.mov(tag_byte, tag(n, x86::rax).r8());
    return;
  case Form::Number:
    a_.movsd(where, number(n, x86::xmm14));
    a_.mov(tag_byte, static_cast<int>(Tag::Float));
    return;
  case Form::Word:
    a_.mov(where, payload(n, x86::rax));
    a_.mov(tag_byte, static_cast<int>(n->type.tag()));
    return;
  case Form::Tagged:
    a_.mov(where, payload(n, x86::rax));
    a_.mov(tag_byte, tag(n, x86::rax).r8());
    return;
  }
}

void UnitEmitter::loadValue(const Node* n, Mem where) {
  Mem tag_byte = where.cloneAdjusted(8);
  tag_byte.setSize(1);
  where.setSize(8);
  if (n->snapshot != nullptr && !n->is(Op::Guard) && !n->types.isEmpty()) checkTag(n, tag_byte, kAny);
  Form form = lower::formOf(n->type);
  if (form == Form::Nothing) return;
  if (form == Form::Number) {
    if (at(n).payload.kind == PlaceKind::Home) return;
    Xmm to = target(at(n).payload, x86::xmm14);
    a_.movsd(to, where);
    settle(at(n).payload, to);
    return;
  }
  // The tag first: the payload may go where the address comes from.
  Gp tag_register = x86::rdx;
  bool reads_tag = (form == Form::Boolean || form == Form::Tagged) && at(n).tag.kind != PlaceKind::Home;
  if (reads_tag) {
    bool aliases =
        at(n).tag.kind == PlaceKind::General &&
        (where.baseId() == at(n).tag.index || (where.hasIndex() && where.indexId() == at(n).tag.index));
    tag_register = aliases ? Gp(x86::rdx) : target(at(n).tag, x86::rdx);
    a_.movzx(tag_register.r32(), tag_byte);
  }
  if ((form == Form::Word || form == Form::Tagged) && at(n).payload.kind != PlaceKind::Home) {
    Gp to = target(at(n).payload, x86::rax);
    a_.mov(to, where);
    settle(at(n).payload, to);
  }
  if (reads_tag) settle(at(n).tag, tag_register);
}

void UnitEmitter::checkTag(const Node* n, Mem tag_byte, TypeSet known) {
  Label out = exitOf(n);
  TypeSet wanted = n->types & known;
  if (wanted.isSingle()) {
    a_.cmp(tag_byte, static_cast<int>(wanted.tag()));
    a_.jne(out);
  } else if (known.without(n->types) == kNil) {
    a_.cmp(tag_byte, static_cast<int>(Tag::Nil));
    a_.je(out);
  } else {
    a_.movzx(x86::edx, tag_byte);
    a_.mov(x86::eax, static_cast<uint32_t>(n->types.bits()));
    a_.bt(x86::eax, x86::edx);
    a_.jnc(out);
  }
}

// Variable arguments lie in front of the function's slot; how many there are follows from how far the frame
// moved (vm/frame.h).
void UnitEmitter::loadVararg(const Node* n) {
  Label absent = a_.newLabel(), done = a_.newLabel();
  int behind = kFrameSlots + g_.proto->parameters;
  a_.mov(x86::ecx, x86::dword_ptr(x86::r13, -32 + 12)); // varargDistance
  if (n->is(Op::LoadVarargAt)) {
    a_.sub(x86::ecx, behind - 1);
    a_.sub(x86::rcx, payload(n->inputs[0], x86::rax));
  } else {
    a_.sub(x86::ecx, behind + static_cast<int>(n->imm.index));
  }
  a_.jle(absent);
  a_.shl(x86::rcx, 4);
  a_.neg(x86::rcx);
  Gp tag_register = target(at(n).tag, x86::rdx), payload_register = target(at(n).payload, x86::rax);
  a_.movzx(tag_register.r32(), x86::byte_ptr(x86::r13, x86::rcx, 0, -32 + 8));
  a_.mov(payload_register, x86::qword_ptr(x86::r13, x86::rcx, 0, -32));
  a_.bind(done);
  settle(at(n).tag, tag_register);
  settle(at(n).payload, payload_register);
  slow_paths_.push_back([this, absent, done, tag_register, payload_register] {
    a_.bind(absent);
    a_.xor_(tag_register.r32(), tag_register.r32());
    a_.xor_(payload_register.r32(), payload_register.r32());
    a_.jmp(done);
  });
}

void UnitEmitter::loadSlot(const Node* n) { loadValue(n, home(n->imm.index, 0, 8)); }
void UnitEmitter::storeSlot(const Node* n) { storeValue(n->inputs[0], home(n->imm.index, 0, 8)); }

// --- guards ------------------------------------------------------------------------------------------------

void UnitEmitter::guard(const Node* n) {
  const Node* value = n->inputs[0];
  if (n->type.isEmpty()) {
    a_.jmp(exitOf(n));
    return;
  }
  jumpIf(testTag(value, n->types), false, exitOf(n));
  takeGuarded(n, value);
}

// The guarded value in the form of its narrower type.
void UnitEmitter::takeGuarded(const Node* n, const Node* value) {
  Form form = lower::formOf(n->type);
  if (form == Form::Nothing) return;
  if (form == Form::Boolean || form == Form::Tagged) {
    // Written at once: the new tag may lie where the old payload is.
    Gp old_payload = form == Form::Tagged ? payload(value, x86::rcx) : Gp(x86::rcx);
    bool overlap = at(n).tag.kind == PlaceKind::General && old_payload == general(at(n).tag.index);
    if (overlap) {
      a_.mov(x86::rcx, old_payload);
      old_payload = x86::rcx;
    }
    settle(at(n).tag, tag(value, x86::rdx));
    if (form == Form::Tagged) settle(at(n).payload, old_payload);
    return;
  }
  if (form == Form::Number) {
    settle(at(n).payload, number(value, x86::xmm14));
  } else {
    settle(at(n).payload, payload(value, x86::rax));
  }
}

void UnitEmitter::notValue(const Node* n) {
  if (lower::formOf(n->type) != Form::Boolean) return;
  Test falsy = testTag(n->inputs[0], kFalsy);
  Gp to = target(at(n).tag, x86::rax);
  if (falsy.kind == Test::Kind::True || falsy.kind == Test::Kind::False) {
    a_.mov(to.r32(), static_cast<int>(falsy.kind == Test::Kind::True ? Tag::True : Tag::False));
  } else {
    a_.set(falsy.condition, x86::al);
    a_.movzx(x86::eax, x86::al);
    a_.lea(to, x86::ptr(x86::rax, static_cast<int>(Tag::False)));
  }
  settle(at(n).tag, to);
}

void UnitEmitter::toBoolean(const Node* n) {
  Label done = a_.newLabel();
  Test t = test(n->inputs[0]);
  Gp to = target(at(n).tag, x86::rax);
  a_.mov(to.r32(), static_cast<int>(Tag::True));
  jumpIf(t, true, done);
  a_.mov(to.r32(), static_cast<int>(Tag::False));
  a_.bind(done);
  settle(at(n).tag, to);
}

} // namespace perigee::x64
