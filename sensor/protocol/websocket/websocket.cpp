#include "protocol/websocket/websocket.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "protocol/shared/inflater.h"
#include "protocol/websocket/frame.h"

namespace outspan::protocol::websocket {
namespace {

constexpr std::size_t kPieceBytes = 4096;

/// One side of a WebSocket connection.
class HalfConnection {
 public:
  HalfConnection(StreamHost& host, Side side, ObjectInfo info) noexcept
      : host_(host), side_(side), info_(std::move(info)) {
    if (!host.flow().inspected(side)) host.flow().unwanted[index(side)] = true;
  }

  /// False: no frame begins at what is left in `bytes` behind what taken() gives.
  bool data(Bytes& bytes) noexcept;
  void gap(std::uint64_t missing_bytes) noexcept;
  void pause() noexcept {
    if (writer_) writer_->pause();
    if (control_) control_->pause();
  }
  void end(ObjectEnd how) noexcept;
  [[nodiscard]] Bytes taken() const noexcept { return in_payload_ ? Bytes{} : reader_.taken(); }
  /// Somebody else reads what taken() gave.
  void forget_header() noexcept {
    if (!in_payload_) reader_.reset();
  }
  /// Beside the object itself.
  [[nodiscard]] std::uint64_t held_bytes() const noexcept {
    constexpr std::size_t kInflaterBytes = 48 << 10;
    return held_by(control_) + (inflater_ ? kInflaterBytes : 0) + held_by(writer_);
  }

 private:
  void begin_frame() noexcept;
  void payload(Bytes bytes) noexcept;
  void readable(Bytes bytes) noexcept;
  void end_frame() noexcept;
  void end_message() noexcept;
  void leave_out_header() noexcept;
  void control(Bytes bytes) noexcept;
  void unreadable(Inflater::Outcome outcome, std::uint64_t bytes) noexcept;
  ObjectWriter& writer() noexcept;
  Inflater::Output inflated() noexcept;

  StreamHost& host_;
  const Side side_;
  ObjectInfo info_;
  FrameReader reader_;
  std::uint64_t left_ = 0;  // of the frame's payload
  bool in_payload_ = false;
  bool in_message_ = false;  // fragments follow
  bool compressed_ = false;  // the message is
  bool written_ = false;     // the message gave bytes: the next one needs a boundary
  Inflater::Outcome state_ = Inflater::Outcome::ok;  // of the message
  std::uint64_t message_bytes_ = 0;                  // compressed, not yet counted as unreadable
  std::uint64_t unreadable_bytes_ = 0;
  const char* unreadable_reason_ = nullptr;
  bool gap_in_message_ = false;
  std::optional<Opcode> last_control_;
  std::unique_ptr<Inflater> inflater_;
  std::unique_ptr<ObjectWriter> writer_;
  std::unique_ptr<ObjectWriter> control_;  // pings must not tear a value of the messages
};

bool HalfConnection::data(Bytes& bytes) noexcept {
  while (!bytes.empty()) {
    if (!in_payload_) {
      const auto outcome = reader_.feed(bytes);
      if (outcome == FrameReader::Outcome::damaged) return false;
      if (outcome == FrameReader::Outcome::more) return true;
      begin_frame();
    }
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    if (size > 0) payload(bytes.first(size));
    left_ -= size;
    bytes = bytes.subspan(size);
    if (left_ == 0) end_frame();
  }
  return true;
}

void HalfConnection::begin_frame() noexcept {
  host_.flow().account.framing(side_, reader_.taken().size());
  const Frame& frame = reader_.frame();
  in_payload_ = true;
  left_ = frame.payload_bytes;
  if (frame.is_control()) return;
  if (frame.opcode != Opcode::continuation) {
    if (in_message_) end_message();
    compressed_ = frame.compressed;
  }
  in_message_ = true;
}

void HalfConnection::payload(Bytes bytes) noexcept {
  if (!host_.flow().inspected(side_)) return;
  const Frame& frame = reader_.frame();
  std::array<std::uint8_t, kPieceBytes> buffer;
  std::uint64_t offset = frame.payload_bytes - left_;
  while (!bytes.empty()) {
    Bytes piece = bytes.first(std::min(bytes.size(), buffer.size()));
    bytes = bytes.subspan(piece.size());
    if (frame.masked) {
      std::copy(piece.begin(), piece.end(), buffer.begin());
      unmask(std::span(buffer).first(piece.size()), frame.mask, offset);
      piece = Bytes(buffer).first(piece.size());
    }
    offset += piece.size();
    if (frame.is_control())
      control(piece);
    else
      readable(piece);
  }
}

void HalfConnection::readable(Bytes bytes) noexcept {
  written_ = true;
  if (!compressed_) {
    writer().data(bytes);
    return;
  }
  if (!inflater_) inflater_ = std::make_unique<Inflater>(Inflater::Format::raw, host_.limits());
  message_bytes_ += bytes.size();
  host_.flow().account.searched(side_, bytes.size());
  if (state_ == Inflater::Outcome::ok) state_ = inflater_->feed(bytes, inflated());
  // All of the message: where exactly it broke depends on how it was cut.
  if (state_ != Inflater::Outcome::ok) unreadable(state_, std::exchange(message_bytes_, 0));
}

void HalfConnection::unreadable(Inflater::Outcome outcome, std::uint64_t bytes) noexcept {
  const bool limit = outcome == Inflater::Outcome::limit;
  unreadable_reason_ = limit ? "budget" : gap_in_message_ ? "loss" : "unsupported";
  unreadable_bytes_ += host_.flow().account.move(side_, limit ? Column::skipped : Column::opaque,
                                                 unreadable_reason_, bytes);
}

void HalfConnection::end_frame() noexcept {
  const Frame& frame = reader_.frame();
  in_payload_ = false;
  reader_.reset();
  if (!frame.is_control() && frame.fin) end_message();
}

/// Pings have 125 bytes at most, and their sender chooses what they say: one after the other they
/// are a stream.
void HalfConnection::control(Bytes bytes) noexcept {
  if (!control_) {
    control_ = host_.objects().begin(host_.flow(), side_, info_);
    PartInfo part;
    part.name = "control frames";
    control_->begin_part(std::move(part));
  }
  const Opcode opcode = reader_.frame().opcode;
  if (last_control_ && last_control_ != opcode) control_->boundary();
  last_control_ = opcode;
  control_->data(bytes);
}

void HalfConnection::end_message() noexcept {
  if (compressed_ && inflater_) {
    if (state_ == Inflater::Outcome::ok) state_ = inflater_->finish_message(inflated());
    if (state_ != Inflater::Outcome::ok) inflater_->reset();
  }
  state_ = Inflater::Outcome::ok;
  message_bytes_ = 0;
  in_message_ = compressed_ = false;
  if (written_) writer().boundary();
  written_ = false;
}

void HalfConnection::gap(std::uint64_t missing_bytes) noexcept {
  gap_in_message_ = true;
  if (in_payload_ && compressed_ && !reader_.frame().is_control() &&
      state_ == Inflater::Outcome::ok) {
    state_ = Inflater::Outcome::damaged;
    message_bytes_ = 0;  // what came before the hole was read
  }
  const std::uint64_t mine = in_payload_ ? std::min(left_, missing_bytes) : 0;
  const bool in_control = in_payload_ && reader_.frame().is_control();
  if (const auto& lost = in_control ? control_ : writer_; mine > 0 && lost) lost->gap(mine);
  left_ -= mine;
  if (in_payload_ && left_ == 0) end_frame();
  if (mine == missing_bytes) return;
  // Frames are lost as well. Segments tend to begin with a frame: the next byte is taken for one.
  if (std::exchange(in_payload_, false)) reader_.reset();
  if (in_message_) end_message();
  for (const auto* each : {&writer_, &control_})
    if (*each) (*each)->gap(missing_bytes - mine);
  if (inflater_) inflater_->reset();
  leave_out_header();
}

/// The beginning of a frame whose header is not whole.
void HalfConnection::leave_out_header() noexcept {
  host_.flow().account.claim(side_, Column::skipped, "cut-short", reader_.taken().size());
  reader_.reset();
}

void HalfConnection::end(ObjectEnd how) noexcept {
  if (!in_payload_) leave_out_header();
  if (unreadable_bytes_ > 0)
    host_.flow().observer.on_blind_spot(
        host_.flow(), {unreadable_reason_, side_, unreadable_bytes_, {info_.name}});
  unreadable_bytes_ = 0;
  for (auto* each : {&writer_, &control_}) {
    if (!*each) continue;
    (*each)->end_part();
    (*each)->end(how);
    each->reset();
  }
}

Inflater::Output HalfConnection::inflated() noexcept {
  return [out = &writer()](Bytes bytes) { out->decoded(bytes, 0); };
}

ObjectWriter& HalfConnection::writer() noexcept {
  if (!writer_) {
    writer_ = host_.objects().begin(host_.flow(), side_, info_);
    writer_->begin_part({});
  }
  return *writer_;
}

class Parser final : public StreamParser {
 public:
  Parser(StreamHost& host, const WebSocketInfo& info) noexcept
      : host_(host),
        sides_{HalfConnection(host, Side::client, info.object),
               HalfConnection(host, Side::server, info.object)} {
    host.flow().account.set_app(AppProtocol::named("websocket"));
  }

  void on_data(Side side, Bytes bytes) noexcept override {
    HalfConnection& mine = sides_[index(side)];
    if (gone_ || mine.data(bytes)) return;
    gone_ = true;
    host_.flow().observer.on_anomaly(
        host_.flow(), side, {"websocket_damaged_frame", "no WebSocket frame where one must begin"});
    std::array<std::string, 2> left;
    for (const Side each : {Side::client, Side::server})
      left[index(each)] = as_text(sides_[index(each)].taken());
    left[index(side)] += as_text(bytes);
    for (HalfConnection& each : sides_) {
      each.forget_header();
      each.end(ObjectEnd::cut_short);
    }
    host_.fall_back({as_bytes(left[0]), as_bytes(left[1])});
  }
  void on_gap(Side side, std::uint64_t missing_bytes) noexcept override {
    if (!gone_) sides_[index(side)].gap(missing_bytes);
  }
  void on_pause() noexcept override {
    for (HalfConnection& each : sides_) each.pause();
  }
  void on_close(flow::CloseReason reason) noexcept override {
    if (gone_) return;
    const bool whole = reason == flow::CloseReason::fin;
    for (HalfConnection& each : sides_)
      each.end(whole ? ObjectEnd::complete : ObjectEnd::cut_short);
  }

  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    return sizeof *this + sides_[0].held_bytes() + sides_[1].held_bytes();
  }

 private:
  StreamHost& host_;
  std::array<HalfConnection, 2> sides_;
  bool gone_ = false;
};

}  // namespace

std::unique_ptr<StreamParser> make(StreamHost& host, WebSocketInfo info) noexcept {
  return std::make_unique<Parser>(host, info);
}

}  // namespace outspan::protocol::websocket
