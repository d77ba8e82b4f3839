#include "tests/templates/stream_protocol.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "protocol/shared/command_line.h"
#include "protocol/shared/loose_object.h"

namespace outspan::protocol::note {
namespace {

constexpr std::string_view kMark = "NOTE/1 ";
constexpr std::size_t kLineMaxBytes = 1024;

struct Head {
  std::string user;
  std::uint64_t bytes = 0;
};

/// nullopt: the line is no head.
std::optional<Head> parse_head(std::string_view line) noexcept {
  if (!line.starts_with(kMark)) return std::nullopt;
  line.remove_prefix(kMark.size());
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  Head head{std::string(line.substr(0, blank)), 0};
  const std::string_view number = line.substr(blank + 1);
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), head.bytes);
  if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  return head;
}

/// What one side sends.
class HalfConnection {
 public:
  HalfConnection(StreamHost& host, Side side) noexcept
      : host_(host), side_(side), other_lines_(host, side, "note lines") {}

  void data(Bytes bytes) noexcept {
    Line line;
    while (!bytes.empty()) {
      if (body_left_ > 0)
        body(bytes);
      else if (lines_.next(bytes, line))
        on_line(line);
    }
  }

  /// A hole within a body leaves the framing whole. After any other, the next line that is a head
  /// begins a message.
  void gap(std::uint64_t missing_bytes) noexcept {
    const std::uint64_t of_body = std::min(missing_bytes, body_left_);
    if (writer_ && of_body > 0) writer_->gap(of_body);
    body_left_ -= of_body;
    if (of_body == missing_bytes) return;
    end_message(ObjectEnd::cut_short);
    other_lines_.data(as_bytes(lines_.take_unfinished()));
    other_lines_.gap(missing_bytes - of_body);
  }

  void pause() noexcept {
    if (writer_) writer_->pause();
    other_lines_.pause();
  }

  void close() noexcept {
    other_lines_.data(as_bytes(lines_.take_unfinished()));
    end_message(ObjectEnd::cut_short);
    other_lines_.end(ObjectEnd::complete);
  }

  [[nodiscard]] std::uint64_t held_bytes() const noexcept {
    return lines_.held_bytes() + held_by(writer_) + other_lines_.held_bytes();
  }

 private:
  void on_line(const Line& line) noexcept {
    const auto head = line.kind == Line::Kind::whole ? parse_head(line.text) : std::nullopt;
    if (!head) return other_lines_.data(as_bytes(line.wire));
    body_left_ = head->bytes;
    if (!host_.flow().inspected(side_)) return;
    ObjectInfo info;
    info.name = "NOTE";
    info.actor.user = head->user;
    writer_ = host_.objects().begin(host_.flow(), side_, std::move(info));
    // The head is searched as well: whoever writes it chooses what stands there.
    part(PartKind::command_channel, as_bytes(line.wire));
    writer_->begin_part({});
    if (body_left_ == 0) end_message(ObjectEnd::complete);
  }

  void part(PartKind kind, Bytes bytes) noexcept {
    PartInfo info;
    info.kind = kind;
    writer_->begin_part(std::move(info));
    writer_->data(bytes);
    writer_->end_part();
  }

  void body(Bytes& bytes) noexcept {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, bytes.size()));
    if (writer_) writer_->data(bytes.first(size));
    bytes = bytes.subspan(size);
    body_left_ -= size;
    if (body_left_ == 0) end_message(ObjectEnd::complete);
  }

  void end_message(ObjectEnd how) noexcept {
    if (!writer_) return;
    writer_->end_part();
    writer_->end(how);
    writer_.reset();
  }

  StreamHost& host_;
  const Side side_;
  LineReader lines_{kLineMaxBytes};
  std::uint64_t body_left_ = 0;
  std::unique_ptr<ObjectWriter> writer_;
  LooseObject other_lines_;
};

class Parser final : public StreamParser {
 public:
  explicit Parser(StreamHost& host) noexcept
      : sides_{HalfConnection(host, Side::client), HalfConnection(host, Side::server)} {
    host.flow().account.set_app(AppProtocol::named("note"));
  }

  void on_data(Side side, Bytes bytes) noexcept override { sides_[index(side)].data(bytes); }
  void on_gap(Side side, std::uint64_t missing_bytes) noexcept override {
    sides_[index(side)].gap(missing_bytes);
  }
  void on_pause() noexcept override {
    for (HalfConnection& each : sides_) each.pause();
  }
  void on_close(flow::CloseReason) noexcept override {
    for (HalfConnection& each : sides_) each.close();
  }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    return sizeof *this + sides_[0].held_bytes() + sides_[1].held_bytes();
  }

 private:
  std::array<HalfConnection, 2> sides_;
};

}  // namespace

Claim recognise(const Opening& opening) noexcept {
  for (const Side side : {Side::client, Side::server}) {
    const std::string_view seen = as_text(opening.bytes[index(side)]);
    if (seen.empty() || opening.after_gap[index(side)]) continue;
    const std::size_t size = std::min(seen.size(), kMark.size());
    if (seen.substr(0, size) != kMark.substr(0, size)) return Claim::not_mine;
    return size == kMark.size() ? Claim::mine : Claim::need_more;
  }
  return Claim::not_mine;
}

std::unique_ptr<StreamParser> make(StreamHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::note
