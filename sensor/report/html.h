#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

/// HTML as text. Whatever comes from events goes through escape(); what is called markup here is
/// ours, or was escaped.
namespace outspan::report {

/// For text and for attributes in quotes. Printable, on one line.
std::string escape(std::string_view text);

/// "1.2 MB", for people.
std::string bytes_text(std::uint64_t bytes);
/// The same, with the exact number beside it for machines.
std::string bytes_markup(std::uint64_t bytes);
/// "1,234", likewise.
std::string number_markup(std::uint64_t number);
/// "2026-01-31 23:59:59 UTC".
std::string time_text(Timestamp time);
std::string time_markup(Timestamp time);

/// Elements inside one another, which are closed in their order.
class Html {
 public:
  /// `attributes`: markup.
  Html& open(std::string_view tag, std::string_view attributes = {});
  Html& close();
  Html& text(std::string_view text);
  Html& markup(std::string_view markup);
  /// An element with text alone.
  Html& element(std::string_view tag, std::string_view text, std::string_view attributes = {});
  /// An element without content, as SVG has them.
  Html& shape(std::string_view tag, std::string_view attributes);

  /// Everything is closed.
  [[nodiscard]] std::string take();

 private:
  std::string out_;
  std::vector<std::string> open_;
};

/// A table that scrolls by itself where the page is narrow.
class Table {
 public:
  struct Heading {
    std::string_view text;
    bool is_number = false;
  };
  Table(Html& html, std::string_view caption, std::vector<Heading> headings);
  /// Cells are markup; the first one heads its row.
  void row(const std::vector<std::string>& cells);
  void end();

 private:
  Html& html_;
  std::vector<Heading> headings_;
};

}  // namespace outspan::report
