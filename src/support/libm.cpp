#include "support/libm.h"

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>

namespace perigee::libm {

namespace {

void need() {
  if (load()) return;
  std::fprintf(stderr, "perigee: %s\n", dlerror());
  std::abort();
}

// What the entries lead to until libm is loaded.
template <std::atomic<detail::OfOne>& entry> double firstCall(double x) {
  need();
  return entry.load(std::memory_order_relaxed)(x);
}
template <std::atomic<detail::OfTwo>& entry> double firstCall(double x, double y) {
  need();
  return entry.load(std::memory_order_relaxed)(x, y);
}

std::atomic<bool> is_loaded = false;

template <class Entry> bool find(void* library, const char* name, std::atomic<Entry>& entry) {
  void* function = dlsym(library, name);
  if (function == nullptr) return false;
  entry.store(reinterpret_cast<Entry>(function), std::memory_order_relaxed);
  return true;
}

bool findAll(void* library) {
#define OF_ONE(name)                                                                                         \
  if (!find(library, #name, detail::name)) return false;
#define OF_TWO OF_ONE
#include "support/libm.def"
#undef OF_ONE
#undef OF_TWO
  return true;
}

} // namespace

namespace detail {
#define OF_ONE(name) constinit std::atomic<OfOne> name{firstCall<name>};
#define OF_TWO(name) constinit std::atomic<OfTwo> name{firstCall<name>};
#include "support/libm.def"
#undef OF_ONE
#undef OF_TWO
} // namespace detail

// Threads that come at the same time find the same.
bool load() {
  if (is_loaded.load(std::memory_order_relaxed)) return true;
  if (!findAll(RTLD_DEFAULT)) {
    void* library = dlopen("libm.so.6", RTLD_NOW | RTLD_GLOBAL); // modules may count on the host to have it
    if (library == nullptr || !findAll(library)) return false;
  }
  is_loaded.store(true, std::memory_order_relaxed);
  return true;
}

} // namespace perigee::libm
