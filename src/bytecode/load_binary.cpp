// Binary chunks to prototypes. The bytes may be anything: every count is checked against what is left of the
// input before memory is taken for it, and the result is verified before it can run.

#include "bytecode/compile_memory.h"
#include "bytecode/dump.h"
#include "bytecode/load.h"
#include "bytecode/proto_builder.h"
#include "bytecode/verifier.h"
#include "vm/error.h"
#include "vm/proto_table.h"
#include "vm/string.h"
#include "vm/work.h"

#include <algorithm>
#include <cstring>

namespace perigee {

namespace {

class BinaryLoader {
public:
  BinaryLoader(Thread* L, const char* chunk_name)
      : L_(L), memory_(L), arena_(CompileMemory::allocateFor, &memory_), name_(chunk_name) {}

  LuaFunction* run(const SourceReader& reader, std::string_view first_piece);

private:
  [[noreturn]] void fail(const char* why);
  // At piece n of something.
  void look(uint32_t n) const {
    if (n % kElementsPerLook == 0) noticeInterruptForLater(L_);
  }
  void readAll(const SourceReader& reader, std::string_view first_piece);
  void checkHeader();
  void checkVersion();

  const unsigned char* take(size_t size) {
    if (size > static_cast<size_t>(end_ - at_)) fail("truncated chunk");
    const unsigned char* bytes = at_;
    at_ += size;
    return bytes;
  }
  unsigned byte() { return *take(1); }
  uint64_t fixed(int size);
  uint64_t count(uint64_t limit, const char* problem = "integer overflow");
  // The number of elements of an array, each of which takes at least `bytes` in the input.
  uint32_t arrayCount(size_t bytes) {
    uint64_t most = static_cast<size_t>(end_ - at_) / bytes;
    return static_cast<uint32_t>(count(std::min<uint64_t>(most, INT32_MAX), "truncated chunk"));
  }
  String* string();

  Proto* function(int depth);
  void code(Proto* p);
  void constants(Proto* p);
  Value constant();
  void caches(Proto* p);
  void upvalues(Proto* p);
  void children(Proto* p, int depth);
  void debugInformation(Proto* p);
  Proto* complete(Proto* p);

  Thread* L_;
  CompileMemory memory_;
  Arena arena_;
  const char* name_;
  const unsigned char* at_ = nullptr;
  const unsigned char* end_ = nullptr;
};

void BinaryLoader::fail(const char* why) {
  constexpr std::string_view kChunk = " chunk";
  const char* name = name_;
  if (*name == '@' || *name == '=') {
    ++name;
  } else if (*name == kBinarySignature) {
    name = "binary string";
  }
  String* message;
  if (dialectOf(L_).chunks_precompiled) {
    std::string_view reason(why);
    bool about_chunk = reason.ends_with(kChunk);
    if (about_chunk) reason.remove_suffix(kChunk.size());
    message = newStringFormat(L_, about_chunk ? "%s: %S precompiled chunk" : "%s: %S in precompiled chunk",
                              name, memory_.makeString(reason));
  } else {
    message = newStringFormat(L_, "%s: bad binary format (%s)", name, why);
  }
  raiseStatus(L_, ThreadStatus::ErrorSyntax, Value::of(message));
}

// Collects the pieces, so that it is known how much there is.
void BinaryLoader::readAll(const SourceReader& reader, std::string_view first_piece) {
  size_t size = 0;
  size_t capacity = std::max<size_t>(first_piece.size() + 1, 256);
  unsigned char* bytes = static_cast<unsigned char*>(memory_.allocate(capacity));
  std::string_view piece = first_piece;
  while (!piece.empty()) {
    if (piece.size() > capacity - size) {
      size_t larger = std::max(capacity * 2, size + piece.size());
      unsigned char* memory = static_cast<unsigned char*>(memory_.allocate(larger));
      std::memcpy(memory, bytes, size);
      bytes = memory;
      capacity = larger;
    }
    std::memcpy(bytes + size, piece.data(), piece.size());
    size += piece.size();
    size_t next_size = 0;
    const char* next = reader.read != nullptr ? reader.read(reader.ud, &next_size) : nullptr;
    piece = {next, next == nullptr ? 0 : next_size};
  }
  at_ = bytes;
  end_ = bytes + size;
}

uint64_t BinaryLoader::fixed(int size) {
  const unsigned char* bytes = take(static_cast<size_t>(size));
  uint64_t value = 0;
  for (int i = 0; i < size; ++i) value |= uint64_t{bytes[i]} << (8 * i);
  return value;
}

// A count above the limit fails with `problem`.
uint64_t BinaryLoader::count(uint64_t limit, const char* problem) {
  uint64_t value = 0;
  for (int shift = 0; shift < 63; shift += 7) {
    unsigned b = byte();
    value |= uint64_t{b & 0x7F} << shift;
    if (b < 0x80) {
      if (value > limit) fail(problem);
      return value;
    }
  }
  fail("integer overflow");
}

// A string or null.
String* BinaryLoader::string() {
  size_t size = static_cast<size_t>(count(static_cast<size_t>(end_ - at_) + 1, "truncated chunk"));
  if (size == 0) return nullptr;
  --size;
  const char* bytes = reinterpret_cast<const char*>(take(size));
  return memory_.makeString({bytes, size});
}

// Instructions mean the same in all dialects, but a function compiled for one does not do what its source
// would in another.
void BinaryLoader::checkVersion() {
  unsigned version = byte();
  if (version == dialectOf(L_).chunk_version) return;
  const Dialect* made_for = dialectOfChunk(static_cast<unsigned char>(version));
  if (made_for == nullptr || byte() != kDumpFormat) fail("version mismatch");
  fail(newStringFormat(L_, "version mismatch: compiled for %s, not %s", made_for->version,
                       dialectOf(L_).version)
           ->data());
}

void BinaryLoader::checkHeader() {
  for (char c : kDumpSignature) {
    if (byte() != static_cast<unsigned char>(c))
      fail(dialectOf(L_).chunks_precompiled ? "not a chunk" : "not a binary chunk");
  }
  checkVersion();
  if (byte() != kDumpFormat) fail("format mismatch");
  if (std::memcmp(take(sizeof kDumpCheck), kDumpCheck, sizeof kDumpCheck) != 0) fail("corrupted chunk");
  if (fixed(4) != instructionSetFingerprint()) fail("instruction set mismatch");
}

LuaFunction* BinaryLoader::run(const SourceReader& reader, std::string_view first_piece) {
  readAll(reader, first_piece);
  checkHeader();
  Proto* p = function(0);
  if (const char* problem = verifyProto(L_, arena_, p)) fail(problem);
  p = complete(p);
  LuaFunction* f = pushMainClosure(L_, p);
  memory_.release();
  *L_->top++ = Value::of(f);
  return f;
}

// The prototype made ready, or another of the same content.
Proto* BinaryLoader::complete(Proto* p) {
  for (uint32_t i = 0; i < p->child_count; ++i) {
    Proto* child = p->children[i];
    if (child->source == nullptr && !(child->flags & Proto::kStripped)) {
      child->source = p->source;
      heapOf(L_).barrier(child, child->source);
    }
    p->children[i] = complete(child);
    heapOf(L_).barrier(p, p->children[i]);
  }
  if (Proto* known = findProto(L_->global, p)) {
    memory_.keep(Value::of(known, Tag::Proto));
    return known;
  }
  sealProto(L_, p);
  listProto(L_->global, p);
  return p;
}

Proto* BinaryLoader::function(int depth) {
  if (depth > kMaxDumpDepth) fail("functions nested too deeply");
  Proto* p = newProto(L_);
  memory_.keep(Value::of(p, Tag::Proto));
  unsigned flags = byte();
  if ((flags & ~(Proto::kVararg | 0u | Proto::kStripped)) != 0) fail("unknown flags");
  p->flags = static_cast<uint8_t>(flags);
  p->parameters = static_cast<uint8_t>(byte());
  p->frame_size = static_cast<uint8_t>(byte());
  p->line_defined = static_cast<uint32_t>(count(INT32_MAX));
  p->last_line = static_cast<uint32_t>(count(INT32_MAX));
  code(p);
  constants(p);
  caches(p);
  upvalues(p);
  children(p, depth);
  if (!(flags & Proto::kStripped)) debugInformation(p);
  heapOf(L_).remember(p);
  return p;
}

void BinaryLoader::code(Proto* p) {
  uint32_t n = arrayCount(8);
  Instruction* code = arena_.array<Instruction>(n);
  for (uint32_t i = 0; i < n; ++i) {
    look(i);
    const unsigned char* bytes = take(4);
    Opcode op = static_cast<Opcode>(std::min<unsigned>(bytes[0], kOpcodeCount)); // for the verifier to refuse
    code[i] = {op, bytes[1], bytes[2], bytes[3], static_cast<int32_t>(fixed(4))};
  }
  adoptArray(L_, p->code, p->code_size, code, n);
}

Value BinaryLoader::constant() {
  switch (static_cast<Tag>(byte())) {
  case Tag::Nil: return Value::nil();
  case Tag::False: return Value::boolean(false);
  case Tag::True: return Value::boolean(true);
  case Tag::Integer: return Value::of(static_cast<int64_t>(fixed(8)));
  case Tag::Float: {
    Value v = Value::of(0.0);
    v.integer = static_cast<int64_t>(fixed(8));
    return v;
  }
  case Tag::String: {
    String* s = string();
    if (s == nullptr) fail("bad format for constant string");
    return Value::of(s);
  }
  default: fail("bad constant");
  }
}

void BinaryLoader::constants(Proto* p) {
  uint32_t n = arrayCount(1);
  Value* values = arena_.array<Value>(n);
  for (uint32_t i = 0; i < n; ++i) {
    look(i);
    values[i] = constant();
  }
  adoptArray(L_, p->constants, p->constant_count, values, n);
}

void BinaryLoader::caches(Proto* p) {
  uint32_t n = arrayCount(1);
  InlineCache* caches = arena_.array<InlineCache>(n);
  for (uint32_t i = 0; i < n; ++i) {
    look(i);
    String* key = string();
    if (key == nullptr || !key->isShort()) fail("bad key of a field");
    caches[i] = emptyCache(key);
  }
  adoptArray(L_, p->caches, p->cache_count, caches, n);
}

void BinaryLoader::upvalues(Proto* p) {
  uint32_t n = arrayCount(3);
  UpvalueDescription* upvalues = arena_.array<UpvalueDescription>(n);
  for (uint32_t i = 0; i < n; ++i) {
    const unsigned char* bytes = take(3);
    if (bytes[0] > 1) fail("bad upvalue");
    upvalues[i] = {nullptr, bytes[0] == 1, bytes[1], bytes[2]};
  }
  adoptArray(L_, p->upvalues, p->upvalue_count, upvalues, n);
}

void BinaryLoader::children(Proto* p, int depth) {
  uint32_t n = arrayCount(8);
  Proto** children = arena_.array<Proto*>(n);
  for (uint32_t i = 0; i < n; ++i) {
    look(i);
    children[i] = function(depth + 1);
  }
  adoptArray(L_, p->children, p->child_count, children, n);
}

void BinaryLoader::debugInformation(Proto* p) {
  p->source = string();
  heapOf(L_).barrier(p, p->source);
  if (static_cast<size_t>(end_ - at_) < p->code_size) fail("truncated chunk");
  uint32_t* lines = arena_.array<uint32_t>(p->code_size);
  int64_t line = p->line_defined;
  for (uint32_t i = 0; i < p->code_size; ++i) {
    look(i);
    uint64_t difference = count(UINT32_MAX);
    line += static_cast<int64_t>(difference >> 1) ^ -static_cast<int64_t>(difference & 1);
    if (line < 0 || line > INT32_MAX) fail("bad line");
    lines[i] = static_cast<uint32_t>(line);
  }
  adoptArray(L_, p->lines, p->code_size, lines, p->code_size);
  uint32_t n = arrayCount(3);
  LocalDescription* locals = arena_.array<LocalDescription>(n);
  for (uint32_t i = 0; i < n; ++i) {
    look(i);
    String* name = string();
    if (name == nullptr) fail("variable without a name");
    uint32_t start = static_cast<uint32_t>(count(p->code_size));
    locals[i] = {name, start, static_cast<uint32_t>(count(p->code_size))};
  }
  adoptArray(L_, p->locals, p->local_count, locals, n);
  for (uint32_t i = 0; i < p->upvalue_count; ++i) {
    p->upvalues[i].name = string();
    heapOf(L_).barrier(p, p->upvalues[i].name);
  }
}

} // namespace

LuaFunction* loadBinary(Thread* L, const SourceReader& reader, std::string_view first_piece,
                        const char* chunk_name) {
  BinaryLoader loader(L, chunk_name);
  return loader.run(reader, first_piece);
}

} // namespace perigee
