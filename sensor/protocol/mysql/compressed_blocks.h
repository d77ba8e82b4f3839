#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "protocol/parser.h"
#include "protocol/shared/inflater.h"

namespace outspan::protocol::mysql {

/// Takes compression off one side ("Compressed Packet"): blocks with a header of seven bytes, each
/// a stream of zlib or a frame of zstd, or stored. A block holds a part of a packet, or several. It
/// claims the wire's bytes: what comes out has none.
/// Bound: 44 KiB for zlib, 16 MiB for zstd, which is what a block may say that it has.
class CompressedBlocks {
 public:
  using Output = std::function<void(Bytes)>;
  /// So many bytes of what would have come out are lost.
  using Hole = std::function<void(std::uint64_t)>;
  /// `host` outlives it.
  CompressedBlocks(StreamHost& host, Side side, Output output, Hole hole) noexcept;
  ~CompressedBlocks();

  void data(Bytes bytes) noexcept;
  void gap(std::uint64_t missing_bytes) noexcept;
  /// What is held is claimed.
  void close() noexcept;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept;

  static constexpr std::size_t kHeaderBytes = 7;
  /// Whether a block begins here, as far as 13 bytes say it.
  static bool begins(Bytes bytes) noexcept;

 private:
  void begin_block() noexcept;
  void body(Bytes bytes) noexcept;
  bool decompressed(Bytes bytes) noexcept;
  bool inflate(Bytes bytes) noexcept;
  bool decompress(Bytes bytes) noexcept;
  void give(Bytes plain) noexcept;
  void damage() noexcept;
  void search_block(Bytes& bytes) noexcept;

  StreamHost& host_;
  const Side side_;
  Output output_;
  Hole hole_;
  std::array<std::uint8_t, kHeaderBytes> header_{};
  std::size_t header_bytes_ = 0;
  std::uint64_t left_ = 0;        // of the block, on the wire
  std::uint64_t plain_left_ = 0;  // of the block, to come out
  bool excess_ = false;           // more came out than the block said
  enum class Coding : std::uint8_t { stored, compressed, zlib, zstd, damaged };
  Coding coding_ = Coding::stored;
  bool lost_ = false;  // where a block begins is not known
  std::optional<Inflater> inflater_;
  struct Zstd;
  std::unique_ptr<Zstd> zstd_;
};

}  // namespace outspan::protocol::mysql
