#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "content/text.h"
#include "detect/known_values.h"
#include "detect/scanner.h"

namespace outspan::detect {

/// Hands all windows of a text to a sink, in every form that content/ reads; see
/// content::FieldReader.
using ReadText = std::function<void(std::string_view text, content::TextSink& sink)>;

/// Whether a text holds a value that detection would find in it, however it is written.
/// Thread: one object a thread.
class ValueProbe final : private content::TextSink, private HitSink {
 public:
  /// `known`: nullptr, or what is a value besides; outlives the probe, as what `read` refers to.
  ValueProbe(std::shared_ptr<const SignatureSet> signatures, KnownValues* known, ReadText read)
      : signatures_(signatures),
        scanner_(std::move(signatures), *this),
        known_(known),
        read_(std::move(read)) {}

  enum class Emails : bool { count, do_not_count };
  bool holds_value(std::string_view text, Emails emails) noexcept;

 private:
  void on_window(const content::Object& object, const content::Node& node,
                 const content::Window& window) noexcept override;
  void on_hits(const content::Object& object, const content::Node& node,
               std::span<const Hit> hits) noexcept override;

  std::shared_ptr<const SignatureSet> signatures_;
  Scanner scanner_;
  KnownValues* known_;
  ReadText read_;
  std::vector<std::pair<std::size_t, std::size_t>> known_parts_;
  Emails emails_ = Emails::count;
  bool found_ = false;
};

}  // namespace outspan::detect
