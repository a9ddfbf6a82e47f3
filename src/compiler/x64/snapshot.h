// How a unit leaves to the interpreter: what each exit has to store, and the code that does it.
#pragma once

#include "compiler/lower/register_allocation.h"

namespace perigee::x64 {

// A unit's snapshots lie one behind the other in NativeCode::snapshots: a head and its entries.
struct SnapshotHead {
  uint32_t pc;         // index of the instruction to be executed
  uint32_t frame_size; // bytes of the machine's stack that the unit holds
  uint16_t count;
  ExitReason reason;
  uint8_t unused[5];
};
struct SnapshotValue {
  uint8_t reg;
  lower::PlaceKind payload_kind; // None: `payload` is it
  lower::PlaceKind tag_kind;     // None: `tag` is it
  uint8_t unused;
  uint32_t tag;
  uint64_t payload;
};
static_assert(sizeof(SnapshotHead) == 16 && sizeof(SnapshotValue) == 16);

// Jumped to by exits with eax = number of the snapshot, rcx = the unit, rsp as in the unit.
void leaveUnit();

} // namespace perigee::x64
