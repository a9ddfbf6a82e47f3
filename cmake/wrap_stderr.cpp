// What every `stderr` in the shared library becomes (linked with --wrap=stderr, see CMakeLists.txt): a copy
// of the C library's variable, within reach of code that is not position-independent.
#include <cstdio>

extern "C" {
extern FILE* __real_stderr;
__attribute__((visibility("hidden"))) FILE* __wrap_stderr;
}

// Before any other initialization.
__attribute__((constructor(101))) static void copyStandardError() { __wrap_stderr = __real_stderr; }
