// Chaos for tests, in stress builds only; elsewhere all of this is constant.
//
//   PERIGEE_STRESS_REGISTERS=N   each unit may use N general and N float registers, chosen at random
//   PERIGEE_STRESS_EXITS=N       every N-th guard on average leaves though it holds
//   PERIGEE_STRESS_LONGEST=N     functions longer than N instructions count as too long to be compiled whole
//   PERIGEE_STRESS_SEED          varies which (heap/memory.cpp reads it as well)
#pragma once

#include "compiler/lower/register_allocation.h"

namespace perigee::stress {

#if defined(PERIGEE_STRESS) && PERIGEE_STRESS

constexpr bool kEnabled = true;
lower::RegisterFile restrict(lower::RegisterFile file);
uint32_t longestFunction(uint32_t usual);
bool forcesExits();
// Counted down by each guard; who brings it to zero leaves, and perigeeRestoreFrame draws the next number.
extern uint32_t exit_countdown;
void drawCountdown();

#else

constexpr bool kEnabled = false;
inline lower::RegisterFile restrict(lower::RegisterFile file) { return file; }
inline uint32_t longestFunction(uint32_t usual) { return usual; }
inline bool forcesExits() { return false; }
inline uint32_t exit_countdown = 0;
inline void drawCountdown() {}

#endif

} // namespace perigee::stress
