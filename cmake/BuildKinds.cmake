# What each build is for:
#   release  optimised, no assertions: what users run and what is measured
#   debug    no optimisation, every assertion and checker, for a debugger
#   checked  optimised, every assertion and checker: fast enough to run all tests in it
#   asan     checked under the address and undefined-behaviour sanitizers
#   tsan     checked under the thread sanitizer
#   stress   checked with shrunk constants and seeded chaos
#   fuzz     asan, instrumented for libFuzzer
set(PERIGEE_BUILD_KINDS release debug checked asan tsan stress fuzz)
set(PERIGEE_BUILD release CACHE STRING "Kind of build: ${PERIGEE_BUILD_KINDS}")
set_property(CACHE PERIGEE_BUILD PROPERTY STRINGS ${PERIGEE_BUILD_KINDS})
option(PERIGEE_THINLTO "Optimise across files when linking (slower builds)" OFF)

if(NOT PERIGEE_BUILD IN_LIST PERIGEE_BUILD_KINDS)
  message(FATAL_ERROR "PERIGEE_BUILD is '${PERIGEE_BUILD}'; it must be one of: ${PERIGEE_BUILD_KINDS}")
endif()
if(CMAKE_BUILD_TYPE)
  message(FATAL_ERROR "CMAKE_BUILD_TYPE has no effect here; use -DPERIGEE_BUILD=${PERIGEE_BUILD_KINDS}")
endif()

# The sanitizers see interposed frames and longjmp over them; fake stacks would be left behind by longjmp.
# -fsanitize=function must be off: code generated at run time carries no signatures.
set(sanitizers -fsanitize=address,undefined -fno-sanitize=function -fno-sanitize-recover=undefined
    -fsanitize-address-use-after-return=never)

set(kind_compile_release -O2)
set(kind_define_release NDEBUG)

set(kind_compile_debug -O0 -g -gsplit-dwarf)
set(kind_define_debug PERIGEE_CHECKED=1)

set(kind_compile_checked -O2 -g1)
set(kind_define_checked PERIGEE_CHECKED=1)

set(kind_compile_asan -O1 -g1 ${sanitizers})
set(kind_define_asan PERIGEE_CHECKED=1)
set(kind_link_asan ${sanitizers})

# The sanitizer's own record of calls would grow for ever: errors jump over returns. Compiled code is not
# instrumented: what it reads and writes is not seen, nor misunderstood.
set(kind_compile_tsan -O1 -g1 -fsanitize=thread -mllvm -tsan-instrument-func-entry-exit=0)
set(kind_define_tsan PERIGEE_CHECKED=1)
set(kind_link_tsan -fsanitize=thread)

set(kind_compile_stress ${kind_compile_checked})
set(kind_define_stress PERIGEE_CHECKED=1 PERIGEE_STRESS=1)

set(kind_compile_fuzz ${kind_compile_asan} -fsanitize=fuzzer-no-link)
set(kind_define_fuzz PERIGEE_CHECKED=1)
set(kind_link_fuzz ${sanitizers})

set(PERIGEE_KIND_COMPILE_FLAGS ${kind_compile_${PERIGEE_BUILD}})
set(PERIGEE_KIND_DEFINITIONS ${kind_define_${PERIGEE_BUILD}})
set(PERIGEE_KIND_LINK_FLAGS ${kind_link_${PERIGEE_BUILD}})
if(PERIGEE_THINLTO)
  list(APPEND PERIGEE_KIND_COMPILE_FLAGS -flto=thin)
  list(APPEND PERIGEE_KIND_LINK_FLAGS -flto=thin)
endif()
message(STATUS "Perigee build kind: ${PERIGEE_BUILD}")
