#include "protocol/http2/streams.h"

#include <utility>

namespace outspan::protocol::http2 {

Streams::Stream& Streams::stream(std::uint32_t id) noexcept {
  if (Stream* const known = streams_.find(id)) return *known;
  if (auto oldest = streams_.put(id, Stream())) remove(*oldest);
  return *streams_.find(id);
}

void Streams::add_request(std::uint32_t id, const http::Exchange& request) noexcept {
  Stream& mine = stream(id);
  mine.request = request;
  charge(mine);
}

bool Streams::head(Side side, std::uint32_t id, const std::vector<Field>& fields) noexcept {
  Stream& mine = stream(id);
  const std::string text = head_text(fields, mine.headed[index(side)]);
  std::unique_ptr<Message>& message = mine.messages[index(side)];
  if (mine.headed[index(side)]) {
    if (!message) return false;
    message->trailer(text);
    charge(mine);
    return true;
  }
  const http::Head parsed = http::parse_head(text);
  if (parsed.is_request) mine.request = http::exchange_of(parsed);
  begin(mine, side, text, parsed);
  // 1xx, and then the answer.
  const bool interim = !parsed.is_request && parsed.status / 100 == 1;
  mine.headed[index(side)] = !interim;
  if (interim && message) {
    message->end(ObjectEnd::complete);
    message.reset();
  }
  charge(mine);
  return true;
}

void Streams::begin(Stream& mine, Side side, std::string_view text,
                    const http::Head& head) noexcept {
  if (!host_.flow().inspected(side)) return;
  const http::Exchange* const asked = mine.request ? &*mine.request : nullptr;
  ObjectInfo info =
      head.is_request ? http::request_object(*asked) : http::answer_object(head.status, asked);
  std::string file =
      head.is_request ? http::request_file_name(head, *asked) : http::answer_file_name(head, asked);
  std::unique_ptr<Message>& message = mine.messages[index(side)];
  // A promise of a stream that is open already.
  if (message) message->end(ObjectEnd::cut_short);
  message = std::make_unique<Message>(host_.objects().begin(host_.flow(), side, std::move(info)),
                                      text, head, std::move(file));
}

void Streams::promise(Side side, std::uint32_t promised,
                      const std::vector<Field>& fields) noexcept {
  Stream& mine = stream(promised);
  const std::string text = head_text(fields, false);
  const http::Head parsed = http::parse_head(text);
  mine.request = http::exchange_of(parsed);
  mine.request->name = "PUSH " + mine.request->name;
  begin(mine, side, text, parsed);
  std::unique_ptr<Message>& message = mine.messages[index(side)];
  if (message) message->end(ObjectEnd::complete);
  message.reset();
  charge(mine);
}

/// The message that a side is sending; one whose head was lost begins without.
Message* Streams::message(Side side, std::uint32_t id) noexcept {
  if (!host_.flow().inspected(side)) return nullptr;
  Stream& mine = stream(id);
  std::unique_ptr<Message>& message = mine.messages[index(side)];
  if (!message && !mine.ended[index(side)]) {
    const bool answers = mine.request && mine.messages[index(opposite(side))] == nullptr &&
                         mine.headed[index(opposite(side))];
    const std::string text = unknown_head(answers);
    const http::Head head = http::parse_head(text);
    if (head.is_request && !mine.request) mine.request = http::exchange_of(head);
    begin(mine, side, text, head);
    mine.headed[index(side)] = true;
  }
  return message.get();
}

bool Streams::body(Side side, std::uint32_t id, Bytes bytes) noexcept {
  Message* const mine = message(side, id);
  if (mine == nullptr) return false;
  mine->body(bytes);
  charge(*streams_.find(id));
  return true;
}

void Streams::gap(Side side, std::uint32_t id, std::uint64_t missing_bytes) noexcept {
  if (Message* const mine = message(side, id)) mine->gap(missing_bytes);
}

void Streams::end(Side side, std::uint32_t id) noexcept {
  Stream* const mine = streams_.find(id);
  if (mine == nullptr) return;
  mine->ended[index(side)] = true;
  std::unique_ptr<Message>& message = mine->messages[index(side)];
  if (message) message->end(ObjectEnd::complete);
  message.reset();
  charge(*mine);
  // Of a side that nobody delivers, no end comes.
  const std::size_t other = index(opposite(side));
  if (mine->ended[other] || host_.flow().unwanted[other]) reset(id);
}

void Streams::reset(std::uint32_t id) noexcept {
  if (auto mine = streams_.take(id)) remove(*mine);
}

/// What the stream holds may have changed.
void Streams::charge(Stream& stream) noexcept {
  std::uint64_t bytes = sizeof stream + (stream.request ? http::held_bytes(*stream.request) : 0);
  for (const auto& message : stream.messages) bytes += message ? message->held_bytes() : 0;
  held_bytes_ += bytes - stream.charged_bytes;
  stream.charged_bytes = bytes;
}

/// It is no longer in the table, or about to be.
void Streams::remove(Stream& stream) noexcept {
  held_bytes_ -= stream.charged_bytes;
  for (auto& message : stream.messages) {
    if (message) message->end(ObjectEnd::cut_short);
    message.reset();
  }
}

void Streams::pause() noexcept {
  streams_.for_each([this](std::uint32_t, Stream& stream) {
    for (auto& message : stream.messages)
      if (message) message->pause();
    charge(stream);
  });
}

void Streams::end_all() noexcept {
  streams_.for_each([this](std::uint32_t, Stream& stream) { remove(stream); });
  streams_.clear();
}

}  // namespace outspan::protocol::http2
