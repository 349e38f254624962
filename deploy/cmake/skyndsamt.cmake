# How every library and test of the house is declared: sources listed, never globbed; headers in a
# set that is compiled header by header; warnings as errors for our own code alone.

add_library(skyndsamt_warnings INTERFACE)
target_compile_options(skyndsamt_warnings INTERFACE
  -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -Wno-maybe-uninitialized)  # GCC 12 sees it in std::optional where it cannot be

# Messages, gRPC and gmock cost more to read than our own code to compile, so they are read once, one
# precompiled header for each floor and one for its tests. Every header still has to compile alone:
# the header sets are verified without these.
function(skyndsamt_precompiled name)
  cmake_parse_arguments(ARG "" "" "HEADERS;DEPS" ${ARGN})
  file(WRITE ${CMAKE_BINARY_DIR}/precompiled/${name}.cc "")
  add_library(${name} OBJECT EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/precompiled/${name}.cc)
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  target_compile_options(${name} PRIVATE -fpch-preprocess)
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
endfunction()

set(skyndsamt_base_headers
  <algorithm> <chrono> <functional> <map> <memory> <mutex> <optional> <span> <string> <string_view>
  <thread> <variant> <vector> <absl/status/statusor.h> <absl/strings/str_cat.h>)
set(skyndsamt_message_headers ${skyndsamt_base_headers}
  <absl/container/flat_hash_map.h> <absl/time/civil_time.h> <absl/time/time.h>
  <skyndsamt/event/v1/fact.pb.h> <skyndsamt/event/v1/organisation.pb.h>
  <skyndsamt/log/v1/log.pb.h> <skyndsamt/api/v1/case_service.pb.h>
  <skyndsamt/api/v1/incident_service.pb.h> <skyndsamt/api/v1/organisation_service.pb.h>)
set(skyndsamt_grpc_headers <grpcpp/grpcpp.h> <skyndsamt/api/v1/case_service.grpc.pb.h>
  <skyndsamt/api/v1/incident_service.grpc.pb.h> <skyndsamt/api/v1/organisation_service.grpc.pb.h>)
if(BUILD_TESTING)
  skyndsamt_precompiled(skyndsamt_pch_base_test HEADERS ${skyndsamt_base_headers} <gmock/gmock.h>
    DEPS absl::statusor absl::strings GTest::gmock)
endif()
foreach(floor messages grpc)
  set(headers ${skyndsamt_message_headers})
  set(deps skyndsamt_api_proto absl::flat_hash_map absl::time)
  if(floor STREQUAL grpc)
    list(APPEND headers ${skyndsamt_grpc_headers})
    list(APPEND deps skyndsamt_api_grpc)
  endif()
  if(floor STREQUAL messages OR TARGET gRPC::grpc++)
    skyndsamt_precompiled(skyndsamt_pch_${floor} HEADERS ${headers} DEPS ${deps})
    if(BUILD_TESTING)
      skyndsamt_precompiled(skyndsamt_pch_${floor}_test
        HEADERS ${headers} <gmock/gmock.h> DEPS ${deps} GTest::gmock)
    endif()
  endif()
endforeach()

# Compiles a target with the header of the floor that it stands on: a library with none if it reads
# no messages.
function(skyndsamt_use_precompiled name suffix)
  set(floor "")
  if(suffix STREQUAL _test)
    set(floor base)
  endif()
  foreach(dep ${ARGN})
    if(dep MATCHES "^skyndsamt_(api_grpc|api|server|running_server|cli)$")
      set(floor grpc)
    elseif(NOT floor STREQUAL grpc AND dep MATCHES "^skyndsamt_(event_proto|api_proto|law|views|domain|commands)$")
      set(floor messages)
    endif()
  endforeach()
  if(floor)
    target_compile_options(${name} PRIVATE -fpch-preprocess)
    target_precompile_headers(${name} REUSE_FROM skyndsamt_pch_${floor}${suffix})
  endif()
endfunction()

# skyndsamt_library(name SOURCES a.cc HEADERS a.h DEPS other PRIVATE_DEPS rocksdb)
function(skyndsamt_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;HEADERS;DEPS;PRIVATE_DEPS" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${ARG_HEADERS})
    target_link_libraries(${name} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS} skyndsamt_warnings)
    skyndsamt_use_precompiled(${name} "" ${ARG_DEPS})
  else()
    add_library(${name} INTERFACE)
    target_sources(${name} INTERFACE FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${ARG_HEADERS})
    target_link_libraries(${name} INTERFACE ${ARG_DEPS})
  endif()
endfunction()

# skyndsamt_test(name SOURCES a_test.cc DEPS lib [LABELS core])
# One test program per folder keeps the build short, and so does -O1 for what only tests; ctest runs
# it as one test.
function(skyndsamt_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  skyndsamt_use_precompiled(${name} _test ${ARG_DEPS})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} skyndsamt_warnings GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
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
