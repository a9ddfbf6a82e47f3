// A host's allocator and upcalls for tests of the heap without an interpreter: errors jump to a point the
// test sets.
#pragma once

#include "heap/heap.h"
#include "vm/error.h"
#include "vm/state.h"
#include "vm/string.h"
#include "vm/table.h"

#include <csetjmp>
#include <cstdlib>
#include <map>
#include <vector>

namespace perigee::tests {

// A host's allocator that knows every block, and refuses from or at a given request.
struct Host {
  std::map<void*, size_t> blocks;
  size_t bytes = 0;
  long requests = 0;
  long refuse_at = -1;   // this one request, counted from 0
  long refuse_from = -1; // this and all later ones
  bool sound = true;

  static void* allocate(void* ud, void* ptr, size_t old_size, size_t new_size) {
    Host& h = *static_cast<Host*>(ud);
    if (ptr != nullptr) {
      auto it = h.blocks.find(ptr);
      if (it == h.blocks.end() || it->second != old_size) h.sound = false;
    }
    if (new_size > (ptr != nullptr ? old_size : 0)) {
      long n = h.requests++;
      if (n == h.refuse_at || (h.refuse_from >= 0 && n >= h.refuse_from)) return nullptr;
    }
    if (ptr != nullptr) {
      h.blocks.erase(ptr);
      h.bytes -= old_size;
    }
    if (new_size == 0) {
      std::free(ptr);
      return nullptr;
    }
    void* result = std::realloc(ptr, new_size);
    h.blocks[result] = new_size;
    h.bytes += new_size;
    return result;
  }
};

inline std::jmp_buf* catch_point;
inline std::vector<int64_t> finalized;

inline void throwError(Thread*, ThreadStatus) { std::longjmp(*catch_point, 1); }

// Stands in for the interpreter: notes field "id" of each object.
inline void runFinalizers(Thread* L) {
  while (Object* o = heapOf(L).takeDueFinalizer()) {
    if (o->type == Tag::Table) {
      *L->top++ = Value::of(static_cast<Table*>(o));
      Value id = getString(static_cast<Table*>(o), newString(L, "id"));
      --L->top;
      finalized.push_back(id.isInteger() ? id.integer : -1);
    } else {
      finalized.push_back(-2);
    }
  }
}

// Runs f; false if it raised an error. f may not own anything.
template <class F> bool attempt(F&& f) {
  std::jmp_buf here;
  std::jmp_buf* outer = catch_point;
  catch_point = &here;
  bool ok = setjmp(here) == 0;
  if (ok) f();
  catch_point = outer;
  return ok;
}

inline Upcalls upcalls() {
  Upcalls u;
  u.throw_error = throwError;
  u.handle_message = [](Thread*) {};
  u.run_finalizers = runFinalizers;
  return u;
}

} // namespace perigee::tests
