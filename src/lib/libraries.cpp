#include "lib/native.h"

namespace perigee {
namespace {

struct Library {
  const char* name;
  lua_CFunction open;
  bool Dialect::* only_if = nullptr;
};
constexpr Library kLibraries[] = {
    {"_G", openBase},
    {"package", openPackage},
    {"coroutine", openCoroutine},
    {"table", openTable},
    {"io", openIo},
    {"os", openOs},
    {"string", openString},
    {"math", openMath},
    {"utf8", openUtf8},
    {"debug", openDebug},
    {"bit32", openBit32, &Dialect::bit32},
};

} // namespace

void openLibraries(Thread* L) {
  Native native(L);
  Table* registry = L->global->registry.table();
  Table* loaded = native.pushUniqueTable(10);
  native.push(Value::of(loaded));
  native.setField(registry, "_LOADED");
  for (const Library& library : kLibraries) {
    if (library.only_if != nullptr && !(dialectOf(L).*library.only_if)) continue;
    native.pushFunction(library.open);
    native.call(0, 1);
    native.push(native.top(-1));
    native.setField(loaded, library.name);
    native.setField(L->global->globals, library.name);
  }
  native.pop(1);
}

} // namespace perigee
