#include "lib/dynamic_library.h"

#include "support/libm.h"
#include "vm/proto.h"

#include <dlfcn.h>

namespace perigee {
namespace {

// In the registry: a table from path to handle, with the handles in the order of loading in its array part,
// so that they are given back in reverse when the state is closed.
constexpr const char* kLibrariesName = "_CLIBS";

// The program can get at the table.
void* handleOf(Value v) { return v.tag == Tag::LightUserdata ? v.pointer : nullptr; }

int unloadAll(lua_State* state) {
  Native L(state);
  Table* libraries = L.checkTable(1);
  for (int64_t i = length(libraries); i > 0; i--) {
    if (void* handle = handleOf(getInteger(libraries, i))) dlclose(handle);
  }
  return 0;
}

// The table of what is loaded: [path] = handle, [i] = handle.
Table* loadedLibraries(Native& L) {
  Table* registry = L.state()->registry.table();
  if (!L.field(registry, kLibrariesName).isTable()) createLibraryList(L);
  return L.field(registry, kLibrariesName).table();
}

// The handle of the library, or null with the message pushed.
void* loadLibrary(Native& L, const char* path, bool global) {
  Table* libraries = loadedLibraries(L);
  if (void* known = handleOf(L.field(libraries, path))) return known;
  libm::load(); // modules may count on the host to have it; without it the next line fails as well
  void* handle = dlopen(path, RTLD_NOW | (global ? RTLD_GLOBAL : RTLD_LOCAL));
  if (handle == nullptr) {
    L.pushString(dlerror());
    return nullptr;
  }
  setInteger(L.thread(), libraries, length(libraries) + 1, Value::lightUserdata(handle));
  L.push(Value::lightUserdata(handle));
  L.setField(libraries, path);
  return handle;
}

} // namespace

void createLibraryList(Native& L) {
  Table* libraries = L.pushTable();
  Table* metatable = L.pushTable(1);
  L.pushFunction(unloadAll);
  L.setField(metatable, "__gc");
  setMetatable(L.thread(), libraries, metatable);
  heapOf(L.thread()).registerFinalizer(L.thread(), libraries);
  L.pop(1);
  L.setField(L.state()->registry.table(), kLibrariesName);
}

LinkResult pushLibraryFunction(Native& L, const char* path, const char* symbol) {
  bool only_load = *symbol == '*';
  void* handle = loadLibrary(L, path, only_load);
  if (handle == nullptr) return LinkResult::NoLibrary;
  if (only_load) {
    L.pushBoolean(true);
    return LinkResult::Ok;
  }
  void* function = dlsym(handle, symbol);
  if (function == nullptr) {
    L.pushString(dlerror());
    return LinkResult::NoFunction;
  }
  L.pushFunction(reinterpret_cast<lua_CFunction>(function));
  return LinkResult::Ok;
}

} // namespace perigee
