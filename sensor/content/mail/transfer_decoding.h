#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"
#include "content/mail/stray_lines.h"
#include "text/base64.h"

namespace outspan::content {

/// Content-Transfer-Encoding base64 (RFC 2045, 6.8). Characters outside the alphabet are passed
/// over, padding ends a group; lines that are text are searched as such too (StrayLines). After a
/// gap decoding starts again at the group that follows from the end of the cut line.
class Base64Stage final : public Stage {
 public:
  Base64Stage(ObjectContext& context, const Node& node, std::uint32_t depth, StagePtr next) noexcept
      : Stage(context, node), next_(std::move(next)), strays_(context, node, depth) {}

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override;
  void end() noexcept override;

 private:
  void decode(Bytes bytes) noexcept;
  void end_group() noexcept;
  std::size_t resynchronise(Bytes bytes) noexcept;

  StagePtr next_;
  text::Base64Decoder decoder_;
  bool lost_ = false;     // the place in the group is not known
  std::string cut_line_;  // what came since
  StrayLines strays_;
};

/// Content-Transfer-Encoding quoted-printable (RFC 2045, 6.7), also with lower-case digits and bare
/// line ends. What is no escape is handed on as it is.
class QuotedPrintableStage final : public Stage {
 public:
  QuotedPrintableStage(ObjectContext& context, const Node& node, StagePtr next) noexcept
      : Stage(context, node), next_(std::move(next)) {}

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override { next_->pause(); }
  void end() noexcept override;

 private:
  std::size_t plain(Bytes bytes) noexcept;
  bool escape_takes(std::uint8_t byte) noexcept;
  void put(std::uint8_t byte) noexcept;
  void give_escape() noexcept;
  void flush() noexcept;

  StagePtr next_;
  std::string escape_;  // "=" and what came after it
  std::array<std::uint8_t, 1024> out_;
  std::size_t out_size_ = 0;
};

}  // namespace outspan::content
