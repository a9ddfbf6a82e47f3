# perigee_unit: every C++ unit test in one executable, built on request only.
# RapidCheck's packaged library is compiled with RTTI, so the tests are, too.
perigee_sources(unit_sources tests/unit)
find_package(GTest QUIET)
find_library(PERIGEE_RAPIDCHECK rapidcheck)
if(unit_sources AND GTest_FOUND AND PERIGEE_RAPIDCHECK)
  add_executable(perigee_unit EXCLUDE_FROM_ALL ${unit_sources})
  target_include_directories(perigee_unit PRIVATE tests/unit)
  target_compile_definitions(perigee_unit PRIVATE PERIGEE_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
  target_precompile_headers(perigee_unit PRIVATE <gtest/gtest.h> <rapidcheck.h> <rapidcheck/gtest.h>)
  target_link_libraries(perigee_unit PRIVATE perigee_core GTest::gtest GTest::gtest_main
                        ${PERIGEE_RAPIDCHECK})
  set_target_properties(perigee_unit PROPERTIES PERIGEE_RTTI ON
                        RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
  # The command with the tests' own compiler.
  add_executable(perigee_templates EXCLUDE_FROM_ALL ${cli_sources} tests/templates/default_compiler.cpp
                                                    tests/unit/template_compiler.cpp)
  target_include_directories(perigee_templates PRIVATE tests/unit)
  target_link_libraries(perigee_templates PRIVATE perigee_core)
  target_link_options(perigee_templates PRIVATE "LINKER:--export-dynamic-symbol=lua_*"
                      "LINKER:--export-dynamic-symbol=luaL_*")
  set_target_properties(perigee_templates PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
else()
  message(STATUS "No unit tests in this build: tests/unit, libgtest-dev or librapidcheck-dev is missing")
endif()
