#include "bytecode/load.h"

#include "bytecode/emitter.h"
#include "frontend/parser.h"
#include "vm/error.h"
#include "vm/string.h"
#include "vm/work.h"

#include <algorithm>
#include <cstring>

namespace perigee {

namespace {

// The host of one compilation.
struct Compilation {
  Thread* L;
  CompileMemory memory;
};

void* allocateArena(void* ud, size_t bytes) { return static_cast<Compilation*>(ud)->memory.allocate(bytes); }

void failSyntax(void* ud, std::string_view message) {
  Thread* L = static_cast<Compilation*>(ud)->L;
  raiseStatus(L, ThreadStatus::ErrorSyntax, Value::of(newString(L, message)));
}

// Nested C calls count as levels of syntax, so that a parser deep in C recursion stops in time.
int levelsInUse(const Thread* L) { return L->c_depth < 2 ? 2 : L->c_depth; }

[[noreturn]] void failMode(Thread* L, const char* kind, const char* mode) {
  raiseStatus(L, ThreadStatus::ErrorSyntax,
              Value::of(newStringFormat(L, "attempt to load a %s chunk (mode is '%s')", kind, mode)));
}

// Names may be as long as the source: a chunk without a name has the source for one.
std::string_view lengthInPieces(Thread* L, const char* name) {
  for (size_t length = 0;;) {
    size_t more = strnlen(name + length, kBytesPerLook);
    length += more;
    if (more < kBytesPerLook) return {name, length};
    noticeInterruptForLater(L);
  }
}
String* makeNameInPieces(Thread* L, CompileMemory& memory, std::string_view name) {
  if (name.size() <= kBytesPerLook) return memory.makeString(name);
  String* s = newLongString(L, name.size());
  memory.keep(Value::of(s));
  for (size_t at = 0; at < name.size(); at += kBytesPerLook) {
    noticeInterruptForLater(L);
    std::memcpy(s->data() + at, name.data() + at, std::min(kBytesPerLook, name.size() - at));
  }
  return s;
}

} // namespace

LuaFunction* pushMainClosure(Thread* L, Proto* p) {
  ensureStack(L, 1);
  LuaFunction* f = newLuaFunction(L, p);
  *L->top++ = Value::of(f);
  for (uint32_t i = 0; i < p->upvalue_count; ++i) {
    Upvalue* u = newClosedUpvalue(L);
    f->upvalues()[i] = u;
    heapOf(L).barrier(f, u);
  }
  return f;
}

LuaFunction* loadText(Thread* L, const SourceReader& reader, std::string_view first_piece,
                      const char* chunk_name) {
  Compilation compilation{L, CompileMemory(L)};
  SyntaxHost host;
  host.ud = &compilation;
  host.allocate = allocateArena;
  host.fail = failSyntax;
  host.levels_in_use = levelsInUse(L);
  host.dialect = L->global->dialect;
  host.hash_seed = L->global->seed;
  std::string_view name = lengthInPieces(L, chunk_name);
  FunctionNode* main = parseChunk(host, reader, first_piece, name);
  Arena arena(host.allocate, host.ud);
  Diagnostics diagnostics(host, arena, name);
  NameTable texts(arena, host.hash_seed);
  ChunkContext context{
      L, compilation.memory, arena, diagnostics, makeNameInPieces(L, compilation.memory, name), texts};
  Proto* p = emitChunk(context, main);
  LuaFunction* f = pushMainClosure(L, p);
  compilation.memory.release();
  *L->top++ = Value::of(f);
  return f;
}

namespace {

// Hands a source on in pieces small enough for looks at interrupts in between. `load` catches errors: an
// interrupt is left for the next poll.
struct PiecewiseReader {
  static constexpr size_t kPiece = 8192;
  Thread* L;
  SourceReader reader;
  std::string_view rest;

  static const char* read(void* ud, size_t* size) { return static_cast<PiecewiseReader*>(ud)->next(size); }

  const char* next(size_t* size) {
    if (rest.empty()) {
      size_t n = 0;
      const char* piece = reader.read != nullptr ? reader.read(reader.ud, &n) : nullptr;
      rest = {piece, piece == nullptr ? 0 : n};
    }
    const char* piece = rest.data();
    *size = std::min(rest.size(), kPiece);
    rest.remove_prefix(*size);
    charge(L, Work::SourceBytes, *size);
    noticeInterruptForLater(L);
    return piece;
  }
};

} // namespace

LuaFunction* load(Thread* L, const SourceReader& reader, const char* chunk_name, const char* mode) {
  PiecewiseReader pieces{L, reader, {}};
  size_t size = 0;
  const char* piece = pieces.next(&size);
  std::string_view first_piece(piece, size);
  SourceReader rest = first_piece.empty() ? SourceReader{} : SourceReader{&pieces, PiecewiseReader::read};
  bool binary = !first_piece.empty() && first_piece[0] == kBinarySignature;
  if (mode != nullptr && std::strchr(mode, binary ? 'b' : 't') == nullptr) {
    failMode(L, binary ? "binary" : "text", mode);
  }
  return binary ? loadBinary(L, rest, first_piece, chunk_name) : loadText(L, rest, first_piece, chunk_name);
}

} // namespace perigee
