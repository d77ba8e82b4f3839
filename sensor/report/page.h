#pragma once

#include <string>

#include "report/facts.h"

namespace outspan::report {

/// A whole report: one HTML file that needs no other, and no script. The same facts give the same
/// bytes. `title`: any text; empty: the usual one.
std::string write_page(const Facts& facts, const std::string& title = {});

}  // namespace outspan::report
