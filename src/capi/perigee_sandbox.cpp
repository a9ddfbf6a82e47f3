// Sandboxes: the library's (lib/sandbox.h).

#include "lib/sandbox.h"

#include "capi/api.h"
#include "interpreter/call.h"
#include "perigee/perigee.h"

using namespace perigee;
using namespace perigee::capi;

static_assert(PERIGEE_ALLOW_PRINT == sandbox::kPrint && PERIGEE_ALLOW_TIME == sandbox::kTime &&
              PERIGEE_ALLOW_FINALIZERS == sandbox::kFinalizers);

int perigee_opensandbox(lua_State* state, int flags) {
  Thread* L = Thread::from(state);
  return running(L, [&] {
    auto open = [](Thread* T, void* f) { openSandbox(T, *static_cast<int*>(f)); };
    return static_cast<int>(protectedRun(L, open, &flags, saveSlot(L, L->top)));
  });
}

void perigee_newguest(lua_State* state) {
  Thread* L = Thread::from(state);
  running(L, [&] {
    pushEnvironment(L);
    return 0;
  });
}
