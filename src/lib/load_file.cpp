#include "lib/load_file.h"

#include "bytecode/load.h"
#include "interpreter/call.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace perigee {
namespace {

struct LoadRequest {
  SourceReader reader;
  const char* chunk_name;
  const char* mode;
};

void runLoad(Thread* L, void* ud) {
  auto* request = static_cast<LoadRequest*>(ud);
  LuaFunction* f = load(L, request->reader, request->chunk_name, request->mode);
  if (f->extra >= 1) {
    Upvalue* u = f->upvalues()[0];
    *u->location = Value::of(L->global->globals);
    heapOf(L).barrier(u, *u->location);
  }
}

ThreadStatus loadProtected(Thread* L, SourceReader reader, const char* chunk_name, const char* mode) {
  LoadRequest request{reader, chunk_name, mode};
  ensureStack(L, kNativeSlots);
  // Neither the chunk's reader nor the parser may yield, or be paused.
  L->barriers += static_cast<uint32_t>(Barrier::All);
  ThreadStatus status = protectedRun(L, runLoad, &request, saveSlot(L, L->top));
  L->barriers -= static_cast<uint32_t>(Barrier::All);
  if (status == ThreadStatus::Stopped) raise(L);
  return status;
}

const char* readOnce(void* ud, size_t* size) {
  auto* text = static_cast<std::string_view*>(ud);
  *size = text->size();
  const char* data = text->data();
  *text = {};
  return *size > 0 ? data : nullptr;
}

struct FunctionSource {
  Thread* thread;
  ptrdiff_t function;
  ptrdiff_t piece;
};

const char* readFromFunction(void* ud, size_t* size) {
  auto* source = static_cast<FunctionSource*>(ud);
  Thread* L = source->thread;
  ensureStack(L, kNativeSlots);
  *L->top++ = *restoreSlot(L, source->function);
  callPushed(L, 0, 1);
  Value piece = *--L->top;
  if (piece.isNil()) {
    *size = 0;
    return nullptr;
  }
  if (piece.isNumber()) piece = Value::of(numberToString(L, piece));
  if (!piece.isString()) raiseErrorAt(L, 1, "reader function must return a string");
  *restoreSlot(L, source->piece) = piece;
  *size = piece.string()->length;
  return *size > 0 ? piece.string()->data() : nullptr;
}

struct FileSource {
  FILE* file;
  int pushed_back;    // characters read ahead, at most one, or -1
  bool newline_first; // a skipped first line still counts
  char buffer[4096];
};

const char* readFromFile(void* ud, size_t* size) {
  auto* source = static_cast<FileSource*>(ud);
  size_t n = 0;
  if (source->newline_first) {
    source->newline_first = false;
    source->buffer[n++] = '\n';
  }
  if (source->pushed_back >= 0) {
    source->buffer[n++] = static_cast<char>(source->pushed_back);
    source->pushed_back = -1;
  }
  if (!std::feof(source->file))
    n += std::fread(source->buffer + n, 1, sizeof source->buffer - n, source->file);
  *size = n;
  return n > 0 ? source->buffer : nullptr;
}

// Reads over a byte order mark and a first line starting with '#'.
void skipHead(FileSource* source) {
  int c = std::getc(source->file);
  if (c == 0xEF && std::getc(source->file) == 0xBB && std::getc(source->file) == 0xBF)
    c = std::getc(source->file);
  if (c == '#') {
    do c = std::getc(source->file);
    while (c != EOF && c != '\n');
    source->newline_first = c == '\n';
    if (c != EOF) c = std::getc(source->file);
    if (c == kBinarySignature) source->newline_first = false;
  }
  if (c == kBinarySignature) source->newline_first = false; // lines do not matter in a binary chunk
  source->pushed_back = c;
}

ThreadStatus pushFileError(Thread* L, const char* what, const char* file_name, int error) {
  *L->top++ = Value::of(newStringFormat(L, "cannot %s %s: %s", what, file_name, std::strerror(error)));
  return ThreadStatus::ErrorFile;
}

} // namespace

ThreadStatus loadString(Thread* L, std::string_view chunk, const char* chunk_name, const char* mode) {
  return loadProtected(L, {&chunk, readOnce}, chunk_name, mode);
}

ThreadStatus loadThroughFunction(Thread* L, ptrdiff_t function, ptrdiff_t piece, const char* chunk_name,
                                 const char* mode) {
  FunctionSource source{L, function, piece};
  return loadProtected(L, {&source, readFromFunction}, chunk_name, mode);
}

ThreadStatus loadFile(Thread* L, const char* file_name, const char* mode) {
  const char* shown = file_name != nullptr ? file_name : "stdin";
  FileSource source{stdin, -1, false, {}};
  ensureStack(L, kNativeSlots + 1);
  String* name = file_name != nullptr ? newStringFormat(L, "@%s", file_name) : newString(L, "=stdin");
  *L->top++ = Value::of(name);
  if (file_name != nullptr) {
    source.file = std::fopen(file_name, "rb"); // from here to its closing nothing raises
    if (source.file == nullptr) {
      int error = errno;
      L->top--;
      return pushFileError(L, "open", shown, error);
    }
  }
  errno = 0;
  skipHead(&source);
  ThreadStatus status = loadProtected(L, {&source, readFromFile}, name->data(), mode);
  int error = std::ferror(source.file) ? (errno != 0 ? errno : EIO) : 0;
  if (file_name != nullptr) std::fclose(source.file);
  if (error != 0) {
    L->top -= 2;
    return pushFileError(L, "read", shown, error);
  }
  L->top[-2] = L->top[-1];
  L->top--;
  return status;
}

} // namespace perigee
