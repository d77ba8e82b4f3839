#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "protocol/parser.h"
#include "protocol/shared/file_writer.h"
#include "protocol/shared/loose_object.h"
#include "protocol/tftp/packet.h"

namespace outspan::protocol::tftp {

/// What a request announced.
struct Announced {
  bool write = false;
  std::string file_name;
  Options options;
};

/// The blocks of one file. Their size is what the server acknowledged; where that was not seen, the
/// size of the first block.
class Transfer {
 public:
  /// `host` outlives it.
  Transfer(ParserHost& host, Announced announced) noexcept;

  /// As DatagramParser.
  bool datagram(Side side, Bytes bytes) noexcept;
  void pause() noexcept;
  void close() noexcept;

 private:
  bool data(Side side, Bytes bytes) noexcept;
  [[nodiscard]] std::uint64_t position_of(std::uint16_t number) const noexcept;
  [[nodiscard]] ObjectInfo info() const;

  ParserHost& host_;
  Announced announced_;
  std::optional<Side> sender_;
  std::uint32_t block_bytes_ = 0;      // 0: not known
  std::uint64_t latest_ = 0;           // position of the furthest block, from 1
  std::optional<std::uint64_t> size_;  // of the file, once its last block was seen
  bool begun_ = false;
  std::unique_ptr<FileWriter> file_;
  std::array<LooseObject, 2> other_;  // by Side
};

}  // namespace outspan::protocol::tftp
