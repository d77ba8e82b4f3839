#include "decode/decoder.h"

#include "decode/duplicates.h"
#include "decode/layers.h"

namespace outspan::decode {

Decoder::Decoder(const config::Config& config)
    : layers_(std::make_unique<Layers>(config)), duplicates_(std::make_unique<Duplicates>()) {}
Decoder::~Decoder() = default;

void Decoder::decode(const capture::PacketBatch& batch, DatagramBatch& out) noexcept {
  const std::size_t first = out.datagrams.size();
  out.datagrams.reserve(first + batch.packets.size());
  for (const capture::Packet& packet : batch.packets) layers_->frame(packet, out);
  duplicates_->remove(batch, first, out);
}

void Decoder::expire(Timestamp clock, DatagramBatch& out) noexcept { layers_->expire(clock, out); }

void Decoder::finish(DatagramBatch& out) noexcept { layers_->flush(out); }

void Decoder::report(Stats& stats) const {
  layers_->report(stats);
  duplicates_->report(stats);
}

}  // namespace outspan::decode
