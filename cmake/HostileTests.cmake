# Programs that treat the library badly (tests/hostile), built on request only: perigee_mutants, perigee_soak.
foreach(name mutants soak)
  add_executable(perigee_${name} EXCLUDE_FROM_ALL tests/hostile/${name}.cpp)
  target_include_directories(perigee_${name} PRIVATE tests)
  target_link_libraries(perigee_${name} PRIVATE perigee_core perigee_flags)
  set_target_properties(perigee_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
endforeach()
