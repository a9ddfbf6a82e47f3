# What `cmake --install` puts in place: the command, if it is built; and for embedders headers, libraries, pkg-config
# files, a CMake package.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(PERIGEE_INCLUDE_DIRECTORY "${CMAKE_INSTALL_INCLUDEDIR}/perigee")

install(CODE "if(NOT EXISTS \"$<TARGET_FILE:perigee_shared>\" OR NOT EXISTS \"$<TARGET_FILE:perigee_shared53>\")
  message(FATAL_ERROR \"The libraries are not built: run ./dev build, or cmake --build ${CMAKE_BINARY_DIR}\")
endif()")
install(TARGETS perigee_shared perigee_shared53 LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(FILES "$<TARGET_FILE:perigee_core>" DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY include/perigee include/perigee53 DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" PATTERN ".*" EXCLUDE)

# The tree may be put elsewhere than where CMake was told: pkg-config files find it from where they lie.
file(RELATIVE_PATH prefix_from_pkgconfig "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" prefix_from_pkgconfig "${prefix_from_pkgconfig}")
# TEMPLATE NAME: cmake/TEMPLATE.pc.in becomes NAME.pc.
function(install_pkg_config template name)
  configure_file("cmake/${template}.pc.in" "${CMAKE_BINARY_DIR}/${name}.pc" @ONLY)
  install(FILES "${CMAKE_BINARY_DIR}/${name}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endfunction()
install_pkg_config(perigee perigee)
install_pkg_config(perigee-static perigee-static)
# VERSION, what the API says it is, and directory of the headers.
function(install_lua_pkg_config lua_version lua_release lua_headers)
  install_pkg_config(lua "lua${lua_version}")
endfunction()
install_lua_pkg_config(5.4 5.4.4 perigee)
install_lua_pkg_config(5.3 5.3.6 perigee53)

set(package_directory "${CMAKE_INSTALL_LIBDIR}/cmake/Perigee")
configure_package_config_file(cmake/PerigeeConfig.cmake.in "${CMAKE_BINARY_DIR}/PerigeeConfig.cmake"
                              INSTALL_DESTINATION "${package_directory}"
                              PATH_VARS PERIGEE_INCLUDE_DIRECTORY CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file("${CMAKE_BINARY_DIR}/PerigeeConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/PerigeeConfig.cmake" "${CMAKE_BINARY_DIR}/PerigeeConfigVersion.cmake"
        DESTINATION "${package_directory}")
