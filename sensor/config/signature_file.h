#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/result.h"

namespace outspan::config {

/// A piece of text that proves something about a signature.
struct SignatureExample {
  std::string text;
  /// The canonical value that has to come out; nullopt: any.
  std::optional<std::string> value;
  /// How sure it has to be; nullopt: whatever it is.
  std::optional<std::uint8_t> confidence;
  /// ISO 3166 codes that are configured while it is tried; empty: the signature's.
  std::vector<std::string> countries;
  /// Why it must not match; empty for examples that must.
  std::string why;
  std::string where;
  bool operator==(const SignatureExample&) const = default;
};

/// One signature as its file says it: exactly one of `detector`, `text_template` and `pattern` is
/// given.
struct SignatureSpec {
  std::string where;  ///< "builtin/email.yaml:1:1"
  std::string id;
  std::string title;
  /// A built-in detector with its own validator: "email", "phone", "payment-card", "us-ssn" …
  std::string detector;
  /// `#` a digit, `?` a letter, `*` either, anything else itself: "TM-########".
  std::string text_template;
  std::string pattern;  ///< a regular expression that Hyperscan takes
  std::string pattern_where;
  bool caseless = false;
  /// Of a pattern: a check over the digits (and letters) of the value; empty: none.
  std::string validator;

  struct Context {
    std::vector<std::string> words;
    std::uint32_t within_bytes = 48;  ///< on either side of the value
    bool required = false;            ///< no hit without a word
    bool operator==(const Context&) const = default;
  } context;

  std::uint8_t confidence_base = 60;
  std::uint8_t confidence_with_context = 85;
  /// ISO 3166 codes. Given, and none of them configured: context is required.
  std::vector<std::string> countries;
  std::optional<Severity> severity;
  std::vector<SignatureExample> match;
  std::vector<SignatureExample> no_match;
  bool operator==(const SignatureSpec&) const = default;
};

/// One document: a signature, or a list of them. `name` is the file as the operator knows it.
Result<std::vector<SignatureSpec>> read_signatures(const std::string& name,
                                                   const std::string& text);

/// A file, or a folder with all its *.yaml, by name.
Result<std::vector<SignatureSpec>> load_signatures(const std::string& path);

}  // namespace outspan::config
