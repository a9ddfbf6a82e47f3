// Compiled code as the rest of the system sees it: plain data. Whoever makes it (the compiler) and whoever
// manages it (tiering) stand above.
//
// A unit is machine code for one entry of a prototype: the function's, or that of one loop. Frames of
// compiled functions look like those of interpreted ones (vm/frame.h); only the link of what they call
// differs: FrameKind::Native, with the machine address to continue at.
#pragma once

#include "vm/frame.h"
#include "vm/object.h"

#include <cstddef>

namespace perigee {

struct NativeCode;

constexpr uint32_t kFunctionEntry = ~uint32_t{0};
constexpr int kDeepestInlined = 4;       // a unit has that many levels of inlined calls, at most
constexpr uint32_t kLongestInlined = 60; // instructions of a function that may be inlined

// A place where the interpreter may go over to the unit: in front of instruction `pc`, all live registers in
// their home slots, of any type, base, L and L->base as in the interpreter.
struct ResumePoint {
  uint32_t pc;     // index of the instruction executed next
  uint32_t offset; // into the code
};

// Why compiled code was left.
enum class ExitReason : uint8_t {
  Poll,       // hooks, finalizers, interrupts, a collection is near: nobody's fault, not counted
  Type,       // an operand had another tag than expected
  Shape,      // a table had another shape, array kind or metatable
  Bounds,     // an index outside the array part, or an absent element
  Target,     // another function was called than expected
  Unseen,     // a path that was never taken while the function was profiled
  Range,      // a number outside of what an operation was compiled for
  Error,      // the instruction would raise an error, or needs a metamethod
  Assumption, // something about the world has changed
  Count
};
constexpr int kExitReasonCount = static_cast<int>(ExitReason::Count);
const char* nameOf(ExitReason reason);

struct NativeCode {
  // The exit's instruction had failed before the unit was compiled (SiteFeedback::kFailed).
  static constexpr uint16_t kFailedBefore = 0x8000;

  NativeCode* next; // of the same prototype
  NativeCode* previous;
  Proto* proto;
  uint32_t entry_pc; // kFunctionEntry, or index of the loop's first instruction: what the back-edge leads to
  uint32_t entry_offset; // into the code
  char* code;            // where it runs
  uint32_t size;
  char* constants;       // what the code reads by its distance; not executable
  uint32_t resume_count; // sorted by pc
  ResumePoint* resume;
  Object** objects; // what the code refers to without keeping it alive: when one dies, so does the unit
  uint32_t object_count;
  uint32_t snapshot_count;
  uint8_t* snapshots; // what exits need; known to the compiler alone
  uint32_t snapshot_bytes;
  uint32_t exits;             // counted ones, in all
  uint32_t* snapshot_offsets; // snapshot_count, into snapshots
  uint16_t* exit_counts;      // snapshot_count; from the compiler kFailedBefore if that is so
  // For the manager of units (jit/units.h).
  NativeCode* newer; // all installed units of a state by age; discarded ones (by `older`)
  NativeCode* older;
  void* block; // of the memory for code
  void* debugger_entry;
  uint32_t retired_at;     // discarded: State::code_epoch then
  uint32_t metadata_bytes; // of this struct and its arrays
  uint8_t used;            // entered from the interpreter since it was last asked
  uint8_t checked;         // its objects have survived a collection: only a major one can free them

  bool contains(const void* address) const {
    return static_cast<size_t>(static_cast<const char*>(address) - code) < size;
  }
  EntryPoint entryPoint() const { return reinterpret_cast<EntryPoint>(code + entry_offset); }
};

// --- making units: between the compiler and the manager of units -------------------------------------------

struct UnitSizes {
  uint32_t code = 0;      // bytes
  uint32_t constants = 0; // bytes
  uint32_t resume_points = 0;
  uint32_t objects = 0;
  uint32_t snapshots = 0;
  uint32_t snapshot_bytes = 0;
};

struct CompilerOptions; // compiler/compile.h

// What a compilation deals with: a measure of the memory it uses on the way.
struct CompileSizes {
  uint32_t instructions; // of all functions that become part of the unit
  uint32_t nodes;        // of the graph before any pass
};

class UnitBuilder {
public:
  const CompilerOptions* options = nullptr; // for the compiler; null: nothing special is asked of it

  uint64_t work_allowed = UINT64_MAX; // beyond that the compiler gives up
  uint64_t work_spent = 0;            // by the compiler
  bool was_interrupted = false;       // it has given up because the program is to be interrupted

  // Makes room. The unit's arrays are there, to be filled in (exit_counts is zero already), as are `code`
  // (the final address, aligned to 64), `constants` (aligned to 8, to be written there), `size` and the
  // counts; `*writable` is where to write the machine code to. Null if there is no room: the compiler then
  // returns false with `*reason` as it is. To be called once. Neither collects nor raises.
  virtual NativeCode* allocate(const UnitSizes& sizes, char** writable) = 0;
  // Tells what is known by now; the later call counts instead of the earlier one. False: there is no memory
  // for that; the compiler then returns false.
  virtual bool reserveScratch(CompileSizes sizes) = 0;

protected:
  ~UnitBuilder() = default;
};

// Compiles the function, or the loop whose first instruction is entry_pc. False: declined, `*reason` (static
// text) says why. May not raise, and takes nothing from the Lua heap (so nothing is collected meanwhile).
using CompileFunction = bool (*)(Thread* L, Proto* p, uint32_t entry_pc, UnitBuilder& out,
                                 const char** reason);

// --- finding units -----------------------------------------------------------------------------------------

NativeCode* findUnit(const Proto* p, uint32_t entry_pc);
// The unit of `p` that `address` (the return_pc of a Native link) leads into; null: a discarded one's.
NativeCode* unitAt(const Proto* p, const void* address);

// The frame that called the one at base, if it is suspended in compiled code, will go on in the interpreter.
void deoptimizeCaller(Value* base);
// The same for this one link, which must be Native: for a frame that is returning, whose base is where
// results go.
void interpretLink(Value* base);
// The same for all frames of `t` that are to return to discarded units.
void leaveDiscardedUnits(Thread* t);
// May a unit of `p` be running (not only be returned to) on the thread?
bool mayBeRunning(const Thread* t, const Proto* p);
// Calls `visit` for all units that may be running on the thread; it may discard them.
void forEachRunningUnit(const Thread* t, void (*visit)(State* G, NativeCode* unit));

} // namespace perigee
