#include "compiler/stress.h"

#if defined(PERIGEE_STRESS) && PERIGEE_STRESS

#include <cstdlib>

namespace perigee::stress {
namespace {

uint32_t numberOf(const char* variable) {
  const char* text = std::getenv(variable);
  return text != nullptr ? static_cast<uint32_t>(std::strtoul(text, nullptr, 10)) : 0;
}

uint32_t draw(uint32_t below) {
  static uint64_t state = numberOf("PERIGEE_STRESS_SEED") + uint64_t{1};
  state = state * 6364136223846793005u + 1442695040888963407u;
  return static_cast<uint32_t>(state >> 33) % below;
}

uint32_t restrictOne(uint32_t registers, uint32_t wanted) {
  while (static_cast<uint32_t>(__builtin_popcount(registers)) > wanted) registers &= ~(1u << draw(32));
  return registers;
}

uint32_t exitInterval() {
  static const uint32_t interval = numberOf("PERIGEE_STRESS_EXITS");
  return interval;
}

} // namespace

uint32_t exit_countdown = 0;

lower::RegisterFile restrict(lower::RegisterFile file) {
  static const uint32_t wanted = numberOf("PERIGEE_STRESS_REGISTERS");
  if (wanted == 0) return file;
  return {restrictOne(file.general, wanted), restrictOne(file.floats, wanted)};
}

uint32_t longestFunction(uint32_t usual) {
  static const uint32_t wanted = numberOf("PERIGEE_STRESS_LONGEST");
  return wanted != 0 ? wanted : usual;
}

bool forcesExits() {
  if (exitInterval() == 0) return false;
  if (exit_countdown == 0) drawCountdown();
  return true;
}

void drawCountdown() {
  if (exitInterval() != 0) exit_countdown = 1 + draw(2 * exitInterval() - 1);
}

} // namespace perigee::stress

#endif
