#pragma once

#include <memory>

#include "content/chain/decompressor.h"
#include "content/chain/object_context.h"
#include "content/chain/stage.h"
#include "content/chain/stream_metadata.h"

namespace outspan::content {

/// Undoes a compression on the way. Streams that follow each other (gzip members, zstd frames) are
/// one; other bytes after the end are handed on as they are, or counted and left to the caller (see
/// NodeOptions::following). What a decoder passes over (gzip's names and comments, skippable frames
/// of zstd, metadata of brotli) is searched as bytes. What comes after damage, a gap or an
/// exhausted budget is entered into the ledger and not decoded.
class DecompressStage final : public Stage {
 public:
  /// `depth`: of the node.
  DecompressStage(ObjectContext& context, const Node& node, std::uint32_t depth, Coding coding,
                  StagePtr next, std::uint64_t* following = nullptr) noexcept;
  ~DecompressStage() override;

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override;
  void end() noexcept override;

  /// For one stream inside something else: decodes up to its end, and says how many bytes that
  /// took.
  std::size_t take(Bytes bytes) noexcept;
  [[nodiscard]] bool running() const noexcept { return state_ == State::running; }
  /// Why the stream was given up; nullptr: it was not.
  [[nodiscard]] const char* given_up() const noexcept {
    return state_ != State::given_up ? nullptr : reason_ != nullptr ? reason_ : "budget";
  }

 private:
  enum class State : std::uint8_t { running, between, trailing, given_up };
  /// `reason` nullptr: a budget.
  void give_up(const char* reason) noexcept;
  bool ready() noexcept;
  void settle() noexcept;
  void leave_unread() noexcept;
  void cut() noexcept;
  void take_account(const Decompressor::Step& step, std::size_t at) noexcept;
  /// `base`: where `bytes` begin in what data() was given.
  std::size_t decode(Bytes bytes, std::size_t base) noexcept;
  void look_aside(Bytes used, bool gave_output) noexcept;
  void passed_over(Bytes bytes) noexcept;
  [[nodiscard]] bool next_stream(Bytes rest) const noexcept;
  void trailing(Bytes bytes) noexcept;

  std::uint32_t depth_;
  Coding coding_;
  StagePtr next_;
  std::uint64_t* following_;
  StagePtr aside_;  // what the decoder passes over; nullptr: nothing so far
  StreamMetadata metadata_;
  QuietSlices slices_;  // of brotli
  std::unique_ptr<Decompressor> decompressor_;
  std::uint64_t memory_ = 0;
  State state_ = State::running;
  const char* reason_ = nullptr;
  bool started_ = false;
  bool any_ = false;                // something has come out of the current stream
  std::uint64_t quiet_ = 0;         // bytes of which nothing has come
  std::uint64_t output_at_ = 0;     // on the wire: what is before has come out
  std::uint64_t given_up_at_ = 0;   // on the wire
  std::uint64_t unread_bytes_ = 0;  // since it gave up
};

}  // namespace outspan::content
