#include "bytecode/listing.h"

#include "support/numbers.h"

#include <cstdarg>
#include <cstdio>

namespace perigee {

namespace {

__attribute__((format(printf, 2, 3))) void append(std::string& out, const char* format, ...) {
  char text[128];
  va_list arguments;
  va_start(arguments, format);
  int size = std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  out.append(text, static_cast<size_t>(size) < sizeof text ? static_cast<size_t>(size) : sizeof text - 1);
}

// A string in quotes, cut to a readable length.
void appendQuoted(std::string& out, const String* s) {
  if (s == nullptr) {
    out += '-';
    return;
  }
  constexpr size_t kShown = 40;
  out += '"';
  for (char c : s->view().substr(0, kShown)) {
    unsigned char u = static_cast<unsigned char>(c);
    if (u < 32 || u == '"' || u == '\\' || u > 126) {
      append(out, "\\%d", u);
    } else {
      out += c;
    }
  }
  out += s->length > kShown ? "\"..." : "\"";
}

void appendConstant(std::string& out, const Value& v) {
  switch (v.tag) {
  case Tag::Nil: out += "nil"; return;
  case Tag::False: out += "false"; return;
  case Tag::True: out += "true"; return;
  case Tag::Integer: append(out, "%lld", static_cast<long long>(v.integer)); return;
  case Tag::Float: {
    size_t start = out.size();
    append(out, "%.17g", v.number);
    if (out.find_first_of(".eEni", start) == std::string::npos) out += ".0";
    return;
  }
  case Tag::String: appendQuoted(out, v.string()); return;
  default: out += '?'; return;
  }
}

// An instruction being printed: operands go to `text`, what they name to `notes`.
struct Line {
  const Proto* p;
  uint32_t pc;
  std::string text;
  std::string notes;

  void note() { notes += notes.empty() ? " ; " : ", "; }

  void constant(uint32_t index) {
    append(text, " K%u", index);
    note();
    if (index < p->constant_count) {
      appendConstant(notes, p->constants[index]);
    } else {
      notes += '?';
    }
  }

  // `value` of operand a, b or c; `high` is the byte after it.
  void operand(OperandRole role, int value, int high) {
    switch (role) {
    case OperandRole::_:
    case OperandRole::HI: return;
    case OperandRole::U:
      append(text, " U%d", value);
      note();
      appendQuoted(notes,
                   static_cast<uint32_t>(value) < p->upvalue_count ? p->upvalues[value].name : nullptr);
      return;
    case OperandRole::N: append(text, " %d", value); return;
    case OperandRole::I8: append(text, " %d", static_cast<int8_t>(value)); return;
    case OperandRole::I16: append(text, " %d", static_cast<int16_t>(value | high << 8)); return;
    case OperandRole::K16: constant(static_cast<uint32_t>(value | high << 8)); return;
    default: append(text, " r%d", value); return;
    }
  }

  void operandD(OperandRole role, int32_t d) {
    switch (role) {
    case OperandRole::_: return;
    case OperandRole::K: constant(static_cast<uint32_t>(d)); return;
    case OperandRole::J: append(text, " ->%lld", static_cast<long long>(pc) + 1 + d); return;
    case OperandRole::P: append(text, " P%d", d); return;
    case OperandRole::IC: {
      uint32_t index = static_cast<uint32_t>(d);
      append(text, " IC%d", d);
      note();
      appendQuoted(notes, index < p->cache_count ? p->cache(index).key : nullptr);
      return;
    }
    default: append(text, " %d", d); return;
    }
  }
};

std::string instructionText(const Proto* p, uint32_t pc) {
  const Instruction& x = p->code[pc];
  if (x.op >= Opcode::Count) return "?";
  const OpcodeInfo& row = info(x.op);
  Line line{p, pc, row.name, {}};
  line.operand(row.a, x.a, x.b);
  line.operand(row.b, x.b, x.c);
  line.operand(row.c, x.c, 0);
  line.operandD(row.d, x.d);
  return line.text + line.notes;
}

void listTables(std::string& out, const Proto* p) {
  for (uint32_t i = 0; i < p->constant_count; ++i) {
    append(out, "  K%u = ", i);
    appendConstant(out, p->constants[i]);
    out += '\n';
  }
  for (uint32_t i = 0; i < p->upvalue_count; ++i) {
    const UpvalueDescription& u = p->upvalues[i];
    append(out, "  U%u = ", i);
    appendQuoted(out, u.name);
    append(out, " %s%d kind %d\n", u.in_stack ? "r" : "U", u.index, u.kind);
  }
  for (uint32_t i = 0; i < p->local_count; ++i) {
    append(out, "  local ");
    appendQuoted(out, p->locals[i].name);
    append(out, " %u..%u\n", p->locals[i].start_pc, p->locals[i].end_pc);
  }
}

void list(std::string& out, const Proto* p, int level, uint32_t number) {
  append(out, "function %u at level %d, lines %u to %u: %d parameters%s, %d registers, source ", number,
         level, p->line_defined, p->last_line, p->parameters, p->isVararg() ? " and more" : "",
         p->frame_size);
  appendQuoted(out, p->source);
  out += '\n';
  for (uint32_t pc = 0; pc < p->code_size; ++pc) {
    append(out, "  %u [%d] ", pc, lineAt(p, pc));
    out += instructionText(p, pc);
    out += '\n';
  }
  listTables(out, p);
  for (uint32_t i = 0; i < p->child_count; ++i) list(out, p->children[i], level + 1, i);
}

} // namespace

std::string listProto(const Proto* p) {
  std::string out;
  list(out, p, 0, 0);
  return out;
}

std::string listInstructions(const Proto* p) {
  std::string out;
  for (uint32_t pc = 0; pc < p->code_size; ++pc) {
    out += instructionText(p, pc);
    out += '\n';
  }
  return out;
}

} // namespace perigee
