#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detect/email.h"
#include "fingerprint/build/format_counts.h"
#include "fingerprint/build/phone_source.h"
#include "fingerprint/build/reject.h"
#include "fingerprint/forms/name_form.h"
#include "fingerprint/forms/phone_form.h"
#include "fingerprint/forms/ticket_format.h"
#include "fingerprint/index/column.h"
#include "fingerprint/index/key.h"
#include "fingerprint/index/value_hash.h"

namespace outspan::fingerprint {

/// What a cell becomes in the index.
struct Cell {
  /// Of what is looked up: its value, and of an e-mail also the mailbox that it reduces to.
  std::vector<ValueHash> hashes;
  Name name;                   ///< of a name
  std::uint32_t text_tag = 0;  ///< of a text
  /// Distinguishes values in a record id.
  std::uint64_t identity = 0;
};

/// The digits that end a ticket: how many they are, and the first four of them, as one number.
struct TicketBeginning {
  static std::uint64_t of(std::string_view canonical) noexcept;
  /// How many follow those four.
  static std::uint64_t further_digits(std::uint64_t beginning) noexcept {
    const std::uint64_t digits = beginning / 10'000;
    return digits - std::min<std::uint64_t>(digits, 4);
  }
};

/// What one thread learns about a column from its cells.
struct ColumnFindings {
  RejectCounts rejects;
  std::uint64_t cells = 0;
  std::uint64_t empty = 0;
  bool unusual_characters = false;
  FormatCounts formats;
  /// Phones without PhoneSource::kDigitsOff, tickets by TicketBeginning::of().
  std::vector<std::uint64_t> beginnings;
  std::uint32_t size_min = 0xffffffff, size_max = 0;

  void append(const ColumnFindings& later, std::uint64_t base);
};

/// Brings the cells of a source into their canonical forms and hashes them. No value outlives the
/// call that brought it.
/// Thread: one object a thread.
class CellReader {
 public:
  struct Options {
    std::vector<std::string> countries;
    std::vector<TicketFormat> ticket_formats;  ///< empty: any
  };
  CellReader(KeyPtr key, Options options);

  /// `row` counts from 1. False: the cell is empty or cannot be used, which is counted.
  bool read(ColumnType type, std::string_view text, std::uint64_t row, ColumnFindings& findings,
            PhonePlan& phones, Cell& cell);

 private:
  bool read_email(std::string_view text, std::uint64_t row, ColumnFindings& findings, Cell& cell);
  bool read_phone(std::string_view text, std::uint64_t row, ColumnFindings& findings,
                  PhonePlan& phones, Cell& cell);
  bool read_ticket(std::string_view text, std::uint64_t row, ColumnFindings& findings, Cell& cell);
  bool read_name_cell(std::string_view text, std::uint64_t row, ColumnFindings& findings,
                      Cell& cell);
  bool read_text(std::string_view text, std::uint64_t row, ColumnFindings& findings, Cell& cell);
  void add_hash(Key::Use use, std::string_view canonical, Cell& cell) const;

  KeyPtr key_;
  Options options_;
  detect::EmailRules emails_;
  PhoneSource phones_;
  std::string folded_, canonical_, reduced_;
};

}  // namespace outspan::fingerprint
