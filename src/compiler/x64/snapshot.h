// How a unit leaves to the interpreter: what each exit has to store, and the code that does it.
#pragma once

#include "compiler/lower/register_allocation.h"
#include "vm/frame.h"

namespace perigee::x64 {

// A unit's snapshots lie one behind the other in NativeCode::snapshots: a head, values, links.
struct SnapshotHead {
  const Instruction* pc; // the instruction to be executed
  uint32_t frame_size;   // bytes of the machine's stack that the unit holds
  uint16_t count;        // values
  ExitReason reason : 6;
  uint8_t counts_ticks : 1;
  uint8_t is_due : 1; // as in ir::Snapshot
  uint8_t links;      // of inlined functions' frames, the innermost, which goes on, first
};
struct SnapshotValue {
  uint8_t reg;
  lower::PlaceKind payload_kind; // None: `payload` is it
  lower::PlaceKind tag_kind;     // None: `tag` is it
  uint8_t unused;
  uint32_t tag;
  uint64_t payload;
};
struct SnapshotLink {
  uint64_t base; // home slot of the frame's register 0
  FrameLink link;
};
static_assert(sizeof(SnapshotHead) == 16 && sizeof(SnapshotValue) == 16);

// What links an inlined function's frame to its caller's.
FrameLink linkOfInlined(const ir::Graph& g, const ir::Activation& a);

// Jumped to by exits with eax = number of the snapshot, rcx = the unit, all other registers as in the unit.
void leaveUnit();

} // namespace perigee::x64
