// What the files of the string library share.
#pragma once

#include "lib/native.h"

#include <climits>

namespace perigee {

// Lengths of strings made by the library stay below this, as in stock Lua.
constexpr size_t kMaxResult = INT_MAX;

// Pushes a string of `length` bytes that fill(char*) writes; `fill` must not allocate, and must look for
// interrupts when there is much to write. Counts as work on so many bytes.
template <class Fill> void pushFilled(Native& n, size_t length, Fill&& fill) {
  work(n.thread(), Work::Bytes, length);
  if (length <= kMaxShortString) {
    char bytes[kMaxShortString];
    fill(bytes);
    n.pushString({bytes, length});
  } else {
    String* s = newLongString(n.thread(), length);
    fill(s->data());
    n.push(Value::of(s));
  }
}

// string.find, match, gmatch, gsub.
int stringFind(lua_State* L);
int stringMatch(lua_State* L);
int stringGmatch(lua_State* L);
int stringGsub(lua_State* L);
// string.format.
int stringFormat(lua_State* L);
// string.pack, packsize, unpack.
int stringPack(lua_State* L);
int stringPackSize(lua_State* L);
int stringUnpack(lua_State* L);

// Sets the arithmetic metamethods of strings in `metatable` (reachable).
void setStringMetamethods(Native& n, Table* metatable);

} // namespace perigee
