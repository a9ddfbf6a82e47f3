// A state for tests of the vm's parts: no interpreter, errors jump to a point the test sets, and every block
// of memory given by the host is accounted for.
#pragma once

#include "vm/error.h"
#include "vm/state.h"
#include "vm/string.h"
#include "vm/table.h"

#include <csetjmp>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace perigee::testing {

struct CountingHost {
  size_t bytes = 0;
  long requests = 0;
  long refuse_from = -1; // this and all later requests for more are refused
  long refuse_at = -1;   // this one

  static void* allocate(void* ud, void* ptr, size_t old_size, size_t new_size) {
    auto& h = *static_cast<CountingHost*>(ud);
    if (new_size > (ptr != nullptr ? old_size : 0)) {
      long n = h.requests++;
      if (n == h.refuse_at || (h.refuse_from >= 0 && n >= h.refuse_from)) return nullptr;
    }
    h.bytes += new_size - (ptr != nullptr ? old_size : 0);
    if (new_size == 0) {
      std::free(ptr);
      return nullptr;
    }
    return std::realloc(ptr, new_size);
  }
};

class VmState {
public:
  VmState() {
    Upcalls u;
    u.throw_error = [](Thread*, ThreadStatus) { std::longjmp(*catchPoint(), 1); };
    u.handle_message = [](Thread*) {};
    u.run_finalizers = [](Thread*) {};
    L = createState(CountingHost::allocate, &host, 42, u);
    G = L->global;
    ensureStack(L, 1000);
  }
  ~VmState() {
    destroyState(L);
    EXPECT_EQ(host.bytes, 0u);
  }
  VmState(const VmState&) = delete;
  VmState& operator=(const VmState&) = delete;

  Heap& heap() { return G->heap; }
  void push(Value v) { *L->top++ = v; }
  Table* pushTable(uint32_t slots = 0, uint32_t elements = 0) {
    Table* t = newTable(L, slots, elements);
    push(Value::of(t));
    return t;
  }
  String* pushString(std::string_view s) {
    String* made = newString(L, s);
    push(Value::of(made));
    return made;
  }
  // Runs f; false if it raised an error, whose value is on top then. f may not own anything.
  template <class F> static bool attempt(F&& f) {
    std::jmp_buf here;
    std::jmp_buf* outer = catchPoint();
    catchPoint() = &here;
    bool ok = setjmp(here) == 0;
    if (ok) f();
    catchPoint() = outer;
    return ok;
  }
  std::string message() const { return std::string(L->top[-1].string()->view()); }

  CountingHost host;
  Thread* L;
  State* G;

private:
  static std::jmp_buf*& catchPoint() {
    static std::jmp_buf* point = nullptr;
    return point;
  }
};

} // namespace perigee::testing
