#pragma once

#include <string>
#include <vector>

#include "core/byte_writer.h"
#include "evidence/packet_record.h"

/// Blocks of a pcapng file (draft-ietf-opsawg-pcapng), little-endian, with packets that begin with
/// an IP header (LINKTYPE_RAW) and times in nanoseconds.
namespace outspan::evidence::pcapng {

/// Section and interface. `application`: who wrote it; `comment`: on the whole file.
void head(ByteWriter& out, const std::string& application, const std::string& comment);
/// `comment`: empty: none.
void packet(ByteWriter& out, const PacketRecord& packet, const std::string& comment);

}  // namespace outspan::evidence::pcapng
