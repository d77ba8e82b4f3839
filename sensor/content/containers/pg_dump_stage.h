#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "content/chain/kept_bytes.h"
#include "content/chain/object_context.h"
#include "content/chain/stage.h"

namespace outspan::content {

Opened open_pg_dump(const Opening& opening) noexcept;

/// Reads PostgreSQL's custom archive (`pg_dump -Fc`; src/bin/pg_dump/pg_backup_custom.c of
/// PostgreSQL 15) as it comes, of any size: each table, and each large object, is a member.
///
/// The data of a table are pieces with their lengths, together one zlib stream (or one of zstd or
/// lz4, from PostgreSQL 16 on). The first data are found by how they begin, and the table of
/// contents before them gives the names. Where the structure is lost the next table is looked for,
/// and what is before it was not read. What is not a table's is scanned as bytes, and so is the
/// text of archives without compression.
/// Memory: the table of contents, up to kContentsMax; a decompressor.
class PgDumpStage final : public Stage {
 public:
  PgDumpStage(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept;

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override {}
  void pause() noexcept override;
  void end() noexcept override;

 private:
  static constexpr std::size_t kContentsMax = 1 << 20;
  /// Type of a block, dump id, number of a large object, length of a piece, and what says that it
  /// is compressed.
  static constexpr std::size_t kBeginningBytes = 1 + 5 + 5 + 5 + 2;
  enum class State : std::uint8_t {
    lost,    ///< looking for the beginning of compressed data
    type,    ///< of a block
    id,      ///< of the table, or of the large objects
    object,  ///< number of a large object
    length,  ///< of a piece
    piece
  };

  std::size_t look_for_data(Bytes bytes) noexcept;
  [[nodiscard]] bool data_begin() const noexcept;
  std::size_t take_number(Bytes bytes) noexcept;
  std::size_t take_piece(Bytes bytes, std::size_t at) noexcept;
  void use_number() noexcept;
  void begin_data() noexcept;
  void read_contents() noexcept;
  void open_member(Bytes beginning) noexcept;
  void end_member() noexcept;
  void lose(const char* reason) noexcept;
  void end_unread() noexcept;
  [[nodiscard]] std::string member_name() const;

  std::uint32_t depth_;
  StagePtr rest_;  // what is no member's
  StagePtr member_;
  State state_ = State::lost;
  std::array<std::uint8_t, kBeginningBytes> head_{};  // of what the state waits for
  std::size_t have_ = 0;
  std::uint32_t id_ = 0, object_ = 0;
  bool in_objects_ = false;
  std::uint64_t left_ = 0;  // of the piece
  KeptBytes contents_;
  bool contents_end_ = false;
  std::map<std::uint32_t, std::string> names_;  // of tables, by dump id
  const char* unread_ = nullptr;                // why the bytes from unread_begin_ on are not read
  std::uint64_t unread_begin_ = 0, unread_bytes_ = 0;
};

}  // namespace outspan::content
