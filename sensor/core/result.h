#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace outspan {

/// What is wrong with something the operator gave us, and where.
struct Problem {
  /// "sensor.yaml:14:3", a file, an option: what the operator has to look at.
  std::string where;
  /// "must be 1s..1h, got 0s".
  std::string what;

  [[nodiscard]] std::string to_string() const { return where.empty() ? what : where + ": " + what; }
};
using Problems = std::vector<Problem>;

/// A value, or all the problems that prevented it. For the operator's input; traffic uses
/// std::optional and counters.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Problem problem) : state_(Problems{std::move(problem)}) {}
  Result(Problems problems) : state_(std::move(problems)) {
    assert(!std::get<Problems>(state_).empty());
  }

  [[nodiscard]] bool ok() const noexcept { return std::holds_alternative<T>(state_); }
  explicit operator bool() const noexcept { return ok(); }

  [[nodiscard]] T& value() & noexcept { return *std::get_if<T>(&state_); }
  [[nodiscard]] const T& value() const& noexcept { return *std::get_if<T>(&state_); }
  [[nodiscard]] T&& value() && noexcept { return std::move(*std::get_if<T>(&state_)); }
  T& operator*() noexcept { return value(); }
  const T& operator*() const noexcept { return value(); }
  T* operator->() noexcept { return std::get_if<T>(&state_); }
  const T* operator->() const noexcept { return std::get_if<T>(&state_); }

  [[nodiscard]] const Problems& problems() const noexcept {
    return *std::get_if<Problems>(&state_);
  }

 private:
  std::variant<T, Problems> state_;
};

}  // namespace outspan
