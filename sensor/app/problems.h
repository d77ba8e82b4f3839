#pragma once

#include <cstdio>

#include "core/result.h"

namespace outspan::app {

/// One line each, to standard error.
inline void print_problems(const Problems& problems) {
  for (const Problem& problem : problems)
    std::fprintf(stderr, "outspan: %s\n", problem.to_string().c_str());
}

}  // namespace outspan::app
