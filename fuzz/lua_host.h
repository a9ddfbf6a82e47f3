// A Lua state for fuzz targets: a Lua function, made once from source, is called with each input.
#pragma once

#include <cstdlib>
#include <string_view>

#include "interpreter/call.h"
#include "interpreter/interpreter.h"
#include "lib/native.h"

namespace perigee {

class LuaHost {
public:
  // `source`: a chunk that returns the function to call. Standard libraries are open.
  explicit LuaHost(std::string_view source) : source_(source), L_(newState(allocate, this, 1)) {
    if (L_ == nullptr || protectedRun(L_, prepare, this, saveSlot(L_, L_->top)) != ThreadStatus::Ok)
      std::abort();
  }
  ~LuaHost() { destroyState(L_); }
  LuaHost(const LuaHost&) = delete;
  LuaHost& operator=(const LuaHost&) = delete;

  // Calls the function with `input` as a string. The function catches the errors that it expects; one that
  // gets here is a finding.
  void run(std::string_view input) {
    input_ = input;
    ptrdiff_t level = saveSlot(L_, L_->top);
    if (protectedRun(L_, callFunction, this, level) != ThreadStatus::Ok) std::abort();
    L_->top = restoreSlot(L_, level);
  }

private:
  static constexpr size_t kMemoryLimit = size_t{256} << 20;

  // Refuses what goes beyond the limit: a memory error of the program, no matter of the fuzzer.
  static void* allocate(void* ud, void* block, size_t old_size, size_t new_size) {
    size_t& held = static_cast<LuaHost*>(ud)->held_;
    size_t released = block != nullptr ? old_size : 0;
    if (new_size == 0) {
      held -= released;
      std::free(block);
      return nullptr;
    }
    if (held - released + new_size > kMemoryLimit) return nullptr;
    void* moved = std::realloc(block, new_size);
    if (moved != nullptr) held += new_size - released;
    return moved;
  }

  static void prepare(Thread* L, void* ud) {
    openLibraries(L);
    Native native(L);
    native.push(native.field(native.state()->globals, "load"));
    native.pushString(static_cast<LuaHost*>(ud)->source_);
    callPushed(L, 1, 1);
    callPushed(L, 0, 1);
    native.setField(native.state()->globals, kFunction);
  }

  static void callFunction(Thread* L, void* ud) {
    Native native(L);
    native.push(native.field(native.state()->globals, kFunction));
    native.pushString(static_cast<LuaHost*>(ud)->input_);
    callPushed(L, 1, 0);
  }

  static constexpr const char* kFunction = "fuzz target";

  std::string_view source_;
  std::string_view input_;
  size_t held_ = 0;
  Thread* L_;
};

} // namespace perigee
