#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "content/codes/rewriter.h"

namespace outspan::content {

/// Rows whose fields are coded each on its own ("QWxpY2U=;YWxpY2VAZXhhbXBsZS5jb20=", the values of
/// a JSON object in hexadecimal digits): written again as a node "fields" with what the fields
/// stand for, so that the values of a row stand together. A line counts when two of its fields or
/// more are base64, base32 or hexadecimal digits of text, or one that is too short for a run and
/// one of the line before as well; and when it is nothing but binary digits.
class CodedFields final : public Rewriter {
 public:
  /// A line is looked at in pieces of this size.
  static constexpr std::size_t kLine = 4096;

  CodedFields(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
      : Rewriter(context, node, "fields", depth) {}

  /// A line, or what is there of one.
  void rewrite(Bytes line) noexcept override;

 private:
  void settle() noexcept override;

  std::string written_;
  std::string before_;      // the line before, if it had one short field
  bool in_column_ = false;  // ... and it is written already
};

}  // namespace outspan::content
