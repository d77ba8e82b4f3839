#include <array>
#include <string>
#include <utility>

#include "protocol/ftp/ftp.h"

namespace outspan::protocol::ftp {
namespace {

/// First two bytes of a TLS record with a handshake: PROT P (RFC 4217, 9).
constexpr std::array<std::uint8_t, 2> kTls{0x16, 0x03};

class DataParser final : public StreamParser {
 public:
  DataParser(StreamHost& host, std::shared_ptr<FileTransfer> transfer) noexcept
      : host_(host), transfer_(std::move(transfer)) {
    host.flow().account.set_app(AppProtocol::named("ftp-data"));
  }

  void on_data(Side side, Bytes bytes) noexcept override {
    if (given_away_ || bytes.empty()) return;
    if (!plain_ && becomes_tls(side, bytes)) return;
    feed(side, bytes);
  }

  void on_gap(Side side, std::uint64_t missing_bytes) noexcept override {
    if (given_away_) return;
    settle();
    begin(side);
    if (writers_[index(side)]) writers_[index(side)]->gap(missing_bytes);
  }

  void on_pause() noexcept override {
    for (auto& writer : writers_)
      if (writer) writer->pause();
  }

  void on_close(flow::CloseReason reason) noexcept override {
    if (given_away_) return;
    settle();
    const bool whole = reason == flow::CloseReason::fin;
    for (auto& writer : writers_) {
      if (!writer) continue;
      learn(writer->info());
      writer->end_part();
      writer->end(whole ? ObjectEnd::complete : ObjectEnd::cut_short);
      writer.reset();
    }
  }

 private:
  /// Looks at the first two bytes of either side. True: the bytes are taken care of.
  bool becomes_tls(Side side, Bytes bytes) noexcept {
    std::size_t& held = held_[index(side)];
    if (held == 0 && bytes.front() != kTls[0]) {
      settle();
      return false;
    }
    if (held == 0 && bytes.size() == 1) {
      held = 1;
      return true;
    }
    const std::uint8_t second = held == 1 ? bytes[0] : bytes[1];
    if (second != kTls[1]) {
      settle();
      return false;
    }
    given_away_ = true;
    std::string rest;
    if (held == 1) rest.push_back(static_cast<char>(kTls[0]));
    rest += as_text(bytes);
    std::array<Bytes, 2> left{};
    left[index(side)] = as_bytes(rest);
    const std::size_t other = index(opposite(side));
    if (held_[other] == 1) left[other] = Bytes(kTls).first(1);
    host_.restart(left);
    return true;
  }

  /// It is no TLS: what was held back is content.
  void settle() noexcept {
    if (plain_) return;
    plain_ = true;
    for (const Side side : {Side::client, Side::server})
      if (held_[index(side)] == 1) feed(side, Bytes(kTls).first(1));
  }

  void feed(Side side, Bytes bytes) noexcept {
    begin(side);
    if (writers_[index(side)]) writers_[index(side)]->data(bytes);
  }

  void begin(Side side) noexcept {
    auto& writer = writers_[index(side)];
    if (!host_.flow().inspected(side)) return;
    if (writer) {
      if (!named_ && !transfer_->verb.empty()) learn(writer->info());
      return;
    }
    ObjectInfo object;
    learn(object);
    writer = host_.objects().begin(host_.flow(), side, std::move(object));
    PartInfo part;
    part.kind = PartKind::body;
    part.file_name = transfer_->file_name;
    writer->begin_part(std::move(part));
  }

  void learn(ObjectInfo& object) noexcept {
    named_ = !transfer_->verb.empty();
    object.name = !named_                        ? "FTP data"
                  : transfer_->file_name.empty() ? transfer_->verb
                                                 : transfer_->verb + " " + transfer_->file_name;
    object.actor.user = transfer_->user;
    object.actor.hostname = transfer_->client_name;
    object.destination.hostname = transfer_->server_name;
  }

  StreamHost& host_;
  std::shared_ptr<FileTransfer> transfer_;
  std::array<std::unique_ptr<ObjectWriter>, 2> writers_;
  std::array<std::size_t, 2> held_{};  // 1: the first byte was 0x16, and nothing else came yet
  bool plain_ = false;
  bool named_ = false;
  bool given_away_ = false;
};

}  // namespace

std::unique_ptr<StreamParser> make_data(StreamHost& host,
                                        std::shared_ptr<FileTransfer> transfer) noexcept {
  return std::make_unique<DataParser>(host, std::move(transfer));
}

}  // namespace outspan::protocol::ftp
