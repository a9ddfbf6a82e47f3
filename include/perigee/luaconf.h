/* Configuration of the C API: types, limits, paths. Binary compatible with Lua 5.4 (5.3) on 64-bit Linux, where C modules
 * and host programs are already compiled against these very values: none of them can be chosen. */
#ifndef luaconf_h
#define luaconf_h

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

/* What programs that are built for Linux ask for, such as the original's own lua.c. */
#if defined(LUA_USE_LINUX)
#define LUA_USE_POSIX
#define LUA_USE_DLOPEN
#endif

/* Which version of the API these headers are: 504 or 503. */
#if !defined(PERIGEE_LUA)
#define PERIGEE_LUA 504
#endif

#if PERIGEE_LUA >= 504
#define LUAI_IS32INT ((UINT_MAX >> 30) >= 3)
#else
#define LUAI_BITSINT 32
#endif

/* --- numbers: long long and double -------------------------------------------------------------------------- */

#define LUA_INT_INT 1
#define LUA_INT_LONG 2
#define LUA_INT_LONGLONG 3
#define LUA_FLOAT_FLOAT 1
#define LUA_FLOAT_DOUBLE 2
#define LUA_FLOAT_LONGDOUBLE 3
#define LUA_INT_TYPE LUA_INT_LONGLONG
#define LUA_FLOAT_TYPE LUA_FLOAT_DOUBLE
#if PERIGEE_LUA >= 504
#define LUA_INT_DEFAULT LUA_INT_LONGLONG
#define LUA_FLOAT_DEFAULT LUA_FLOAT_DOUBLE
#define LUA_32BITS 0
#define LUA_C89_NUMBERS 0
#endif

#define LUA_INTEGER long long
#define LUA_INTEGER_FRMLEN "ll"
#define LUA_INTEGER_FMT "%" LUA_INTEGER_FRMLEN "d"
#define LUA_MAXINTEGER LLONG_MAX
#define LUA_MININTEGER LLONG_MIN
#if PERIGEE_LUA >= 504
#define LUA_MAXUNSIGNED ULLONG_MAX
#endif
#define LUAI_UACINT LUA_INTEGER
#define LUA_UNSIGNED unsigned LUAI_UACINT

#define LUA_NUMBER double
#define LUAI_UACNUMBER double
#define LUA_NUMBER_FRMLEN ""
#define LUA_NUMBER_FMT "%.14g"
#if PERIGEE_LUA >= 504
#define l_floatatt(n) (DBL_##n)
#else
#define l_mathlim(n) (DBL_##n)
#endif
#define l_mathop(op) op
#define l_floor(x) (l_mathop(floor)(x))

/* Text to and from numbers, for code that includes <stdio.h> and <stdlib.h>. */
#define l_sprintf(s, sz, f, i) snprintf(s, sz, f, i)
#define lua_number2str(s, sz, n) l_sprintf((s), sz, LUA_NUMBER_FMT, (LUAI_UACNUMBER)(n))
#define lua_integer2str(s, sz, n) l_sprintf((s), sz, LUA_INTEGER_FMT, (LUAI_UACINT)(n))
#define lua_pointer2str(buff, sz, p) l_sprintf(buff, sz, "%p", p)
#define lua_number2strx(L, b, sz, f, n) ((void)L, l_sprintf(b, sz, f, (LUAI_UACNUMBER)(n)))
#define lua_str2number(s, p) strtod((s), (p))
#define lua_strx2number(s, p) lua_str2number(s, p)
#define lua_getlocaledecpoint() (localeconv()->decimal_point[0])

/* Stores the integer equal to the float n (which has an integral value) in *p; 0 if it does not fit. The upper bound is
 * one above the greatest integer, which itself has no exact float. */
#define lua_numbertointeger(n, p)                                                                            \
  ((n) >= (LUA_NUMBER)(LUA_MININTEGER) && (n) < -(LUA_NUMBER)(LUA_MININTEGER) && (*(p) = (LUA_INTEGER)(n), 1))

#define LUA_KCONTEXT intptr_t

/* --- where modules are looked for: Debian's directories ------------------------------------------------------- */

#define LUA_PATH_SEP ";"
#define LUA_PATH_MARK "?"
#define LUA_EXEC_DIR "!"
#define LUA_DIRSEP "/"
#define LUA_IGMARK "-"
#define LUA_VDIR LUA_VERSION_MAJOR "." LUA_VERSION_MINOR

#ifndef DEB_HOST_MULTIARCH
#if defined(__aarch64__)
#define DEB_HOST_MULTIARCH "aarch64-linux-gnu"
#else
#define DEB_HOST_MULTIARCH "x86_64-linux-gnu"
#endif
#endif

#define LUA_ROOT "/usr/local/"
#define LUA_ROOT2 "/usr/"
#define LUA_LDIR LUA_ROOT "share/lua/" LUA_VDIR "/"
#define LUA_LDIR2 LUA_ROOT2 "share/lua/" LUA_VDIR "/"
#define LUA_CDIR LUA_ROOT "lib/lua/" LUA_VDIR "/"
#define LUA_CDIR2 LUA_ROOT2 "lib/" DEB_HOST_MULTIARCH "/lua/" LUA_VDIR "/"
#define LUA_CDIR3 LUA_ROOT2 "lib/lua/" LUA_VDIR "/"

#if !defined(LUA_PATH_DEFAULT)
#define LUA_PATH_DEFAULT                                                                                     \
  LUA_LDIR "?.lua;" LUA_LDIR "?/init.lua;" LUA_CDIR "?.lua;" LUA_CDIR "?/init.lua;" LUA_LDIR2                \
           "?.lua;" LUA_LDIR2 "?/init.lua;" "./?.lua;" "./?/init.lua"
#endif
#if !defined(LUA_CPATH_DEFAULT)
#define LUA_CPATH_DEFAULT LUA_CDIR "?.so;" LUA_CDIR2 "?.so;" LUA_CDIR3 "?.so;" LUA_CDIR "loadall.so;" "./?.so"
#endif

/* --- declarations ------------------------------------------------------------------------------------------------ */

#if defined(__cplusplus)
#define PERIGEE_EXTERN extern "C"
#else
#define PERIGEE_EXTERN extern
#endif
/* Exported whatever visibility the including file is compiled with. */
#define LUA_API PERIGEE_EXTERN __attribute__((visibility("default")))
#define LUALIB_API LUA_API
#define LUAMOD_API LUA_API

#if PERIGEE_LUA >= 504
#if !defined(luai_likely)
#if !defined(LUA_NOBUILTIN)
#define luai_likely(x) (__builtin_expect(((x) != 0), 1))
#define luai_unlikely(x) (__builtin_expect(((x) != 0), 0))
#else
#define luai_likely(x) (x)
#define luai_unlikely(x) (x)
#endif
#endif
#if defined(LUA_CORE) || defined(LUA_LIB)
#define l_likely(x) luai_likely(x)
#define l_unlikely(x) luai_unlikely(x)
#endif
#endif

#if defined(LUA_USE_APICHECK)
#include <assert.h>
#define luai_apicheck(l, e) assert(e)
#endif

/* --- names of earlier versions, on request ------------------------------------------------------------------------- */

#if PERIGEE_LUA < 504 && defined(LUA_COMPAT_5_2)
#define LUA_COMPAT_5_3
#define LUA_COMPAT_BITLIB
#endif
#if defined(LUA_COMPAT_5_3)
#define LUA_COMPAT_MATHLIB
#define LUA_COMPAT_APIINTCASTS
#define LUA_COMPAT_LT_LE
#define lua_strlen(L, i) lua_rawlen(L, (i))
#define lua_objlen(L, i) lua_rawlen(L, (i))
#define lua_equal(L, idx1, idx2) lua_compare(L, (idx1), (idx2), LUA_OPEQ)
#define lua_lessthan(L, idx1, idx2) lua_compare(L, (idx1), (idx2), LUA_OPLT)
#endif

/* --- limits and layouts ---------------------------------------------------------------------------------------------- */

/* Pseudo-indices begin below minus this. */
#define LUAI_MAXSTACK 1000000
/* Bytes in front of every lua_State that belong to the host. */
#define LUA_EXTRASPACE (sizeof(void *))
/* Size of lua_Debug's short_src. */
#define LUA_IDSIZE 60
/* Bytes of a luaL_Buffer itself. */
#if PERIGEE_LUA >= 504
#define LUAL_BUFFERSIZE ((int)(16 * sizeof(void *) * sizeof(lua_Number)))
#else
#define LUAL_BUFFERSIZE ((int)(0x80 * sizeof(void *) * sizeof(lua_Integer)))
#define LUA_QL(x) "'" x "'"
#define LUA_QS LUA_QL("%s")
#endif
/* Members of a union that is to be aligned for anything. */
#if PERIGEE_LUA >= 504
#define LUAI_MAXALIGN lua_Number n; double u; void *s; lua_Integer i; long l
#endif

#endif
