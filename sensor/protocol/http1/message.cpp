#include "protocol/http1/message.h"

#include <algorithm>
#include <utility>

#include "protocol/http/start_line.h"

namespace outspan::protocol::http1 {

Reader::Reader(StreamHost& host, Owner& owner, Side side) noexcept
    : host_(host), owner_(owner), side_(side), inspected_(host.flow().inspected(side)) {}

Bytes Reader::data(Bytes bytes) noexcept {
  while (!bytes.empty()) {
    switch (state_) {
      case State::head: bytes = take_head(bytes); break;
      case State::long_head: bytes = take_long_head(bytes); break;
      case State::length: bytes = take_length(bytes); break;
      case State::chunked: bytes = take_chunked(bytes); break;
      case State::until_close: body_data(bytes); return {};
      case State::lost: bytes = take_lost(bytes); break;
      case State::waits:
      case State::left: return bytes;
    }
  }
  return {};
}

StartMatch Reader::match_start(std::string_view text) const noexcept {
  return is_response_ ? http::match_status_line(text) : http::match_request_line(text);
}

/// Returns the bytes behind the head, or behind what it took of it.
Bytes Reader::take_head(Bytes bytes) noexcept {
  const std::size_t limit = std::size_t{host_.limits().header_kib} * 1024;
  if (pending_.empty()) {
    // Empty lines before a start line are to be ignored (RFC 9112, 2.2).
    const std::size_t before_lines = bytes.size();
    while (!bytes.empty() && (bytes.front() == '\r' || bytes.front() == '\n'))
      bytes = bytes.subspan(1);
    host_.flow().account.framing(side_, before_lines - bytes.size());
    if (bytes.empty()) return {};
  }
  const std::size_t before = pending_.size();
  const bool copied = before != 0;
  const std::size_t taken = std::min(bytes.size(), limit > before ? limit - before : 1);
  if (copied) pending_ += as_text(bytes.first(taken));
  const std::string_view text = copied ? std::string_view(pending_) : as_text(bytes.first(taken));

  const bool line_grew = text.find('\n', before) != std::string_view::npos;
  if (!start_seen_ && (before < http::kStartLineLookBytes || line_grew)) {
    const StartMatch match = match_start(text);
    if (match == StartMatch::no) return refuse_head(bytes, before);
    start_seen_ = match == StartMatch::yes;
  }
  const std::size_t end =
      start_seen_ ? http::find_head_end(text, searched_) : std::string_view::npos;
  if (end != std::string_view::npos) {
    const std::string kept = std::move(pending_);
    pending_.clear();
    begin_message((copied ? std::string_view(kept) : text).substr(0, end), true);
    return bytes.subspan(end - before);
  }
  if (text.size() < limit) {
    searched_ = text.size();
    if (!copied) pending_.assign(text);
    return bytes.subspan(taken);
  }
  if (!start_seen_) return refuse_head(bytes, before);
  const std::string kept = copied ? std::move(pending_) : std::string(text);
  pending_.clear();
  begin_message(kept, false);
  return bytes.subspan(taken);
}

/// No message begins with what is pending and `bytes`: to be looked through for one that does.
Bytes Reader::refuse_head(Bytes bytes, std::size_t pending_bytes) noexcept {
  pending_.resize(pending_bytes);
  lose();
  first_refused_ = true;
  return bytes;
}

void Reader::begin_message(std::string_view text, bool whole) noexcept {
  start_seen_ = false;
  searched_ = 0;
  const Head head = http::parse_head(text);
  if (head.conflicting_lengths)
    anomaly("http_conflicting_lengths", "a message gives its length twice, and not the same");
  Plan plan = owner_.on_head(*this, head);
  body_ = plan.body;
  left_ = plan.length;
  waits_after_ = plan.waits;
  in_doubt_ = plan.maybe_no_body && plan.body == Body::length;
  chunks_ = {};
  if (inspected_) {
    part_ = http::body_part(head, std::move(plan.file_name));
    part_.declared_bytes = plan.body == Body::length ? plan.length : 0;
    writer_ = host_.objects().begin(host_.flow(), side_, std::move(plan.info));
    give_head(text, head);
  }
  if (whole) {
    head_over();
    return;
  }
  state_ = State::long_head;
  blank_line_ = 0;
  if (text.ends_with('\n')) blank_line_ = 1;
  if (text.ends_with("\n\r")) blank_line_ = 2;
}

/// The target is a part of its own, so that it is read as percent-encoded; nothing is given twice.
void Reader::give_head(std::string_view text, const Head& head) noexcept {
  if (!head.is_request) {
    begin_part(PartKind::http_head, "");
    writer_->data(as_bytes(text));
    return;
  }
  begin_part(PartKind::url, "");
  writer_->data(as_bytes(head.target));
  end_part();
  begin_part(PartKind::http_head, "");
  writer_->data(as_bytes(text.substr(0, head.target_begin)));
  writer_->data(as_bytes(text.substr(head.target_begin + head.target.size())));
}

/// A head beyond the limit: what framing it announced so far holds, the rest is only scanned.
Bytes Reader::take_long_head(Bytes bytes) noexcept {
  std::size_t at = 0;
  bool over = false;
  while (at < bytes.size() && !over) {
    const std::uint8_t c = bytes[at++];
    over = c == '\n' && blank_line_ != 0;
    if (c == '\n')
      blank_line_ = 1;
    else
      blank_line_ = c == '\r' && blank_line_ == 1 ? 2 : 0;
  }
  if (writer_) writer_->data(bytes.first(at));
  if (over) head_over();
  return bytes.subspan(at);
}

void Reader::head_over() noexcept {
  end_part();
  switch (body_) {
    case Body::none: finish(ObjectEnd::complete); break;
    case Body::length:
      state_ = State::length;
      if (left_ == 0) finish(ObjectEnd::complete);
      break;
    case Body::chunked: state_ = State::chunked; break;
    case Body::until_close: state_ = State::until_close; break;
    case Body::leave:
      finish(ObjectEnd::complete);
      state_ = State::left;
      break;
  }
}

Bytes Reader::take_length(Bytes bytes) noexcept {
  if (in_doubt_ && !settle_doubt(bytes)) return bytes;
  if (state_ != State::length) return bytes;
  const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  body_data(bytes.first(size));
  left_ -= size;
  if (left_ == 0) finish(ObjectEnd::complete);
  return bytes.subspan(size);
}

/// Whether the body's first bytes are the next status line. False: more bytes are needed.
bool Reader::settle_doubt(Bytes& bytes) noexcept {
  constexpr std::size_t kStatusBytes = 12;
  const std::size_t size = std::min(bytes.size(), kStatusBytes - pending_.size());
  pending_ += as_text(bytes.first(size));
  bytes = bytes.subspan(size);
  const StartMatch match =
      pending_.size() >= left_ ? StartMatch::no : http::match_status_line(pending_);
  if (match == StartMatch::maybe) return false;
  in_doubt_ = false;
  const std::string kept = std::move(pending_);
  pending_.clear();
  if (match == StartMatch::yes) finish(ObjectEnd::complete);
  data(as_bytes(kept));
  return true;
}

Bytes Reader::take_chunked(Bytes bytes) noexcept {
  const std::size_t before = bytes.size();
  const ChunkedReader::Piece piece = chunks_.next(bytes);
  host_.flow().account.framing(side_, before - bytes.size() - piece.bytes.size());
  switch (piece.kind) {
    case ChunkedReader::Kind::framing: break;
    case ChunkedReader::Kind::data: body_data(piece.bytes); break;
    case ChunkedReader::Kind::extension: extension(piece.bytes); break;
    case ChunkedReader::Kind::trailer:
      if (!writer_) break;
      if (in_body_ || !in_part_) {
        end_part();
        begin_part(PartKind::http_head, "trailer");
      }
      writer_->data(piece.bytes);
      break;
    case ChunkedReader::Kind::end: finish(ObjectEnd::complete); break;
    case ChunkedReader::Kind::damaged:
      anomaly("http_bad_chunk", "a chunked body whose framing does not hold");
      finish(ObjectEnd::cut_short);
      lose();
      break;
  }
  return bytes;
}

void Reader::body_data(Bytes bytes) noexcept {
  if (!writer_ || bytes.empty()) return;
  if (!in_part_) {
    writer_->begin_part(part_);
    in_part_ = in_body_ = true;
  }
  writer_->data(bytes);
}

/// Extensions stand between pieces of the body, so they are an object of their own.
void Reader::extension(Bytes bytes) noexcept {
  if (!writer_) return;
  if (!extensions_) {
    extensions_ = host_.objects().begin(host_.flow(), side_, writer_->info());
    PartInfo part;
    part.kind = PartKind::http_head;
    part.name = "chunk extensions";
    extensions_->begin_part(std::move(part));
  }
  extensions_->data(bytes);
}

void Reader::begin_part(PartKind kind, const char* name) noexcept {
  PartInfo part;
  part.kind = kind;
  part.name = name;
  writer_->begin_part(std::move(part));
  in_part_ = true;
  in_body_ = false;
}

void Reader::end_part() noexcept {
  if (writer_ && in_part_) writer_->end_part();
  in_part_ = in_body_ = false;
}

void Reader::finish(ObjectEnd how) noexcept {
  end_part();
  for (auto* writer : {&writer_, &extensions_}) {
    if (!*writer) continue;
    if (writer == &extensions_) (*writer)->end_part();
    (*writer)->end(how);
    writer->reset();
  }
  in_doubt_ = false;
  state_ = std::exchange(waits_after_, false) ? State::waits : State::head;
}

void Reader::anomaly(const char* kind, const char* detail) noexcept {
  host_.flow().observer.on_anomaly(host_.flow(), side_, {kind, detail});
}

void Reader::pause() noexcept {
  if (writer_) writer_->pause();
  if (extensions_) extensions_->pause();
}

}  // namespace outspan::protocol::http1
