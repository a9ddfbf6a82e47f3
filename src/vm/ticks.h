// Ticks: a count of what a program does that depends on the program and its input alone.
//
// A tick is one bytecode instruction. They are charged by the block, when its first instruction is about to
// be executed: by the interpreter through a handler table (interpreter/ticks.h), by compiled code through
// Charge operations that stand where the blocks of the bytecode began. Library functions whose work grows
// with what they are given charge for that (vm/work.h).
#pragma once

#include "bytecode/instruction.h"

#include <cstdint>

namespace perigee {

struct Proto;
struct State;

// What one execution of an instruction costs. A GenericLoop belongs to the GenericCall in front of it, which
// often does its work.
constexpr uint32_t ticksOf(Opcode op) { return op == Opcode::GenericLoop ? 0 : 1; }

// Blocks begin where control may arrive other than from the instruction in front, and are cut at this length:
// a program can be paused in front of each. (Up to kMaxRegisters / 2 instructions more if they hand open
// lists of values on from one to the next.)
constexpr uint32_t kLongestBlock = 120;

// Sets Instruction::starts_block in a prototype's prepared code.
void markBlocks(Proto* p);
// What the block that begins at instruction `pc` costs.
uint32_t ticksOfBlock(const Proto* p, uint32_t pc);
// Fills Proto::block_ticks in; false if there is no memory for it.
bool ensureBlockTicks(State* G, Proto* p);

// What a program may overdraw where it cannot be paused: in the reader of a chunk, or in what a C function
// without a continuation calls …
constexpr int64_t kMostOverdrawn = 100'000;
// … and in library functions, which go on to their end: some tenths of a second.
constexpr int64_t kMostOverdrawnByWork = 64'000'000;
// Ticks for what runs while an error of status Stopped is on its way: __close metamethods.
constexpr int64_t kStopGrace = 100'000;
// Ticks for the finalizers that run at one poll.
constexpr int64_t kFinalizerTicks = 1'000'000;
// … and for all of them this much for each tick of the program's, and that once.
constexpr int64_t kFinalizerShare = 10;

// The account of a state: what its running program may still spend, and has spent.
struct TickAccount {
  static constexpr int64_t kUnlimited = INT64_MAX / 4;
  static constexpr uint32_t kParts = 16;

  int64_t left = kUnlimited; // may fall below 0: what was begun is paid for in whole
  int64_t origin = kUnlimited;
  int64_t spent_by_finalizers = 0;
  int64_t withheld = 0; // while a pause is asked for: the rest; `left` is -1 then
  // Activation::serial of the innermost catch point where ticks were last granted, 0 if there was none:
  // pauses end in resumes entered from there.
  uint64_t grantor = 0;
  uint32_t parts = 0;    // of a tick (kParts make one), charged but not taken from `left` yet
  bool counts = false;   // else nothing is charged for instructions, and nobody looks at `left`
  bool stopping = false; // an error that Lua code cannot catch is on its way, because nothing is left; `left`
                         // is what __close metamethods may spend meanwhile

  // Ticks spent since counting began.
  int64_t spent() const { return origin - withheld - left; }
  void setLeft(int64_t n) {
    origin += n - withheld - left;
    left = n;
    withheld = 0;
  }
  // A C function has caught the error of a program that is being stopped: that gets no further.
  void endGrace() {
    if (stopping && left >= 0) setLeft(-1);
  }
  void charge(int64_t n) { left = left - n > -kUnlimited ? left - n : -kUnlimited; } // n <= kUnlimited
  void chargeParts(uint64_t n) {
    n += parts;
    left -= static_cast<int64_t>(n / kParts);
    parts = static_cast<uint32_t>(n % kParts);
  }
  // The program is to pause in front of the next block.
  void requestPause() {
    if (left < 0) return;
    withheld = left + 1;
    left = -1;
  }
  // Was that asked for? From now on it is not.
  bool takeRequest() {
    bool is_asked = withheld != 0;
    left += withheld;
    withheld = 0;
    return is_asked;
  }
};

} // namespace perigee
