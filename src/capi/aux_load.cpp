// Chunks from memory and files.

#include "capi/api.h"
#include "lib/load_file.h"
#include "perigee/lauxlib.h"

#include <cstring>

using namespace perigee;
using namespace perigee::capi;

namespace {

const char* readOnce(lua_State*, void* ud, size_t* size) {
  auto* text = static_cast<std::string_view*>(ud);
  const char* data = text->data();
  *size = text->size();
  *text = {};
  return *size > 0 ? data : nullptr;
}

} // namespace

int luaL_loadbufferx(lua_State* L, const char* bytes, size_t size, const char* name, const char* mode) {
  std::string_view text(bytes, size);
  return lua_load(L, readOnce, &text, name, mode);
}

int luaL_loadstring(lua_State* L, const char* s) {
  return luaL_loadbufferx(L, s, std::strlen(s), s, nullptr);
}

int luaL_loadfilex(lua_State* state, const char* file_name, const char* mode) {
  Thread* L = Thread::from(state);
  int status = running(L, [&] { return statusFor(L, loadFile(L, file_name, mode)); });
  heapOf(L).remember(L);
  return status;
}
