// What tiering keeps for a Lua state (State::jit).
#pragma once

#include "jit/code_memory.h"
#include "jit/statistics.h"
#include "vm/native_code.h"
#include "vm/state.h"

namespace perigee {

enum class JitMode : uint8_t {
  Off,    // nothing is compiled; what is compiled stays
  On,     // what is hot is profiled and compiled
  Always, // functions are compiled when first called, loops in others at the first back-edge
  Stress, // the same, and units are discarded for no reason
};

constexpr const char* nameOf(JitMode mode) {
  constexpr const char* kNames[] = {"off", "on", "always", "stress"};
  return kNames[static_cast<int>(mode)];
}

struct JitLimits {
  uint32_t hot_calls = 300;             // calls of a function until it is profiled
  uint16_t hot_loops = 1000;            // back-edges taken until a loop is profiled
  uint16_t window = 30;                 // calls or back-edges for which it is profiled then
  int32_t window_instructions = 20'000; // … but no more instructions than that
  int32_t exit_instructions = 32;       // profiled after an exit
  uint16_t exits = 16;                  // through one snapshot, until the unit is compiled anew
  uint8_t recompiles = 16;              // of a prototype's units, until it is declined; more if it is long
  // Of the compiler's work (compiler/ir/work.h), some ten nanoseconds each:
  uint64_t work_of_unit = 3'000'000;      // more, and it is declined
  uint64_t work_of_prototype = 6'000'000; // all its units, those that are discarded among them
  uint64_t work_of_instruction = 2'000;   // as much again for each
  uint32_t cool_calls = 100'000;          // until a function that could not be compiled now is tried again
};

struct JitState {
  CompileFunction compile = nullptr;
  const CompilerOptions* compiler_options = nullptr; // what is asked of it; may be null
  JitMode mode = JitMode::Off;
  JitLimits limits;
  CodeMemory memory;
  JitStatistics statistics;

  explicit JitState(Heap& heap) : memory(&heap), statistics(heap) {}
  NativeCode* newest = nullptr; // installed units
  NativeCode* oldest = nullptr;
  size_t metadata_bytes = 0;  // of installed and discarded units
  size_t discarded_bytes = 0; // code of discarded units that is still there
  uint32_t stressed = 0;      // compilations in JitMode::Stress
  uint32_t major_epoch = 0;   // State::code_epoch when the running (or last) major collection began
};

inline JitState* jitOf(const State* G) { return static_cast<JitState*>(G->jit); }

} // namespace perigee
