# The interpreter is built on preserve_none and musttail, which clang has from version 19 on for x86-64.
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR
    "Perigee needs clang++ 19 or newer (calling convention preserve_none, attribute musttail); "
    "found ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} at ${CMAKE_CXX_COMPILER}.\n"
    "On Debian: apt-get install clang-19 lld-19, then configure a fresh directory with "
    "-DCMAKE_CXX_COMPILER=clang++-19 (./dev build does both).")
endif()
