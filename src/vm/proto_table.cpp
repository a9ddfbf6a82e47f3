#include "vm/proto_table.h"

#include "vm/state.h"
#include "vm/string.h"

#include <algorithm>

namespace perigee {
namespace {

class Hash {
public:
  void add(uint64_t a, uint64_t b = 0) {
    auto product = static_cast<unsigned __int128>(state_ ^ a) * (b ^ 0x9FB21C651E98DF25u);
    state_ = state_ + (static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64));
  }
  void add(String* s) { add(s == nullptr ? 0 : uint64_t{hashOf(s)} << 32 | s->length); }
  uint32_t value() const { return static_cast<uint32_t>(state_ ^ state_ >> 32); }

private:
  uint64_t state_ = 0xD6E8FEB86659FD93u;
};

uint64_t wordOf(const Instruction& x) {
  uint64_t word;
  std::memcpy(&word, &x, sizeof word);
  return word;
}

// Of a sealed prototype instructions are prepared and back-edges counted, of a draft they are not.
bool sameCode(const Proto* sealed, const Proto* draft) {
  return std::equal(sealed->code, sealed->code + sealed->code_size, draft->code,
                    draft->code + draft->code_size,
                    [](const Instruction& x, const Instruction& y) { return unprepared(x) == y; });
}

bool sameString(const String* a, const String* b) {
  return a == b || (a != nullptr && b != nullptr && equalStrings(a, b));
}

bool sameConstant(const Value& a, const Value& b) {
  if (a.tag != b.tag) return false;
  if (a.tag == Tag::Integer || a.tag == Tag::Float) return a.integer == b.integer; // -0.0 is not 0.0
  return a.tag != Tag::String || equalStrings(a.string(), b.string());
}

bool sameLocal(const LocalDescription& a, const LocalDescription& b) {
  return a.start_pc == b.start_pc && a.end_pc == b.end_pc && sameString(a.name, b.name);
}

bool sameUpvalue(const UpvalueDescription& a, const UpvalueDescription& b) {
  return a.in_stack == b.in_stack && a.index == b.index && a.kind == b.kind && sameString(a.name, b.name);
}

constexpr unsigned kContentFlags = Proto::kVararg | Proto::kStripped;

bool sameContent(const Proto* p, const Proto* q) {
  if (((p->flags ^ q->flags) & kContentFlags) != 0 || p->parameters != q->parameters ||
      p->frame_size != q->frame_size || p->line_defined != q->line_defined || p->last_line != q->last_line ||
      p->cache_count != q->cache_count || (p->lines == nullptr) != (q->lines == nullptr)) {
    return false;
  }
  if (!sameCode(p, q) || !sameString(p->source, q->source)) return false;
  for (uint32_t i = 0; i < p->cache_count; ++i) {
    if (p->cache(i).key != q->cache(i).key) return false; // short strings
  }
  return (p->lines == nullptr || std::equal(p->lines, p->lines + p->code_size, q->lines)) &&
         std::equal(p->children, p->children + p->child_count, q->children, q->children + q->child_count) &&
         std::equal(p->constants, p->constants + p->constant_count, q->constants,
                    q->constants + q->constant_count, sameConstant) &&
         std::equal(p->locals, p->locals + p->local_count, q->locals, q->locals + q->local_count,
                    sameLocal) &&
         std::equal(p->upvalues, p->upvalues + p->upvalue_count, q->upvalues, q->upvalues + q->upvalue_count,
                    sameUpvalue);
}

// Of what is likely to differ: not of names of variables, nor of lines but the first and the last.
uint32_t hashOfContent(const Proto* p) {
  Hash h;
  h.add(uint64_t{p->line_defined} << 32 | p->last_line);
  h.add(p->source);
  uint32_t i = 0;
  for (; i + 1 < p->code_size; i += 2) h.add(wordOf(p->code[i]), wordOf(p->code[i + 1]));
  if (i < p->code_size) h.add(wordOf(p->code[i]));
  for (i = 0; i < p->constant_count; ++i) {
    const Value& v = p->constants[i];
    if (v.tag == Tag::String) {
      h.add(v.string());
    } else if (v.tag == Tag::Integer || v.tag == Tag::Float) {
      h.add(static_cast<uint64_t>(v.integer));
    }
  }
  for (i = 0; i < p->cache_count; ++i) h.add(p->cache(i).key);
  for (i = 0; i < p->child_count; ++i) h.add(reinterpret_cast<uintptr_t>(p->children[i]));
  return h.value();
}

} // namespace

Proto* findProto(State* G, Proto* draft) {
  draft->aux = hashOfContent(draft);
  if (G->protos.size == 0) return nullptr;
  for (Proto* p = G->protos.chain(draft->aux); p != nullptr; p = p->next) {
    // One that was found dead and waits for the sweep cannot come back: what it refers to may be gone.
    if (p->aux == draft->aux && !G->heap.isDead(p) && sameContent(p, draft)) return p;
  }
  return nullptr;
}

void listProto(State* G, Proto* p) {
  ProtoTable& table = G->protos;
  if (table.size == 0) {
    void* memory = G->heap.tryReallocateRaw(nullptr, 0, ProtoTable::kFirstBytes);
    if (memory == nullptr) return;
    table.begin(memory);
  }
  table.insert(G->heap, p);
  p->flags |= Proto::kListed;
}

} // namespace perigee
