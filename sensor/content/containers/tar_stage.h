#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"

namespace outspan::content {

Opened open_tar(const Opening& opening) noexcept;

/// Reads a tar archive as it comes: POSIX ustar and pax, GNU, and the oldest without a mark.
/// Headers are scanned as bytes of the archive, names in them included. Where no header stands
/// although one should, or bytes are missing, the next header is looked for and what is between is
/// scanned as bytes. Memory: one header and one long name.
class TarStage final : public Stage {
 public:
  TarStage(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept;

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override {}
  void pause() noexcept override;
  void end() noexcept override;

 private:
  static constexpr std::size_t kBlock = 512;
  std::size_t take_header(Bytes bytes, std::size_t at) noexcept;
  std::size_t take_body(Bytes bytes, std::size_t at) noexcept;
  void begin_entry() noexcept;
  void look_further() noexcept;
  void end_entry() noexcept;

  std::uint32_t depth_;
  StagePtr rest_;    // what is no file's
  StagePtr member_;  // of the current entry; nullptr: it is no file, or a name
  std::array<std::uint8_t, kBlock> header_;
  std::size_t have_ = 0;
  std::uint64_t body_left_ = 0;
  std::uint64_t padding_left_ = 0;
  bool names_next_ = false;  // the body is a long name, or pax records
  bool lost_ = false;        // no header stood where one should
  std::string long_name_;
};

}  // namespace outspan::content
