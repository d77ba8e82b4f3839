#pragma once

#include <mutex>
#include <string>

/// One line at the bottom of the terminal that standard error is, rewritten in place while other
/// text scrolls past above it. Thread: any.
namespace outspan::terminal_line {

/// Standard error is a terminal that can rewrite a line.
[[nodiscard]] bool possible() noexcept;

/// Shows this instead of what stands there, cut to the terminal's width; empty: nothing any more.
void show(std::string text);

/// While it lives, something else may be written to the terminal: the line is taken away, and comes
/// back afterwards.
class Aside {
 public:
  Aside();
  ~Aside();
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

 private:
  std::unique_lock<std::mutex> lock_;
};

}  // namespace outspan::terminal_line
