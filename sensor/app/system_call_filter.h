#pragma once

#include <string>

namespace outspan::app {

/// From now on this process, all its threads and the worker programs that it starts can ask the
/// kernel only for what a sensor needs once it runs: files, sockets, memory, time, threads and
/// programs of its own. Anything else fails with EPERM and is remembered; in a worker program,
/// which has a narrower filter of its own, it ends the program, which is reported as a crash of its
/// file. Empty: it is in force; else why not.
std::string filter_system_calls();

/// The call that was refused last, by name. Empty: none since the last time. Thread: any.
std::string take_refused_call();

/// For people.
std::string refused_call_sentence(const std::string& call);

}  // namespace outspan::app
