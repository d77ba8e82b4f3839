#include "protocol/tftp/tftp.h"

#include <string>
#include <utility>

#include "protocol/shared/expectations.h"
#include "protocol/tftp/packet.h"
#include "protocol/tftp/transfer.h"

namespace outspan::protocol::tftp {
namespace {

/// A flow of requests, or one that a request announced.
class Parser final : public DatagramParser {
 public:
  explicit Parser(ParserHost& host) noexcept
      : host_(host),
        requests_{LooseObject(host, Side::client, "tftp session"),
                  LooseObject(host, Side::server, "tftp session")} {
    host.flow().account.set_app(AppProtocol::named("tftp"));
  }
  Parser(ParserHost& host, Announced announced) noexcept : Parser(host) {
    transfer_ = std::make_unique<Transfer>(host, std::move(announced));
  }

  bool on_datagram(Side side, Bytes bytes) noexcept override {
    const auto request = read_request(bytes);
    if (!request) return transfer_ && transfer_->datagram(side, bytes);
    host_.flow().account.framing(side, kOpcodeBytes);
    requests_[index(side)].data(bytes.subspan(kOpcodeBytes));
    requests_[index(side)].boundary();
    begin(side, {request->write, std::string(request->file_name), request->options});
    return true;
  }
  void on_pause() noexcept override {
    for (LooseObject& each : requests_) each.pause();
    if (transfer_) transfer_->pause();
  }
  void on_close(flow::CloseReason) noexcept override {
    if (transfer_) transfer_->close();
    for (LooseObject& each : requests_) each.end(ObjectEnd::complete);
  }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    constexpr std::uint64_t kTransferBytes = 8192;
    return sizeof *this + (transfer_ ? kTransferBytes : 0);
  }

 private:
  /// The server answers from a new port, or from this one.
  void begin(Side side, Announced announced) noexcept {
    const FlowInfo& flow = host_.flow().info;
    const auto make = [announced](ParserHost& host) noexcept -> std::unique_ptr<DatagramParser> {
      return std::make_unique<Parser>(host, announced);
    };
    host_.shared().get<Expectations>().announce(
        {flow.ends[index(side)], flow.ends[index(opposite(side))].address, flow.ip_protocol},
        {{}, make}, host_.flow().now.time);
    if (transfer_) transfer_->close();
    transfer_ = std::make_unique<Transfer>(host_, std::move(announced));
  }

  ParserHost& host_;
  std::unique_ptr<Transfer> transfer_;
  std::array<LooseObject, 2> requests_;  // by Side
};

}  // namespace

bool recognise(const FlowContext& flow, Side, Bytes datagram) noexcept {
  return flow.info.ip_protocol == ip_protocol::kUdp && read_request(datagram).has_value();
}

std::unique_ptr<DatagramParser> make(ParserHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::tftp
