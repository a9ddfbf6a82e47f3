/* What Perigee's library offers beyond the C API of Lua 5.4: control of programs that the host does not trust.

   C and C++. Every function takes a state or any of its threads (coroutines) and, unless it says otherwise,
   - is about the whole state;
   - may be called by the OS thread that uses the state, also from C functions that its program calls;
   - neither raises Lua errors nor runs Lua code. */
#ifndef PERIGEE_H
#define PERIGEE_H

#include <stddef.h>

#include "lua.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- memory ---------------------------------------------------------------------------------------------- */

/* Bytes that the state holds: everything taken from its allocator and not given back (objects, stacks, the
   collector's and the compiler's tables, blocks with free cells), and the machine code of its functions. */
LUA_API size_t perigee_memory(lua_State *L);

/* Limits what perigee_memory can become; 0: no limit, as at first. An allocation that would go beyond it first
   makes a full collection and then, if that was not enough, fails: "not enough memory" (LUA_ERRMEM), which
   pcall catches; the compiler does without, and leaves the function to the interpreter. A limit below what is
   held refuses everything until enough has been freed. The error itself needs no memory. */
LUA_API void perigee_setmemorylimit(lua_State *L, size_t bytes);
LUA_API size_t perigee_memorylimit(lua_State *L);

/* --- interrupts ------------------------------------------------------------------------------------------ */

/* Makes the running program raise the error "interrupted!" (with a position), in Lua code at the next function
   call or backward jump, in library functions that run long every few microseconds; C functions of the host's
   are not interrupted, nor are hooks. The error is raised once; pcall catches it. If no program runs, the next
   one that does gets it; a second call before that changes nothing. A finalizer that runs gets it, too, and it
   stays for the program.
   May be called from any OS thread, while another one uses the state, and from signal handlers, between
   lua_newstate and lua_close. */
LUA_API void perigee_interrupt(lua_State *L);

/* The same, but every call and backward jump raises the error until perigee_cancelinterrupt: no program can
   catch it and go on. Variables declared <close> are closed as far as that needs no Lua code. */
LUA_API void perigee_terminate(lua_State *L);

/* Takes back what the two functions above have asked for. To be called when the program has ended, before the
   state is used again. */
LUA_API void perigee_cancelinterrupt(lua_State *L);

#ifdef __cplusplus
}
#endif

#endif
