// The io library: opening files, and the functions that work on the default ones.

#include "lib/io_file.h"

#include <cerrno>
#include <cstring>

namespace perigee {
namespace {

// --- ways of closing ---------------------------------------------------------------------------------------

FILE* fileOf(Native& L) { return checkFileHandle(L, 1)->file; }

int closeStream(lua_State* state) {
  Native L(state);
  errno = 0;
  return L.fileResult(std::fclose(fileOf(L)) == 0, nullptr);
}

int closePipe(lua_State* state) {
  Native L(state);
  errno = 0;
  return L.execResult(pclose(fileOf(L)));
}

// The standard files stay open.
int keepOpen(lua_State* state) {
  Native L(state);
  checkFileHandle(L, 1)->close = keepOpen;
  L.pushNil();
  L.pushString("cannot close standard file");
  return 2;
}

// --- default files -----------------------------------------------------------------------------------------

Value defaultFile(Native& L, const char* name) { return L.field(L.state()->registry.table(), name); }

FILE* checkDefaultFile(Native& L, const char* name) {
  // The registry may hold anything there.
  auto* handle = static_cast<FileHandle*>(L.userdataOf(defaultFile(L, name), kFileTypeName));
  if (handle == nullptr || handle->isClosed())
    L.error("%s %s file is closed", dialectOf(L.thread()).default_file, name + std::strlen("_IO_"));
  return handle->file;
}

// Opens a file and pushes it, or raises.
void pushOpened(Native& L, const char* file_name, const char* mode) {
  FileHandle* handle = pushFileHandle(L);
  handle->file = std::fopen(file_name, mode);
  if (handle->file == nullptr) L.error("cannot open file '%s' (%s)", file_name, std::strerror(errno));
  handle->close = closeStream;
}

int selectDefault(Native& L, const char* name, const char* mode) {
  if (!L.isNoneOrNil(1)) {
    if (L.arg(1).isString() || L.arg(1).isNumber()) {
      pushOpened(L, L.checkString(1).data(), mode);
    } else {
      checkOpenFile(L, 1);
      L.push(L.arg(1));
    }
    L.setField(L.state()->registry.table(), name);
  }
  L.push(defaultFile(L, name));
  return 1;
}

int input(lua_State* state) {
  Native L(state);
  return selectDefault(L, kInputName, "r");
}

int output(lua_State* state) {
  Native L(state);
  return selectDefault(L, kOutputName, "w");
}

// --- opening -----------------------------------------------------------------------------------------------

bool isValidMode(const char* mode) {
  if (*mode == '\0' || std::strchr("rwa", *mode) == nullptr) return false;
  mode++;
  if (*mode == '+') mode++;
  return mode[std::strspn(mode, "b")] == '\0';
}

int open(lua_State* state) {
  Native L(state);
  const char* name = L.checkString(1).data();
  const char* mode = L.optionalString(2, "r").data();
  FileHandle* handle = pushFileHandle(L);
  L.argumentCheck(isValidMode(mode), 2, "invalid mode");
  errno = 0;
  handle->file = std::fopen(name, mode);
  if (handle->file == nullptr) return L.fileResult(false, name);
  handle->close = closeStream;
  return 1;
}

int popenFunction(lua_State* state) {
  Native L(state);
  const char* command = L.checkString(1).data();
  std::string_view mode = L.optionalString(2, "r");
  FileHandle* handle = pushFileHandle(L);
  L.argumentCheck(mode == "r" || mode == "w", 2, "invalid mode");
  std::fflush(nullptr);
  errno = 0;
  handle->file = popen(command, mode.data());
  handle->close = closePipe;
  if (handle->file != nullptr) return 1;
  handle->close = nullptr;
  return L.fileResult(false, command);
}

int temporaryFile(lua_State* state) {
  Native L(state);
  FileHandle* handle = pushFileHandle(L);
  errno = 0;
  handle->file = std::tmpfile();
  if (handle->file == nullptr) return L.fileResult(false, nullptr);
  handle->close = closeStream;
  return 1;
}

// --- the rest ----------------------------------------------------------------------------------------------

int close(lua_State* state) {
  Native L(state);
  if (L.isNone(1)) L.push(defaultFile(L, kOutputName));
  checkOpenFile(L, 1);
  return closeFile(state);
}

int flush(lua_State* state) {
  Native L(state);
  FILE* f = checkDefaultFile(L, kOutputName);
  errno = 0;
  return L.fileResult(std::fflush(f) == 0, nullptr);
}

int lines(lua_State* state) {
  Native L(state);
  if (L.isNone(1)) L.pushNil();
  bool named = !L.arg(1).isNil();
  if (named) {
    pushOpened(L, L.checkString(1).data(), "r");
    L.slot(1) = L.top(-1);
    L.pop(1);
  } else {
    L.slot(1) = defaultFile(L, kInputName);
    checkOpenFile(L, 1);
  }
  pushLineIterator(L, named);
  if (!named || !dialectOf(L.thread()).lines_closable) return 1;
  // State and control variable of the loop are not used; the file is its closing value.
  L.pushNil();
  L.pushNil();
  L.push(L.arg(1));
  return 4;
}

int read(lua_State* state) {
  Native L(state);
  return readFormats(L, checkDefaultFile(L, kInputName), 1);
}

int write(lua_State* state) {
  Native L(state);
  FILE* f = checkDefaultFile(L, kOutputName);
  int last = L.count();
  L.push(defaultFile(L, kOutputName)); // kept alive, whatever becomes of the default
  return writeArguments(L, f, 1, last, L.top(-1));
}

int type(lua_State* state) {
  Native L(state);
  L.checkAny(1);
  auto* handle = static_cast<FileHandle*>(L.testUserdata(1, kFileTypeName));
  if (handle == nullptr) {
    L.pushNil();
  } else {
    L.pushString(handle->isClosed() ? "closed file" : "file");
  }
  return 1;
}

constexpr NativeEntry kFunctions[] = {
    {"close", close},         {"flush", flush}, {"input", input},
    {"lines", lines},         {"open", open},   {"output", output},
    {"popen", popenFunction}, {"read", read},   {"tmpfile", temporaryFile},
    {"type", type},           {"write", write}, {nullptr, nullptr},
};

void addStandardFile(Native& L, Table* library, FILE* file, const char* default_name, const char* field) {
  FileHandle* handle = pushFileHandle(L);
  handle->file = file;
  handle->close = keepOpen;
  if (default_name != nullptr) {
    L.push(L.top(-1));
    L.setField(L.state()->registry.table(), default_name);
  }
  L.setField(library, field);
}

} // namespace

int openIo(lua_State* state) {
  Native L(state);
  Table* library = L.pushUniqueTable(14);
  L.setFunctions(library, kFunctions);
  createFileMetatable(L);
  addStandardFile(L, library, stdin, kInputName, "stdin");
  addStandardFile(L, library, stdout, kOutputName, "stdout");
  addStandardFile(L, library, stderr, nullptr, "stderr");
  return 1;
}

} // namespace perigee
