#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/masked.h"
#include "detect/known_values.h"
#include "detect/text_scanner.h"
#include "detect/value_probe.h"
#include "text/unescape.h"

namespace outspan::detect {

/// Makes text that may leave the sensor out of text from the wire.
/// Thread: one object a thread.
class Masker {
 public:
  /// Longest text that comes out. Input beyond 64 KiB is not looked at.
  static constexpr std::size_t kBytesMax = 512;

  /// `known`: nullptr, or what has to be masked besides. `read`: empty, or how content/ reads a
  /// text. Both outlive the masker.
  explicit Masker(std::shared_ptr<const SignatureSet> signatures, KnownValues* known = nullptr,
                  ReadText read = {});

  /// Whatever any signature matches is replaced by its masked form: also under the escapes that
  /// detection undoes (percents, JSON, HTML ..., several times over), and in base64, base32 and hex
  /// (then the whole run goes). Where `read` still gives a value after that, all of it goes: what
  /// detection reads of a text is never read of what comes out.
  Masked mask(std::string_view wire) noexcept;

  /// As mask. Of the query only short plain values stay, and only where nothing in it matched: a
  /// name beside an address is a customer's, and no signature knows names.
  Masked mask_url(std::string_view wire) noexcept;

  /// A canonical value of a signature.
  Masked sample(SignatureIndex signature, std::string_view value) noexcept;
  /// Canonical values of an index: an address, E.164 digits without the plus, a ticket.
  Masked sample_address(std::string_view value) noexcept;
  Masked sample_phone(std::string_view digits) noexcept;
  Masked sample_ticket(std::string_view value) noexcept;

  /// A sender's or receiver's address or user name. `readable`: e-mail addresses that are no
  /// customer's stay as they are; all other signatures still apply.
  Masked mask_address(std::string_view address, bool readable) noexcept;

 private:
  struct Range {
    std::size_t begin, end;
    std::string form;
  };
  void find(std::string_view wire, bool keep_emails);
  void find_decoded(std::string_view wire, bool keep_emails);
  [[nodiscard]] std::size_t raw(std::size_t at, text::Edge edge) const noexcept;
  void find_runs(std::string_view text);
  bool find_codes(std::string_view text, std::size_t begin, std::size_t end);
  bool find_code(std::string_view text, std::size_t begin, std::size_t end);
  void find_all(std::string_view wire);
  void find_known(std::string_view text);
  void cover_query(std::string_view wire);
  [[nodiscard]] bool holds_value(std::string_view text);
  [[nodiscard]] bool is_code_of_value(std::string_view run);
  std::string apply(std::string_view wire);
  Masked finish(std::string_view wire, ValueProbe::Emails emails);

  TextScanner scanner_;
  text::Unescaper unescaper_;
  KnownValues* known_;
  std::vector<std::pair<std::size_t, std::size_t>> known_parts_;
  const TableHeader no_header_;
  std::vector<Range> ranges_;
  std::unique_ptr<ValueProbe> probe_;  // nullptr: nothing to read texts with
};

}  // namespace outspan::detect
