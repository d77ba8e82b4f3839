#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "content/chain/decompress_stage.h"
#include "content/chain/object_context.h"
#include "content/chain/stage.h"
#include "content/containers/zip_header.h"

namespace outspan::content {

/// As a ZipStage; packages of documents as a whole, by a worker where there are some.
Opened open_zip(const Opening& opening) noexcept;

/// Reads a zip as it comes, by its local headers (APPNOTE.TXT 4.3), of any size: stored, deflated
/// and zstd members on the way, members of other methods by a worker, each up to
/// Limits::object_mib. The central directory is not believed, so nothing hides from it; local
/// headers are believed as far as the data bears them out.
///
/// What is not a member is scanned as bytes of the archive: headers with their names, comments,
/// what stands before, between and after. Where a member's end is not known (damage, a gap,
/// encryption without sizes) the next local header is looked for.
/// Memory: one header; a decompressor, or one member for a worker.
class ZipStage final : public Stage {
 public:
  ZipStage(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept;

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override {}
  void pause() noexcept override;
  void end() noexcept override;

 private:
  enum class State : std::uint8_t {
    between,   ///< looking for a local header
    header,    ///< it has begun
    data,      ///< of a member whose size is known
    inflating  ///< of one that ends where its compressed stream ends
  };
  std::size_t look_for_header(Bytes bytes) noexcept;
  std::size_t take_header(Bytes bytes) noexcept;
  std::size_t take_data(Bytes bytes, std::size_t at) noexcept;
  std::size_t inflate(Bytes bytes, std::size_t at) noexcept;
  std::size_t decode(Bytes bytes, std::int64_t at) noexcept;
  std::size_t seek_mark(Bytes bytes) noexcept;
  void begin_member() noexcept;
  void open(std::string name) noexcept;
  void open_stream(std::string name, Coding coding) noexcept;
  void end_data() noexcept;
  void end_member() noexcept;
  void begin_unread(const char* reason) noexcept;
  void end_unread() noexcept;

  std::uint32_t depth_;
  State state_ = State::between;
  std::size_t matched_ = 0;  // bytes of the mark of a local header
  std::string head_;         // of the header so far
  std::size_t head_bytes_ = 0;
  ZipLocalHeader header_;
  std::uint64_t left_ = 0;  // of the member's data
  StagePtr rest_;           // what is no member's
  StagePtr member_;
  DecompressStage* stream_ = nullptr;  // member_, where it is compressed
  bool may_be_over_ = false;           // the size is used up, the stream has not ended
  bool held_mark_ = false;             // the next byte was the first of a mark
  bool by_worker_ = false;

  const char* unread_ = nullptr;  // why the bytes from unread_begin_ on are not read
  std::uint64_t unread_begin_ = 0, unread_bytes_ = 0;
  std::uint64_t encrypted_bytes_ = 0;
  std::vector<std::string> encrypted_names_;
};

}  // namespace outspan::content
