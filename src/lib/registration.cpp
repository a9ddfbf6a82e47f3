// Opening the standard libraries.

#include "lib/native.h"

namespace perigee {
namespace {

struct Library {
  const char* name;
  lua_CFunction open;
};

constexpr Library kLibraries[] = {
    {"_G", openBase},         {"package", openPackage}, {"coroutine", openCoroutine}, {"table", openTable}, {"io", openIo},
    {"os", openOs},           {"string", openString},   {"math", openMath},           {"utf8", openUtf8},   {"debug", openDebug},
};

}  // namespace

void openLibraries(Thread* L) {
  Native n(L);
  n.ensure(kNativeSlots);
  // What `require` finds loaded, also where the package library is not opened.
  Table* registry = n.state()->registry.table();
  Value loaded = n.field(registry, "_LOADED");
  if (!loaded.isTable()) {
    loaded = Value::of(n.pushTable(16));
    n.push(loaded);
    n.setField(registry, "_LOADED");
  } else {
    n.push(loaded);
  }
  for (const Library& library : kLibraries) {
    n.pushFunction(library.open);
    n.pushString(library.name);
    n.call(1, 1);
    n.push(n.top(-1));
    n.setField(loaded.table(), library.name);
    n.setField(n.state()->globals, library.name);
  }
  n.pop(1);
}

}  // namespace perigee
