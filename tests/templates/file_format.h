#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "content/chain/opener.h"
#include "content/chain/stage.h"

namespace outspan::content {

/// Template of a file format. "PACK1" is made up: the mark, then members, each a byte with the size
/// of its name, the name, four bytes (big-endian) with its size, and its bytes.
Opened open_pack(const Opening& opening) noexcept;

/// Reads it as it comes. Names are scanned too: they are part of the node itself.
/// Memory: one head (260 bytes).
class PackStage final : public Stage {
 public:
  PackStage(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept;

  void gap() noexcept override;
  void boundary() noexcept override {}
  void pause() noexcept override;

 private:
  void read(Bytes bytes) noexcept override;
  void end() noexcept override;
  [[nodiscard]] std::size_t head_size() const noexcept;
  void begin_member() noexcept;
  void end_member() noexcept;

  std::uint32_t depth_;
  StagePtr rest_;    // what is no member's: mark, heads, all after a hole
  StagePtr member_;  // of the current member
  std::array<std::uint8_t, 260> head_{};
  std::size_t head_bytes_ = 0;
  std::size_t mark_left_;
  std::uint64_t body_left_ = 0;
  bool lost_ = false;  // after a hole: where a head begins is not known
};

}  // namespace outspan::content
