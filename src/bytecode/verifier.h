// Checks prototypes that come from outside, so that running them can never do anything unsound.
//
// What the interpreter relies on, and this guarantees for every prototype it accepts:
//  - opcodes exist; operands are in range for their roles in the instruction table: registers lie in the
//    frame, as do the ranges of registers that some instructions imply; constants, upvalues, caches and
//    children exist; arithmetic constants are numbers, keys of caches are short strings, no cache is
//    shared;
//  - jumps lead to instructions of the function; only Loop, ForLoop and GenericLoop, which poll, lead back,
//    and ForWrap behind a ForLoop, to where that leads; no path runs off the end;
//  - VarargPrep is the first instruction of functions with variable arguments and of no others, which alone
//    use Vararg; Return0 and Return1 are not used in them;
//  - an instruction that sets the top is directly followed by one that uses it, above the registers the
//    latter has for itself, and neither is reached in another way;
//  - every register is written before it is read, on all paths; a call leaves nothing behind in the
//    registers it used (frame links lay there) but its results;
//  - ForLoop is reached only through its own ForPrep, and nothing in between writes the three registers of
//    the loop's state, neither directly nor through an upvalue; likewise GenericCall, GenericLoop and
//    GenericPrep, with four registers;
//  - SetList finds a table made by NewTable; the operands of Concat, where it keeps its state, are not
//    captured;
//  - no register captured by a closure is in use as a frame when a call is made, and none is left
//    uncaptured when the function returns: an upvalue never sees a dead stack slot;
//  - variables to be closed are marked in ascending registers, are not written or used as frames, and are
//    closed when the function is left, with the returned values above them; no tail call leaves them
//    behind;
//  - debug information names only registers of the frame, and neither a table that is being filled nor
//    operands of Concat; debug.setlocal changes only what has a name and is not the state of a loop
//    (vm/debug_info.h).
#pragma once

#include "support/arena.h"
#include "vm/proto.h"

namespace perigee {

// Checks `main` and everything in it. Null if all is well, or what is wrong (a constant text). The arena is
// used for working memory, in proportion to the largest function. Looks at the interrupts of L, which may be
// null.
const char* verifyProto(Thread* L, Arena& arena, const Proto* main);

} // namespace perigee
