# What `cmake --install` puts in place: the command, if it is built; and for embedders headers, libraries, pkg-config
# files, a CMake package.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(PERIGEE_INCLUDE_DIRECTORY "${CMAKE_INSTALL_INCLUDEDIR}/perigee")
set(lua_version 5.4.4)  # what the API says it is

install(CODE "if(NOT EXISTS \"$<TARGET_FILE:perigee_shared>\")
  message(FATAL_ERROR \"The libraries are not built: run ./dev build, or cmake --build ${CMAKE_BINARY_DIR}\")
endif()")
install(TARGETS perigee_shared LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(FILES "$<TARGET_FILE:perigee_core>" DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY include/perigee/ DESTINATION "${PERIGEE_INCLUDE_DIRECTORY}" PATTERN ".*" EXCLUDE)

# The tree may be put elsewhere than where CMake was told: pkg-config files find it from where they lie.
file(RELATIVE_PATH prefix_from_pkgconfig "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" prefix_from_pkgconfig "${prefix_from_pkgconfig}")
foreach(name IN ITEMS perigee perigee-static lua5.4)
  configure_file("cmake/${name}.pc.in" "${CMAKE_BINARY_DIR}/${name}.pc" @ONLY)
  install(FILES "${CMAKE_BINARY_DIR}/${name}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()

set(package_directory "${CMAKE_INSTALL_LIBDIR}/cmake/Perigee")
configure_package_config_file(cmake/PerigeeConfig.cmake.in "${CMAKE_BINARY_DIR}/PerigeeConfig.cmake"
                              INSTALL_DESTINATION "${package_directory}"
                              PATH_VARS PERIGEE_INCLUDE_DIRECTORY CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file("${CMAKE_BINARY_DIR}/PerigeeConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/PerigeeConfig.cmake" "${CMAKE_BINARY_DIR}/PerigeeConfigVersion.cmake"
        DESTINATION "${package_directory}")
