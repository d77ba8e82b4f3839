#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"

namespace outspan::protocol::http2 {

/// A header field. What was lost with an earlier header block is not known: then it is empty and
/// says so.
struct Field {
  std::string name;
  std::string value;
  bool name_known = true;
  bool value_known = true;
};

/// HPACK (RFC 7541) of one direction of a connection, for a reader who may have come late or lost a
/// part. Indices count from the newest entry, so those that were seen are found all the same; an
/// older one is a placeholder that keeps the count.
///
/// Bound: 64 KiB of table. A peer that allows more is read with placeholders.
class HpackDecoder {
 public:
  /// Decodes a whole header block. False: it is none, and the table is not to be trusted from here
  /// on; `fields` has what came before. `text_max`: bytes of names and values that `fields` may
  /// have; beyond, only what stands in the block itself is given, not what it repeats.
  bool decode(Bytes block, std::size_t text_max, std::vector<Field>& fields) noexcept;

  /// A header block was lost, or the connection was joined in the middle.
  void lose() noexcept;
  [[nodiscard]] bool lost() const noexcept { return lost_; }
  /// Beside the object itself.
  [[nodiscard]] std::uint64_t held_bytes() const noexcept {
    return table_bytes_ + table_.size() * sizeof(Field);
  }

 private:
  static constexpr std::size_t kTableBytesDefault = 4096;
  static constexpr std::size_t kTableBytesMax = 65536;

  class Reader;
  bool field(Reader& in, Field& field) noexcept;
  bool indexed(std::uint64_t index, Field& field) const noexcept;
  void add(const Field& field) noexcept;
  void resize(std::uint64_t bytes) noexcept;
  void evict() noexcept;

  std::deque<Field> table_;  // the newest first
  std::size_t table_bytes_ = 0;
  std::size_t table_bytes_max_ = kTableBytesDefault;
  bool lost_ = false;  // there may be entries after those of table_
};

}  // namespace outspan::protocol::http2
