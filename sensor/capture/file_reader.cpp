#include "capture/file_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace outspan::capture {

Result<std::unique_ptr<FileReader>> FileReader::open(const std::string& path,
                                                     const StopSignal& stop) {
  Result<std::unique_ptr<ByteSource>> source = open_bytes(path, stop);
  if (!source.ok()) return source.problems();
  return std::unique_ptr<FileReader>(new FileReader(path, std::move(*source)));
}

std::string FileReader::place() const {
  return fmt::format("record {} (byte {})", parser_->packets() + 1, offset_bytes_);
}

void FileReader::end(std::string what) {
  ended_ = true;
  if (!what.empty()) problem_ = Problem{path_, std::move(what)};
}

/// Carried bytes in front, then what the file has: full unless the file ends.
std::size_t FileReader::fill(std::span<std::uint8_t> block) {
  std::copy(carry_.begin(), carry_.end(), block.begin());
  const std::size_t carried = carry_.size();
  carry_.clear();
  return carried + source_->read(block.subspan(carried));
}

void FileReader::skip(std::span<std::uint8_t> scratch) {
  while (skip_bytes_ > 0) {
    const std::size_t wanted = std::min<std::uint64_t>(skip_bytes_, scratch.size());
    const std::size_t size = source_->read(scratch.first(wanted));
    skip_bytes_ -= size;
    offset_bytes_ += size;
    if (size < wanted)
      return end(fmt::format("ends inside a block before {}; all before it was read", place()));
  }
}

bool FileReader::recognise(Bytes head) {
  parser_ = make_record_parser(head);
  if (parser_ != nullptr) return true;
  if (!source_->error().empty()) {
    end(source_->error());
  } else if (head.empty()) {
    end("is empty: 0 bytes");
  } else {
    end(fmt::format("is not a capture: it starts with {:02x}",
                    fmt::join(head.first(std::min<std::size_t>(head.size(), 8)), " ")));
  }
  return false;
}

void FileReader::read(std::span<std::uint8_t> block, std::vector<Packet>& packets) {
  if (ended_) return;
  skip(block);
  if (ended_) return;

  const std::size_t size = fill(block);
  const Bytes bytes = Bytes(block).first(size);
  if (parser_ == nullptr && !recognise(bytes)) return;

  const RecordParser::Parsed parsed = parser_->parse(bytes, packets);
  offset_bytes_ += parsed.consumed;
  skip_bytes_ = parsed.skip;
  const Bytes rest = bytes.subspan(parsed.consumed);

  if (!parser_->damage().empty())
    return end(fmt::format("{} {}; all before it was read", place(), parser_->damage()));
  if (size == block.size() && parsed.consumed + parsed.skip > 0) {
    carry_.assign(rest.begin(), rest.end());
    return;
  }
  if (skip_bytes_ > 0) return skip(block.subspan(size));

  const std::string& error = source_->error();
  if (rest.empty()) return end(error.empty() ? "" : error + "; all before that was read");
  end(fmt::format("{}ends inside {}, of which it has {} bytes; all before it was read",
                  error.empty() ? "" : error + ": ", place(), rest.size()));
}

}  // namespace outspan::capture
