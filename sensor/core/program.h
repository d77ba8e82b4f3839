#pragma once

#include <string>

namespace outspan {

/// The path of a program that comes with this one: beside it, in ../libexec/outspan, or where the
/// build puts it. Empty: it is not there.
std::string find_program(const char* name);

}  // namespace outspan
