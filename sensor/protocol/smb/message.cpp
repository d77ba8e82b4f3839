#include "protocol/smb/message.h"

#include <algorithm>
#include <string_view>

#include "protocol/smb/smb1.h"

namespace outspan::protocol::smb {
namespace {

using Header = MessageReader::Header;
constexpr Header known(std::uint64_t bytes) noexcept { return {bytes, Header::Kind::known}; }

/// Packets of the NetBIOS session service (RFC 1002, 4.3).
enum class Packet : std::uint8_t {
  message = 0,
  request = 0x81,
  retarget = 0x84,
  keep_alive = 0x85
};
constexpr std::uint32_t kNetbiosBytesMax = 512;
constexpr std::size_t kIdBytes = 4;
constexpr std::uint32_t kMessageBytesMin = 16;
constexpr std::size_t kNextAt = 20;
constexpr std::uint16_t kHeaderSize = 64;  // as the header says it
constexpr std::uint32_t kResponseFlag = 1, kAsyncFlag = 2, kKnownFlags = 0x3000007f;

/// Fields of a message, by their place.
template <class Read>
auto field(Bytes message, std::size_t at, Read read) noexcept {
  ByteCursor in(message);
  in.skip(at);
  return read(in);
}
std::uint16_t u16_at(Bytes message, std::size_t at) noexcept {
  return field(message, at, [](ByteCursor& in) { return in.u16_le(); });
}
std::uint32_t u32_at(Bytes message, std::size_t at) noexcept {
  return field(message, at, [](ByteCursor& in) { return in.u32_le(); });
}
std::uint64_t u64_at(Bytes message, std::size_t at) noexcept {
  return field(message, at, [](ByteCursor& in) { return in.u64_le(); });
}
FileId file_at(Bytes message, std::size_t at) noexcept {
  return {u64_at(message, at), u64_at(message, at + 8)};
}

/// Whether the fixed part is there and says the size that its command has.
bool has_fixed_part(Bytes message, std::uint16_t size, std::size_t bytes) noexcept {
  return message.size() >= kHeaderBytes + bytes && u16_at(message, kHeaderBytes) == size;
}

/// A place after the header and within the message.
std::optional<Place> that_fits(Place place, Bytes message) noexcept {
  const std::size_t header = form_of(message) == Form::smb1 ? kSmb1HeaderBytes : kHeaderBytes;
  const bool fits = place.bytes != 0 && place.at >= header && place.at < message.size() &&
                    place.bytes <= message.size() - place.at;
  return fits ? std::optional(place) : std::nullopt;
}

bool is_smb1(Bytes message) noexcept { return form_of(message) == Form::smb1; }

}  // namespace

Form form_of(Bytes beginning) noexcept {
  if (beginning.size() < kIdBytes || as_text(beginning.subspan(1, 3)) != "SMB") return Form::none;
  return beginning[0] >= 0xfc ? static_cast<Form>(beginning[0]) : Form::none;
}

std::optional<Head> read_head(Bytes message) noexcept {
  if (is_smb1(message)) return read_smb1_head(message);
  if (form_of(message) != Form::smb2 || message.size() < kHeaderBytes) return std::nullopt;
  ByteCursor in(message.subspan(kIdBytes));
  const std::uint16_t size = in.u16_le();
  in.skip(2);  // CreditCharge
  Head head;
  head.status = in.u32_le();
  head.command = static_cast<Command>(in.u16_le());
  in.skip(2);  // credits
  const std::uint32_t flags = in.u32_le();
  in.skip(4);  // where the next one begins
  head.message = in.u64_le();
  in.skip(4);  // half of AsyncId, or reserved
  head.tree = (flags & kAsyncFlag) == 0 ? in.u32_le() : (in.skip(4), 0U);
  head.session = in.u64_le();
  head.response = (flags & kResponseFlag) != 0;
  if (size != kHeaderSize || head.command > Command::last || (flags & ~kKnownFlags) != 0)
    return std::nullopt;
  return head;
}

Header read_transport(Bytes beginning) noexcept {
  const std::uint8_t type = beginning[0];
  const bool netbios = type >= static_cast<std::uint8_t>(Packet::request) &&
                       type <= static_cast<std::uint8_t>(Packet::keep_alive);
  if (type != static_cast<std::uint8_t>(Packet::message) && !netbios)
    return MessageReader::kInvalid;
  if (beginning.size() < kTransportBytes) return MessageReader::kMore;
  const std::uint32_t bytes = field(beginning, 1, [](ByteCursor& in) { return in.u24(); });
  if (netbios)
    return bytes <= kNetbiosBytesMax ? known(kTransportBytes + bytes) : MessageReader::kInvalid;
  if (bytes < kMessageBytesMin) return MessageReader::kInvalid;
  constexpr std::string_view kId = "SMB";
  const Bytes id = beginning.subspan(kTransportBytes);
  const std::string_view name = as_text(id.subspan(std::min<std::size_t>(1, id.size())));
  if ((!id.empty() && id[0] < 0xfc) || name.substr(0, kId.size()) != kId.substr(0, name.size()))
    return MessageReader::kInvalid;
  return id.size() < kIdBytes ? MessageReader::kMore : known(kTransportBytes);
}

Header read_chained(Bytes beginning, std::uint64_t left) noexcept {
  if (left < kHeaderBytes) return known(left);
  if (beginning.size() < kIdBytes) return MessageReader::kMore;
  if (form_of(beginning) != Form::smb2) return known(left);
  if (beginning.size() < kNextAt + 4) return MessageReader::kMore;
  const std::uint32_t next = u32_at(beginning, kNextAt);
  return known(next >= kHeaderBytes && next < left ? next : left);
}

std::size_t find_message(Bytes bytes) noexcept {
  const std::string_view text = as_text(bytes);
  constexpr std::size_t kNameAt = kTransportBytes + 1;
  for (std::size_t at = text.find("SMB"); at != text.npos; at = text.find("SMB", at + 3)) {
    if (at < kNameAt) continue;
    const Bytes message = bytes.subspan(at - kNameAt);
    if (message[0] != 0 || read_transport(message).kind != Header::Kind::known) continue;
    const Bytes body = message.subspan(kTransportBytes);
    if (form_of(body) != Form::smb2 || body.size() < kHeaderBytes || read_head(body))
      return at - kNameAt;
  }
  return bytes.size();
}

std::optional<Block> read_write_request(Bytes message) noexcept {
  if (is_smb1(message)) return read_smb1_write_request(message);
  if (!has_fixed_part(message, 49, 48)) return std::nullopt;
  Block block;
  block.data = {u16_at(message, kHeaderBytes + 2), u32_at(message, kHeaderBytes + 4)};
  block.offset = u64_at(message, kHeaderBytes + 8);
  block.file = file_at(message, kHeaderBytes + 16);
  block.fixed_bytes = kHeaderBytes + 48;
  return block.data.at >= block.fixed_bytes ? std::optional(block) : std::nullopt;
}

std::optional<Block> read_read_response(Bytes message) noexcept {
  if (is_smb1(message)) return read_smb1_read_response(message);
  if (!has_fixed_part(message, 17, 16)) return std::nullopt;
  Block block;
  block.data = {message[kHeaderBytes + 2], u32_at(message, kHeaderBytes + 4)};
  block.fixed_bytes = kHeaderBytes + 16;
  return block.data.at >= block.fixed_bytes ? std::optional(block) : std::nullopt;
}

std::optional<Block> read_read_request(Bytes message) noexcept {
  if (is_smb1(message)) return read_smb1_read_request(message);
  if (!has_fixed_part(message, 49, 48)) return std::nullopt;
  Block block;
  block.offset = u64_at(message, kHeaderBytes + 8);
  block.file = file_at(message, kHeaderBytes + 16);
  return block;
}

std::optional<FileId> read_close_request(Bytes message) noexcept {
  if (is_smb1(message)) return read_smb1_close_request(message);
  if (!has_fixed_part(message, 24, 24)) return std::nullopt;
  return file_at(message, kHeaderBytes + 8);
}

std::optional<FileId> read_create_response(Bytes message) noexcept {
  if (is_smb1(message)) return read_smb1_create_response(message);
  if (!has_fixed_part(message, 89, 88)) return std::nullopt;
  return file_at(message, kHeaderBytes + 64);
}

std::optional<Place> find_name(Command command, Bytes message) noexcept {
  Place name;
  if (is_smb1(message)) {
    name = find_smb1_name(command, message);
  } else if (command == Command::tree_connect && has_fixed_part(message, 9, 8)) {
    name = {u16_at(message, kHeaderBytes + 4), u16_at(message, kHeaderBytes + 6)};
  } else if (command == Command::create && has_fixed_part(message, 57, 56)) {
    name = {u16_at(message, kHeaderBytes + 44), u16_at(message, kHeaderBytes + 46)};
  } else if (command == Command::set_info && has_fixed_part(message, 33, 32)) {
    // FileRenameInformation (MS-FSCC, 2.4.42.2).
    constexpr std::uint16_t kFileRename = 1 | 10 << 8;
    constexpr std::size_t kNameBytesAt = 16, kNameAt = 20;
    const std::size_t at = u16_at(message, kHeaderBytes + 8);
    if (u16_at(message, kHeaderBytes + 2) != kFileRename) return std::nullopt;
    name = {at + kNameAt, u32_at(message, at + kNameBytesAt)};
  }
  return that_fits(name, message);
}

std::optional<Place> find_token(Bytes message) noexcept {
  if (is_smb1(message)) return that_fits(find_smb1_token(message), message);
  if (!has_fixed_part(message, 25, 24)) return std::nullopt;
  return that_fits({u16_at(message, kHeaderBytes + 12), u16_at(message, kHeaderBytes + 14)},
                   message);
}

}  // namespace outspan::protocol::smb
