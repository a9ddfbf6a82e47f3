# perigee_shared_library(TARGET VERSION NUMBER)
# The C API as a library: liblua<VERSION>.so.0 with the same symbols, under the same version, as Debian's (those of
# src/capi/symbols.txt without a version, or with this one), and those of perigee.h under ours. NUMBER is what the
# headers call the version, LUA_VERSION_NUM.
function(perigee_shared_library target version number)
  set(table "${CMAKE_CURRENT_SOURCE_DIR}/src/capi/symbols.txt")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${table}")
  file(STRINGS "${table}" rows)
  foreach(row IN LISTS rows)
    separate_arguments(row)
    list(POP_FRONT row name)
    if(name MATCHES "^perigee_")
      string(APPEND own "    ${name};\n")
    elseif(row STREQUAL "" OR row STREQUAL version)
      string(APPEND stock "    ${name};\n")
    endif()
  endforeach()
  set(map "${CMAKE_BINARY_DIR}/liblua${version}.map")
  file(CONFIGURE OUTPUT "${map}" CONTENT
       "LUA_${version} {\n  global:\n${stock}  local:\n    *;\n};\n\nPERIGEE_1 {\n  global:\n${own}};\n")

  # Debian's AsmJit is no position-independent code: where it names stderr, which lies in another library, the
  # linker lets it name a variable of ours.
  add_library(${target} SHARED "$<FILTER:$<TARGET_OBJECTS:perigee_core>,EXCLUDE,host_version>"
              src/capi/host_version.cpp cmake/wrap_stderr.cpp)
  target_compile_definitions(${target} PRIVATE PERIGEE_LUA=${number})
  target_include_directories(${target} PRIVATE src include)
  target_link_libraries(${target} PRIVATE perigee_flags ${PERIGEE_ASMJIT} ${CMAKE_DL_LIBS} m)
  target_link_options(${target} PRIVATE "LINKER:--version-script=${map}" LINKER:-Bsymbolic-functions
                      LINKER:--wrap=stderr)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME lua${version} SOVERSION 0 LINKER_LANGUAGE CXX
                        LINK_DEPENDS "${map}" LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
endfunction()
