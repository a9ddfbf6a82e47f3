# perigee_sources(VARIABLE DIRECTORY [EXCLUDE DIRECTORY...])
# Sets VARIABLE to every .cpp under DIRECTORY (which need not exist), except under the excluded directories.
# A file added or removed is noticed by the next build.
function(perigee_sources variable directory)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "EXCLUDE")
  file(GLOB_RECURSE found CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${directory}/*.cpp")
  foreach(excluded IN LISTS arg_EXCLUDE)
    list(FILTER found EXCLUDE REGEX "^${CMAKE_CURRENT_SOURCE_DIR}/${excluded}/")
  endforeach()
  set(${variable} ${found} PARENT_SCOPE)
endfunction()
