// Accounting and the limit of memory: the heap's (heap/memory.cpp).

#include "capi/api.h"
#include "perigee/perigee.h"

using namespace perigee;

size_t perigee_memory(lua_State* L) { return heapOf(Thread::from(L)).bytesHeld(); }
size_t perigee_memorylimit(lua_State* L) { return heapOf(Thread::from(L)).memoryLimit(); }
void perigee_setmemorylimit(lua_State* L, size_t bytes) { heapOf(Thread::from(L)).setMemoryLimit(bytes); }
