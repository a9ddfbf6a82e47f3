// Interrupts. The first two are called from other OS threads and from signal handlers.

#include "capi/api.h"
#include "perigee/perigee.h"
#include "vm/interrupt.h"

using namespace perigee;

void perigee_interrupt(lua_State* L) { interrupt(Thread::from(L)->global, Interrupt::Once); }
void perigee_terminate(lua_State* L) { interrupt(Thread::from(L)->global, Interrupt::Lasting); }
void perigee_cancelinterrupt(lua_State* L) { cancelInterrupt(Thread::from(L)->global); }
