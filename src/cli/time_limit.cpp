#include "cli/time_limit.h"

#include "interpreter/interpreter.h"
#include "vm/interrupt.h"

#include <algorithm>
#include <csignal>
#include <sys/time.h>

namespace perigee {
namespace {

State* limited = nullptr;

volatile std::sig_atomic_t time_is_up = 0;

void onAlarm(int) {
  time_is_up = 1;
  interrupt(limited, Interrupt::Lasting);
}

void setTimer(double seconds) {
  itimerval timer = {};
  timer.it_value.tv_sec = static_cast<time_t>(seconds);
  timer.it_value.tv_usec =
      static_cast<suseconds_t>((seconds - static_cast<double>(timer.it_value.tv_sec)) * 1e6);
  setitimer(ITIMER_REAL, &timer, nullptr);
}

} // namespace

void startTimeLimit(State* G, double seconds) {
  limited = G;
  struct sigaction action = {};
  action.sa_handler = onAlarm;
  sigemptyset(&action.sa_mask);
  sigaction(SIGALRM, &action, nullptr);
  setTimer(std::max(seconds, 1e-6));
}

bool isTimeUp() { return time_is_up != 0; }

void finishUnderTimeLimit(Thread* L) {
  if (limited == nullptr) return;
  if (isTimeUp()) interrupt(limited, Interrupt::Lasting); // the end of the script has taken it back
  finishState(L);
  setTimer(0);
  signal(SIGALRM, SIG_IGN);
  interrupt(limited, Interrupt::Lasting); // for finalizers that finalizers have made
}

} // namespace perigee
