#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"

namespace outspan::protocol::dns {

/// Types of records (RFC 1035, 3.2.2; IANA).
enum RecordType : std::uint16_t {
  kCname = 5,
  kNull = 10,
  kPtr = 12,
  kMx = 15,
  kTxt = 16,
  kKey = 25,
  kSrv = 33,
  kPrivate = 65399,
};

/// A message with one question (RFC 1035, 4.1). Borrows the datagram.
struct Message {
  bool response = false;
  std::uint16_t type = 0;
  std::vector<std::string_view> labels;  ///< of the question, at most 127; any bytes
  std::uint64_t answer_bytes = 0;        ///< data of answers that have room for any
  std::string texts;                     ///< of TXT answers, joined
};

/// nullopt: not one, or one that is cut.
std::optional<Message> parse(Bytes datagram);

/// How many labels at the end are the name that somebody registered.
std::size_t registered_labels(const std::vector<std::string_view>& labels);

}  // namespace outspan::protocol::dns
