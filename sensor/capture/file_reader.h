#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/byte_source.h"
#include "capture/packet.h"
#include "capture/record_parser.h"

namespace outspan::capture {

/// One capture file, block by block.
/// Thread: one.
class FileReader {
 public:
  static Result<std::unique_ptr<FileReader>> open(const std::string& path, const StopSignal& stop);

  /// Fills `block` and appends the packets of the whole records in it, which borrow from it. The
  /// record that crosses the end is moved to the front of the next block.
  void read(std::span<std::uint8_t> block, std::vector<Packet>& packets);

  /// Nothing will follow.
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  /// Why it ended before its time.
  [[nodiscard]] const std::optional<Problem>& problem() const noexcept { return problem_; }
  /// The magic number is one of a capture.
  [[nodiscard]] bool is_capture() const noexcept { return parser_ != nullptr; }
  /// Of the file itself, compressed or not.
  [[nodiscard]] std::uint64_t bytes_read() const noexcept { return source_->bytes_read(); }

 private:
  FileReader(std::string path, std::unique_ptr<ByteSource> source)
      : path_(std::move(path)), source_(std::move(source)) {}
  std::size_t fill(std::span<std::uint8_t> block);
  void skip(std::span<std::uint8_t> scratch);
  bool recognise(Bytes head);
  void end(std::string what);
  [[nodiscard]] std::string place() const;

  std::string path_;
  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<RecordParser> parser_;
  /// Start of the record that crossed the end of the last block.
  std::vector<std::uint8_t> carry_;
  std::uint64_t skip_bytes_ = 0;
  /// Of the unpacked stream, up to the records consumed.
  std::uint64_t offset_bytes_ = 0;
  bool ended_ = false;
  std::optional<Problem> problem_;
};

}  // namespace outspan::capture
