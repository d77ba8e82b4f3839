#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/parser.h"
#include "protocol/shared/command_channel.h"

namespace outspan::protocol::proxy {

/// A short exchange before the stream proper, which is taken off so that what follows is recognised
/// as if it came first. What was exchanged is searched, but for a password; what it says of who and
/// where goes on to all objects after it. Where it is not what it began like, all of it is scanned
/// as it is.
/// Bound: Limits::header_kib a side, held until the exchange is whole.
class PeeledLayer : public StreamParser {
 public:
  void on_data(Side side, Bytes bytes) noexcept override;
  void on_gap(Side, std::uint64_t) noexcept override { give_up(); }
  void on_pause() noexcept override {}
  void on_close(flow::CloseReason) noexcept override { give_up(); }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override;

  enum class Answer : std::uint8_t { more, whole, other };
  /// What was exchanged, once it is whole.
  struct Exchanged {
    std::array<std::size_t, 2> bytes{};  ///< by side, from the beginning
    std::size_t password_begin = 0;      ///< of the client's
    std::size_t password_bytes = 0;
    Actor actor{};
    Destination destination{};
  };

 protected:
  /// `name`: "socks", as application and in objects: "socks session".
  PeeledLayer(StreamHost& host, std::string_view name, std::string_view object_name) noexcept
      : host_(host),
        name_(name),
        channels_{CommandChannel(host, object_name), CommandChannel(host, object_name)} {}

  /// `held`: all that came of both sides. Called again when more is there.
  virtual Answer read(const std::array<Bytes, 2>& held, Exchanged& exchanged) noexcept = 0;

 private:
  void peel(const Exchanged& exchanged) noexcept;
  void give_up() noexcept;

  StreamHost& host_;
  std::string_view name_;
  std::array<CommandChannel, 2> channels_;
  std::array<std::string, 2> held_;
  bool gone_ = false;
};

}  // namespace outspan::protocol::proxy
