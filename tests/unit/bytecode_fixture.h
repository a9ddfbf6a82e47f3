// A state for tests of the bytecode layer: programs are loaded, listed, dumped and run in protected calls.
#pragma once

#include "bytecode/compile_memory.h"
#include "bytecode/dump.h"
#include "bytecode/listing.h"
#include "bytecode/load.h"
#include "bytecode/verifier.h"
#include "interpreter/call.h"
#include "interpreter/interpreter.h"
#include "vm/error.h"

#include <string>

#include <gtest/gtest.h>

namespace perigee::testing {

class BytecodeState {
public:
  explicit BytecodeState(const Dialect& dialect = defaultDialect()) : L(newState(dialect)) {}
  ~BytecodeState() { closeState(L); }
  BytecodeState(const BytecodeState&) = delete;
  BytecodeState& operator=(const BytecodeState&) = delete;

  // Runs f; false if it raised an error, whose text is `message` then. f may not own anything.
  template <class F> bool attempt(F&& f) {
    auto run = [](Thread*, void* ud) { (*static_cast<F*>(ud))(); };
    ptrdiff_t level = saveSlot(L, L->top);
    message.clear();
    if (protectedRun(L, run, &f, level) == ThreadStatus::Ok) return true;
    message = L->top[-1].isString() ? std::string(L->top[-1].string()->view()) : "not a string";
    L->top = restoreSlot(L, level);
    return false;
  }

  // Loads a chunk, text or binary; its function is left on the stack. Null if that fails.
  LuaFunction* load(std::string_view chunk, const char* name = "=t") {
    LuaFunction* f = nullptr;
    attempt([&] {
      bool binary = !chunk.empty() && chunk[0] == kBinarySignature;
      f = binary ? loadBinary(L, {}, chunk, name) : loadText(L, {}, chunk, name);
    });
    return f;
  }

  std::string dumped(const Proto* p, bool strip = false) {
    std::string out;
    attempt([&] { dump(L, p, strip, append, &out); });
    return out;
  }

  // What the verifier says; empty if all is well.
  std::string verified(const Proto* p) {
    const char* problem = nullptr;
    attempt([&] {
      CompileMemory memory(L);
      Arena arena(CompileMemory::allocateFor, &memory);
      problem = verifyProto(nullptr, arena, p);
      memory.release();
    });
    return problem == nullptr ? "" : problem;
  }

  // The instructions of the chunk's main function, or of the first function in it, or the message.
  std::string mainCode(std::string_view source) {
    LuaFunction* f = load(source);
    return f == nullptr ? message : listInstructions(f->proto);
  }
  std::string functionCode(std::string_view source) {
    LuaFunction* f = load(source);
    return f == nullptr ? message : listInstructions(f->proto->children[0]);
  }

  Thread* L;
  std::string message;

private:
  static int append(Thread*, const void* bytes, size_t size, void* out) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
    return 0;
  }
};

} // namespace perigee::testing
