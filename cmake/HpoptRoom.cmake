# A room is one folder of src/ and one target. `layers` gives their order from the ground up.
include(GoogleTest)

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
  endif()
endif()

file(STRINGS "${PROJECT_SOURCE_DIR}/layers" HPOPT_LAYERS REGEX "^[a-z]")
list(TRANSFORM HPOPT_LAYERS REPLACE ":.*" "")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/layers")

# The language, the warnings and the include roots that every hpopt target shares.
add_library(hpopt_settings INTERFACE)
target_compile_features(hpopt_settings INTERFACE cxx_std_20)
target_include_directories(hpopt_settings INTERFACE
  "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/include")
target_compile_options(hpopt_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wno-missing-field-initializers
  $<$<BOOL:${HPOPT_WARNINGS_AS_ERRORS}>:-Werror>)
target_link_libraries(hpopt_settings INTERFACE Threads::Threads)

# hpopt_common_properties(TARGET): what must be a property because a usage requirement cannot say it.
function(hpopt_common_properties target)
  set_target_properties(${target} PROPERTIES
    CXX_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON)
endfunction()

# hpopt_add_room_directory(NAME): configures src/NAME if it is there and HPOPT_ONLY wants it.
macro(hpopt_add_room_directory name)
  if(EXISTS "${PROJECT_SOURCE_DIR}/src/${name}/CMakeLists.txt"
      AND (NOT HPOPT_ONLY OR "${name}" IN_LIST HPOPT_ONLY))
    add_subdirectory(src/${name})
  endif()
endmacro()

# hpopt_room(NAME DEPS rooms... LIBS libraries...), called from src/NAME/CMakeLists.txt:
#   hpopt_NAME  every *.cc but tests, benchmarks and main.cc; an INTERFACE library if there is none
#   NAME_test   every *_test.cc, its cases known to ctest under the label NAME
#   NAME_bench  every *_bench.cc
# The folder is globbed again at each build, so adding a file needs no edit.
function(hpopt_room name)
  cmake_parse_arguments(PARSE_ARGV 1 room "" "" "DEPS;LIBS")
  if(room_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "hpopt_room(${name}): unknown arguments ${room_UNPARSED_ARGUMENTS}; "
      "write DEPS before rooms and LIBS before libraries.")
  endif()
  set(folder "${PROJECT_SOURCE_DIR}/src/${name}")
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cc")
  set(tests ${sources})
  set(benches ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cc$")
  list(FILTER sources EXCLUDE REGEX "(_test|_bench|/main)\\.cc$")

  set(libraries ${room_LIBS})
  foreach(dependency IN LISTS room_DEPS)
    hpopt_check_below(${name} ${dependency})
    if(TARGET hpopt_${dependency})
      list(APPEND libraries hpopt_${dependency})
    endif()
  endforeach()

  if(sources)
    add_library(hpopt_${name} STATIC ${sources})
    hpopt_common_properties(hpopt_${name})
    target_link_libraries(hpopt_${name} PUBLIC hpopt_settings ${libraries})
    set_property(GLOBAL APPEND PROPERTY HPOPT_BUILT_ROOMS ${name})
  else()
    add_library(hpopt_${name} INTERFACE)
    target_link_libraries(hpopt_${name} INTERFACE hpopt_settings ${libraries})
  endif()

  if(tests AND HPOPT_TESTS)
    add_executable(${name}_test ${tests})
    hpopt_common_properties(${name}_test)
    target_link_libraries(${name}_test PRIVATE
      hpopt_${name} GTest::gtest_main GTest::gmock rapidcheck)
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST
      PROPERTIES LABELS ${name} TIMEOUT 300)
  endif()
  if(benches AND HPOPT_BENCH)
    add_executable(${name}_bench ${benches})
    hpopt_common_properties(${name}_bench)
    target_link_libraries(${name}_bench PRIVATE hpopt_${name} benchmark::benchmark_main)
  endif()
endfunction()

# hpopt_check_below(ROOM DEPENDENCY): stops unless `layers` puts DEPENDENCY below ROOM.
function(hpopt_check_below room dependency)
  list(FIND HPOPT_LAYERS ${room} room_level)
  list(FIND HPOPT_LAYERS ${dependency} dependency_level)
  if(room_level EQUAL -1 OR dependency_level EQUAL -1 OR NOT dependency_level LESS room_level)
    message(FATAL_ERROR "src/${room}/CMakeLists.txt: '${dependency}' is not below '${room}' in the "
      "file 'layers'; depend on a lower room, or move what you need down.")
  endif()
endfunction()

# hpopt_executable(TARGET ROOM room): the program whose main.cc stands in that room.
function(hpopt_executable target)
  cmake_parse_arguments(PARSE_ARGV 1 program "" "ROOM" "")
  file(GLOB main CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${program_ROOM}/main.cc")
  if(main)
    add_executable(${target} ${main})
    hpopt_common_properties(${target})
    target_link_libraries(${target} PRIVATE hpopt_${program_ROOM})
  endif()
endfunction()
