#pragma once

#include <array>
#include <cstdint>

#include "content/chain/opener.h"
#include "content/chain/stage.h"

namespace outspan::content {

/// Reported as unopened in any case: of its attachments.
Opened open_pst(const Opening& opening) noexcept;

/// Undoes what Outlook's data files (PST, OST) do to every block ([MS-PST] 5.1: one byte stands for
/// another), so that their text can be searched as bytes: of any size, without the structure.
/// Blocks that were changed with the cyclic method ([MS-PST] 5.2), or not at all, pass as they are.
class PstStage final : public Stage {
 public:
  PstStage(ObjectContext& context, const Node& node, StagePtr next) noexcept
      : Stage(context, node), next_(std::move(next)) {}

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override {}
  void pause() noexcept override { next_->pause(); }
  void end() noexcept override;

 private:
  /// [MS-PST] 2.2.2.6: up to bCryptMethod.
  static constexpr std::size_t kHeaderBytes = 514;
  [[nodiscard]] bool is_permuted() const noexcept;

  StagePtr next_;
  std::array<std::uint8_t, kHeaderBytes> header_{};
  std::size_t have_ = 0;
  bool permuted_ = false;
};

}  // namespace outspan::content
