#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "content/chain/services.h"
#include "content/chain/stage.h"
#include "content/text.h"

namespace outspan::content {

/// What all stages of one object share: the object and its nodes, what it may still cost, and what
/// could not be read of it.
class ObjectContext {
 public:
  /// `services` and `flow` outlive the context.
  ObjectContext(Services& services, FlowContext& flow, Side side,
                protocol::ObjectInfo info) noexcept;

  [[nodiscard]] Object& object() noexcept { return object_; }
  [[nodiscard]] Services& services() noexcept { return services_; }

  /// Chains for what a stage finds inside its bytes; see Opener.
  [[nodiscard]] StagePtr open(const Node& node, NodeOptions options) noexcept {
    return services_.opener.open(*this, node, std::move(options));
  }
  [[nodiscard]] StagePtr open_plain(const Node& node, TextOptions options,
                                    LookInside look) noexcept {
    return services_.opener.open_plain(*this, node, options, look);
  }
  [[nodiscard]] StagePtr open_text(const Node& node, TextOptions options) noexcept {
    return services_.opener.open_text(*this, node, options);
  }

  /// A new node below `parent`. nullptr: Limits::parts is reached; count the refusal with skip().
  const Node* add_node(const Node& parent, std::string name, std::string media_type) noexcept;

  /// What the bytes of a node turned out to be, whatever its sender says.
  void identified(const Node& node, std::string_view media_type) noexcept;

  /// Pays for `bytes` that a decoder produced. false: the object has used up what it may expand to,
  /// now and from now on; the decoder stops and calls skip() for the rest.
  bool expand(std::uint64_t bytes) noexcept;
  /// It has: what is inside something else may be cut for that reason.
  [[nodiscard]] bool expanded_enough() const noexcept { return expanded_enough_; }
  [[nodiscard]] bool depth_left(std::uint32_t depth) const noexcept {
    return depth < services_.limits.depth;
  }

  /// The same, and counts that it was not allowed.
  [[nodiscard]] bool may_go_to(std::uint32_t depth) noexcept {
    if (depth_left(depth)) return true;
    ++services_.counters.budget_depth;
    return false;
  }

  /// Names of encrypted files that a blind spot reports.
  static constexpr std::size_t kNamesMax = 20;
  /// `wire_bytes` of the object were inside something that cannot be opened; `names`: files in it,
  /// as they stand there.
  void opaque(const Node& node, std::uint64_t wire_bytes, const char* reason,
              std::vector<std::string> names = {}) noexcept;
  /// `wire_bytes` of the object were left out because a budget was reached.
  void skip(const Node& node, std::uint64_t wire_bytes) noexcept {
    skip(node, wire_bytes, "budget");
  }

  /// The sensor ends before the object: its stages go without a word.
  void abandon() noexcept { abandoned_ = true; }
  [[nodiscard]] bool abandoned() const noexcept { return abandoned_; }

  /// No stage has said what became of `wire_bytes` of the object; see Stage.
  void unclaimed(const Node& node, std::uint64_t wire_bytes) noexcept {
    skip(node, wire_bytes, "unclaimed");
  }

  /// Where on the wire the bytes are that are being worked on (their beginning), counted over the
  /// object. As exact as the stage that is fed from the wire makes it.
  [[nodiscard]] std::uint64_t wire_now() const noexcept { return wire_now_; }
  /// How many bytes of the wire are behind a node of `bytes` bytes that began at `begin`. What
  /// comes out of a container that was collected first comes from no place of its own: then its own
  /// size stands for them.
  [[nodiscard]] std::uint64_t wire_since(std::uint64_t begin, std::uint64_t bytes) const noexcept {
    return wire_now_ > begin ? wire_now_ - begin : bytes;
  }
  /// For the writer: what it feeds from now on are no bytes of the object (PartKind::copy), and
  /// what becomes of them moves nothing in the ledger.
  void set_copying(bool copying) noexcept { copying_ = copying; }
  /// For the writer: `bytes` came from the wire.
  void feed(Stage& stage, Bytes bytes) noexcept;
  /// The same without new bytes: `call()` lets the stage hand on what it has held back.
  template <class Call>
  void flush(const Stage& stage, Call call) noexcept {
    if (copying_) return call();
    wire_chunk_ = object_.wire_bytes;
    wire_stage_ = &stage;
    call();
    wire_stage_ = nullptr;
    wire_now_ = object_.wire_bytes;
  }
  /// A stage hands on a piece of what it was given, unchanged: the piece begins `offset` bytes into
  /// it (negative: held back from before).
  void forward(const Stage* from, Stage& to, Bytes piece, std::int64_t offset) noexcept;
  /// The same for another call than data(): `give()` returns how many bytes it has used.
  template <class Give>
  std::size_t pass_on(const Stage* from, Stage& to, std::int64_t offset, Give give) noexcept {
    if (from != wire_stage_) return give();
    const std::uint64_t chunk = wire_chunk_;
    wire_chunk_ += static_cast<std::uint64_t>(offset);
    wire_stage_ = &to;
    wire_at(&to, 0);
    const std::size_t used = give();
    wire_at(&to, used);
    wire_stage_ = from;
    wire_chunk_ = chunk;
    return used;
  }
  /// The stage got to `offset` of the bytes that it was given. Heard only while those are bytes of
  /// the wire, and not something decoded.
  void wire_at(const Stage* stage, std::size_t offset) noexcept {
    wire_now_ = wire_of(stage, offset);
  }
  /// Where that is, without going there.
  [[nodiscard]] std::uint64_t wire_of(const Stage* stage, std::size_t offset) const noexcept {
    return stage == wire_stage_ ? std::min(wire_chunk_ + offset, object_.wire_bytes) : wire_now_;
  }

  /// While one lives, the stages work on bytes that were collected before, whatever has come from
  /// the wire since.
  class Detached {
   public:
    explicit Detached(ObjectContext& context) noexcept
        : context_(context), wire_now_(std::exchange(context.wire_now_, 0)) {}
    Detached(const Detached&) = delete;
    Detached& operator=(const Detached&) = delete;
    ~Detached() { context_.wire_now_ = wire_now_; }

   private:
    ObjectContext& context_;
    std::uint64_t wire_now_;
  };

  /// A file of the object waits for its worker, or is done.
  void begin_file() noexcept { ++open_files_; }
  void end_file() noexcept { --open_files_; }
  [[nodiscard]] std::size_t open_files() const noexcept { return open_files_; }
  /// All parts and files are done: reports what became of the object.
  void end() noexcept;

  void count_text(std::uint64_t bytes) noexcept {
    summary_.text_bytes += bytes;
    services_.counters.text_bytes += bytes;
  }
  /// A part that says what it is ended after `bytes`: the largest names the object.
  void part_ended(std::string_view media_type, std::uint64_t bytes) noexcept;
  [[nodiscard]] ObjectSummary& summary() noexcept { return summary_; }

 private:
  void skip(const Node& node, std::uint64_t wire_bytes, const char* reason) noexcept;
  /// Of so many bytes that could not be read, those which stand in the ledger as searched.
  [[nodiscard]] std::uint64_t movable(std::uint64_t wire_bytes) const noexcept {
    return copying_ ? 0 : std::min(wire_bytes, object_.wire_bytes - refused_bytes_);
  }
  /// The first few are reported one by one, the rest as a sum for each reason at the end, and so
  /// are media: an archive may have thousands.
  void blind_spot(const Node& node, std::uint64_t bytes, const char* reason,
                  std::vector<std::string> names) noexcept;

  void tell(const Node& node, std::uint64_t bytes, const char* reason,
            std::vector<std::string> names) noexcept;

  Services& services_;
  Object object_;
  ObjectSummary summary_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::uint64_t expanded_ = 0;
  bool expanded_enough_ = false;
  std::uint64_t largest_part_ = 0;
  std::uint64_t wire_chunk_ = 0;
  std::uint64_t wire_now_ = 0;
  const Stage* wire_stage_ = nullptr;
  std::uint64_t refused_bytes_ = 0;
  bool copying_ = false;
  bool abandoned_ = false;
  std::size_t open_files_ = 0;
  std::size_t blind_spots_told_ = 0;
  std::vector<std::pair<const char*, std::uint64_t>> blind_spots_left_;  // bytes by reason
};

}  // namespace outspan::content
