#include "bytecode/dump.h"

#include "vm/state.h"
#include "vm/string.h"

#include <cstring>

namespace perigee {

uint32_t instructionSetFingerprint() {
  uint32_t h = 2166136261u;
  for (const OpcodeInfo& row : kOpcodeInfo) {
    for (const char* text : {row.name, row.meaning}) {
      for (; *text != 0; ++text) h = (h ^ static_cast<unsigned char>(*text)) * 16777619u;
    }
  }
  return h;
}

namespace {

using Writer = int (*)(Thread* L, const void* bytes, size_t size, void* ud);

// Bytes on their way to a writer. Trivial, since the writer may raise.
class Output {
public:
  Output(Thread* L, Writer writer, void* ud) : L_(L), writer_(writer), ud_(ud) {}

  void bytes(const void* data, size_t size) {
    if (size > sizeof buffer_ - used_) flush();
    if (size > sizeof buffer_) {
      if (status_ == 0) status_ = writer_(L_, data, size, ud_);
      return;
    }
    std::memcpy(buffer_ + used_, data, size);
    used_ += size;
  }
  void byte(unsigned value) {
    unsigned char b = static_cast<unsigned char>(value);
    bytes(&b, 1);
  }
  void fixed(uint64_t value, int size) {
    for (int i = 0; i < size; ++i) byte(static_cast<unsigned>(value >> (8 * i) & 0xFF));
  }
  void count(uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(static_cast<unsigned>(value & 0x7F) | 0x80);
    byte(static_cast<unsigned>(value));
  }
  void string(const String* s) {
    if (s == nullptr) return count(0);
    count(uint64_t{s->length} + 1);
    bytes(s->data(), s->length);
  }
  int flush() {
    if (status_ == 0 && used_ > 0) status_ = writer_(L_, buffer_, used_, ud_);
    used_ = 0;
    return status_;
  }

private:
  Thread* L_;
  Writer writer_;
  void* ud_;
  int status_ = 0;
  size_t used_ = 0;
  char buffer_[512];
};

void writeConstant(Output& out, const Value& v) {
  out.byte(static_cast<unsigned>(v.tag));
  switch (v.tag) {
  case Tag::Integer:
  case Tag::Float: out.fixed(static_cast<uint64_t>(v.integer), 8); return;
  case Tag::String: out.string(v.string()); return;
  default: return;
  }
}

uint64_t zigzag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}

void writeDebugInformation(Output& out, const Proto* p, const String* outer_source) {
  out.string(p->source == outer_source ? nullptr : p->source);
  int64_t line = p->line_defined;
  for (uint32_t i = 0; i < p->code_size; ++i) {
    out.count(zigzag(int64_t{p->lines[i]} - line));
    line = p->lines[i];
  }
  out.count(p->local_count);
  for (uint32_t i = 0; i < p->local_count; ++i) {
    out.string(p->locals[i].name);
    out.count(p->locals[i].start_pc);
    out.count(p->locals[i].end_pc);
  }
  for (uint32_t i = 0; i < p->upvalue_count; ++i) out.string(p->upvalues[i].name);
}

void writeFunction(Output& out, const Proto* p, bool strip, const String* outer_source) {
  strip = strip || p->lines == nullptr;
  out.byte((p->isVararg() ? Proto::kVararg : 0u) | (strip ? Proto::kStripped : 0u));
  out.byte(p->parameters);
  out.byte(p->frame_size);
  out.count(p->line_defined);
  out.count(p->last_line);
  out.count(p->code_size);
  for (uint32_t i = 0; i < p->code_size; ++i) {
    Instruction x = unprepared(p->code[i]);
    out.byte(static_cast<unsigned>(x.op));
    out.byte(x.a);
    out.byte(x.b);
    out.byte(x.c);
    out.fixed(static_cast<uint32_t>(x.d), 4);
  }
  out.count(p->constant_count);
  for (uint32_t i = 0; i < p->constant_count; ++i) writeConstant(out, p->constants[i]);
  out.count(p->cache_count);
  for (uint32_t i = 0; i < p->cache_count; ++i) out.string(p->cache(i).key);
  out.count(p->upvalue_count);
  for (uint32_t i = 0; i < p->upvalue_count; ++i) {
    out.byte(p->upvalues[i].in_stack);
    out.byte(p->upvalues[i].index);
    out.byte(p->upvalues[i].kind);
  }
  out.count(p->child_count);
  for (uint32_t i = 0; i < p->child_count; ++i) writeFunction(out, p->children[i], strip, p->source);
  if (!strip) writeDebugInformation(out, p, outer_source);
}

} // namespace

int dump(Thread* L, const Proto* p, bool strip, Writer writer, void* ud) {
  Output out(L, writer, ud);
  out.bytes(kDumpSignature, sizeof kDumpSignature);
  out.byte(dialectOf(L).chunk_version);
  out.byte(kDumpFormat);
  out.bytes(kDumpCheck, sizeof kDumpCheck);
  out.fixed(instructionSetFingerprint(), 4);
  writeFunction(out, p, strip, nullptr);
  return out.flush();
}

} // namespace perigee
