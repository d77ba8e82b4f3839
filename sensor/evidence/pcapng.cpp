#include "evidence/pcapng.h"

namespace outspan::evidence::pcapng {
namespace {

constexpr std::uint32_t kSection = 0x0a0d0d0a;
constexpr std::uint32_t kByteOrder = 0x1a2b3c4d;
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint16_t kComment = 1;
constexpr std::uint16_t kApplication = 4;
constexpr std::uint16_t kResolution = 9;
constexpr std::uint16_t kLinkTypeRaw = 101;

void pad(ByteWriter& out, std::size_t bytes) { out.number(0, (4 - bytes % 4) % 4); }

void option(ByteWriter& out, std::uint16_t code, const std::string& value) {
  if (value.empty()) return;
  out.number(code, 2);
  out.text(value);
  pad(out, value.size());
}

void end_of_options(ByteWriter& out) { out.number(0, 4); }

/// With its length on both sides.
void block(ByteWriter& out, std::uint32_t type, ByteWriter& body) {
  const std::size_t bytes = 12 + body.out().size();
  out.number(type, 4);
  out.number(bytes, 4);
  out.bytes(body.out());
  out.number(bytes, 4);
}

}  // namespace

void head(ByteWriter& out, const std::string& application, const std::string& comment) {
  ByteWriter section;
  section.number(kByteOrder, 4);
  section.number(1, 2);
  section.number(0, 2);
  section.number(~std::uint64_t{0}, 8);  // its length is not given
  option(section, kComment, comment);
  option(section, kApplication, application);
  end_of_options(section);
  block(out, kSection, section);
  ByteWriter interface;
  interface.number(kLinkTypeRaw, 2);
  interface.number(0, 2);
  interface.number(0, 4);  // no snap length
  option(interface, kResolution, std::string(1, '\x09'));
  end_of_options(interface);
  block(out, kInterface, interface);
}

void packet(ByteWriter& out, const PacketRecord& packet, const std::string& comment) {
  const auto time = static_cast<std::uint64_t>(packet.time.time_since_epoch().count());
  ByteWriter body;
  body.number(0, 4);  // interface
  body.number(time >> 32, 4);
  body.number(time, 4);
  body.number(packet.packet.size(), 4);
  body.number(packet.wire_bytes, 4);
  body.bytes(packet.packet);
  pad(body, packet.packet.size());
  if (!comment.empty()) {
    option(body, kComment, comment);
    end_of_options(body);
  }
  block(out, kEnhancedPacket, body);
}

}  // namespace outspan::evidence::pcapng
