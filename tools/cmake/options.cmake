# outspan::options: how every target of ours is compiled. Linked by each target; nothing is global.
include(GNUInstallDirs)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(OUTSPAN_CCACHE ccache)
if(OUTSPAN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${OUTSPAN_CCACHE})
  # ccache keeps nothing of what uses a precompiled header unless it is allowed these.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${OUTSPAN_CCACHE})
endif()

add_library(outspan_options INTERFACE)
add_library(outspan::options ALIAS outspan_options)
target_compile_features(outspan_options INTERFACE cxx_std_20)
target_compile_options(outspan_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wnull-dereference -fno-omit-frame-pointer
  $<$<BOOL:${OUTSPAN_WERROR}>:-Werror>)
# GCC 12 sees null dereferences and overflows inside the inlined standard library (GCC bug 105562 and kin).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(outspan_options INTERFACE
    -Wno-null-dereference -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds -Wno-restrict)
endif()
# Hyperscan needs SSSE3 anyway; AVX2 code is chosen at run time.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  target_compile_options(outspan_options INTERFACE -march=x86-64-v2)
endif()
if(OUTSPAN_SANITIZE)
  target_compile_options(outspan_options INTERFACE -fsanitize=${OUTSPAN_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(outspan_options INTERFACE -fsanitize=${OUTSPAN_SANITIZE})
  # Not _GLIBCXX_SANITIZE_VECTOR: libhs shares the templates of std::vector with us but is not
  # instrumented itself, so its own vectors would be reported.
else()
  target_compile_definitions(outspan_options INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
  target_compile_options(outspan_options INTERFACE -fstack-protector-strong)
  target_link_options(outspan_options INTERFACE -Wl,-z,relro,-z,now)
endif()
if(OUTSPAN_FUZZ)
  target_compile_options(outspan_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# assert() stays on in the release build: the tests run what ships.
foreach(config RELEASE RELWITHDEBINFO MINSIZEREL)
  string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_${config} "${CMAKE_CXX_FLAGS_${config}}")
  string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_${config} "${CMAKE_C_FLAGS_${config}}")
endforeach()

# outspan::cold: code that runs once or for an event, never for a packet. -O3 made half of its compile time.
add_library(outspan_cold INTERFACE)
add_library(outspan::cold ALIAS outspan_cold)
set(OUTSPAN_COLD $<$<CONFIG:Release>:-O1>)
target_compile_options(outspan_cold INTERFACE ${OUTSPAN_COLD})

# What nearly every file includes of the standard library, parsed once. Only what never changes belongs here: a header of
# ours would have everything compiled again. Files include what they use all the same.
set(OUTSPAN_PRELUDE
  <algorithm> <array> <atomic> <bit> <charconv> <chrono> <cstdint> <cstring> <deque> <functional> <map>
  <memory> <mutex> <optional> <set> <span> <string> <string_view> <thread> <tuple> <unordered_map> <utility> <variant>
  <vector>)
add_library(outspan_prelude OBJECT ${PROJECT_SOURCE_DIR}/tools/cmake/prelude.cpp)
target_link_libraries(outspan_prelude PRIVATE outspan::options)
target_precompile_headers(outspan_prelude PRIVATE ${OUTSPAN_PRELUDE})

# use_prelude(FOLDER…): every C++ target of these folders takes it.
function(use_prelude)
  foreach(folder IN LISTS ARGN)
    get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
    foreach(target IN LISTS targets)
      get_target_property(type ${target} TYPE)
      get_target_property(has_own ${target} PRECOMPILE_HEADERS_REUSE_FROM)
      if(type MATCHES "^(STATIC_LIBRARY|OBJECT_LIBRARY|EXECUTABLE)$" AND NOT has_own)
        target_precompile_headers(${target} REUSE_FROM outspan_prelude)
      endif()
    endforeach()
  endforeach()
endfunction()
