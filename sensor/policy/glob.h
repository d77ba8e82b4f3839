#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace outspan::policy {

/// ASCII letters to lower case; other bytes as they are.
std::string fold_case(std::string_view text);

/// `*` stands for any run of characters, also none. `pattern` is folded already, `text` is folded
/// on the way. Linear in practice, never worse than |pattern| * |text|; no recursion.
bool glob_matches(std::string_view pattern, std::string_view text) noexcept;

/// Patterns of an exception. Those without a `*` are looked up, not tried one by one.
class GlobSet {
 public:
  GlobSet() = default;
  explicit GlobSet(const std::vector<std::string>& patterns);

  [[nodiscard]] bool empty() const noexcept { return exact_.empty() && globs_.empty(); }
  [[nodiscard]] bool matches(std::string_view text) const noexcept;

 private:
  std::vector<std::string> exact_;  // folded, ascending
  std::vector<std::string> globs_;  // folded
};

}  // namespace outspan::policy
