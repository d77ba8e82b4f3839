#include "traffic.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace outspan::bench_capture {
namespace {

constexpr std::size_t kConnectionsAtOnce = 2000;
constexpr std::size_t kPoolBytes = std::size_t{48} << 20;
// What an open connection still sends, on average, when no more are opened.
constexpr std::uint64_t kRestBytes = 88'000;
constexpr std::uint32_t kDnsServer = 0xcb007135;  // 203.0.113.53

constexpr std::uint32_t client_address(std::uint32_t number) {
  return 0x0a000000U | (number % 65'000 + 257);
}
/// 198.18.0.0/15, kept free for benchmarks (RFC 2544).
constexpr std::uint32_t server_address(std::uint32_t number) {
  return 0xc6120000U | number % 0x1ffff;
}

void write_name_lookup(CaptureWriter& out, Random& random, std::uint32_t client,
                       const std::string& name, std::uint32_t answer) {
  std::string query;
  random.append_bytes(query, 2);
  query.append({1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t dot = std::min(name.find('.', at), name.size());
    query.push_back(static_cast<char>(dot - at));
    query.append(name, at, dot - at);
    at = dot + 1;
  }
  query.append({0, 0, 1, 0, 1});
  const Peer from{client, static_cast<std::uint16_t>(random.between(32768, 60999))};
  const Peer to{kDnsServer, 53};
  out.udp(from, to, query);
  std::string reply = query;
  reply[2] = static_cast<char>(0x81);
  reply[3] = static_cast<char>(0x80);
  reply[7] = 1;
  reply.append({static_cast<char>(0xc0), 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4});
  for (int shift = 24; shift >= 0; shift -= 8) reply.push_back(static_cast<char>(answer >> shift));
  out.udp(to, from, reply);
}

/// A session made of messages that are there already.
class Script : public Session {
 public:
  explicit Script(std::vector<Message> messages) : messages_(std::move(messages)) {}
  std::uint16_t server_port() const override { return 80; }
  std::string server_name() const override { return "files.example.net"; }
  bool next(Message& message) override {
    if (at_ == messages_.size()) return false;
    message = std::move(messages_[at_++]);
    return true;
  }

 private:
  std::vector<Message> messages_;
  std::size_t at_ = 0;
};

void append_row(std::string& out, const Customer& row, LeakFormat format) {
  if (format == LeakFormat::csv) {
    out.append(row.name).append(",").append(row.email).append(",").append(row.ticket);
    out.append(",").append(row.phone).append("\r\n");
  } else {
    out.append(R"({"name":")").append(row.name).append(R"(","email":")").append(row.email);
    out.append(R"(","ticket":")")
        .append(row.ticket)
        .append(R"(","phone":")")
        .append(row.phone)
        .append("\"},\n");
  }
}

/// One connection with one POST. The next one comes from another client.
void write_upload(CaptureWriter& out, Random& random, MixTotals& totals, const char* media_type,
                  const std::string& body) {
  std::vector<Message> messages(2);
  messages[0].head = "POST /upload/customers HTTP/1.1\r\nHost: files.example.net\r\nContent-Type: ";
  messages[0].head.append(media_type).append("\r\nContent-Length: ");
  append_number(messages[0].head, body.size());
  messages[0].head += "\r\n\r\n";
  messages[0].body = body;
  messages[1].from_client = false;
  messages[1].head = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nstored\n";
  const auto number = static_cast<std::uint32_t>(totals.sessions);
  const Peer client{client_address(number), static_cast<std::uint16_t>(40'000 + number % 20'000)};
  Connection connection(std::make_unique<Script>(std::move(messages)), client,
                        {server_address(9), 80}, static_cast<std::uint32_t>(random.next()));
  while (connection.step(out, random)) {
  }
  totals.sessions += 1;
}

constexpr std::array kSessionMakers = {make_download, make_upload, make_mail, make_tls};
constexpr std::array<std::uint64_t, kSessionMakers.size()> kPercent = {60, 25, 10, 5};

/// Keeps the kinds of sessions at their share of the payload. An open session counts with the mean
/// of those of its kind that have ended: what it has sent so far would say too little.
class MixPlan {
 public:
  /// The kind that is furthest behind its share.
  std::size_t start() {
    std::size_t best = 0;
    for (std::size_t kind = 1; kind < kPercent.size(); ++kind)
      if (expected(kind) * kPercent[best] < expected(best) * kPercent[kind]) best = kind;
    started_[best] += 1;
    return best;
  }
  void finish(std::size_t kind, std::uint64_t sent_bytes) {
    ended_[kind] += 1;
    sent_bytes_[kind] += sent_bytes;
  }

 private:
  std::uint64_t expected(std::size_t kind) const {
    const std::uint64_t mean = (sent_bytes_[kind] + kFirstGuessBytes[kind]) / (ended_[kind] + 1);
    return sent_bytes_[kind] + (started_[kind] - ended_[kind]) * mean;
  }

  static constexpr std::array<std::uint64_t, kPercent.size()> kFirstGuessBytes = {115'000, 190'000,
                                                                                  100'000, 180'000};
  std::array<std::uint64_t, kPercent.size()> started_{}, ended_{}, sent_bytes_{};
};

struct Slot {
  std::unique_ptr<Connection> connection;
  std::size_t kind = 0;
  std::uint64_t sent_bytes = 0;
};

}  // namespace

Connection::Connection(std::unique_ptr<Session> session, Peer client, Peer server,
                       std::uint32_t sequence_start)
    : session_(std::move(session)),
      client_(client),
      server_(server),
      client_sequence_(sequence_start),
      server_sequence_(sequence_start * 2654435761U) {}

void Connection::open(CaptureWriter& out) {
  out.tcp(client_, server_, client_sequence_++, 0, kSyn, {});
  out.tcp(server_, client_, server_sequence_++, client_sequence_, kSyn | kAck, {});
  out.tcp(client_, server_, client_sequence_, server_sequence_, kAck, {});
  state_ = State::open;
}

void Connection::close(CaptureWriter& out) {
  out.tcp(client_, server_, client_sequence_++, server_sequence_, kFin | kAck, {});
  out.tcp(server_, client_, server_sequence_++, client_sequence_, kFin | kAck, {});
  out.tcp(client_, server_, client_sequence_, server_sequence_, kAck, {});
  state_ = State::closed;
}

std::string_view Connection::piece(std::size_t offset, std::string& joined) const {
  const std::size_t size = std::min(kSegmentBytesMax, message_.size() - offset);
  if (offset >= message_.head.size())
    return message_.body.substr(offset - message_.head.size(), size);
  const std::string_view front = std::string_view(message_.head).substr(offset, size);
  if (front.size() == size) return front;
  joined.assign(front).append(message_.body.substr(0, size - front.size()));
  return joined;
}

void Connection::burst(CaptureWriter& out, Random& random) {
  const Peer& from = message_.from_client ? client_ : server_;
  const Peer& to = message_.from_client ? server_ : client_;
  std::uint32_t& sequence = message_.from_client ? client_sequence_ : server_sequence_;
  const std::uint32_t other = message_.from_client ? server_sequence_ : client_sequence_;
  std::string joined, joined_next;
  std::uint32_t unacknowledged = 0;
  for (std::uint32_t left = random.between(2, 10); left > 0 && sent_ < message_.size(); --left) {
    const std::string_view first = piece(sent_, joined);
    const std::uint32_t start = sequence;
    sent_ += first.size();
    sequence += static_cast<std::uint32_t>(first.size());
    const auto flags = static_cast<std::uint8_t>(sent_ == message_.size() ? kAck | kPush : kAck);
    if (random.chance(2) && sent_ < message_.size()) {
      const std::string_view second = piece(sent_, joined_next);
      sent_ += second.size();
      out.tcp(from, to, sequence, other, kAck, second);
      sequence += static_cast<std::uint32_t>(second.size());
      unacknowledged += 1;
    }
    out.tcp(from, to, start, other, flags, first);
    if (random.chance(1)) out.tcp(from, to, start, other, flags, first);
    unacknowledged += 1;
    if (unacknowledged >= 2) {
      out.tcp(to, from, other, sequence, kAck, {});
      unacknowledged = 0;
    }
  }
  if (unacknowledged > 0 && sent_ == message_.size()) out.tcp(to, from, other, sequence, kAck, {});
}

bool Connection::step(CaptureWriter& out, Random& random) {
  if (state_ == State::new_one) open(out);
  if (sent_ == message_.size()) {
    sent_ = 0;
    if (!session_->next(message_)) {
      close(out);
      return false;
    }
  }
  burst(out, random);
  return true;
}

MixTotals write_mix(CaptureWriter& out, std::uint64_t size_bytes, std::uint64_t seed,
                    Planted& planted) {
  TextMaker text(seed, planted);
  const BodyPool pool(text, std::min<std::uint64_t>(kPoolBytes, size_bytes / 4 + 1'000'000));
  Random random(seed + 1);
  MixPlan plan;
  // A small capture holds fewer at once, so that each still comes to its end.
  std::vector<Slot> slots(std::clamp<std::size_t>(size_bytes / 500'000, 20, kConnectionsAtOnce));
  MixTotals totals;
  const auto start_one = [&](Slot& slot) {
    slot = {nullptr, plan.start(), 0};
    std::unique_ptr<Session> session = kSessionMakers[slot.kind](text, pool);
    const std::uint32_t number = random.below(1'000'000);
    const Peer client{client_address(number),
                      static_cast<std::uint16_t>(1024 + totals.sessions % 64'000)};
    const Peer server{server_address(number / 7), session->server_port()};
    if (totals.sessions % 2 == 0)
      write_name_lookup(out, random, client.address, session->server_name(), server.address);
    slot.connection = std::make_unique<Connection>(std::move(session), client, server,
                                                   static_cast<std::uint32_t>(random.next()));
    totals.sessions += 1;
  };
  for (Slot& slot : slots) start_one(slot);
  for (std::size_t open = slots.size(); open > 0;) {
    Slot& slot = slots[random.below(static_cast<std::uint32_t>(slots.size()))];
    if (!slot.connection) continue;
    const std::uint64_t before = out.payload_bytes();
    const bool goes_on = slot.connection->step(out, random);
    slot.sent_bytes += out.payload_bytes() - before;
    if (goes_on) continue;
    plan.finish(slot.kind, slot.sent_bytes);
    if (out.payload_bytes() + open * kRestBytes < size_bytes) {
      start_one(slot);
    } else {
      slot.connection.reset();
      --open;
    }
  }
  totals.payload_bytes = out.payload_bytes();
  return totals;
}

MixTotals write_uploads(CaptureWriter& out, const std::vector<std::string>& bodies,
                        std::uint64_t size_bytes) {
  Random random(1);
  MixTotals totals;
  do {
    for (const std::string& body : bodies)
      write_upload(out, random, totals, "application/octet-stream", body);
  } while (out.payload_bytes() < size_bytes);
  totals.payload_bytes = out.payload_bytes();
  return totals;
}

MixTotals write_leak(CaptureWriter& out, std::uint64_t size_bytes, std::uint64_t rows_per_upload,
                     LeakFormat format, Planted& planted) {
  Random random(1);
  MixTotals totals;
  while (out.payload_bytes() < size_bytes) {
    std::string body = format == LeakFormat::csv ? "name,email,ticket,phone\r\n" : "[\n";
    const std::uint64_t room = size_bytes - out.payload_bytes();
    for (std::uint64_t row = 0; row < rows_per_upload && body.size() < room; ++row)
      append_row(body, customer(planted.customers++), format);
    if (format == LeakFormat::json) body += "{}]\n";
    write_upload(out, random, totals, format == LeakFormat::csv ? "text/csv" : "application/json",
                 body);
  }
  totals.payload_bytes = out.payload_bytes();
  return totals;
}

MixTotals write_many_flows(CaptureWriter& out, std::uint64_t flows) {
  const auto peers = [](std::uint64_t flow) {
    const auto number = static_cast<std::uint32_t>(flow);
    // 50,000 ports of each client, so that no two flows are alike.
    return std::pair{
        Peer{client_address(number / 50'000), static_cast<std::uint16_t>(10'000 + number % 50'000)},
        Peer{server_address(number % 977), 80}};
  };
  const auto request = [](std::uint64_t flow, const char* what) {
    std::string text = "GET /status/";
    append_number(text, flow, 8);
    return text.append(what).append(" HTTP/1.1\r\nHost: www.example.org\r\nAccept: */*\r\n\r\n");
  };
  for (std::uint64_t flow = 0; flow < flows; ++flow) {
    const auto [client, server] = peers(flow);
    const auto start = static_cast<std::uint32_t>(flow * 2654435761U);
    const std::string text = request(flow, "/first");
    out.tcp(client, server, start, 0, kSyn, {});
    out.tcp(server, client, ~start, start + 1, kSyn | kAck, {});
    out.tcp(client, server, start + 1, ~start + 1, kAck | kPush, text);
  }
  for (std::uint64_t flow = 0; flow < flows; ++flow) {
    const auto [client, server] = peers(flow);
    const auto start = static_cast<std::uint32_t>(flow * 2654435761U);
    const auto sent = static_cast<std::uint32_t>(request(flow, "/first").size());
    out.tcp(client, server, start + 1 + sent, ~start + 1, kAck | kPush, request(flow, "/second"));
  }
  return {flows, out.payload_bytes()};
}

}  // namespace outspan::bench_capture
