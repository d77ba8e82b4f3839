#pragma once

#include <cstdint>
#include <string_view>

#include "content/text.h"
#include "detect/number_group.h"
#include "detect/table_header.h"
#include "detect/text_span.h"

namespace outspan::detect {

/// Sees everything that could be a value of somebody's table while text is searched for signatures:
/// what is found once need not be looked for twice. Surer than a signature, it decides by the
/// values themselves; so it is given forms that no signature would take.
///
/// Calls:  begin_window, then for each text of the window (its unescaped version, raw parts)
///         begin_text and what is in it, then end_window.
/// Thread: the pipeline's.
class CandidateSink {
 public:
  virtual ~CandidateSink() = default;

  virtual void begin_window(const content::Object& object, const content::Node& node,
                            const content::Window& window) noexcept = 0;
  /// `text` is the unescaped version of the window, or raw text from `raw_begin` on. `header`:
  /// of the table that it is part of; borrowed until end_window.
  virtual void begin_text(TextSpan text, bool unescaped, std::uint32_t raw_begin,
                          const TableHeader& header) noexcept = 0;
  /// An e-mail address, or what could be one written to other words.
  virtual void on_address(std::uint32_t begin, std::uint32_t end) noexcept = 0;
  /// One that is spelled otherwise at [begin, end), as it is meant.
  virtual void on_spelled_address(std::uint32_t begin, std::uint32_t end,
                                  std::string_view address) noexcept = 0;
  /// An '@' among binary data, around which an address may be shorter than it looks. on_address
  /// follows if it looks like a whole one as well.
  virtual void on_framed_address(std::uint32_t at_sign) noexcept = 0;
  /// Digits, by position.
  virtual void on_numbers(const NumberGroup& group) noexcept = 0;
  /// One of SignatureSet::Options::Candidates::expressions ends at `end`.
  virtual void on_expression(std::uint32_t expression, std::uint32_t end) noexcept = 0;
  virtual void end_window() noexcept = 0;
};

}  // namespace outspan::detect
