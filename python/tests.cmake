# Each python/tests/test_NAME.py is the test python.NAME, run on the package of this build.
set(environment
  "PYTHONPATH=${CMAKE_CURRENT_BINARY_DIR}"
  "HPOPT=$<TARGET_FILE:hpopt>")

# An interpreter without sanitizers must load their runtime first; it leaks by itself.
if(CMAKE_BUILD_TYPE STREQUAL "Debug" AND CMAKE_CXX_FLAGS_DEBUG MATCHES "-fsanitize=address")
  foreach(library libasan.so libstdc++.so)
    execute_process(
      COMMAND "${CMAKE_CXX_COMPILER}" -print-file-name=${library}
      OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    list(APPEND runtimes "${path}")
  endforeach()
  list(JOIN runtimes ":" runtimes)
  list(APPEND environment "LD_PRELOAD=${runtimes}" "ASAN_OPTIONS=detect_leaks=0")
endif()

file(GLOB suites CONFIGURE_DEPENDS tests/test_*.py)
if(runtimes)
  list(FILTER suites EXCLUDE REGEX "/test_wheel\\.py$")  # a wheel has no sanitizers
endif()
foreach(suite IN LISTS suites)
  get_filename_component(name "${suite}" NAME_WE)
  string(REPLACE "test_" "python." name "${name}")
  add_test(NAME ${name} COMMAND "${Python_EXECUTABLE}" -B -m pytest -q "${suite}"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES
    LABELS python
    TIMEOUT 300
    SKIP_RETURN_CODE 5  # all that is in it was skipped: a library is missing
    FAIL_REGULAR_EXPRESSION "nanobind: leaked"
    ENVIRONMENT "${environment}"
    ENVIRONMENT_MODIFICATION "PATH=path_list_prepend:$<TARGET_FILE_DIR:hpopt>")
endforeach()

# It compiles everything once more, in the way of a wheel, on one core beside tests that wait.
if(TEST python.wheel)
  set_tests_properties(python.wheel PROPERTIES
    TIMEOUT 900
    ENVIRONMENT "${environment};CMAKE_BUILD_PARALLEL_LEVEL=1")
endif()
