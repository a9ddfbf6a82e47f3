// What the interpreter has seen at each instruction of a prototype while it was profiled: what the compiler
// speculates on. One entry per instruction, raw memory owned by the prototype (Proto::feedback).
#pragma once

#include "vm/object.h"

namespace perigee {

struct SiteFeedback {
  // Bit t of tags[n]: the register in operand n (a, b, c) held a value with Tag t when the instruction read
  // it. For roles that read several registers (R2, R3, R4, RW4, and GenericCall) tags[0…2] stand for the
  // first three of them; for Call and TailCall for callee, first and second argument, if there are that many.
  uint16_t tags[3];
  uint8_t array_kinds; // accesses by index (GetIndex, SetIndex, GetInt, SetInt); see below
  uint8_t flags;
  // Call, TailCall, GenericCall: the one callee seen: Proto of a Lua function (kept alive), or C function
  // without upvalues if kLightTarget is set; null if kSeveralTargets is set.
  // Accesses to fields: a shape that the inline cache served before it came to serve another (weak).
  union {
    Proto* target;
    lua_CFunction light_target;
    Shape* shape;
  };

  enum : uint8_t {  // array_kinds; bit k for k < 3: the table had ArrayKind k
    kOutside = 8,   // index outside the array part, or the element was nil
    kOtherKey = 16, // the key was no integer
    kFailed = 128,  // any instruction: what was expected failed; the next time it is kGeneric
  };
  // In tags[2] of accesses to fields: compile for both shapes, the cache's and `shape`.
  static constexpr uint16_t kTwoShapes = 0x8000;
  enum : uint8_t {    // flags
    kFellThrough = 1, // conditional jumps and loops
    kJumped = 2,
    kSeveralTargets = 4, // or something else than a Lua function or a C function without upvalues
    kLightTarget = 8,
    kGeneric = 16,     // what was expected failed too often: compile without expectations
    kProfiled = 32,    // the entry (loop) that begins here has been profiled
    kDeclined = 64,    // … or cannot be compiled
    kManyShapes = 128, // the tables of a field access have more shapes than an inline cache serves
  };

  // Of a call: the one Lua function it was seen to call, or null.
  Proto* onlyFunction() const { return flags & (kSeveralTargets | kLightTarget) ? nullptr : target; }
};
static_assert(sizeof(SiteFeedback) == 16);

// Makes the array, if there is none yet; false if memory is refused. Neither collects nor raises.
bool ensureFeedback(State* G, Proto* p);

} // namespace perigee
