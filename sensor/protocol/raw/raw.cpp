#include "protocol/raw/raw.h"

#include <algorithm>
#include <utility>

#include "core/held_memory.h"
#include "protocol/shared/ciphertext_sampler.h"

namespace outspan::protocol {
namespace {

constexpr std::uint32_t kWindowBytes = 4096;
constexpr std::uint32_t kSampled = 256;
constexpr const char* kReason = "high-entropy";

bool may_be_random(Bytes sample) noexcept {
  marks::Spread spread;
  spread.add(sample);
  return spread.may_be_uniform();
}

}  // namespace

RawScan::RawScan(FlowContext& flow, ObjectSink& objects, std::string name) noexcept
    : flow_(flow), objects_(objects), name_(std::move(name)) {}

ObjectWriter& RawScan::writer(Side side) noexcept {
  auto& writer = half(side).writer;
  if (!writer) {
    ObjectInfo info;
    info.name = name_;
    writer = objects_.begin(flow_, side, std::move(info));
    writer->begin_part({});
  }
  return *writer;
}

void RawScan::data(Side side, Bytes bytes) noexcept {
  if (!flow_.inspected(side)) return;
  Half& mine = half(side);
  while (!bytes.empty()) {
    if (mine.random) {
      bytes = skip_random(side, bytes);
      continue;
    }
    look_at_opening(mine, bytes);
    bool random = false;
    const std::size_t seen = mine.test.feed(bytes, random);
    inspect(side, bytes.first(seen));
    bytes = bytes.subspan(seen);
    if (random && !mine.known) becomes_random(side);
  }
}

/// A mark is not judged before so many bytes of the stream are there as it may take.
void RawScan::look_at_opening(Half& mine, Bytes bytes) noexcept {
  constexpr std::size_t kWanted = marks::kBeginningBytes;
  if (mine.opening_bytes == kWanted) return;
  Bytes opening = bytes.first(std::min(kWanted - mine.opening_bytes, bytes.size()));
  if (opening.size() < kWanted) {
    if (!mine.opening) mine.opening = std::make_unique<Opening>();
    std::copy(opening.begin(), opening.end(), mine.opening->begin() + mine.opening_bytes);
  }
  mine.opening_bytes += opening.size();
  if (mine.opening_bytes < kWanted) return;
  if (mine.opening) opening = *mine.opening;
  mine.known = marks::identify(opening).form != marks::Form::unknown;
  mine.opening.reset();
}

void RawScan::datagram(Side side, Bytes bytes) noexcept {
  if (!flow_.inspected(side)) return;
  if (half(side).writer && !half(side).random) half(side).writer->boundary();
  data(side, bytes);
}

void RawScan::beside(Side side, std::string_view name, Bytes text) noexcept {
  if (text.empty() || !flow_.inspected(side)) return;
  ObjectWriter& mine = writer(side);
  mine.end_part();
  PartInfo part;
  part.kind = PartKind::copy;
  part.name = std::string(name);
  mine.begin_part(std::move(part));
  mine.decoded(text, 0);
  mine.end_part();
  mine.begin_part({});
}

void RawScan::inspect(Side side, Bytes bytes) noexcept {
  writer(side).data(bytes);
  half(side).delivered += bytes.size();
}

/// Returns what is left once the side is not random any more.
Bytes RawScan::skip_random(Side side, Bytes bytes) noexcept {
  Half& mine = half(side);
  while (!bytes.empty()) {
    if (mine.window_at == 0)
      mine.sample_at = static_cast<std::uint32_t>(
          unforeseeable(flow_.info.id << 20 ^ ++mine.windows, kWindowBytes - kSampled + 1));
    const std::uint32_t sample_end = mine.sample_at + kSampled;
    const bool sampling = mine.window_at >= mine.sample_at && mine.window_at < sample_end;
    const std::uint32_t until = mine.window_at < mine.sample_at ? mine.sample_at
                                : sampling                      ? sample_end
                                                                : kWindowBytes;
    const std::size_t take = std::min<std::size_t>(until - mine.window_at, bytes.size());
    if (sampling)
      std::copy_n(bytes.begin(), take, mine.sample.begin() + mine.window_at - mine.sample_at);
    mine.window_at += static_cast<std::uint32_t>(take);
    bytes = bytes.subspan(take);
    flow_.account.claim(side, Column::encrypted, kReason, take);
    if (sampling && mine.window_at == sample_end && !may_be_random(mine.sample)) {
      becomes_plain(side);
      inspect(side, mine.sample);
      break;
    }
    mine.window_at %= kWindowBytes;
  }
  return bytes;
}

void RawScan::becomes_random(Side side) noexcept {
  Half& mine = half(side);
  mine.random = true;
  mine.window_at = 0;
  if (flow_.encryption.reason == nullptr) flow_.encryption.reason = kReason;
  // Only what the test saw is proven; earlier bytes of the stream were inspected and stay so.
  const std::uint64_t proven =
      std::min<std::uint64_t>(mine.delivered, marks::RandomnessTest::kSampleBytes);
  flow_.account.move(side, Column::encrypted, kReason, proven);
  mine.delivered = 0;
}

void RawScan::becomes_plain(Side side) noexcept {
  Half& mine = half(side);
  mine.random = false;
  mine.test.restart();
  flow_.account.reopen(side, Column::encrypted, kReason, mine.sample.size());
  // The sample is not what the writer had last.
  writer(side).boundary();
}

void RawScan::gap(Side side, std::uint64_t missing_bytes) noexcept {
  if (half(side).writer && !half(side).random) half(side).writer->gap(missing_bytes);
}

void RawScan::pause() noexcept {
  for (Half& each : halves_)
    if (each.writer) each.writer->pause();
}

std::uint64_t RawScan::held_bytes() const noexcept {
  std::uint64_t bytes = sizeof *this + heap_bytes(name_);
  for (const Half& each : halves_) bytes += held_by(each.writer) + each.test.held_bytes();
  return bytes;
}

void RawScan::close(ObjectEnd how) noexcept {
  for (Half& each : halves_) {
    if (!each.writer) continue;
    each.writer->end_part();
    each.writer->end(how);
    each.writer.reset();
  }
}

}  // namespace outspan::protocol
