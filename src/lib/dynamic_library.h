// Compiled modules: shared objects and the functions in them.
#pragma once

#include "lib/native.h"

namespace perigee {

// To be called before a program can register finalizers that use a compiled module: at the end of the state
// modules are unloaded in the order opposite to that.
void createLibraryList(Native& L);

enum class LinkResult { Ok, NoLibrary, NoFunction };

// Pushes function `symbol` of the shared object `path`, which is loaded unless it has been before, and stays
// loaded as long as the state lives. Symbol "*": only makes its symbols available to objects loaded later,
// and pushes true. Otherwise pushes the loader's message.
LinkResult pushLibraryFunction(Native& L, const char* path, const char* symbol);

} // namespace perigee
