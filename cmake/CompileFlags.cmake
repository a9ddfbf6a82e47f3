# perigee_flags: what every file of the project is compiled and linked with.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(perigee_flags INTERFACE)
target_compile_options(perigee_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror
  -fPIC -fvisibility=hidden   # one set of objects for the command and the shared library
  # Nothing in the project asks an object for its type (a target with PERIGEE_RTTI set may).
  $<$<NOT:$<BOOL:$<TARGET_PROPERTY:PERIGEE_RTTI>>>:-fno-rtti>
  -fno-plt
  -fno-math-errno        # sqrt, floor, ... become instructions
  -fno-strict-aliasing   # values and object headers are read through several types
  -ffp-contract=off      # a float operation rounds once, on every machine, in every tier
  -ffunction-sections -fdata-sections
  ${PERIGEE_KIND_COMPILE_FLAGS})
target_compile_definitions(perigee_flags INTERFACE ${PERIGEE_KIND_DEFINITIONS})
target_link_options(perigee_flags INTERFACE -fuse-ld=lld $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie> ${PERIGEE_KIND_LINK_FLAGS}
                    LINKER:--gc-sections
                    LINKER:-z,pack-relative-relocs)  # a page of them to be read at start instead of fifty
if(PERIGEE_BUILD STREQUAL "release")
  # Two shared libraries fewer to look up at start.
  target_link_options(perigee_flags INTERFACE -static-libstdc++)
  # What runs at start and in most programs lies together (tools/link_order.py).
  target_link_options(perigee_flags INTERFACE
                      "LINKER:--symbol-ordering-file=${PROJECT_SOURCE_DIR}/cmake/link_order.txt"
                      LINKER:--no-warn-symbol-ordering
                      "LINKER:-T,${PROJECT_SOURCE_DIR}/cmake/link_start.ld")
endif()

# The handlers of the interpreter, one function per instruction, in addition:
set(PERIGEE_INTERPRETER_FLAGS
  -fno-slp-vectorize       # values are copied as they are stored, payload and tag apart: wider loads would have to wait
                           #   for both stores to leave the store buffer
  -mllvm -enable-tail-merge=false  # every path of a handler ends in a dispatch of its own
  -falign-functions=64     # handlers begin at cache lines: how fast one is must not depend on what lies before it
  -fomit-frame-pointer     # one register more, no prologue
  -fno-stack-protector
  -fcf-protection=none)    # handlers are reached by jumps through a table of our own
