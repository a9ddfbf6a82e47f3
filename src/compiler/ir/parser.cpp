#include "compiler/ir/parser.h"

#include "compiler/ir/text_cursor.h"
#include "vm/feedback.h"
#include "vm/shape.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace perigee::ir {
namespace {

constexpr uint32_t kMostInstructions = 256; // of a parsed function
constexpr uint32_t kMostCaches = 16;

Op opOfName(std::string_view name) {
  int i = 0;
  while (i < kOpCount && name != info(static_cast<Op>(i)).name) ++i;
  return static_cast<Op>(i);
}

Opcode opcodeOfName(std::string_view name) {
  int i = 0;
  while (i < kOpcodeCount && name != perigee::info(static_cast<Opcode>(i)).name) ++i;
  return static_cast<Opcode>(i);
}

} // namespace

// A line at a time: nodes are made as they come; what they refer to by name is found when all are there.
class Parser {
public:
  Parser(ParsedGraph& out, std::string_view text) : out_(out), text_(text) {}

  void run() {
    proto_ = static_cast<Proto*>(out_.object(sizeof(Proto)));
    proto_->code_size = kMostInstructions;
    proto_->code = static_cast<Instruction*>(out_.object(kMostInstructions * sizeof(Instruction)));
    proto_->cache_count = kMostCaches;
    proto_->caches = static_cast<InlineCache*>(out_.object(kMostCaches * sizeof(InlineCache)));
    out_.graph_ = std::make_unique<Graph>(proto_, kFunctionEntry);
    g_ = out_.graph_.get();
    reserveNames();
    for (size_t start = 0; start < text_.size() && out_.error_.empty();) {
      size_t end = std::min(text_.find('\n', start), text_.size());
      ++line_;
      parseLine(text_.substr(start, end - start));
      start = end + 1;
    }
    if (out_.error_.empty()) resolve();
    if (out_.error_.empty() && g_->entry == nullptr) fail("there is no block");
    if (out_.error_.empty()) g_->analyze();
  }

private:
  void fail(const std::string& what) {
    if (out_.error_.empty()) out_.error_ = "line " + std::to_string(line_) + ": " + what;
  }

  // Nodes and blocks without a name of the text's own are numbered behind all that have one.
  void reserveNames() {
    uint32_t nodes = 0, blocks = 0;
    for (size_t i = 0; i < text_.size(); ++i) {
      bool begins = i == 0 || !std::isalnum(static_cast<unsigned char>(text_[i - 1]));
      uint32_t n = 0;
      if (begins && TextCursor(text_.substr(i)).named('v', &n)) nodes = std::max(nodes, n + 1);
      if (begins && TextCursor(text_.substr(i)).named('b', &n)) blocks = std::max(blocks, n + 1);
    }
    g_->reserveIds(nodes, blocks);
    nodes_.resize(nodes);
    blocks_.resize(blocks);
  }

  void parseLine(std::string_view line) {
    TextCursor c(line);
    if (c.atEnd()) return;
    if (line[0] == ' ') return parseNode(c);
    uint32_t id;
    if (c.named('b', &id)) return parseBlock(c, id);
    parseHeader(c);
  }

  // --- header -------------------------------------------------------------------------------------------

  void parseHeader(TextCursor& c) {
    std::string_view word = c.word();
    uint32_t n = 0;
    if (word == "metatable") {
      static_cast<Shape*>(out_.named(std::string(c.word())))->metatable =
          static_cast<Table*>(out_.named("table of a shape"));
    } else if (!c.index(&n)) {
      fail("a number is missing");
    } else if (word == "entry") {
      g_->entry_pc = n;
    } else if (word == "frame") {
      proto_->frame_size = static_cast<uint8_t>(n);
    } else if (word == "instruction" && n < kMostInstructions) {
      parseInstruction(c, proto_->code[n]);
    } else if (word == "feedback" && n < kMostInstructions) {
      parseFeedback(c, n);
    } else if (word == "cache" && n < kMostCaches) {
      parseCache(c, proto_->caches[n]);
    } else {
      fail("what is '" + std::string(word) + "'?");
    }
    if (!c.atEnd()) fail("what is '" + std::string(c.rest()) + "'?");
  }

  void parseInstruction(TextCursor& c, Instruction& x) {
    x.op = opcodeOfName(c.word());
    if (x.op == Opcode::Count) return fail("no such instruction");
    while (!c.atEnd()) {
      std::string_view operand = c.word();
      int64_t value = 0;
      if (operand.size() != 1 || !c.take("=") || !c.integer(&value))
        return fail("operands are a=1 and so on");
      switch (operand[0]) {
      case 'a': x.a = static_cast<uint8_t>(value); break;
      case 'b': x.b = static_cast<uint8_t>(value); break;
      case 'c': x.c = static_cast<uint8_t>(value); break;
      default: x.d = static_cast<int32_t>(value);
      }
    }
  }

  void parseFeedback(TextCursor& c, uint32_t pc) {
    if (proto_->feedback == nullptr)
      proto_->feedback = static_cast<SiteFeedback*>(out_.object(kMostInstructions * sizeof(SiteFeedback)));
    SiteFeedback& f = proto_->feedback[pc];
    for (uint16_t& tags : f.tags) tags = parseType(c).bits();
    struct Word {
      const char* name;
      uint8_t kind;
      uint8_t flag;
    };
    static constexpr Word kWords[] = {{"arrays", 0, 0},
                                      {"flags", 0, 0},
                                      {"values", 1, 0},
                                      {"integers", 2, 0},
                                      {"floats", 4, 0},
                                      {"outside", SiteFeedback::kOutside, 0},
                                      {"otherkey", SiteFeedback::kOtherKey, 0},
                                      {"fellthrough", 0, SiteFeedback::kFellThrough},
                                      {"jumped", 0, SiteFeedback::kJumped},
                                      {"generic", 0, SiteFeedback::kGeneric}};
    while (!c.atEnd()) {
      std::string_view word = c.word();
      bool is_known = false;
      for (const Word& row : kWords) {
        if (word != row.name) continue;
        f.array_kinds |= row.kind;
        f.flags |= row.flag;
        is_known = true;
      }
      if (!is_known) return fail("what is '" + std::string(word) + "'?");
    }
  }

  void parseCache(TextCursor& c, InlineCache& cache) {
    static constexpr const char* kKinds[] = {"Empty", "Field", "Absent", "Holder", "AddField", "Dictionary"};
    std::string key;
    if (!c.quoted(&key)) return fail("the key is missing");
    cache.key = out_.string(key);
    std::string_view kind = c.word();
    size_t i = 0;
    while (i < std::size(kKinds) && kind != kKinds[i]) ++i;
    if (i == std::size(kKinds)) return fail("no such kind of cache");
    cache.kind = static_cast<InlineCache::Kind>(i);
    if (c.sees("shape#")) cache.shape = static_cast<Shape*>(out_.named(std::string(c.word())));
    if (c.sees("table#")) cache.holder = static_cast<Table*>(out_.named(std::string(c.word())));
    if (c.take("slot") && !c.index(&cache.slot)) fail("which slot?");
    uint32_t misses;
    if (c.take("misses") && c.index(&misses)) cache.misses = static_cast<uint16_t>(misses);
  }

  // --- blocks -------------------------------------------------------------------------------------------

  Block* block(uint32_t id) {
    if (blocks_[id] != nullptr) return blocks_[id];
    Block* b = g_->newBlock(0);
    b->id = id;
    return blocks_[id] = b;
  }

  void parseBlock(TextCursor& c, uint32_t id) {
    current_ = block(id);
    if (g_->entry == nullptr) g_->entry = current_;
    if (!c.take(":")) return fail("':' is missing");
    if (c.take("@") && !c.index(&current_->pc)) return fail("an instruction is missing");
    if (c.take("<-")) {
      do {
        uint32_t from;
        if (!c.named('b', &from)) return fail("a predecessor is missing");
        current_->predecessors.push_back(block(from));
      } while (c.take(","));
    }
    if (!c.atEnd()) fail("what is '" + std::string(c.rest()) + "'?");
  }

  // --- nodes --------------------------------------------------------------------------------------------

  // An input or entry of a snapshot: a literal's node, or the id of another.
  struct Reference {
    Node* node;
    uint32_t id;
  };
  // What a node refers to by name, until all are there.
  struct Unresolved {
    Node** place;
    uint32_t id;
    uint32_t line;
  };

  TypeSet parseType(TextCursor& c) {
    TypeSet type;
    std::string_view name = c.word("|-");
    if (!typeOfName(name, &type)) fail("no type is called '" + std::string(name) + "'");
    return type;
  }

  bool seesReference(TextCursor& c) {
    return !c.atEnd() && !c.sees(":") && !c.sees("->") && !c.sees("@") && !c.sees("{");
  }

  Reference parseReference(TextCursor& c) {
    uint32_t id = 0;
    if (c.named('v', &id)) return {nullptr, id};
    if (c.sees("\"")) {
      std::string contents;
      if (!c.quoted(&contents)) fail("a quote is missing");
      return {g_->constant(Value::of(out_.string(contents))), 0};
    }
    std::string text(c.word("#_.+-"));
    if (text == "nil") return {g_->constant(Value::nil()), 0};
    if (text == "true" || text == "false") return {g_->constant(Value::boolean(text == "true")), 0};
    if (size_t hash = text.find('#'); hash != std::string::npos) {
      TypeSet kind;
      if (!typeOfName(text.substr(0, hash), &kind) || !kind.isSingle())
        fail("what kind of object is " + text + '?');
      Value v;
      v.pointer = out_.named(text);
      v.tag = kind.isEmpty() ? Tag::Nil : kind.tag();
      return {g_->constant(v), 0};
    }
    int64_t integer;
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), integer);
    if (problem == std::errc() && end == text.data() + text.size()) return {g_->constant(integer), 0};
    char* number_end = nullptr;
    double number = std::strtod(text.c_str(), &number_end);
    if (text.empty() || *number_end != '\0') fail("what is '" + text + "'?");
    return {g_->constant(number), 0};
  }

  void parseNode(TextCursor& c) {
    if (current_ == nullptr) return fail("there is no block yet");
    uint32_t id = 0;
    bool has_name = c.named('v', &id);
    if (has_name && !c.take("=")) return fail("'=' is missing");
    std::string_view name = c.word();
    Op op = opOfName(name);
    if (op == Op::Count) return fail("no operation is called '" + std::string(name) + "'");
    Node* n = g_->newNode(op, 0);
    if (has_name) {
      if (nodes_[id] != nullptr) return fail("v" + std::to_string(id) + " is there already");
      n->id = id;
      nodes_[id] = n;
    }
    if (c.take("(")) parseImmediate(c, n);
    if (c.take("<")) parsePositions(c, n);
    parseInputs(c, n);
    if (c.take(":")) n->type = parseType(c);
    if (c.take("->")) parseSuccessors(c);
    uint32_t line;
    if (c.take("@") && !c.index(&n->pc)) fail("an instruction is missing");
    if (c.take(":") && !c.index(&line)) fail("a line is missing");
    if (c.take("{")) parseSnapshot(c, n);
    if (!c.atEnd()) fail("what is '" + std::string(c.rest()) + "'?");
    g_->append(current_, n);
  }

  void parseImmediate(TextCursor& c, Node* n) {
    uint32_t index = 0;
    bool fits = true;
    std::string key;
    switch (n->info().immediate) {
    case Immediate::None: fits = false; break;
    case Immediate::Literal: fits = c.integer(&n->imm.integer); break;
    case Immediate::Register:
      fits = c.named('r', &index);
      n->imm.index = index;
      break;
    case Immediate::Index:
      fits = c.index(&index);
      n->imm.index = index;
      break;
    case Immediate::Types: n->types = parseType(c); break;
    case Immediate::Prototype:
    case Immediate::Shape: n->imm.pointer = out_.named(std::string(c.word())); break;
    case Immediate::Pointer:
      n->imm.pointer = out_.named(std::string(c.word()));
      fits = c.take("slot") && c.index(&n->aux);
      break;
    case Immediate::Cache:
      fits = c.take("cache") && c.index(&index);
      n->imm.index = index;
      c.quoted(&key); // known from the cache
      break;
    }
    if (!fits || !c.take(")")) fail("the immediate is not one of " + std::string(n->info().name));
  }

  void parsePositions(TextCursor& c, Node* n) {
    for (int i = 0; i < 3; ++i) {
      uint32_t position = kNoPosition;
      if (!c.take("_") && !c.index(&position)) return fail("a position is missing");
      n->positions[i] = static_cast<uint8_t>(position);
      if (!c.take(",")) break;
    }
    if (!c.take(">")) fail("'>' is missing");
  }

  void parseInputs(TextCursor& c, Node* n) {
    std::vector<Reference> inputs;
    if (seesReference(c)) {
      do inputs.push_back(parseReference(c));
      while (c.take(",") && out_.error_.empty());
    }
    n->input_count = static_cast<uint32_t>(inputs.size());
    n->inputs = g_->newInputs(n->op, n->input_count);
    for (size_t i = 0; i < inputs.size(); ++i) refer(&n->inputs[i], inputs[i]);
  }

  void refer(Node** place, Reference r) {
    *place = r.node;
    if (r.node == nullptr) unresolved_.push_back({place, r.id, line_});
  }

  void parseSuccessors(TextCursor& c) {
    int i = 0;
    do {
      uint32_t id;
      if (i == 3 || !c.named('b', &id)) return fail("a successor is missing");
      current_->successors[i++] = block(id);
    } while (c.take(","));
  }

  void parseSnapshot(TextCursor& c, Node* n) {
    uint32_t pc;
    if (!c.index(&pc)) return fail("the snapshot's instruction is missing");
    struct Entry {
      uint32_t reg;
      Reference value;
      bool in_place;
    };
    bool is_due = c.take("due");
    std::vector<Entry> entries;
    while (!c.take("}")) {
      Entry e{};
      if (!c.named('r', &e.reg) || !c.take("=")) return fail("a snapshot's entries are r1=v2");
      e.value = parseReference(c);
      e.in_place = c.take("*");
      entries.push_back(e);
      if (!out_.error_.empty()) return;
    }
    n->snapshot = g_->newSnapshot(pc, static_cast<uint32_t>(entries.size()));
    n->snapshot->is_due = is_due;
    for (size_t i = 0; i < entries.size(); ++i) {
      SnapshotEntry& e = n->snapshot->entries[i];
      e = {nullptr, static_cast<uint8_t>(entries[i].reg), entries[i].in_place};
      refer(&e.value, entries[i].value);
    }
  }

  void resolve() {
    for (const Unresolved& u : unresolved_) {
      line_ = u.line;
      if (nodes_[u.id] == nullptr) return fail("there is no v" + std::to_string(u.id));
      *u.place = nodes_[u.id];
    }
  }

  ParsedGraph& out_;
  std::string_view text_;
  Graph* g_ = nullptr;
  Proto* proto_ = nullptr;
  uint32_t line_ = 0;
  Block* current_ = nullptr;
  std::vector<Node*> nodes_; // by the text's numbers
  std::vector<Block*> blocks_;
  std::vector<Unresolved> unresolved_;
};

ParsedGraph::ParsedGraph(std::string_view text) { Parser(*this, text).run(); }
ParsedGraph::~ParsedGraph() = default;

void* ParsedGraph::object(size_t bytes) { return memory_.emplace_back(new char[bytes]()).get(); }

String* ParsedGraph::string(const std::string& contents) {
  void*& known = objects_['"' + contents];
  if (known == nullptr) {
    String* s = static_cast<String*>(known = object(sizeof(String) + contents.size() + 1));
    s->type = Tag::String;
    s->flags = contents.size() <= kMaxShortString ? String::kShort : 0;
    s->length = contents.size();
    std::memcpy(s->data(), contents.data(), contents.size());
  }
  return static_cast<String*>(known);
}

void* ParsedGraph::named(const std::string& name) {
  void*& known = objects_[name];
  if (known == nullptr) known = object(std::max(sizeof(Shape), size_t{256}));
  return known;
}

} // namespace perigee::ir
