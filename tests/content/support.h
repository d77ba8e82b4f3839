#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "content/inspector.h"

namespace outspan::content {

struct BlindSpotSeen {
  std::string reason;
  std::uint64_t bytes = 0;
  std::string path;
  std::string media_type;
  std::vector<std::string> names;
};

/// An inspector with a flow around it, and what came out of it: the cores of each node joined.
class Bench final : private TextSink, private ObjectObserver, private FlowObserver {
 public:
  enum class Files : bool { waited_for, polled };
  explicit Bench(config::Limits limits = {}, bool hash_objects = true, unpack::Pool* pool = nullptr,
                 Files files = Files::waited_for)
      : inspector(with(limits), *this, *this, hash_objects, pool, files == Files::waited_for) {}
  explicit Bench(const config::Config& config) : inspector(config, *this, *this, true) {}

  std::unique_ptr<protocol::ObjectWriter> begin(std::string name = "object") {
    protocol::ObjectInfo object_info;
    object_info.name = std::move(name);
    return inspector.begin(flow, Side::client, std::move(object_info));
  }
  /// One object of one part, in pieces of `piece` bytes (0: whole).
  void run(protocol::PartInfo part, std::string_view bytes, std::size_t piece = 0) {
    const auto writer = begin();
    writer->begin_part(std::move(part));
    deliver(*writer, bytes, piece);
    writer->end_part();
    writer->end(protocol::ObjectEnd::complete);
  }
  void deliver(protocol::ObjectWriter& writer, std::string_view bytes, std::size_t piece = 0) {
    account.deliver(Side::client, bytes.size());
    if (piece == 0) return writer.data(as_bytes(bytes));
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
      writer.data(as_bytes(bytes.substr(0, piece)));
  }
  /// Every byte that was delivered stands in a column, with a reason, and somebody has claimed it.
  [[nodiscard]] bool adds_up(std::size_t delivered) const {
    std::uint64_t by_reason = 0;
    for (std::size_t i = 0; i < kColumns; ++i)
      for (const ReasonBytes& each : ledger.by_reason(static_cast<Column>(i)))
        by_reason += each.bytes;
    return account.pending(Side::client) == 0 && by_reason == delivered &&
           account.columns(Side::client).total() == delivered;
  }
  /// The text of every node together: is it in there?
  [[nodiscard]] bool saw(std::string_view text) const {
    for (const auto& [path, all] : texts)
      if (all.find(text) != std::string::npos) return true;
    for (const std::string& unescaped : unescaped_texts)
      if (unescaped.find(text) != std::string::npos) return true;
    return false;
  }

  std::map<std::string, std::string> texts;  // by path
  std::map<std::string, int> beginnings;     // of texts with nothing before them, by path
  std::vector<std::string> unescaped_texts;
  std::vector<Window> windows;  // their views are not valid any more
  std::vector<BlindSpotSeen> blind_spots;
  /// Those that are no pixels, sound or video.
  [[nodiscard]] std::size_t unread_parts() const {
    return static_cast<std::size_t>(
        std::count_if(blind_spots.begin(), blind_spots.end(),
                      [](const BlindSpotSeen& spot) { return spot.reason != "media"; }));
  }
  ObjectSummary summary;
  protocol::ObjectInfo info;
  int objects_ended = 0;
  std::string problem;  // of the windows themselves

  Ledger ledger;
  FlowInfo flow_info;
  ChargingAccount account{ledger, {Direction::outbound, Direction::inbound}, {true, true}};
  FlowContext flow{flow_info, account, *this};
  Inspector inspector;

 private:
  static config::Config with(config::Limits limits) {
    config::Config config;
    config.limits = limits;
    return config;
  }
  static std::string path_of(const Object& object, const Node& node) {
    std::string path;
    for (const Node* at = &node; at != nullptr && at != &object.root; at = at->parent)
      if (!at->name.empty()) path = path.empty() ? at->name : at->name + ">" + path;
    return path;
  }
  void on_window(const Object& object, const Node& node, const Window& window) noexcept override {
    const std::string path = path_of(object, node);
    beginnings[path] += window.at_start && window.core_begin == 0 ? 1 : 0;
    if (window.core_begin > window.core_end || window.core_end > window.raw.size())
      problem = "core outside of raw";
    std::uint32_t raw_at = 0;
    std::uint32_t text_at = 0;
    for (const text::Escape& escape : window.escapes) {
      if (escape.raw_begin < raw_at || escape.text_begin < text_at ||
          escape.raw_begin - raw_at != escape.text_begin - text_at ||
          window.raw.substr(raw_at, escape.raw_begin - raw_at) !=
              window.unescaped.substr(text_at, escape.text_begin - text_at))
        problem = "escape list does not fit";
      raw_at = escape.raw_end;
      text_at = escape.text_end;
    }
    if (!window.escapes.empty() && window.raw.substr(raw_at) != window.unescaped.substr(text_at))
      problem = "escape list does not fit at the end";
    texts[path] += window.raw.substr(window.core_begin, window.core_end - window.core_begin);
    if (!window.escapes.empty()) unescaped_texts.emplace_back(window.unescaped);
    windows.push_back(window);
  }
  void on_object_end(const Object& object, const ObjectSummary& the_summary) noexcept override {
    summary = the_summary;
    info = object.info;
    ++objects_ended;
  }
  void on_anomaly(const FlowContext&, Side, Anomaly) noexcept override {}
  void on_blind_spot(const FlowContext&, ObjectBlindSpot) noexcept override {}
  void on_object_blind_spot(const Object&, const Node&, ObjectBlindSpot spot) noexcept override {
    std::string path;
    for (const std::string& element : spot.path) path += (path.empty() ? "" : ">") + element;
    blind_spots.push_back({spot.reason, spot.bytes, path, spot.media_type, spot.names});
  }
};

inline protocol::PartInfo part(protocol::PartKind kind, std::string type = {},
                               std::vector<std::string> codings = {}) {
  protocol::PartInfo info;
  info.kind = kind;
  info.content_type = std::move(type);
  info.codings = std::move(codings);
  return info;
}

}  // namespace outspan::content
