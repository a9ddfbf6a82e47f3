// lua_Debug, in the layouts of the dialects.
#pragma once

#include "capi/api.h"

namespace perigee::capi {

// As 5.3 has it: without srclen, ftransfer and ntransfer.
struct ShortRecord {
  int event;
  const char *name, *namewhat, *what, *source;
  int currentline, linedefined, lastlinedefined;
  unsigned char nups, nparams;
  char isvararg, istailcall;
  char short_src[LUA_IDSIZE];
  struct CallInfo* i_ci;
};
static_assert(sizeof(ShortRecord) == 128 && offsetof(ShortRecord, i_ci) == 120);

// Calls f with the record as what it is to the hosts of this state.
template <class F> auto withRecord(const Thread* L, lua_Debug* record, F&& f) {
  return hostApiOf(L).transfers_recorded ? f(record) : f(reinterpret_cast<ShortRecord*>(record));
}

} // namespace perigee::capi
