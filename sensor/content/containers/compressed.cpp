#include "content/containers/compressed.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "content/chain/decompress_stage.h"
#include "content/chain/object_context.h"
#include "marks/marks.h"
#include "text/ascii.h"
#include "text/byte_class.h"
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

constexpr auto kFramed = std::optional(Coding::snappy_framed);
bool begins_snappy_frames(Bytes b) noexcept {
  using namespace std::string_view_literals;
  return as_text(b).starts_with("\xff\6\0\0sNaPpY"sv);
}

bool has_mark(Coding coding) noexcept {
  return coding == Coding::gzip || coding == Coding::zstd || coding == Coding::snappy_framed;
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
  if (begins_snappy_frames(b)) return name == "snappy" ? kFramed : std::nullopt;
  // These have no mark: anything else behind such a header is a mistake, or meant to be overlooked.
  if (b.size() >= kMinBeginning && is_something_else(b)) return std::nullopt;
  if (name == "deflate" || name == "x-deflate")
    return begins_zlib(b) ? Coding::zlib : Coding::deflate;
  if (name == "br") return Coding::brotli;
  if (name == "snappy" || name == "x-snappy") return Coding::snappy;
  if (name == "lz4") return Coding::lz4_block;
  return std::nullopt;
}

/// What names of files say of codings without a mark.
std::optional<Coding> coding_by_name(std::string_view name) noexcept {
  const std::string lower =
      text::lower_case(name.substr(name.size() - std::min<std::size_t>(name.size(), 8)));
  if (lower.ends_with(".br")) return Coding::brotli;
  if (lower.ends_with(".deflate") || lower.ends_with(".zz")) return Coding::deflate;
  if (lower.ends_with(".iwa")) return Coding::iwa;
  if (lower.ends_with(".snappy") || lower.ends_with(".sz")) return Coding::snappy;
  if (lower.ends_with(".lz4")) return Coding::lz4_block;
  return std::nullopt;
}

const char* name_of(Coding coding) noexcept {
  switch (coding) {
    case Coding::gzip: return "gzip";
    case Coding::zstd: return "zstd";
    case Coding::brotli: return "brotli";
    case Coding::lz4_block: return "lz4";
    case Coding::snappy:
    case Coding::snappy_framed: return "snappy";
    case Coding::iwa: return "iwa";
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

/// Codings that nothing names are tried. Each refuses nearly all other bytes within a few of them.
constexpr Coding kTried[] = {Coding::deflate, Coding::lz4_block, Coding::snappy};
/// The same where a label is wrong.
constexpr Coding kMislabelled[] = {Coding::zlib, Coding::deflate, Coding::brotli, Coding::lz4_block,
                                   Coding::snappy};
constexpr std::size_t kMinTried = 32;

/// The beginning decodes to more than it is, which is text or a file.
bool decodes_to_more(Services& services, Coding coding, Bytes beginning) noexcept {
  if (coding == Coding::deflate && (beginning[0] & 6) == 6) return false;  // a reserved block
  std::array<std::uint8_t, 2048> out;
  auto decompressor = services.decompressors.take(coding);
  const Decompressor::Step step = decompressor->run(beginning, out);
  services.decompressors.give(coding, std::move(decompressor));
  return step.state != Decompressor::State::damaged && step.produced > step.consumed &&
         step.consumed >= kMinTried && marks::worth_reading(Bytes(out).first(step.produced));
}

std::optional<Coding> coding_by_trying(Services& services, std::span<const Coding> codings,
                                       Bytes beginning) noexcept {
  if (beginning.size() < kMinTried || text::ascii_span(beginning) == beginning.size() ||
      marks::worth_reading(beginning))
    return std::nullopt;
  const auto found = std::ranges::find_if(
      codings, [&](Coding coding) { return decodes_to_more(services, coding, beginning); });
  return found == codings.end() ? std::nullopt : std::optional(*found);
}

/// As its name says, or, where the bytes tell better, as another one.
Coding true_coding(Services& services, Coding named, Bytes beginning) noexcept {
  if (has_mark(named) || beginning.size() < kMinTried ||
      decodes_to_more(services, named, beginning))
    return named;
  return coding_by_trying(services, kMislabelled, beginning).value_or(named);
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
  const Coding found = true_coding(context.services(), *coding, opening.beginning);
  return Opened{{},
                std::make_unique<DecompressStage>(context, opening.node, depth, found,
                                                  context.open(opening.node, std::move(inner)))};
}

std::optional<Opened> open_unmarked(const Opening& opening) noexcept {
  const Bytes b = opening.beginning;
  Services& services = opening.context.services();
  auto coding = begins_zlib(b) ? std::optional(Coding::zlib) : coding_by_name(opening.node.name);
  if (coding && (marks::worth_reading(b) || !decodes(services, *coding, b))) coding.reset();
  if (!coding) coding = coding_by_trying(services, kTried, b);
  if (!coding) return std::nullopt;
  return open_file(opening, *coding, name_of(*coding));
}

Opened open_gzip(const Opening& opening) noexcept {
  return open_file(opening, Coding::gzip, "gzip");
}
Opened open_zstd(const Opening& opening) noexcept {
  return open_file(opening, Coding::zstd, "zstd");
}

Opened open_snappy(const Opening& opening) noexcept {
  return open_file(opening, Coding::snappy_framed, "snappy");
}

}  // namespace outspan::content
