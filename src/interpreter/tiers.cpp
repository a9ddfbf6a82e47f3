#include "interpreter/tiers.h"

namespace perigee {

PERIGEE_HANDLER(resumeCompiled) {
  const Proto* p = runningFunction(base)->proto;
  bool may_resume = p->resume_points != nullptr && !isHooked(L);
  const void* address = may_resume ? p->resume_points[pc - p->code] : nullptr;
  if (address == nullptr) PERIGEE_TAIL next(PERIGEE_STATE);
  PERIGEE_TAIL reinterpret_cast<Handler>(const_cast<void*>(address))(PERIGEE_STATE);
}

// In front of the instruction after the one that compiled code had executed here, or any other if that
// called.
PERIGEE_HANDLER(resumeAfterInstruction) {
  table = dispatchOf(L);
  PERIGEE_TAIL resumeCompiled(pc - 1, base, L, k, table, i);
}

void announceHot(Thread* L, Proto* p, uint32_t site) {
  State* G = L->global;
  if (G->upcalls.hot != nullptr) {
    G->upcalls.hot(L, p, site);
  } else if (site == kFunctionEntry) {
    p->heat = UINT32_MAX;
  } else {
    setBackEdgeHeat(&p->code[site], 0);
  }
}

} // namespace perigee
