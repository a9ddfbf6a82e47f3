// The life of units: made, installed, discarded, freed.
//
// An installed unit is found by its prototype and entered. A discarded one is not, but may still run, and
// frames may be suspended in it: its code stays until no stack can lead there any more. Suspended frames are
// handed to the interpreter when their thread goes on or is traced (leaveDiscardedUnits); so after a major
// collection that began after the discard, all of them are.
#pragma once

#include "jit/jit_state.h"

namespace perigee {

// A unit under construction.
class PendingUnit final : public UnitBuilder {
public:
  PendingUnit(State* G, Proto* p, uint32_t entry_pc)
      : heap_(G->heap), jit_(*jitOf(G)), proto_(p), entry_pc_(entry_pc) {
    JitState& jit = jit_;
    options = jit.compiler_options;
  }
  ~PendingUnit();
  PendingUnit(const PendingUnit&) = delete;
  PendingUnit& operator=(const PendingUnit&) = delete;

  NativeCode* allocate(const UnitSizes& sizes, char** writable) override;
  bool reserveScratch(CompileSizes sizes) override;
  size_t scratchBytes() const { return scratch_bytes_; }
  bool wasRefused() const { return refused_; }
  // The unit is complete: it becomes executable and is installed. Null if the system refuses.
  NativeCode* install(State* G);

private:
  Heap& heap_;
  JitState& jit_;
  size_t scratch_bytes_ = 0;
  Proto* proto_;
  uint32_t entry_pc_;
  NativeCode* unit_ = nullptr;
  bool refused_ = false;
};

// Takes the unit out of its prototype. It may be running.
void discardUnit(State* G, NativeCode* unit);
void discardUnitsOf(State* G, Proto* p);
void discardAllUnits(State* G);
// Makes room if little is left: discards units that have not been entered lately. May run a full collection.
void makeRoomForCode(Thread* L);

// For Upcalls.
void unitsMarkingBegins(State* G, bool major, bool automatic);
// What only a running unit refers to is gone for the program, but not for the code, until that is left: it is
// kept for this time, and the unit discarded.
void unitsValuesCleared(State* G);
void unitsMarkingEnds(State* G, bool major);
void unitsOfDeadProto(State* G, Proto* p);
// Frees everything; no prototype with units is left.
void freeDiscardedUnits(State* G);

} // namespace perigee
