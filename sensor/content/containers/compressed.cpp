#include "content/containers/compressed.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "content/chain/decompress_stage.h"
#include "content/chain/object_context.h"
#include "marks/marks.h"
#include "text/ascii.h"
#include "text/charset_guess.h"

namespace outspan::content {
namespace {

/// Fewer bytes are not judged.
constexpr std::size_t kMinBeginning = 8;

/// So many compressed bytes have control characters among them.
constexpr std::size_t kLegacy = 128;

/// Text in any charset, or a file.
bool is_something_else(Bytes b) noexcept {
  return marks::worth_reading(b) ||
         (b.size() >= kLegacy && text::guess_encoding(b, {}).encoding == text::Encoding::legacy);
}

/// The compression that a Content-Encoding names, if the bytes can be that.
std::optional<Coding> named_coding(std::string_view name, Bytes b) noexcept {
  if (name == "gzip" || name == "x-gzip") {
    if (b.size() >= 2 && b[0] == 0x1f && b[1] == 0x8b) return Coding::gzip;
    return std::nullopt;
  }
  if (name == "zstd") {
    if (b.size() >= 4 && b[3] == 0xfd && b[2] == 0x2f) return Coding::zstd;
    return std::nullopt;
  }
  // These have no mark: anything else behind such a header is a mistake, or meant to be overlooked.
  if (b.size() >= kMinBeginning && is_something_else(b)) return std::nullopt;
  if (name == "deflate" || name == "x-deflate")
    return begins_zlib(b) ? Coding::zlib : Coding::deflate;
  if (name == "br") return Coding::brotli;
  return std::nullopt;
}

/// What names of files say of codings without a mark.
std::optional<Coding> coding_by_name(std::string_view name) noexcept {
  const std::string lower =
      text::lower_case(name.substr(name.size() - std::min<std::size_t>(name.size(), 8)));
  if (lower.ends_with(".br")) return Coding::brotli;
  if (lower.ends_with(".deflate") || lower.ends_with(".zz")) return Coding::deflate;
  return std::nullopt;
}

const char* name_of(Coding coding) noexcept {
  switch (coding) {
    case Coding::gzip: return "gzip";
    case Coding::zstd: return "zstd";
    case Coding::brotli: return "brotli";
    case Coding::zlib:
    case Coding::deflate: break;
  }
  return "deflate";
}

/// The beginning decodes to something, and nothing in it contradicts.
bool decodes(Services& services, Coding coding, Bytes beginning) noexcept {
  std::array<std::uint8_t, 512> out;
  auto decompressor = services.decompressors.take(coding);
  const Decompressor::Step step = decompressor->run(beginning, out);
  services.decompressors.give(coding, std::move(decompressor));
  return step.produced > 0 && step.state != Decompressor::State::damaged;
}

Opened open_file(const Opening& opening, Coding coding, const char* name) noexcept {
  ObjectContext& context = opening.context;
  const std::uint32_t depth = opening.options.depth + 1;
  const Node* const node =
      context.may_go_to(depth) ? context.add_node(opening.node, name, {}) : nullptr;
  if (node == nullptr) return unopened(opening.mark, "budget");
  return {opening.mark, std::make_unique<DecompressStage>(context, *node, depth, coding,
                                                          context.open(*node, {.depth = depth}),
                                                          opening.options.following)};
}

}  // namespace

std::optional<Opened> open_coding(const Opening& opening) noexcept {
  if (opening.options.codings.empty()) return std::nullopt;
  ObjectContext& context = opening.context;
  NodeOptions inner = opening.options;
  const std::string name = std::move(inner.codings.back());
  inner.codings.pop_back();
  const auto coding = named_coding(name, opening.beginning);
  // Identity, unknown, or not what the header says: look at the bytes themselves.
  if (!coding) return Opened{{}, context.open(opening.node, std::move(inner))};
  const std::uint32_t depth = ++inner.depth;
  if (!context.may_go_to(depth)) return unopened({}, "budget");
  return Opened{{},
                std::make_unique<DecompressStage>(context, opening.node, depth, *coding,
                                                  context.open(opening.node, std::move(inner)))};
}

std::optional<Opened> open_unmarked(const Opening& opening) noexcept {
  const Bytes b = opening.beginning;
  const auto coding =
      begins_zlib(b) ? std::optional(Coding::zlib) : coding_by_name(opening.node.name);
  if (!coding || marks::worth_reading(b) || !decodes(opening.context.services(), *coding, b))
    return std::nullopt;
  return open_file(opening, *coding, name_of(*coding));
}

Opened open_gzip(const Opening& opening) noexcept {
  return open_file(opening, Coding::gzip, "gzip");
}
Opened open_zstd(const Opening& opening) noexcept {
  return open_file(opening, Coding::zstd, "zstd");
}

}  // namespace outspan::content
