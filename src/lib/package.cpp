// The package library: require, and where it looks.

#include "interpreter/operations.h"
#include "lib/dynamic_library.h"
#include "lib/load_file.h"
#include "lib/native.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

// Debian's.
#ifndef PERIGEE_DEFAULT_PATH
#define PERIGEE_DEFAULT_PATH                                                                                 \
  "/usr/local/share/lua/5.4/?.lua;/usr/local/share/lua/5.4/?/init.lua;"                                      \
  "/usr/local/lib/lua/5.4/?.lua;/usr/local/lib/lua/5.4/?/init.lua;"                                          \
  "/usr/share/lua/5.4/?.lua;/usr/share/lua/5.4/?/init.lua;./?.lua;./?/init.lua"
#endif
#ifndef PERIGEE_DEFAULT_CPATH
#define PERIGEE_DEFAULT_CPATH                                                                                \
  "/usr/local/lib/lua/5.4/?.so;/usr/lib/x86_64-linux-gnu/lua/5.4/?.so;/usr/lib/lua/5.4/?.so;"                \
  "/usr/local/lib/lua/5.4/loadall.so;./?.so"
#endif

namespace perigee {
namespace {

constexpr const char* kLoadedName = "_LOADED";
constexpr const char* kPreloadName = "_PRELOAD";

// --- paths -------------------------------------------------------------------------------------------------

// The path with the dialect's name for "5.4", pushed.
const char* pushDefaultPath(Native& L, std::string_view path) {
  constexpr std::string_view kName = "5.4";
  Buffer text(L.thread());
  for (size_t at; (at = path.find(kName)) != std::string_view::npos; path.remove_prefix(at + kName.size())) {
    text.append(path.substr(0, at));
    text.append(std::string_view(dialectOf(L.thread()).name));
  }
  text.append(path);
  text.push();
  return L.top(-1).string()->data();
}

// `text` with each `pattern` (not empty) replaced, appended.
void appendReplaced(Thread* L, Buffer& out, std::string_view text, std::string_view pattern,
                    std::string_view replacement) {
  for (size_t at; (at = text.find(pattern)) != std::string_view::npos;
       text.remove_prefix(at + pattern.size())) {
    noticeInterrupt(L);
    out.append(text.substr(0, at));
    out.append(replacement);
  }
  out.append(text);
}

std::string_view pushReplaced(Native& L, std::string_view text, std::string_view pattern,
                              std::string_view replacement) {
  Buffer out(L.thread());
  appendReplaced(L.thread(), out, text, pattern, replacement);
  out.push();
  return L.top(-1).string()->view();
}

// Sets the field to the path of the environment, in which ";;" stands for the default path.
void setPath(Native& L, Table* library, const char* field, const char* variable, const char* otherwise) {
  otherwise = pushDefaultPath(L, otherwise);
  const char* path = std::getenv(L.pushFormat("%s%s", variable, dialectOf(L.thread()).suffix));
  if (path == nullptr) path = std::getenv(variable);
  if (path == nullptr || L.field(L.state()->registry.table(), "LUA_NOENV").isTruthy()) {
    L.pushString(otherwise);
  } else if (!dialectOf(L.thread()).default_path_once) {
    const char* inserted = L.pushFormat(";%s;", otherwise);
    pushReplaced(L, path, ";;", inserted);
    L.setField(library, field);
    L.pop(3);
    return;
  } else if (const char* mark = std::strstr(path, ";;"); mark != nullptr) {
    Buffer joined(L.thread());
    if (mark > path) {
      joined.append({path, static_cast<size_t>(mark - path)});
      joined.append(';');
    }
    joined.append(otherwise);
    if (mark[2] != '\0') {
      joined.append(';');
      joined.append(mark + 2);
    }
    joined.push();
  } else {
    L.pushString(path);
  }
  L.setField(library, field);
  L.pop(2);
}

bool isReadable(const char* file_name) {
  FILE* f = std::fopen(file_name, "r");
  if (f != nullptr) std::fclose(f);
  return f != nullptr;
}

// Pushes the message of a search in vain through files separated by semicolons.
void pushTried(Native& L, std::string_view files) {
  const Dialect& dialect = dialectOf(L.thread());
  Buffer tried(L.thread());
  std::string_view prefix = dialect.tried_prefix;
  for (bool more = true; more;) {
    noticeInterrupt(L.thread());
    size_t end = files.find(';');
    std::string_view file = files.substr(0, end);
    more = end != std::string_view::npos;
    if (more) files.remove_prefix(end + 1);
    if (file.empty() && !dialect.tells_empty_files) continue;
    tried.append(prefix);
    tried.append(std::string_view("no file '"));
    tried.append(file);
    tried.append('\'');
    prefix = "\n\t";
  }
  tried.push();
}

// Pushes the first readable file that the templates of `path` give for `name`, or else what was tried, and
// returns null. Each `separator` in the name becomes `replacement`.
const char* pushFound(Native& L, std::string_view name, std::string_view path, std::string_view separator,
                      std::string_view replacement) {
  if (!separator.empty() && name.find(separator) != std::string_view::npos)
    name = pushReplaced(L, name, separator, replacement);
  std::string_view candidates = pushReplaced(L, path, "?", name);
  for (std::string_view rest = candidates; !rest.empty();) {
    noticeInterrupt(L.thread());
    size_t end = rest.find(';');
    std::string_view candidate = rest.substr(0, end);
    L.pushString(candidate);
    const char* file_name = L.top(-1).string()->data();
    if (isReadable(file_name)) return file_name;
    L.pop(1);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  pushTried(L, candidates);
  return nullptr;
}

int searchPath(lua_State* state) {
  Native L(state);
  // Checked from the last to the first, as stock Lua happens to do.
  std::string_view replacement = L.optionalString(4, "/");
  std::string_view separator = L.optionalString(3, ".");
  std::string_view path = L.checkString(2);
  std::string_view name = L.checkString(1);
  if (pushFound(L, name, path, separator, replacement) != nullptr) return 1;
  L.pushNil();
  L.push(L.top(-2));
  return 2;
}

// Pushes the file for a module from the path in a field of the package table (upvalue 1), or null and what
// was tried.
const char* pushModuleFile(Native& L, std::string_view name, const char* field) {
  L.pushString(field);
  Value path = index(L.thread(), L.upvalue(1), L.top(-1));
  L.top(-1) = path;
  if (path.isNumber()) path = L.top(-1) = Value::of(numberToString(L.thread(), path));
  if (!path.isString()) L.error("'package.%s' must be a string", field);
  return pushFound(L, name, path.string()->view(), ".", "/");
}

// --- searchers: each returns a loader and its second argument, or a message, or nothing --------------------

// The results of a searcher that has found a file: the loader is on top.
int found(Native& L, const char* file_name) {
  L.pushString(file_name);
  return 2;
}

[[noreturn]] void raiseLoadError(Native& L, const char* file_name) {
  L.error("error loading module '%s' from file '%s':\n\t%s", L.checkString(1).data(), file_name,
          L.top(-1).isString() ? L.top(-1).string()->data() : "?");
}

int searchPreload(lua_State* state) {
  Native L(state);
  const char* name = L.checkString(1).data();
  L.push(L.field(L.state()->registry.table(), kPreloadName));
  L.pushString(name);
  Value loader = index(L.thread(), L.top(-2), L.top(-1));
  if (loader.isNil()) {
    L.pushFormat("%sno field package.preload['%s']", dialectOf(L.thread()).tried_prefix, name);
    return 1;
  }
  L.push(loader);
  return dialectOf(L.thread()).preload_tells ? found(L, ":preload:") : 1;
}

int searchLua(lua_State* state) {
  Native L(state);
  const char* file_name = pushModuleFile(L, L.checkString(1), "path");
  if (file_name == nullptr) return 1;
  if (loadFile(L.thread(), file_name, nullptr) != ThreadStatus::Ok) raiseLoadError(L, file_name);
  return found(L, file_name);
}

// Pushes the function that opens module `name` in a shared object. "a-b" is opened by luaopen_b, and
// luaopen_a is tried first.
LinkResult pushOpenFunction(Native& L, const char* file_name, std::string_view name) {
  std::string_view symbol = pushReplaced(L, name, ".", "_");
  if (size_t mark = symbol.find('-'); mark != std::string_view::npos) {
    L.pushString(symbol.substr(0, mark));
    LinkResult result =
        pushLibraryFunction(L, file_name, L.pushFormat("luaopen_%s", L.top(-1).string()->data()));
    if (result != LinkResult::NoFunction) return result;
    symbol.remove_prefix(mark + 1);
  }
  return pushLibraryFunction(L, file_name, L.pushFormat("luaopen_%s", symbol.data()));
}

int searchC(lua_State* state) {
  Native L(state);
  std::string_view name = L.checkString(1);
  const char* file_name = pushModuleFile(L, name, "cpath");
  if (file_name == nullptr) return 1;
  if (pushOpenFunction(L, file_name, name) != LinkResult::Ok) raiseLoadError(L, file_name);
  return found(L, file_name);
}

// The modules of our own, which stock Lua does not have: whatever else has their name is found first.
int searchOwn(Native& L, std::string_view name) {
  static constexpr struct {
    std::string_view name;
    lua_CFunction open;
  } kOwnModules[] = {{"jit", openJit}, {"limits", openLimits}};
  for (const auto& module : kOwnModules) {
    if (module.name != name) continue;
    L.pushFunction(module.open);
    return found(L, ":perigee:");
  }
  return 0;
}

// Submodule a.b.c in the shared object of a. This is the last searcher, and package.searchers has no more
// than stock Lua's.
int searchCRoot(lua_State* state) {
  Native L(state);
  std::string_view name = L.checkString(1);
  size_t dot = name.find('.');
  if (dot == std::string_view::npos) return searchOwn(L, name);
  L.pushString(name.substr(0, dot));
  const char* file_name = pushModuleFile(L, L.top(-1).string()->view(), "cpath");
  if (file_name == nullptr) return 1;
  switch (pushOpenFunction(L, file_name, name)) {
  case LinkResult::Ok: return found(L, file_name);
  case LinkResult::NoLibrary: raiseLoadError(L, file_name);
  case LinkResult::NoFunction: break;
  }
  L.pushFormat("%sno module '%s' in file '%s'", dialectOf(L.thread()).tried_prefix, name.data(), file_name);
  return 1;
}

// --- require -----------------------------------------------------------------------------------------------

// On the stack of require lie the name, the table of loaded modules, the searchers, and what they have tried;
// then the results of the last searcher, and of the loader.

// The loader's second argument and its result are on top.
int finishRequire(Native& L) {
  if (!L.top(-1).isNil()) setIndex(L.thread(), L.arg(2), L.arg(1), L.top(-1));
  Value module = index(L.thread(), L.arg(2), L.arg(1));
  if (module.isNil()) {
    module = Value::boolean(true);
    setIndex(L.thread(), L.arg(2), L.arg(1), module);
  }
  Value data = L.top(-2);
  L.push(module);
  if (!dialectOf(L.thread()).require_tells_file) return 1;
  L.push(data);
  return 2;
}

int loaderContinued(lua_State* state, int, intptr_t) {
  Native L(state);
  return finishRequire(L);
}

// The loader and its second argument are on top.
int runLoader(Native& L) {
  Value loader = L.top(-2), data = L.top(-1);
  L.push(loader);
  L.push(L.arg(1));
  L.push(data);
  callPausable(L.thread(), 2, 1, 0, loaderContinued);
  return finishRequire(L);
}

// Has the searcher found a loader? Else its results are popped.
bool takeSearched(Native& L) {
  if (L.top(-2).isFunction()) return true;
  Value message = L.top(-2);
  L.pop(1);
  if (message.isString() || message.isNumber()) {
    L.push(L.arg(4));
    L.pushString(dialectOf(L.thread()).tried_next);
    L.push(message);
    concat(L.thread(), 3);
    L.slot(4) = L.top(-1);
    L.pop(1);
  }
  L.pop(1);
  return false;
}

int searcherContinued(lua_State* state, int, intptr_t i);

// Asks searcher i and those behind it.
int searchFrom(Native& L, int64_t i) {
  for (;; i++) {
    const char* name = L.arg(1).string()->data();
    Value searcher = getInteger(L.arg(3).table(), i);
    if (searcher.isNil()) L.error("module '%s' not found:%s", name, L.arg(4).string()->data());
    L.push(searcher);
    L.pushString(name);
    callPausable(L.thread(), 1, 2, i, searcherContinued);
    if (takeSearched(L)) return runLoader(L);
  }
}

int searcherContinued(lua_State* state, int, intptr_t i) {
  Native L(state);
  return takeSearched(L) ? runLoader(L) : searchFrom(L, i + 1);
}

int require(lua_State* state) {
  Native L(state);
  L.checkString(1);
  L.setTop(1);
  L.push(L.field(L.state()->registry.table(), kLoadedName));
  Value module = index(L.thread(), L.arg(2), L.arg(1));
  if (module.isTruthy()) {
    L.push(module);
    return 1;
  }
  L.pushString("searchers");
  Value searchers = index(L.thread(), L.upvalue(1), L.top(-1));
  L.top(-1) = searchers;
  if (!searchers.isTable()) L.error("'package.searchers' must be a table");
  L.pushString("");
  return searchFrom(L, 1);
}

int loadLibraryFunction(lua_State* state) {
  Native L(state);
  const char* path = L.checkString(1).data();
  const char* symbol = L.checkString(2).data();
  LinkResult result = pushLibraryFunction(L, path, symbol);
  if (result == LinkResult::Ok) return 1;
  Value message = L.top(-1);
  L.pushNil();
  L.push(message);
  L.pushString(result == LinkResult::NoLibrary ? "open" : "init");
  return 3;
}

constexpr NativeEntry kFunctions[] = {
    {"loadlib", loadLibraryFunction}, {"searchpath", searchPath}, {nullptr, nullptr}};

// Pushes the table in a field of the registry, made if it is not there.
void pushRegistryTable(Native& L, const char* name) {
  Table* registry = L.state()->registry.table();
  Value found = L.field(registry, name);
  if (found.isTable()) {
    L.push(found);
    return;
  }
  L.pushTable();
  L.push(L.top(-1));
  L.setField(registry, name);
}

} // namespace

int openPackage(lua_State* state) {
  Native L(state);
  createLibraryList(L);
  Table* library = L.pushUniqueTable(7);
  Value self = Value::of(library);
  L.setFunctions(library, kFunctions);

  Table* searchers = L.pushTable(0, 4);
  int64_t n = 0;
  for (lua_CFunction f : {searchPreload, searchLua, searchC, searchCRoot}) {
    L.push(self);
    L.pushClosure(f, 1);
    setInteger(L.thread(), searchers, ++n, L.top(-1));
    L.pop(1);
  }
  L.setField(library, "searchers");

  setPath(L, library, "path", "LUA_PATH", PERIGEE_DEFAULT_PATH);
  setPath(L, library, "cpath", "LUA_CPATH", PERIGEE_DEFAULT_CPATH);
  L.pushString("/\n;\n?\n!\n-\n");
  L.setField(library, "config");
  pushRegistryTable(L, kLoadedName);
  L.setField(library, "loaded");
  pushRegistryTable(L, kPreloadName);
  L.setField(library, "preload");

  L.push(self);
  L.pushClosure(require, 1);
  L.setField(L.state()->globals, "require");
  return 1;
}

} // namespace perigee
