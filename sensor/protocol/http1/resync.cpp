#include <algorithm>
#include <utility>

#include "protocol/http1/message.h"
#include "protocol/http1/start_line.h"
#include "text/ascii.h"

// Reader where it does not know where it is: behind a gap, or in bytes that are no message.

namespace outspan::protocol::http1 {
namespace {

/// How much is held because it may become a start line.
constexpr std::size_t kHeldBytesMax = 4096;

bool begins_known_method(char c) noexcept {
  return std::string_view("GPHDOCTMLURSBA").find(c) != std::string_view::npos;
}

/// Among garbage, "resultGET" is the end of one thing and the beginning of another.
bool method_is_plausible(std::string_view text) noexcept {
  const std::string_view method = text.substr(0, std::min(text.find(' '), std::size_t{32}));
  if (!text::is_letter(text.front())) return false;
  return std::ranges::none_of(method, text::is_lower) ||
         std::ranges::none_of(method, text::is_upper);
}

/// A start line at the very beginning of `text`.
StartMatch match_here(std::string_view text, bool response, bool line_start) noexcept {
  if (response) return text.front() == 'H' ? match_status_line(text) : StartMatch::no;
  if (line_start && method_is_plausible(text)) return match_request_line(text);
  return begins_known_method(text.front()) ? match_known_request_line(text) : StartMatch::no;
}

}  // namespace

/// Keeps pending_: it is looked through together with what follows.
void Reader::lose() noexcept {
  state_ = State::lost;
  waits_after_ = false;
  start_seen_ = false;
  searched_ = 0;
  line_start_ = true;
  first_refused_ = false;
  owner_.on_lost(side_);
}

Bytes Reader::take_lost(Bytes bytes) noexcept {
  const std::string held = std::exchange(pending_, {});
  const std::string joined = held.empty() ? std::string() : held + std::string(as_text(bytes));
  const std::string_view text = held.empty() ? as_text(bytes) : std::string_view(joined);

  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view here = text.substr(at);
    const StartMatch match = std::exchange(first_refused_, false)
                                 ? StartMatch::no
                                 : match_here(here, is_response_, line_start_);
    if (match == StartMatch::yes) {
      garbage(as_bytes(text.substr(0, at)));
      finish(ObjectEnd::cut_short);
      if (at < held.size()) {
        pending_ = held.substr(at);
        return bytes;
      }
      return bytes.subspan(at - held.size());
    }
    if (match == StartMatch::maybe && here.size() < kHeldBytesMax) {
      garbage(as_bytes(text.substr(0, at)));
      pending_.assign(here);
      return {};
    }
    line_start_ = text[at] == '\n';
  }
  garbage(as_bytes(text));
  return {};
}

void Reader::garbage(Bytes bytes) noexcept {
  if (!inspected_ || bytes.empty()) return;
  if (!writer_) {
    ObjectInfo info;
    info.name = "http data";
    writer_ = host_.objects().begin(host_.flow(), side_, std::move(info));
    begin_part(PartKind::raw, "");
  }
  writer_->data(bytes);
}

void Reader::gap(std::uint64_t missing_bytes) noexcept {
  switch (state_) {
    case State::length:
    case State::chunked: {
      if (in_doubt_) {
        in_doubt_ = false;
        const std::string kept = std::exchange(pending_, {});
        data(as_bytes(kept));
        if (state_ != State::length) break;
      }
      const std::uint64_t left = state_ == State::length ? left_ : chunks_.data_left();
      const std::uint64_t mine = std::min(left, missing_bytes);
      if (writer_ && mine > 0) {
        if (!in_part_) {
          writer_->begin_part(part_);
          in_part_ = in_body_ = true;
        }
        writer_->gap(mine);
      }
      if (state_ == State::length) {
        left_ -= mine;
        if (left_ == 0) finish(missing_bytes == mine ? ObjectEnd::complete : ObjectEnd::cut_short);
      } else if (mine > 0) {
        chunks_.skip(mine);
      }
      if (missing_bytes == mine) return;
      break;
    }
    case State::until_close:
      if (writer_ && in_part_) writer_->gap(missing_bytes);
      return;
    case State::head:
    case State::long_head:
    case State::waits: break;
    case State::lost:
      garbage(as_bytes(std::exchange(pending_, {})));
      if (writer_) writer_->gap(missing_bytes);
      lose();
      return;
    case State::left: return;
  }
  const std::string kept = take_pending();
  garbage(as_bytes(kept));
  if (writer_) finish(ObjectEnd::cut_short);
  lose();
}

std::string Reader::take_pending() noexcept {
  std::string kept = std::exchange(pending_, {});
  if (writer_) finish(ObjectEnd::cut_short);
  start_seen_ = false;
  searched_ = 0;
  return kept;
}

void Reader::close(ObjectEnd how) noexcept {
  if (state_ == State::until_close) {
    finish(how);
    return;
  }
  const std::string kept = std::exchange(pending_, {});
  if (in_doubt_) {
    body_data(as_bytes(kept));
  } else {
    garbage(as_bytes(kept));
  }
  if (writer_) finish(ObjectEnd::cut_short);
}

}  // namespace outspan::protocol::http1
