// Files: their methods and metamethods.

#include "lib/io_file.h"

#include "interpreter/operations.h"
#include "vm/proto.h"

#include <cerrno>
#include <cinttypes>
#include <cstring>
#include <iterator>

namespace perigee {

FileHandle* pushFileHandle(Native& L) {
  Userdata* u = newUserdata(L.thread(), sizeof(FileHandle), dialectOf(L.thread()).many_user_values ? 0 : 1);
  auto* handle = static_cast<FileHandle*>(u->bytes());
  *handle = {nullptr, nullptr};
  L.push(Value::of(u));
  Value metatable = L.field(L.state()->registry.table(), kFileTypeName);
  if (!metatable.isTable()) L.error("no metatable for files");
  u->metatable = metatable.table();
  heapOf(L.thread()).barrier(u, metatable);
  heapOf(L.thread()).registerFinalizer(L.thread(), u);
  return handle;
}

FileHandle* checkFileHandle(Native& L, int i) {
  return static_cast<FileHandle*>(L.checkUserdata(i, kFileTypeName));
}

FILE* checkOpenFile(Native& L, int i) {
  FileHandle* handle = checkFileHandle(L, i);
  if (handle->isClosed()) L.error("attempt to use a closed file");
  return handle->file;
}

int closeFile(lua_State* state) {
  Native L(state);
  FileHandle* handle = checkFileHandle(L, 1);
  lua_CFunction close = handle->close;
  handle->close = nullptr; // before anything can fail: nobody closes it twice
  return close(state);
}

int writeArguments(Native& L, FILE* f, int first, int last, Value result) {
  bool ok = true;
  errno = 0;
  for (int i = first; i <= last; i++) {
    Value v = L.arg(i);
    if (v.isInteger()) {
      ok = std::fprintf(f, "%" PRId64, v.integer) > 0 && ok;
    } else if (v.isFloat()) {
      ok = std::fprintf(f, "%.14g", v.number) > 0 && ok;
    } else {
      std::string_view text = L.checkString(i);
      ok = std::fwrite(text.data(), 1, text.size(), f) == text.size() && ok;
    }
  }
  if (!ok) return L.fileResult(false, nullptr);
  L.push(result);
  return 1;
}

namespace {

constexpr int kMaxLineFormats = 250;

// The function behind f:lines and io.lines. Upvalues: the file, the number of formats, whether to close, the
// formats.
int readNextLine(lua_State* state) {
  Native L(state);
  auto* handle = static_cast<FileHandle*>(L.upvalue(1).userdata()->bytes());
  int formats = static_cast<int>(L.upvalue(2).integer);
  if (handle->isClosed()) L.error("file is already closed");
  L.setTop(1);
  L.ensure(formats, "too many arguments");
  for (int i = 1; i <= formats; i++) L.push(L.upvalue(3 + i));
  int results = readFormats(L, handle->file, 2);
  if (L.top(-results).isTruthy()) return results;
  if (results > 1) L.error("%s", L.top(-results + 1).string()->data());
  if (L.upvalue(3).isTruthy()) {
    L.setTop(0);
    L.push(L.upvalue(1));
    closeFile(state);
  }
  return 0;
}

int closeMethod(lua_State* state) {
  Native L(state);
  checkOpenFile(L, 1);
  return closeFile(state);
}

int flush(lua_State* state) {
  Native L(state);
  FILE* f = checkOpenFile(L, 1);
  errno = 0;
  return L.fileResult(std::fflush(f) == 0, nullptr);
}

int lines(lua_State* state) {
  Native L(state);
  checkOpenFile(L, 1);
  pushLineIterator(L, false);
  return 1;
}

int read(lua_State* state) {
  Native L(state);
  return readFormats(L, checkOpenFile(L, 1), 2);
}

int write(lua_State* state) {
  Native L(state);
  FILE* f = checkOpenFile(L, 1);
  return writeArguments(L, f, 2, L.count(), L.arg(1));
}

int seek(lua_State* state) {
  static constexpr int kModes[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  static constexpr const char* kNames[] = {"set", "cur", "end", nullptr};
  Native L(state);
  FILE* f = checkOpenFile(L, 1);
  int mode = L.checkOption(2, "cur", kNames);
  int64_t offset = L.optionalInteger(3, 0);
  errno = 0;
  if (fseeko(f, offset, kModes[mode]) != 0) return L.fileResult(false, nullptr);
  L.pushInteger(ftello(f));
  return 1;
}

int setBuffering(lua_State* state) {
  static constexpr int kModes[] = {_IONBF, _IOFBF, _IOLBF};
  static constexpr const char* kNames[] = {"no", "full", "line", nullptr};
  constexpr int64_t kDefaultSize = 1024; // LUAL_BUFFERSIZE
  Native L(state);
  FILE* f = checkOpenFile(L, 1);
  int mode = L.checkOption(2, nullptr, kNames);
  int64_t size = L.optionalInteger(3, kDefaultSize);
  errno = 0;
  return L.fileResult(std::setvbuf(f, nullptr, kModes[mode], static_cast<size_t>(size)) == 0, nullptr);
}

int collect(lua_State* state) {
  Native L(state);
  FileHandle* handle = checkFileHandle(L, 1);
  if (!handle->isClosed() && handle->file != nullptr) closeFile(state);
  return 0;
}

int toString(lua_State* state) {
  Native L(state);
  FileHandle* handle = checkFileHandle(L, 1);
  if (handle->isClosed()) {
    L.pushString("file (closed)");
  } else {
    L.pushFormat("file (%p)", handle->file);
  }
  return 1;
}

constexpr NativeEntry kMethods[] = {
    {"close", closeMethod}, {"flush", flush}, {"lines", lines},          {"read", read},
    {"seek", seek},         {"write", write}, {"setvbuf", setBuffering}, {nullptr, nullptr},
};
constexpr NativeEntry kMetamethods[] = {
    {"__gc", collect},
    {"__close", collect, &Dialect::files_closable},
    {"__tostring", toString},
    {nullptr, nullptr},
};

} // namespace

void pushLineIterator(Native& L, bool close_at_end) {
  int formats = L.count() - 1;
  L.argumentCheck(formats <= kMaxLineFormats, kMaxLineFormats + 2, "too many arguments");
  L.ensure(formats + 3);
  L.push(L.arg(1));
  L.pushInteger(formats);
  L.pushBoolean(close_at_end);
  for (int i = 0; i < formats; i++) L.push(L.arg(2 + i));
  L.pushClosure(readNextLine, 3 + formats);
}

void createFileMetatable(Native& L) {
  Table* metatable = L.pushUniqueTable(8);
  L.pushString(kFileTypeName);
  L.setField(metatable, "__name");
  if (dialectOf(L.thread()).files_index_themselves) {
    L.push(Value::of(metatable));
  } else {
    L.pushUniqueTable(static_cast<uint32_t>(std::size(kMethods)));
  }
  L.setFunctions(L.top(-1).table(), kMethods);
  L.setField(metatable, "__index");
  L.setFunctions(metatable, kMetamethods);
  L.setField(L.state()->registry.table(), kFileTypeName);
}

} // namespace perigee
