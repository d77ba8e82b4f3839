#include "protocol/gelf/gelf.h"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/shared/bounded_table.h"

namespace outspan::protocol::gelf {
namespace {

constexpr std::uint16_t kMark = 0x1e0f;
/// Mark, message, number and count.
constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kChunksMax = 128;
constexpr std::size_t kMessagesMax = 64;
constexpr std::size_t kHeldBytesMax = 2 << 20;

struct Chunk {
  std::uint64_t message = 0;
  std::uint8_t number = 0, count = 0;
  Bytes bytes;
};

/// nullopt: it is none.
std::optional<Chunk> parse(Bytes datagram) noexcept {
  ByteCursor in(datagram);
  if (in.u16() != kMark) return std::nullopt;
  Chunk chunk;
  chunk.message = std::uint64_t{in.u32()} << 32;
  chunk.message |= in.u32();
  chunk.number = in.u8();
  chunk.count = in.u8();
  chunk.bytes = in.rest();
  if (!in.ok() || chunk.number >= chunk.count || chunk.count > kChunksMax) return std::nullopt;
  return chunk;
}

/// A message as far as it is there.
struct Message {
  Side side = Side::client;
  std::vector<std::optional<std::string>> chunks;
  std::size_t missing = 0;
  std::size_t bytes = 0;
};

class Parser final : public DatagramParser {
 public:
  explicit Parser(ParserHost& host) noexcept : host_(host) {}

  bool on_datagram(Side side, Bytes bytes) noexcept override {
    const auto chunk = parse(bytes);
    if (!chunk) return false;
    host_.flow().account.set_app(AppProtocol::named("gelf"));
    if (host_.flow().inspected(side)) add(side, *chunk);
    return true;
  }
  void on_close(flow::CloseReason) noexcept override {
    while (auto oldest = messages_.drop_oldest()) give(*oldest);
  }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    return sizeof *this + held_bytes_ + messages_.size() * kMessageBytes;
  }

 private:
  using Key = std::pair<Side, std::uint64_t>;
  static constexpr std::size_t kMessageBytes = kChunksMax * sizeof(std::optional<std::string>);

  void add(Side side, const Chunk& chunk) noexcept {
    host_.flow().account.framing(side, kHeaderBytes);
    const Key key{side, chunk.message};
    Message* message = messages_.find(key);
    if (message == nullptr || message->chunks.size() != chunk.count) {
      if (message != nullptr) give(*messages_.take(key));
      Message begun;
      begun.side = side;
      begun.chunks.resize(chunk.count);
      begun.missing = chunk.count;
      if (auto oldest = messages_.put(key, std::move(begun))) give(*oldest);
      message = messages_.find(key);
    }
    std::optional<std::string>& place = message->chunks[chunk.number];
    if (place && *place == as_text(chunk.bytes))
      return host_.flow().account.searched(side, chunk.bytes.size());
    // Another version of a chunk: both are searched.
    if (place) return write(side, {std::string(as_text(chunk.bytes))});
    place = as_text(chunk.bytes);
    message->bytes += chunk.bytes.size();
    held_bytes_ += chunk.bytes.size();
    if (--message->missing == 0) give(*messages_.take(key));
    while (held_bytes_ > kHeldBytesMax) give(*messages_.drop_oldest());
  }

  /// Of a message that is no longer in the table.
  void give(const Message& message) noexcept {
    held_bytes_ -= message.bytes;
    write(message.side, message.chunks);
  }

  void write(Side side, const std::vector<std::optional<std::string>>& chunks) noexcept {
    ObjectInfo info;
    info.name = "gelf message";
    const auto writer = host_.objects().begin(host_.flow(), side, std::move(info));
    writer->begin_part({});
    bool complete = true;
    for (const auto& chunk : chunks) {
      if (chunk)
        writer->data(as_bytes(*chunk));
      else
        writer->gap(1);  // how much it was is not known
      complete = complete && chunk.has_value();
    }
    writer->end_part();
    writer->end(complete ? ObjectEnd::complete : ObjectEnd::cut_short);
  }

  ParserHost& host_;
  BoundedTable<Key, Message> messages_{kMessagesMax};
  std::size_t held_bytes_ = 0;
};

}  // namespace

bool recognise(const FlowContext& flow, Side, Bytes datagram) noexcept {
  return flow.info.ip_protocol == ip_protocol::kUdp && parse(datagram).has_value();
}

std::unique_ptr<DatagramParser> make(ParserHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::gelf
