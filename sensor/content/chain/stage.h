#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/bytes.h"

namespace outspan::content {

class ObjectContext;
struct Node;

/// What became of bytes that a stage was given. Those that another stage gets as they are have no
/// word of their own: forward() and give() claim them.
enum class As : std::uint8_t {
  searched,   ///< they stood in a window of text
  decoded,    ///< another stage got what they stand for
  structure,  ///< read, and nothing that a sender could fill as he likes
  unread,     ///< the stage has said so with ObjectContext::opaque or skip, or will
};

/// One step on the way from wire bytes to text: a decoder, a parser, a window maker. Stages own the
/// stages behind them and push.
///
/// Calls:   any mix of data, gap, boundary and pause, then one finish.
/// Thread:  the pipeline's.
/// Borrows: bytes until the call returns.
///
/// Ledger:  what data() gets is *pending* until the stage claims it, each byte once: it forwards
///          it, or says what became of it. What nobody has claimed when the stage ends is skipped
///          as "unclaimed", and ends a build for tests. So a path on which bytes are forgotten
///          shows, as in FlowAccount. What is handed to a second reader as well (give `data` of
///          another stage a copy) is claimed there only.
class Stage {
 public:
  /// `context` and `node` outlive the stage.
  Stage(ObjectContext& context, const Node& node) noexcept;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  /// Without finish() before, what is pending is unclaimed.
  virtual ~Stage() {
    if (pending_ != 0) [[unlikely]]
      leave_unclaimed();
  }

  void data(Bytes bytes) noexcept {
    add(bytes.size());
    read(bytes);
  }
  /// Bytes are missing here. No value spans it.
  virtual void gap() noexcept = 0;
  /// What follows is a message of its own, in the same form.
  virtual void boundary() noexcept = 0;
  /// Nothing more for a while: hand on what can be handed on.
  virtual void pause() noexcept = 0;
  void finish() noexcept {
    end();
    if (pending_ != 0) [[unlikely]]
      leave_unclaimed();
  }

 protected:
  /// The next bytes, which are pending.
  virtual void read(Bytes bytes) noexcept = 0;
  /// There are no more.
  virtual void end() noexcept = 0;

  /// `bytes` of what is pending. In a build for tests a claim of more ends the program.
  void claim([[maybe_unused]] As what, std::uint64_t bytes) noexcept {
    if (bytes > pending_) [[unlikely]]
      bytes = claimed_twice(bytes);
    pending_ -= bytes;
  }
  /// Pending bytes go on as they are; see ObjectContext::forward.
  void forward(Stage& to, Bytes piece, std::int64_t offset) noexcept;
  /// The same for bytes whose place on the wire does not matter to `to`.
  void give(Stage& to, Bytes bytes) noexcept {
    claim(As::decoded, bytes.size());
    to.data(bytes);
  }
  /// For a stage that is fed otherwise than by data(): `bytes` are given, or were not used.
  void add(std::uint64_t bytes) noexcept {
    given_ += bytes;
    pending_ += bytes;
  }
  void give_back(std::uint64_t bytes) noexcept {
    given_ -= bytes;
    claim(As::unread, bytes);
  }
  [[nodiscard]] std::uint64_t pending() const noexcept { return pending_; }

  /// How many bytes of the wire are behind so many that it was given: their share.
  [[nodiscard]] std::uint64_t on_wire(std::uint64_t bytes) const noexcept;

  ObjectContext& context_;
  const Node& node_;

 private:
  void leave_unclaimed() noexcept;
  [[nodiscard]] std::uint64_t claimed_twice(std::uint64_t bytes) const noexcept;

  std::uint64_t given_ = 0;
  std::uint64_t pending_ = 0;
  const std::uint64_t wire_begin_;
};

using StagePtr = std::unique_ptr<Stage>;

}  // namespace outspan::content
