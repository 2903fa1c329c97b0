# One archive carries every room but the command line, so that a consumer links `hpopt::hpopt` and
# the system's libraries only. Public headers use nothing but the standard library, so header-only
# dependencies stay out of it.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

get_property(rooms GLOBAL PROPERTY HPOPT_BUILT_ROOMS)
list(REMOVE_ITEM rooms cli)
list(TRANSFORM rooms REPLACE "(.+)" "$<TARGET_OBJECTS:hpopt_\\1>" OUTPUT_VARIABLE objects)

add_library(hpopt_library STATIC ${objects})
add_library(hpopt::hpopt ALIAS hpopt_library)
set_target_properties(hpopt_library PROPERTIES
  OUTPUT_NAME hpopt
  EXPORT_NAME hpopt
  LINKER_LANGUAGE CXX)
target_compile_features(hpopt_library PUBLIC cxx_std_20)
target_include_directories(hpopt_library PUBLIC
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(hpopt_library PRIVATE
  ${HPOPT_FMT} OpenSSL::Crypto yaml-cpp SQLite::SQLite3 PkgConfig::pcre2 Threads::Threads)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/hpopt")
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/hpoptConfig.cmake.in" "${PROJECT_BINARY_DIR}/hpoptConfig.cmake"
  INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/hpoptConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
configure_file("${PROJECT_SOURCE_DIR}/cmake/hpopt.pc.in" "${PROJECT_BINARY_DIR}/hpopt.pc" @ONLY)

install(TARGETS hpopt_library EXPORT hpoptTargets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(EXPORT hpoptTargets NAMESPACE hpopt:: DESTINATION "${package_dir}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/hpopt" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING PATTERN "*.h")
install(FILES
  "${PROJECT_BINARY_DIR}/hpoptConfig.cmake" "${PROJECT_BINARY_DIR}/hpoptConfigVersion.cmake"
  DESTINATION "${package_dir}")
install(FILES "${PROJECT_BINARY_DIR}/hpopt.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
if(TARGET hpopt)
  install(TARGETS hpopt RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
