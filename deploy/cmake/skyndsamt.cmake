# How every library and test of the house is declared: sources listed, never globbed; headers in a
# set that is compiled header by header; warnings as errors for our own code alone.

add_library(skyndsamt_warnings INTERFACE)
target_compile_options(skyndsamt_warnings INTERFACE
  -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference
  -Wno-maybe-uninitialized -Wno-null-dereference)

# skyndsamt_library(name SOURCES a.cc HEADERS a.h DEPS other PRIVATE_DEPS rocksdb)
function(skyndsamt_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;HEADERS;DEPS;PRIVATE_DEPS" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${ARG_HEADERS})
    target_link_libraries(${name} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS} skyndsamt_warnings)
  else()
    add_library(${name} INTERFACE)
    target_sources(${name} INTERFACE FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${ARG_HEADERS})
    target_link_libraries(${name} INTERFACE ${ARG_DEPS})
  endif()
endfunction()

# skyndsamt_test(name SOURCES a_test.cc DEPS lib [LABELS core])
# One test program per folder keeps the build short; ctest runs it as one test.
function(skyndsamt_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} skyndsamt_warnings GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  set(prefix "")
  if(SKYNDSAMT_PURE_ONLY)
    set(prefix tsan.)
  elseif(SKYNDSAMT_CORE_ONLY)
    set(prefix asan.)
  endif()
  add_test(NAME ${prefix}${name} COMMAND ${name})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 600)
  endif()
  set_tests_properties(${prefix}${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
endfunction()
