#include "protocol/imap/connection.h"

#include <algorithm>
#include <utility>

#include "core/held_memory.h"
#include "text/ascii.h"

namespace outspan::protocol::imap {

void Connection::on_data(Side side, Bytes bytes) noexcept {
  if (given_away_ || bytes.empty()) return;
  if (!std::exchange(roles_known_, true) && !host_.flow().info.opened_by_syn)
    client_ = bytes.front() == '*' || bytes.front() == '+' ? opposite(side) : side;
  // Of a server that nobody wants to be inspected only these answers are needed.
  const bool needed = !compress_tag_.empty() || !literal_tag_.empty();
  if (side == server() && !host_.flow().inspected(side) && !needed) return;
  wire(side, bytes);
}

/// As they come on the wire.
void Connection::wire(Side side, Bytes bytes) noexcept {
  Half& mine = half(side);
  FlowAccount& account = host_.flow().account;
  if (!mine.inflater) {
    bytes = plain(side, bytes);
    if (bytes.empty() || given_away_) return;
  }
  if (mine.damaged) {
    account.claim(side, Column::opaque, "damaged", bytes.size());
    return;
  }
  account.searched(side, bytes.size());
  const auto outcome = mine.inflater->feed(bytes, [this, side](Bytes out) { plain(side, out); });
  if (outcome == Inflater::Outcome::ok) return;
  account.move(side, Column::opaque, "damaged", bytes.size());
  mine.damaged = true;
}

/// Returns what is compressed: the rest after the answer that agrees to it.
Bytes Connection::plain(Side side, Bytes bytes) noexcept {
  Half& mine = half(side);
  const bool inflated = mine.inflater.has_value();
  Line next;
  while (!bytes.empty() && !given_away_ && mine.inflater.has_value() == inflated) {
    if (mine.literal_left > 0) {
      literal(side, bytes);
      continue;
    }
    if (!inflated && tls_.begins(bytes)) {
      give_away(side, bytes);
      return {};
    }
    if (mine.lines.next(bytes, next)) line(side, next);
  }
  return bytes;
}

void Connection::literal(Side side, Bytes& bytes) noexcept {
  Half& mine = half(side);
  const Bytes piece = bytes.first(
      static_cast<std::size_t>(std::min<std::uint64_t>(mine.literal_left, bytes.size())));
  bytes = bytes.subspan(piece.size());
  mine.literal_left -= piece.size();
  const std::uint64_t wire_bytes = counted(side, piece.size());
  switch (mine.literal) {
    case Literal::mail:
      if (mine.mail) mine.mail->decoded(piece, wire_bytes);
      return;
    case Literal::password: return credentials(wire_bytes);
    case Literal::user:
      user_ += as_text(piece.first(
          std::min(piece.size(), kNameBytesMax - std::min(user_.size(), kNameBytesMax))));
      learn();
      [[fallthrough]];
    case Literal::text: return text(side, piece);
  }
}

void Connection::line(Side side, const Line& line) noexcept {
  if (line.kind != Line::Kind::whole) return text(side, as_bytes(line.wire));
  Half& mine = half(side);
  if (side == server()) {
    if (mine.mail && !mine.partial) end_mail(side, ObjectEnd::complete);
    text(side, as_bytes(line.wire));
    server_line(line.text);
  } else if (!client_line(line)) {
    text(side, as_bytes(line.wire));
  }
  if (const auto size = literal_at_end(line.text)) begin_literal(side, line.text, *size);
}

void Connection::begin_literal(Side side, std::string_view text, std::uint64_t size) noexcept {
  Half& mine = half(side);
  mine.literal_left = size;
  mine.literal = Literal::text;
  if (side == client_ && !text.ends_with("+}"))
    literal_tag_ = std::string(split_request(text).tag.substr(0, kNameBytesMax));
  if (side == server()) {
    const std::uint64_t number = fetched_number(text);
    const std::uint64_t message = number > 0 ? number : mine.message;
    const auto item = fetched_item(text);
    if (!item) return;
    mine.literal = Literal::mail;
    begin_mail(side, item, message);
    mine.end = item->offset + size;
  } else if (log_in_step_ > 0) {
    const bool password = log_in_step_ == 2;
    const bool short_enough = size <= CredentialAllowance::kPasswordBytesMax && passwords_left_ > 0;
    if (password && short_enough) --passwords_left_;
    if (!password) user_.clear();
    mine.literal = !password ? Literal::user : short_enough ? Literal::password : Literal::text;
    log_in_step_ = password ? 0 : 2;
  } else if (equals_ignoring_case(split_request(text).verb, "APPEND") || mine.mail) {
    mine.literal = Literal::mail;
    end_mail(side, ObjectEnd::complete);  // of the one before, with MULTIAPPEND
    begin_mail(side, std::nullopt, 0);
  }
}

/// True: the line was taken care of.
bool Connection::client_line(const Line& line) noexcept {
  tls_.command();
  if (in_auth_) {
    const SaslExchange::Outcome outcome = auth_.line(line.text);
    in_auth_ = outcome == SaslExchange::Outcome::going_on;
    if (outcome != SaslExchange::Outcome::not_credentials && allowance_.take(line.wire.size())) {
      credentials(counted(client_, line.wire.size()));
      return true;
    }
    in_auth_ = false;
  }
  Half& mine = half(client_);
  if (mine.mail && literal_at_end(line.text) == std::nullopt)
    end_mail(client_, ObjectEnd::complete);
  const Request parts = split_request(line.text);
  const auto is = [&parts](std::string_view verb) {
    return equals_ignoring_case(parts.verb, verb);
  };
  if (log_in_step_ == 2) return password_after_literal(line);
  if (is("LOGIN")) return log_in(line, parts.arguments);
  if (is("AUTHENTICATE")) return authenticate(line, parts.arguments);
  request(line, parts);
  return false;
}

void Connection::request(const Line&, const Request& parts) noexcept {
  const auto is = [&parts](std::string_view verb) {
    return equals_ignoring_case(parts.verb, verb);
  };
  std::string_view arguments = parts.arguments;
  if (is("STARTTLS")) tls_.ask();
  if (is("COMPRESS")) compress_tag_ = std::string(parts.tag.substr(0, kNameBytesMax));
  if (is("SELECT") || is("EXAMINE") || is("APPEND")) {
    mailbox_ = std::string(first_argument(arguments).substr(0, kNameBytesMax));
    learn();
  }
}

void Connection::server_line(std::string_view text) noexcept {
  const Request parts = split_request(text);
  const bool agrees = equals_ignoring_case(parts.verb, "OK");
  const std::string waiting = parts.tag == "*" ? std::string() : std::exchange(literal_tag_, {});
  if (!waiting.empty() && parts.tag == waiting && !agrees) refuse_literal();
  if (parts.tag == "*" || parts.tag == "+") return;
  if (!compress_tag_.empty() && parts.tag == compress_tag_) {
    compress_tag_.clear();
    if (agrees) compress();
    return;
  }
  if (agrees)
    tls_.accept();
  else if (!parts.verb.empty())
    tls_.refuse();
}

/// The client waits before it sends a literal, and after this it does not.
void Connection::refuse_literal() noexcept {
  half(client_).literal_left = 0;
  end_mail(client_, ObjectEnd::cut_short);
  log_in_step_ = 0;
}

/// What comes next on either side is compressed (RFC 4978, 3).
void Connection::compress() noexcept {
  end_unfinished_line(client_);  // its bytes are still the wire's
  for (Half& each : halves_)
    if (!each.inflater) each.inflater.emplace(Inflater::Format::raw, host_.limits());
}

/// A piece that goes on where the last one ended belongs to the same object.
void Connection::begin_mail(Side side, const std::optional<Item>& item,
                            std::uint64_t message) noexcept {
  Half& mine = half(side);
  const bool goes_on = mine.mail && item && item->partial && item->offset == mine.end &&
                       item->offset > 0 && item->section == mine.section && message == mine.message;
  if (goes_on) return;
  end_mail(side, ObjectEnd::complete);
  if (!host_.flow().inspected(side)) return;
  mine.message = message;
  mine.section = item ? item->section : std::string();
  mine.partial = item && item->partial;
  mine.mail = host_.objects().begin(host_.flow(), side, info("mail"));
  PartInfo part;
  const bool whole = !item || (item->is_message() && item->offset == 0);
  part.kind = whole ? PartKind::mail_message : PartKind::body;
  mine.mail->begin_part(std::move(part));
}

void Connection::end_mail(Side side, ObjectEnd how) noexcept {
  Half& mine = half(side);
  if (!mine.mail) return;
  mine.mail->end_part();
  mine.mail->end(how);
  mine.mail.reset();
}

ObjectInfo Connection::info(std::string_view name) const noexcept {
  ObjectInfo all;
  all.name = std::string(name);
  all.actor.user = user_;
  all.source = mailbox_;
  return all;
}

void Connection::learn() noexcept {
  const ObjectInfo known = info({});
  for (Half& each : halves_) each.channel.learn(known);
}

/// TLS begins with `rest` of `side`.
void Connection::give_away(Side side, Bytes rest) noexcept {
  given_away_ = true;
  end_all();
  std::array<Bytes, 2> left{};
  left[index(side)] = rest;
  host_.restart(left);
}

void Connection::end_all() noexcept {
  for (const Side each : {Side::client, Side::server}) {
    end_unfinished_line(each);
    end_mail(each, half(each).literal_left > 0 ? ObjectEnd::cut_short : ObjectEnd::complete);
    half(each).channel.end(ObjectEnd::complete);
  }
}

void Connection::on_gap(Side side, std::uint64_t missing_bytes) noexcept {
  if (given_away_) return;
  if (tls_.is_due()) return give_away(side, {});
  Half& mine = half(side);
  end_unfinished_line(side);
  mine.channel.gap(missing_bytes);
  if (mine.mail) mine.mail->gap(missing_bytes);
  // What refers back behind the hole cannot be inflated.
  if (mine.inflater) mine.damaged = true;
  const bool inside = !mine.inflater && missing_bytes <= mine.literal_left;
  mine.literal_left = inside ? mine.literal_left - missing_bytes : 0;
  if (inside) return;
  end_mail(side, ObjectEnd::cut_short);
  if (side != client_) return;
  in_auth_ = false;
  log_in_step_ = 0;
}

void Connection::on_pause() noexcept {
  for (Half& each : halves_) {
    each.channel.pause();
    if (each.mail) each.mail->pause();
  }
}

void Connection::on_close(flow::CloseReason) noexcept {
  if (!given_away_) end_all();
}

std::uint64_t Connection::held_bytes() const noexcept {
  constexpr std::uint64_t kInflaterBytes = 44 * 1024;
  std::uint64_t bytes = sizeof *this + heap_bytes(user_) + heap_bytes(mailbox_);
  for (const Half& each : halves_)
    bytes += each.channel.held_bytes() + each.lines.held_bytes() + held_by(each.mail) +
             (each.inflater ? kInflaterBytes : 0);
  return bytes;
}

}  // namespace outspan::protocol::imap
