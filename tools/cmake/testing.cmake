# outspan_test(NAME SOURCES … LIBRARIES …): one GoogleTest program, its cases known to ctest as NAME.Suite.Case.
# outspan_fuzzer(NAME SOURCE file LIBRARIES … CORPUS folder): with OUTSPAN_FUZZ a libFuzzer program that ctest runs for
# OUTSPAN_FUZZ_SECONDS, always with the same seed, so that a run is no matter of luck (start the program itself for others); without, a program that feeds each file of the corpus once.
find_package(GTest REQUIRED)
include(GoogleTest)
set(OUTSPAN_FUZZ_SECONDS 10 CACHE STRING "How long ctest runs each fuzz target")

add_library(outspan_test_main OBJECT ${PROJECT_SOURCE_DIR}/tests/support/main.cpp)
target_link_libraries(outspan_test_main PUBLIC outspan::core GTest::gtest GTest::gmock)
target_precompile_headers(outspan_test_main PUBLIC <gtest/gtest.h> <gmock/gmock.h> ${OUTSPAN_PRELUDE})
# Most of the time went into optimising tests that run for milliseconds, and into counting their branches for the fuzzer.
# Fuzz targets themselves, and what they test, keep both.
add_library(outspan_test_options INTERFACE)
target_link_libraries(outspan_test_options INTERFACE outspan::options)
if(OUTSPAN_SANITIZE)
  target_compile_options(outspan_test_options INTERFACE -O0 $<$<BOOL:${OUTSPAN_FUZZ}>:-fno-sanitize=fuzzer-no-link>)
else()
  target_compile_options(outspan_test_options INTERFACE -O1)
endif()
target_link_libraries(outspan_test_main PRIVATE outspan_test_options)

function(outspan_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  add_executable(${name} ${arg_SOURCES} $<TARGET_OBJECTS:outspan_test_main>)
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} outspan_test_options GTest::gtest GTest::gmock)
  target_precompile_headers(${name} REUSE_FROM outspan_test_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE OUTSPAN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  # One ctest entry a program: starting a process for each of a thousand cases costs more than the cases.
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()

add_custom_target(fuzzers)

function(outspan_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SOURCE;CORPUS" "LIBRARIES")
  add_executable(${name} ${arg_SOURCE})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} outspan::options)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  add_dependencies(fuzzers ${name})
  if(OUTSPAN_FUZZ)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set(work ${CMAKE_CURRENT_BINARY_DIR}/${name}.corpus)
    file(MAKE_DIRECTORY ${work})
    add_test(NAME ${name}
      COMMAND ${name} -seed=1 -max_total_time=${OUTSPAN_FUZZ_SECONDS} -timeout=10 -rss_limit_mb=2048 -print_final_stats=0
              ${work} ${arg_CORPUS})
    set_tests_properties(${name} PROPERTIES LABELS fuzz TIMEOUT 300)
  else()
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/replay_corpus.cpp)
    add_test(NAME ${name} COMMAND ${name} ${arg_CORPUS})
    set_tests_properties(${name} PROPERTIES LABELS corpus TIMEOUT 120)
  endif()
endfunction()
