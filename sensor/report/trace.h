#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "core/time.h"
#include "report/event_json.h"
#include "report/ledger_sum.h"

namespace outspan::report {

/// When, from where, to whom and how the customers of an index passed: `record` events summed up.
/// Memory: kWaysMax ways; further ones are counted in `left_out`.
class Trace {
 public:
  /// `rows`: those of the table.
  explicit Trace(std::uint64_t rows) : rows_(rows) {}

  /// A line of JSON; one that is no `record` and no `ledger` says nothing here.
  void add(std::string_view line);
  void set_complete(bool complete) noexcept { complete_ = complete; }

  /// A table for people.
  [[nodiscard]] std::string text() const;
  /// One object, with a line feed.
  [[nodiscard]] std::string json() const;

 private:
  static constexpr std::size_t kWaysMax = 1'000'000;

  /// What makes a line of the table: row, direction, from, to, protocol and what it was part of.
  using Way = std::tuple<std::uint64_t, std::string, std::string, std::string, std::string>;
  struct Seen {
    Timestamp first{}, last{};
    std::uint64_t objects = 0;
    std::set<std::string> columns;
    std::string file;  // of the first sight
    std::uint64_t packet = 0;
  };

  void add_record(const Json& event, Timestamp time);
  /// Payload bytes that could not be searched, by column of the ledger.
  [[nodiscard]] std::map<std::string, std::uint64_t> unread_bytes() const;
  [[nodiscard]] std::size_t rows_seen() const;

  std::uint64_t rows_;
  bool complete_ = true;
  std::map<Way, Seen> ways_;
  std::uint64_t left_out_ = 0;
  LedgerSum ledger_;
};

}  // namespace outspan::report
