// Files as Lua sees them: userdata whose bytes start with the stream and the function that closes it, so that
// C modules that make files of their own fit in.
#pragma once

#include "lib/native.h"

#include <cstdio>

namespace perigee {

// The layout of luaL_Stream. A closed file (or one still being opened) has no close function.
struct FileHandle {
  FILE* file;
  lua_CFunction close;
  bool isClosed() const { return close == nullptr; }
};

inline constexpr const char* kFileTypeName = "FILE*";  // name of the metatable in the registry
inline constexpr const char* kInputName = "_IO_input"; // default files in the registry
inline constexpr const char* kOutputName = "_IO_output";

// Pushes a file that is not open yet. Raises a memory error.
FileHandle* pushFileHandle(Native& L);
// The handle or stream behind argument i; raise if it is no file, or a closed one.
FileHandle* checkFileHandle(Native& L, int i);
FILE* checkOpenFile(Native& L, int i);
// Closes the file in slot 1 and returns the number of results pushed.
int closeFile(lua_State* state);

// Creates the metatable of files, with all their methods.
void createFileMetatable(Native& L);

// Reads from `file` what the formats in slots first…count() ask for ("l" if there are none), pushes the
// results and returns how many they are: nil in the place of the first one that failed, nil, message, code
// after a read error.
int readFormats(Native& L, FILE* file, int first);

// Writes the arguments from `first` to `last`; pushes `result` or nil, message, code, and returns how many.
int writeArguments(Native& L, FILE* file, int first, int last, Value result);

// Pushes an iterator over the file in slot 1 that reads the formats in slots 2…count(), and closes it at the
// end if told.
void pushLineIterator(Native& L, bool close_at_end);

} // namespace perigee
