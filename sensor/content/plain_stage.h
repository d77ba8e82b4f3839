#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "content/chain/charset_stage.h"
#include "content/chain/object_context.h"
#include "content/chain/stage.h"
#include "content/containers/appended_files.h"
#include "content/text_stage.h"
#include "marks/opaque_blocks.h"

namespace outspan::content {

/// Bytes that nothing has to be undone for: ASCII and UTF-8 go to the text as they are, other
/// charsets are converted, and in what is no text archives are looked for and the spread of the
/// bytes is measured, block by block.
///
/// A charset that the sender names is believed where the bytes do not contradict it: UTF-8 is UTF-8
/// whatever it is called, ASCII is no UTF-16 and no EBCDIC, and zeros are of no code page.
/// Holds back at most kSample bytes, from the first that is no ASCII until it is decided.
class PlainStage final : public Stage {
 public:
  /// `charset`: as the sender names it; empty: the bytes decide.
  PlainStage(ObjectContext& context, const Node& node, TextOptions options,
             std::string charset) noexcept
      : Stage(context, node),
        depth_(options.depth),
        declared_(std::move(charset)),
        text_(context, node, options) {}

  /// Before the first bytes of a message, which begins with `beginning`.
  void begin(LookInside look, Bytes beginning) noexcept;

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override;
  void end() noexcept override;

  /// Once the message is over: how many of its bytes are compressed or encrypted.
  std::uint64_t opaque_bytes() noexcept;

 private:
  static constexpr std::size_t kSample = 2048;
  static constexpr std::size_t kBefore = 128;
  enum class State : std::uint8_t { ascii, sampling, decided, bytes };

  std::size_t pass_ascii(Bytes bytes) noexcept;
  std::size_t sample(Bytes bytes) noexcept;
  void decide(Bytes sample) noexcept;
  void convert_from(text::Converter converter) noexcept;
  void settle() noexcept;
  void hand_on(Bytes bytes) noexcept;
  void end_message() noexcept;
  [[nodiscard]] Stage& next() noexcept {
    return charset_ ? static_cast<Stage&>(*charset_) : static_cast<Stage&>(text_);
  }

  std::uint32_t depth_;
  std::string declared_;
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
  std::unique_ptr<marks::OpaqueBlocks> blocks_;
  bool measured_ = false;
};

}  // namespace outspan::content
