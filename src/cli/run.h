// Running chunks and scripts for the command, and reporting their errors.
//
// All of this is called from inside a protected native function: memory errors and the like are raised.
#pragma once

#include "lib/native.h"

namespace perigee {

// Writes "program_name: message" (without a name if null) as a line on stderr.
void printMessage(const char* program_name, const char* message);
// If `status` is an error, prints and pops the error value on top. Returns `status`.
ThreadStatus report(Native& L, const char* program_name, ThreadStatus status);

// Calls the function below its `nargs` arguments on top. An error gets a traceback and is on top then; SIGINT
// is an error in the program.
ThreadStatus callWithTraceback(Native& L, int nargs, int results);

// What each option does; errors are reported.
ThreadStatus runString(Native& L, const char* program_name, const char* text, const char* chunk_name);
// `-l`: "mod" or "global=mod".
ThreadStatus runRequire(Native& L, const char* program_name, const char* specification);
// A file, or standard input for null, without arguments. `mode`: as for load, null for any chunk.
ThreadStatus runFile(Native& L, const char* program_name, const char* file_name, const char* mode);
// LUA_INIT and its versioned form.
ThreadStatus runInit(Native& L, const char* program_name);
// The script argv[script] with the arguments that the global `arg` lists. `lists`: its bytecode is printed
// first.
ThreadStatus runScript(Native& L, const char* program_name, char** argv, int script, bool lists,
                       const char* mode);

// Sets the global `arg`: the script at index 0, its arguments from 1 on, all before it below. `script` may be
// argc: then there is none and argv[0] is at index 0.
void createArgTable(Native& L, char** argv, int argc, int script);

} // namespace perigee
