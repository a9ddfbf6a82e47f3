/* What Perigee's library offers beyond the C API of Lua: control of programs that the host does not trust.

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

/* --- states ---------------------------------------------------------------------------------------------- */

typedef struct perigee_Options {
  size_t size;         /* sizeof(perigee_Options) */
  int lua;             /* the version of the language and its library: 504 or 503; 0: that of the API */
  int api;             /* LUA_VERSION_NUM of the headers that the host is compiled with; 0: the version of the library it
                          is linked to (libperigee.a: 504) */
  lua_Alloc allocator; /* NULL: the C library's */
  void *data;          /* its first argument */
} perigee_Options;

/* As lua_newstate (luaL_newstate if there is no allocator), with options; NULL stands for all zeros. Null if memory
   is refused, or there is no such version, or `size` is unknown. A state's version never changes. */
LUA_API lua_State *perigee_newstate(const perigee_Options *options);

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

/* --- sandboxes ------------------------------------------------------------------------------------------- */

/* What a sandbox lets in on top of the safe set, which is: _VERSION assert collectgarbage (counts; does nothing
   else) error getmetatable ipairs load (text only) next pairs pcall rawequal rawget rawlen rawset select
   setmetatable tonumber tostring type xpcall; coroutine, math, string without dump, table, utf8 as a whole;
   debug.traceback. */
#define PERIGEE_ALLOW_PRINT 1      /* print, io.write and warn: standard output */
#define PERIGEE_ALLOW_TIME 2       /* os.clock, date, difftime, time */
#define PERIGEE_ALLOW_FINALIZERS 4 /* setmetatable heeds __gc; else it does not */

/* To be called in a new state, instead of luaL_openlibs: makes the table of globals an environment with the safe
   set and what `flags` (a sum of the above) let in. A program in it reaches no file, process, environment
   variable or C module, and no table but its own: the libraries are read-only, the metatable of strings is
   hidden, chunks must be text. Limits are set apart, by the functions above and below.
   LUA_OK, or LUA_ERRMEM or another error, whose message it then pushes. */
LUA_API int perigee_opensandbox(lua_State *L, int flags);

/* Pushes a table that is another environment, of a program that shares nothing with those in other ones but the
   read-only libraries. It is a few hundred bytes. To be made the first upvalue of a loaded chunk (lua_setupvalue).
   The host may add functions; what it hands to several programs it should protect as the libraries are.
   Memory, ticks and interrupts are the state's. Raises a memory error, and an error if perigee_opensandbox has not
   been called. */
LUA_API void perigee_newguest(lua_State *L);

/* --- ticks ----------------------------------------------------------------------------------------------- */

/* A tick is one instruction of the bytecode; library functions charge for work that grows with their input
   (docs/ticks.md). Ticks are charged by the block, when it is entered, and depend on the program and its input
   alone, not on what is compiled. */

/* What lua_resume and perigee_call return besides LUA_OK, LUA_YIELD and the errors; also lua_status. */
#define PERIGEE_STOPPED 7   /* an error that Lua code does not catch: see perigee_setticks (in 5.3, what
                               luaL_loadfilex returns for a file that cannot be read has the same number) */
#define PERIGEE_PAUSED 8    /* the ticks are spent, or a pause was asked for */
#define PERIGEE_SUSPENDED 9 /* a C function waits for its results: see perigee_suspend */

/* Programs that run from now on may spend n ticks in all (n < 0: as many as they want). What was overdrawn before
   is taken from n. The first call begins to count, which discards what is compiled; a state that never counts
   pays nothing for all this.
   When the ticks are spent, the lua_resume that runs the program returns PERIGEE_PAUSED, if it was called where
   this function was called: by the host, outside of Lua, or by the same C function. The program does not notice.
   lua_resume without arguments goes on (and returns PERIGEE_PAUSED at once as long as ticks are owed); the stack
   of a paused thread is not to be touched, but lua_closethread ends the program. Any OS thread may resume it.
   Pauses happen at any depth of calls, metamethods, protected calls and coroutines, but not where C functions
   without continuations (lua_callk) are in between, nor in hooks, finalizers, and message handlers of lua_pcall. There the
   program goes on for up to 100,000 ticks, and then gets the error "not enough ticks" of status PERIGEE_STOPPED,
   which closes variables (for another 100,000 ticks at most) and passes all pcalls of Lua code. Programs that
   run by lua_pcall get it, too. Library functions are not paused in their own work: they end, and the ticks are
   owed. Finalizers have an account of their own. */
LUA_API void perigee_setticks(lua_State *L, lua_Integer n);

/* Begins (on != 0) or ends counting; either discards what is compiled. Beginning sets all figures to zero, and the
   limit to none. */
LUA_API void perigee_countticks(lua_State *L, int on);

/* Ticks spent since counting began. */
LUA_API lua_Integer perigee_ticks(lua_State *L);

/* What is left of them; negative: overdrawn. LUA_MAXINTEGER: there is no limit. */
LUA_API lua_Integer perigee_ticksleft(lua_State *L);

/* The calling C function charges n >= 0 ticks for its own work. It is not paused before it returns. */
LUA_API void perigee_charge(lua_State *L, lua_Integer n);

/* Asks for a pause as soon as the program goes on with Lua code, as if its ticks were spent. Without effect if
   ticks are not counted. */
LUA_API void perigee_pause(lua_State *L);

/* --- calls that wait ------------------------------------------------------------------------------------- */

/* To be called by a C function as `return perigee_suspend(L);` when it has begun something that will end later.
   The whole program waits, whatever called the function: the lua_resume that runs it returns PERIGEE_SUSPENDED, under
   the conditions of a pause. perigee_resume then makes the function return. Ticks need not be counted, but
   perigee_setticks says where a program can be suspended.
   Raises "attempt to suspend across a C-call boundary" where a program cannot be paused. */
LUA_API int perigee_suspend(lua_State *L);

/* The number of the suspension that the thread, which lua_resume has been called for, waits in; 0: none. */
LUA_API lua_Integer perigee_suspension(lua_State *co);

/* As lua_resume, with the nargs values on top of co as the results of the C function that waits. If `suspension` is
   not, or no more, what co waits in, nothing happens but that the values give way to a message; LUA_ERRRUN. */
LUA_API int perigee_resume(lua_State *co, lua_State *from, lua_Integer suspension, int nargs, int *nresults);

/* The same with an error, the value on top of co, that the C function raises. */
LUA_API int perigee_fail(lua_State *co, lua_State *from, lua_Integer suspension, int *nresults);

/* As lua_pcall without message handler, but can be paused: it runs the function in a coroutine of its own. When it has returned
   PERIGEE_PAUSED (or PERIGEE_SUSPENDED), perigee_call(L, 0, nresults) (or with the results on top) goes on. One call at a time on each thread.
   Raises a memory error if there is none for the coroutine. */
LUA_API int perigee_call(lua_State *L, int nargs, int nresults);

#ifdef __cplusplus
}
#endif

#endif
