#pragma once

#include <set>
#include <string>
#include <string_view>

#include "content/field_reader.h"
#include "detect/masker.h"
#include "tests/detect/support.h"

namespace outspan::detect::testing {

/// What detection finds in a field of an event, and a masker that reads as it does.
class FieldBench final : private HitSink {
 public:
  explicit FieldBench(const std::shared_ptr<const SignatureSet>& signatures)
      : scanner_(signatures, *this),
        masker(signatures, nullptr, [this](std::string_view text, content::TextSink& sink) {
          masker_reader_.read(text, sink);
        }) {}

  std::set<std::string> values_of(std::string_view text) {
    values_.clear();
    reader_.read(text, scanner_);
    return values_;
  }

 private:
  void on_hits(const content::Object&, const content::Node&,
               std::span<const Hit> hits) noexcept override {
    for (const Hit& hit : hits) values_.emplace(hit.value);
  }

  std::set<std::string> values_;
  content::FieldReader reader_{config::Config()};
  content::FieldReader masker_reader_{config::Config()};
  Scanner scanner_;

 public:
  Masker masker;
};

}  // namespace outspan::detect::testing
