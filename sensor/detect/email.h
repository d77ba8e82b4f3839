#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "detect/text_span.h"

namespace outspan::detect {

/// What an address turned out to be.
struct EmailFinding {
  std::uint32_t begin = 0, end = 0;
  /// Shaped like a machine's id ("<20240115.1a2b3c@mx.example.com>").
  bool machine_made = false;
  /// Where addresses name no mailbox, as a rule: a value only if an index knows it.
  bool only_known = false;
  /// The local part may begin with another word ("NameAnn", "name_ann").
  bool maybe_glued = false;
};

/// Addresses around an '@'. Letters beyond ASCII are taken in both parts (RFC 6531), quotes only
/// around local parts that need none.
///
/// Refused: unknown top-level domains (file names such as logo@2x.png, versions, hosts of the
/// private net), and, unless an index knows them, what names_no_mailbox() refuses.
class EmailRules {
 public:
  EmailRules();

  bool find(TextSpan text, std::uint32_t at_sign, EmailFinding& finding) noexcept;

  /// The canonical form, appended to `out`: NFC, case folded, the domain as A-labels (RFC 5890).
  static void canonical(std::string_view address, std::string& out);

  /// Whether there is such a top-level domain, in any case.
  bool top_level_domain(std::string_view label) noexcept;

 private:
  [[nodiscard]] bool is_top_level(std::string_view label) noexcept;
  [[nodiscard]] bool trim_domain(std::string_view text, std::uint32_t begin,
                                 std::uint32_t& end) noexcept;

  /// Recent answers, found by the hash of the label; a mailing list asks for the same few.
  struct Known {
    char label[14];
    std::uint8_t size = 0;
    bool top_level = false;
  };
  Known known_[256];
};

}  // namespace outspan::detect
