#include "compiler/ir/printer.h"

#include <charconv>
#include <cmath>

namespace perigee::ir {
namespace {

constexpr size_t kPlaceColumn = 56; // where instruction and snapshot begin, if there is room

constexpr size_t kLongestString = 24; // longer ones get names

std::string blockName(const Block* b) { return "b" + std::to_string(b->id); }

// The shortest text that reads back as the same float, never that of an integer.
std::string floatText(double d) {
  if (std::isnan(d)) return "nan";
  char text[32];
  std::string s(text, std::to_chars(text, text + sizeof text, d).ptr);
  if (s.find_first_of(".en") == std::string::npos) s += ".0";
  return s;
}

std::string quoted(std::string_view contents) {
  std::string s = "\"";
  for (char c : contents) {
    unsigned char u = static_cast<unsigned char>(c);
    if (u >= 32 && u < 127 && c != '"' && c != '\\') {
      s += c;
      continue;
    }
    constexpr const char* kDigits = "0123456789abcdef";
    s += {'\\', 'x', kDigits[u >> 4], kDigits[u & 15]};
  }
  return s + '"';
}

// Columns for readers: what follows begins at kPlaceColumn or behind a blank.
void pad(std::string& line) { line.append(line.size() < kPlaceColumn ? kPlaceColumn - line.size() : 1, ' '); }

} // namespace

const std::string& Printer::nameOfObject(const char* kind, const void* object) {
  std::string& name = names_[object];
  if (name.empty()) name = std::string(kind) + '#' + std::to_string(++counts_[kind]);
  return name;
}

std::string Printer::literal(Value v) {
  switch (v.tag) {
  case Tag::Nil: return "nil";
  case Tag::False: return "false";
  case Tag::True: return "true";
  case Tag::Integer: return std::to_string(v.integer);
  case Tag::Float: return floatText(v.number);
  case Tag::String: {
    const String* s = v.string();
    return s->length <= kLongestString ? quoted(s->view()) : nameOfObject("string", s);
  }
  default: return nameOfObject(nameOf(TypeSet(v.tag)).c_str(), v.pointer);
  }
}

// A node as an input.
std::string Printer::reference(const Node* n) {
  if (n->isConstant()) return literal(n->constantValue());
  std::string name = "v" + std::to_string(n->id);
  return n->block == nullptr ? name + "(removed)" : name;
}

std::string Printer::immediate(const Node* n) {
  switch (n->info().immediate) {
  case Immediate::None: return "";
  case Immediate::Literal: return '(' + std::to_string(n->imm.integer) + ')'; // a Constant is never printed
  case Immediate::Register: return "(r" + std::to_string(n->imm.index) + ')';
  case Immediate::Index: return '(' + std::to_string(n->imm.index) + ')';
  case Immediate::Types: return '(' + nameOf(n->types) + ')';
  case Immediate::Shape: return '(' + nameOfObject("shape", n->imm.pointer) + ')';
  case Immediate::Prototype: return '(' + nameOfObject("prototype", n->imm.pointer) + ')';
  case Immediate::Pointer:
    return '(' + nameOfObject("table", n->imm.pointer) + " slot " + std::to_string(n->aux) + ')';
  case Immediate::Cache: {
    std::string text = "(cache " + std::to_string(n->imm.index);
    bool known = g_.proto != nullptr && n->imm.index < g_.activationAt(n->pc).proto->cache_count;
    const String* key = known ? g_.cacheOf(n).key : nullptr;
    return key == nullptr ? text + ')' : text + ' ' + quoted(key->view()) + ')';
  }
  }
  return "";
}

std::string Printer::snapshot(const Snapshot* s) {
  std::string text = '{' + std::to_string(s->pc) + (s->is_due ? " due" : "");
  for (uint32_t i = 0; i < s->count; ++i) {
    const SnapshotEntry& e = s->entries[i];
    text += " r" + std::to_string(e.reg) + '=' + reference(e.value);
    if (e.in_place) text += '*';
  }
  return text + '}';
}

std::string Printer::operation(const Node* n) {
  std::string text = n->info().name + immediate(n);
  bool by_feedback = false;
  for (uint8_t position : n->positions) by_feedback |= position != kNoPosition;
  if (by_feedback) {
    text += '<';
    for (uint32_t i = 0; i < n->input_count && i < 3; ++i) {
      if (i > 0) text += ',';
      text += n->positions[i] == kNoPosition ? "_" : std::to_string(n->positions[i]);
    }
    text += '>';
  }
  for (uint32_t i = 0; i < n->input_count; ++i) text += (i == 0 ? " " : ", ") + reference(n->inputs[i]);
  return text;
}

std::string Printer::node(const Node* n) {
  std::string line;
  if (n->info().result != Result::None) line = "v" + std::to_string(n->id) + " = ";
  line += operation(n);
  if (n->info().result == Result::Value) line += " : " + nameOf(n->type);
  if (n->info().ends() && n->block != nullptr) {
    for (int i = 0; i < n->block->successorCount(); ++i)
      line += (i == 0 ? " -> " : ", ") + blockName(n->block->successors[i]);
  }
  pad(line);
  line += '@' + std::to_string(n->pc);
  if (int source_line = g_.lineOf(n->pc); source_line != 0) line += ':' + std::to_string(source_line);
  if (n->snapshot != nullptr) line += ' ' + snapshot(n->snapshot);
  return line;
}

std::string Printer::blockHead(const Block* b) const {
  std::string line = blockName(b) + ": @" + std::to_string(b->pc);
  for (size_t i = 0; i < b->predecessors.size(); ++i)
    line += (i == 0 ? " <- " : ", ") + blockName(b->predecessors[i]);
  if (b->loop_depth == 0) return line;
  pad(line);
  line += "; loop depth " + std::to_string(b->loop_depth);
  if (b->is_loop_header) line += ", header";
  return line;
}

std::string Printer::sourceAbove(const Node* n) {
  if (source_ == nullptr) return "";
  int line = g_.lineOf(n->pc);
  if (line == last_line_ || line < 1 || static_cast<size_t>(line) > source_->size()) return "";
  last_line_ = line;
  return "; " + std::to_string(line) + ": " + (*source_)[static_cast<size_t>(line) - 1];
}

std::string Printer::graph(const Node* marked) {
  std::string text;
  last_line_ = 0;
  if (g_.entry_pc != kFunctionEntry) text += "entry " + std::to_string(g_.entry_pc) + '\n';
  for (const Block* b : g_.blocks) {
    text += blockHead(b) + '\n';
    for (const Node* n = b->first; n != nullptr; n = n->next) {
      if (n->isConstant() && n != marked) continue;
      std::string source = sourceAbove(n);
      if (!source.empty()) text += "  " + source + '\n';
      text += (n == marked ? "> " : "  ") + node(n) + '\n';
    }
  }
  return text;
}

} // namespace perigee::ir
