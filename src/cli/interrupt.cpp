#include "cli/interrupt.h"

#include "vm/interrupt.h"

#include <csignal>

namespace perigee {
namespace {

State* interruptible = nullptr; // whose program runs
volatile std::sig_atomic_t reading_interrupted = 0;

// No SA_RESTART: a program that waits for input is to notice.
void onInterrupt(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
}

void interruptProgram(int) {
  onInterrupt(SIG_DFL);
  interrupt(interruptible);
}

void noteInterrupt(int) { reading_interrupted = 1; }

} // namespace

void beginInterruptible(State* G) {
  interruptible = G;
  onInterrupt(interruptProgram);
}

void endInterruptible(State* G) {
  onInterrupt(SIG_DFL);
  cancelInterrupt(G);
}

void beginReading() {
  reading_interrupted = 0;
  onInterrupt(noteInterrupt);
}

bool endReading() {
  onInterrupt(SIG_DFL);
  return reading_interrupted != 0;
}

bool readingInterrupted() { return reading_interrupted != 0; }

} // namespace perigee
