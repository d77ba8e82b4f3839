#include "protocol/tftp/transfer.h"

#include <utility>

namespace outspan::protocol::tftp {
namespace {

constexpr std::uint32_t kDefaultBlockBytes = 512;

}  // namespace

Transfer::Transfer(ParserHost& host, Announced announced) noexcept
    : host_(host),
      announced_(std::move(announced)),
      other_{LooseObject(host, Side::client, "tftp session"),
             LooseObject(host, Side::server, "tftp session")} {}

ObjectInfo Transfer::info() const {
  ObjectInfo info;
  info.name = (announced_.write ? "WRQ " : "RRQ ") + announced_.file_name;
  return info;
}

bool Transfer::datagram(Side side, Bytes bytes) noexcept {
  const auto opcode = read_opcode(bytes);
  FlowAccount& account = host_.flow().account;
  switch (opcode.value_or(Opcode::read)) {
    case Opcode::data: return data(side, bytes);
    case Opcode::ack:
      if (bytes.size() != kBlockHeaderBytes) return false;
      account.framing(side, bytes.size());
      return true;
    case Opcode::oack:
    case Opcode::error:
      if (opcode == Opcode::oack) {
        const auto options = read_oack(bytes);
        if (!options) return false;
        block_bytes_ = options->block_bytes != 0 ? options->block_bytes : kDefaultBlockBytes;
      }
      account.framing(side, kOpcodeBytes);
      other_[index(side)].data(bytes.subspan(kOpcodeBytes));
      other_[index(side)].boundary();
      return true;
    default: return false;
  }
}

/// Numbers have 16 bits, and files may have more blocks.
std::uint64_t Transfer::position_of(std::uint16_t number) const noexcept {
  const std::uint64_t cycle = announced_.options.rolls_over_to_one ? 65535 : 65536;
  const std::uint64_t ahead = (number + cycle - latest_ % cycle) % cycle;
  if (ahead <= cycle / 2 || latest_ < cycle - ahead) return latest_ + ahead;
  return latest_ - (cycle - ahead);
}

bool Transfer::data(Side side, Bytes bytes) noexcept {
  if (bytes.size() < kBlockHeaderBytes || sender_.value_or(side) != side) return false;
  sender_ = side;
  if (!host_.flow().inspected(side)) return true;
  host_.flow().account.framing(side, kBlockHeaderBytes);
  ByteCursor in(bytes.subspan(kOpcodeBytes));
  const std::uint64_t position = position_of(in.u16());
  latest_ = std::max(latest_, position);
  const Bytes block = in.rest();
  if (block_bytes_ == 0)
    block_bytes_ =
        std::max<std::uint32_t>(static_cast<std::uint32_t>(block.size()),
                                announced_.options.block_bytes == 0 ? kDefaultBlockBytes : 1);
  const std::uint64_t offset = (std::max<std::uint64_t>(position, 1) - 1) * block_bytes_;
  if (!file_) {
    const bool whole = !std::exchange(begun_, true);
    file_ =
        std::make_unique<FileWriter>(host_, side, info(), announced_.file_name, whole ? 0 : offset);
  }
  file_->block(offset);
  file_->data(block);
  if (block.size() < block_bytes_) size_ = offset + block.size();
  if (size_ && file_->has_all_to(*size_)) {
    file_->close(ObjectEnd::complete);
    file_.reset();
  }
  return true;
}

void Transfer::pause() noexcept {
  if (!file_) return;
  file_->pause();
  if (!file_->stale(host_.flow().now.time)) return;
  file_->close(ObjectEnd::cut_short);
  file_.reset();
}

void Transfer::close() noexcept {
  if (file_) file_->close(ObjectEnd::cut_short);
  file_.reset();
  for (LooseObject& each : other_) each.end(ObjectEnd::complete);
}

}  // namespace outspan::protocol::tftp
