#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "content/chain/charset_stage.h"
#include "content/chain/object_context.h"
#include "content/chain/stage.h"
#include "content/containers/appended_files.h"
#include "content/text_stage.h"
#include "marks/spread.h"

namespace outspan::content {

/// Bytes that nothing has to be undone for: ASCII and UTF-8 go to the text as they are, old code
/// pages are converted, and in what is no text archives are looked for and the spread of the bytes
/// is measured.
///
/// Holds back at most kSample bytes, from the first that is no ASCII until it is decided.
class PlainStage final : public Stage {
 public:
  /// `converter`: of the charset that is known already; nullptr: the bytes decide.
  PlainStage(ObjectContext& context, const Node& node, TextOptions options,
             text::Converter converter) noexcept;

  /// Before the first bytes of a message.
  void begin(LookInside look) noexcept {
    look_for_archives_ = look == LookInside::yes;
    text_.look_for_noise(look_for_archives_);
  }

  void data(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override;
  void finish() noexcept override;

  /// The message so far is spread like random bytes.
  bool looks_random() noexcept;

 private:
  static constexpr std::size_t kSample = 2048;
  static constexpr std::size_t kBefore = 128;
  enum class State : std::uint8_t { ascii, sampling, decided, bytes };

  std::size_t pass_ascii(Bytes bytes) noexcept;
  std::size_t sample(Bytes bytes) noexcept;
  void decide(Bytes sample) noexcept;
  void settle() noexcept;
  void hand_on(Bytes bytes) noexcept;
  void end_message() noexcept;
  [[nodiscard]] Stage& next() noexcept {
    return charset_ ? static_cast<Stage&>(*charset_) : static_cast<Stage&>(text_);
  }

  ObjectContext& context_;
  const Node& node_;
  std::uint32_t depth_;
  bool declared_;
  bool look_for_archives_ = true;
  State state_ = State::ascii;
  std::uint64_t ascii_bytes_ = 0;  // of the message, before anything else
  std::array<std::uint8_t, kBefore> before_;
  std::size_t before_size_ = 0;
  Buffer held_;
  std::size_t held_size_ = 0;
  TextStage text_;
  std::unique_ptr<CharsetStage> charset_;
  std::unique_ptr<AppendedFiles> appended_;
  std::unique_ptr<marks::Spread> spread_;
};

}  // namespace outspan::content
