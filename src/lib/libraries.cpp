#include "lib/libraries.h"

namespace perigee {
namespace {

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

std::span<const Library> standardLibraries() { return kLibraries; }

void openLibraries(Thread* L) {
  Native native(L);
  Table* registry = L->global->registry.table();
  Table* loaded = native.pushUniqueTable(10);
  native.push(Value::of(loaded));
  native.setField(registry, "_LOADED");
  for (const Library& library : kLibraries) {
    if (!library.isPartOf(dialectOf(L))) continue;
    native.pushFunction(library.open);
    native.call(0, 1);
    native.push(native.top(-1));
    native.setField(loaded, library.name);
    native.setField(L->global->globals, library.name);
  }
  native.pop(1);
}

} // namespace perigee
