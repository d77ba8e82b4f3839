#include "content/containers/aws_chunks.h"

#include <algorithm>
#include <string_view>

#include "text/hex.h"

namespace outspan::content {
namespace {

constexpr std::string_view kLabel = "aws-chunked";
constexpr std::size_t kDigitsMax = 8;

bool begins_chunk(std::string_view text, bool labelled) noexcept {
  const auto* end = std::ranges::find_if_not(text, text::is_hex_digit);
  const auto digits = static_cast<std::size_t>(end - text.begin());
  if (digits == 0 || digits > kDigitsMax) return false;
  const std::string_view rest = text.substr(digits);
  return rest.starts_with(";chunk-signature=") || (labelled && rest.starts_with("\r\n"));
}

}  // namespace

std::optional<Opened> open_aws_chunks(const Opening& opening) noexcept {
  NodeOptions inner = opening.options;
  const bool labelled = std::erase(inner.codings, kLabel) > 0;
  if (!begins_chunk(as_text(opening.beginning), labelled)) return std::nullopt;
  ObjectContext& context = opening.context;
  return Opened{{},
                std::make_unique<AwsChunks>(context, opening.node,
                                            context.open(opening.node, std::move(inner)))};
}

void AwsChunks::read(Bytes bytes) noexcept {
  using Kind = protocol::http1::ChunkedReader::Kind;
  Bytes rest = bytes;
  while (!rest.empty() && !over_) {
    const std::size_t before = rest.size();
    const auto piece = chunks_.next(rest);
    const auto after = static_cast<std::size_t>(bytes.size() - rest.size());
    if (piece.kind == Kind::data)
      forward(*next_, piece.bytes, static_cast<std::int64_t>(after - piece.bytes.size()));
    else if (piece.kind == Kind::extension || piece.kind == Kind::trailer)
      search(piece.bytes);
    else
      claim(As::structure, before - rest.size());
    over_ = piece.kind == Kind::end || piece.kind == Kind::damaged;
    if (over_) next_->boundary();
  }
  forward(*next_, rest, static_cast<std::int64_t>(bytes.size() - rest.size()));
}

/// Signatures and fields, and whatever else is written there.
void AwsChunks::search(Bytes bytes) noexcept {
  if (!around_) around_ = context_.open_text(node_, {});
  give(*around_, bytes);
}

void AwsChunks::gap() noexcept {
  over_ = true;
  next_->gap();
}

void AwsChunks::boundary() noexcept {
  over_ = false;
  chunks_ = {};
  next_->boundary();
}

}  // namespace outspan::content
