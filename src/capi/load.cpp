// Loading and dumping chunks.

#include "bytecode/load.h"

#include "bytecode/dump.h"
#include "capi/api.h"
#include "interpreter/call.h"
#include "vm/proto.h"

using namespace perigee;
using namespace perigee::capi;

namespace {

struct LoadRequest {
  Thread* thread;
  lua_Reader reader;
  void* data;
  const char* chunk_name;
  const char* mode;
};

const char* readPiece(void* ud, size_t* size) {
  auto* request = static_cast<LoadRequest*>(ud);
  ensureStack(request->thread, kNativeSlots);
  ptrdiff_t top = saveSlot(request->thread, request->thread->top);
  const char* piece = request->reader(request->thread->state(), request->data, size);
  check(request->thread->top == restoreSlot(request->thread, top), "reader changed the stack", "lua_load");
  return piece;
}

void runLoad(Thread* L, void* ud) {
  auto* request = static_cast<LoadRequest*>(ud);
  LuaFunction* f = load(L, {request, readPiece}, request->chunk_name, request->mode);
  if (f->extra >= 1) {
    Upvalue* u = f->upvalues()[0];
    *u->location = globalsOf(L);
    heapOf(L).barrier(u, *u->location);
  }
}

struct DumpRequest {
  lua_Writer writer;
  void* data;
};

int writePiece(Thread* L, const void* bytes, size_t size, void* ud) {
  auto* request = static_cast<DumpRequest*>(ud);
  return request->writer(L->state(), bytes, size, request->data);
}

} // namespace

int lua_load(lua_State* state, lua_Reader reader, void* data, const char* chunk_name, const char* mode) {
  Thread* L = Thread::from(state);
  LoadRequest request{L, reader, data, chunk_name != nullptr ? chunk_name : "?", mode};
  return running(L, [&] {
    L->barriers += static_cast<uint32_t>(Barrier::All);
    ThreadStatus status = protectedRun(L, runLoad, &request, saveSlot(L, L->top));
    L->barriers -= static_cast<uint32_t>(Barrier::All);
    // The host gets to know of an interrupt by this error.
    if (status == ThreadStatus::ErrorRun && isInterrupted(L)) takeInterrupt(L);
    return statusFor(L, status);
  });
}

int lua_dump(lua_State* state, lua_Writer writer, void* data, int strip) {
  Thread* L = Thread::from(state);
  checkElements(L, 1);
  Value f = L->top[-1];
  if (f.tag != Tag::Function || f.function()->isNative()) return 1;
  DumpRequest request{writer, data};
  return dump(L, f.function()->lua()->proto, strip != 0, writePiece, &request);
}
