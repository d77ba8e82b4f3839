#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "content/chain/object_context.h"
#include "content/chain/opener.h"
#include "content/chain/stage.h"
#include "content/mail/entity_stage.h"

namespace outspan::content {

/// A mail or an mbox by its first lines; nullopt: it is neither, or too deep (it is text as well).
std::optional<Opened> open_mail_file(const Opening& opening) noexcept;

/// An mbox: each message is an entity of its own, its "From " line with it. Holds back at most
/// such a line.
class MboxStage final : public Stage {
 public:
  MboxStage(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
      : Stage(context, node), message_(context, node, EntityStage::Options{.depth = depth}) {}

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override { message_.pause(); }
  void end() noexcept override;

 private:
  std::size_t match(Bytes bytes, std::size_t at) noexcept;
  void flush_held() noexcept;

  EntityStage message_;
  bool begun_ = false;      // a message came before
  bool blank_line_ = true;  // in front of the current line
  bool line_empty_ = true;  // nothing of the current line came yet
  std::string held_;        // of a line that may be one between messages
};

}  // namespace outspan::content
