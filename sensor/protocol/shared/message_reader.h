#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "core/bytes.h"
#include "core/held_memory.h"

namespace outspan::protocol {

/// Cuts a stream in messages that say how long they are. Pulled, as LineReader is. A message up to
/// a limit comes whole, and is copied only when it arrives in several pieces; of a longer one the
/// beginning comes first, then the rest as it arrives.
/// Bound: `whole_bytes_max`.
class MessageReader {
 public:
  struct Header {
    enum class Kind : std::uint8_t { known, more, invalid };
    std::uint64_t message_bytes;  ///< with the header
    Kind kind;
  };
  static constexpr Header kMore{0, Header::Kind::more};
  static constexpr Header kInvalid{0, Header::Kind::invalid};
  /// Says how long the message is that begins so: at least a byte. Never an empty beginning.
  using ReadHeader = Header (*)(Bytes beginning) noexcept;
  /// The same where it depends on the messages before. Throws nothing.
  using ReadHeaderInContext = std::function<Header(Bytes beginning)>;

  struct Piece {
    enum class Kind : std::uint8_t {
      none,     ///< the input is used up
      whole,    ///< a message
      begin,    ///< of a long message: its first `begin_bytes`
      more,     ///< of a long message; with `left` 0 its end
      damaged,  ///< of a message in which bytes were lost, before all of it was there
      invalid,  ///< no message begins here: `bytes` is all that is there
    };
    Kind kind = Kind::none;
    Bytes bytes;             ///< valid until the next call, or until what `in` borrows goes away
    std::uint64_t left = 0;  ///< of this message, after `bytes`
  };

  /// `begin_bytes` <= `whole_bytes_max`.
  MessageReader(ReadHeaderInContext read_header, std::size_t begin_bytes,
                std::size_t whole_bytes_max) noexcept
      : read_header_(std::move(read_header)),
        begin_bytes_(begin_bytes),
        whole_bytes_max_(whole_bytes_max) {}

  /// Takes the next piece from the front of `in`.
  Piece next(Bytes& in) noexcept;

  enum class Gap : std::uint8_t {
    inside,   ///< of a message whose pieces were given already, and go on after it
    damages,  ///< a message whose rest comes as `damaged`; take_unfinished() has its beginning
    beyond,   ///< where the next message begins is not known; take_unfinished() as before
  };
  Gap gap(std::uint64_t missing_bytes) noexcept;

  /// Between two messages.
  [[nodiscard]] bool idle() const noexcept { return kept_.size() == returned_bytes_ && left_ == 0; }
  /// What is held of a message that is not complete; valid until the next call.
  [[nodiscard]] std::string_view unfinished() const noexcept {
    return std::string_view(kept_).substr(returned_bytes_);
  }
  /// The same, taken out. It is still to be searched.
  [[nodiscard]] std::string take_unfinished() noexcept {
    std::string unfinished = kept_.substr(returned_bytes_);
    kept_.clear();
    returned_bytes_ = 0;
    return unfinished;
  }
  /// Beside the object itself.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return heap_bytes(kept_); }

 private:
  [[nodiscard]] Piece rest_of_message(Bytes& in) noexcept;
  [[nodiscard]] Bytes collect(Bytes& in, std::uint64_t wanted) noexcept;

  ReadHeaderInContext read_header_;
  std::size_t begin_bytes_;
  std::size_t whole_bytes_max_;
  std::string kept_;
  std::size_t returned_bytes_ = 0;  // of kept_, given out: to be dropped on the next call
  std::uint64_t left_ = 0;          // of a long or damaged message
  bool damaged_ = false;
};

/// Where it is not known where messages begin: takes off the front of `in` what stands before the
/// next one, for `other`. `find`: where that begins; the size of its input where none does. True:
/// it begins with `in`.
template <class Find, class Other>
bool find_step(Bytes& in, const Find& find, const Other& other) noexcept {
  const std::size_t begin = find(in);
  other(in.first(begin));
  in = in.subspan(begin);
  return !in.empty();
}

}  // namespace outspan::protocol
