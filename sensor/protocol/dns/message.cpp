#include "protocol/dns/message.h"

#include <libpsl.h>

#include <algorithm>
#include <iterator>

#include "text/ascii.h"

namespace outspan::protocol::dns {
namespace {

constexpr std::uint16_t kResponse = 0x8000, kOperation = 0x7800, kReserved = 0x0040;
constexpr std::uint16_t kInternet = 1, kAnyClass = 255, kClass = 0x7fff;
constexpr std::size_t kNameBytesMax = 255;
constexpr std::uint8_t kLabelBytesMax = 63, kPointer = 0xc0;

/// Whose data a name server may fill as it likes.
bool carries_bytes(std::uint16_t type) noexcept {
  constexpr std::uint16_t kCarriers[] = {kCname, kNull, kMx, kTxt, kKey, kSrv, kPrivate};
  return std::find(std::begin(kCarriers), std::end(kCarriers), type) != std::end(kCarriers);
}

bool read_question_name(ByteCursor& in, std::vector<std::string_view>& labels) {
  for (std::size_t bytes = 0;;) {
    const std::uint8_t size = in.u8();
    if (!in.ok() || size > kLabelBytesMax) return false;
    if (size == 0) return !labels.empty();
    bytes += size + 1U;
    if (bytes > kNameBytesMax) return false;
    labels.push_back(as_text(in.take(size)));
  }
}

void skip_name(ByteCursor& in) {
  for (;;) {
    const std::uint8_t size = in.u8();
    if (!in.ok() || size == 0) return;
    if ((size & kPointer) == kPointer) return in.skip(1);
    in.skip(size);
  }
}

void read_answer(ByteCursor& in, Message& message) {
  skip_name(in);
  const std::uint16_t type = in.u16();
  in.skip(6);  // class, time to live
  const Bytes data = in.take(in.u16());
  if (!in.ok()) return;
  if (type == message.type && carries_bytes(type)) message.answer_bytes += data.size();
  if (type != kTxt) return;
  for (ByteCursor text(data); text.left() > 0 && text.ok();)
    message.texts += as_text(text.take(text.u8()));
}

}  // namespace

std::optional<Message> parse(Bytes datagram) {
  ByteCursor in(datagram);
  in.skip(2);
  const std::uint16_t flags = in.u16();
  const std::uint16_t questions = in.u16(), answers = in.u16();
  in.skip(4);
  Message message;
  message.response = (flags & kResponse) != 0;
  if (!in.ok() || (flags & (kOperation | kReserved)) != 0 || questions != 1) return std::nullopt;
  if (!message.response && answers != 0) return std::nullopt;
  if (!read_question_name(in, message.labels)) return std::nullopt;
  message.type = in.u16();
  const std::uint16_t of_class = in.u16() & kClass;
  if (!in.ok() || (of_class != kInternet && of_class != kAnyClass)) return std::nullopt;
  for (std::uint16_t i = 0; i < answers && in.ok(); ++i) read_answer(in, message);
  return message;
}

std::size_t registered_labels(const std::vector<std::string_view>& labels) {
  constexpr std::size_t kLabelsOfASuffix = 4;
  const std::size_t looked_at = std::min(labels.size(), kLabelsOfASuffix + 1);
  std::string name;
  for (std::size_t i = labels.size() - looked_at; i < labels.size(); ++i)
    name.append(name.empty() ? "" : ".").append(labels[i]);
  name = text::lower_case(name);
  const char* registered = psl_registrable_domain(psl_builtin(), name.c_str());
  if (registered == nullptr) return std::min<std::size_t>(labels.size(), 2);
  const std::string_view found = registered;
  return 1 + static_cast<std::size_t>(std::count(found.begin(), found.end(), '.'));
}

}  // namespace outspan::protocol::dns
