#include "capture/byte_source.h"

#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "core/handle.h"

namespace outspan::capture {
namespace {

constexpr std::size_t kPackedChunkBytes = std::size_t{256} << 10;

std::string system_message(int code) { return std::generic_category().message(code); }

class Descriptor {
 public:
  explicit Descriptor(int fd, bool owned) noexcept : fd_(fd), owned_(owned) {}
  ~Descriptor() {
    if (owned_) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
  bool owned_;
};

/// The bytes of a descriptor. The first few can be looked at before they are read.
class PlainSource : public ByteSource {
 public:
  PlainSource(std::unique_ptr<Descriptor> descriptor, bool waits, const StopSignal& stop) noexcept
      : descriptor_(std::move(descriptor)), stop_(stop), waits_(waits) {}

  std::span<const std::uint8_t> peek() {
    peeked_bytes_ = read_descriptor(peeked_);
    return std::span(peeked_).first(peeked_bytes_);
  }

  std::size_t read(std::span<std::uint8_t> into) override {
    const std::size_t early = std::min(into.size(), peeked_bytes_ - peeked_used_);
    std::copy_n(peeked_.begin() + static_cast<std::ptrdiff_t>(peeked_used_), early, into.begin());
    peeked_used_ += early;
    const std::size_t size = early + read_descriptor(into.subspan(early));
    bytes_read_ += size;
    return size;
  }
  [[nodiscard]] const std::string& error() const noexcept override { return error_; }
  [[nodiscard]] std::uint64_t bytes_read() const noexcept override { return bytes_read_; }

 private:
  std::size_t read_descriptor(std::span<std::uint8_t> into) {
    std::size_t filled = 0;
    while (filled < into.size() && error_.empty() && !stop_.raised()) {
      if (waits_ && !stop_.wait_readable(descriptor_->get())) break;
      const ssize_t size = ::read(descriptor_->get(), into.data() + filled, into.size() - filled);
      if (size > 0) {
        filled += static_cast<std::size_t>(size);
      } else if (size == 0) {
        break;
      } else if (errno != EINTR && errno != EAGAIN) {
        error_ = "cannot be read on: " + system_message(errno);
      }
    }
    return filled;
  }

  std::unique_ptr<Descriptor> descriptor_;
  const StopSignal& stop_;
  bool waits_;
  std::array<std::uint8_t, 4> peeked_{};
  std::size_t peeked_bytes_ = 0;
  std::size_t peeked_used_ = 0;
  std::uint64_t bytes_read_ = 0;
  std::string error_;
};

/// Common to the unpackers: a chunk of packed bytes, refilled when it is used up.
class UnpackingSource : public ByteSource {
 public:
  explicit UnpackingSource(std::unique_ptr<ByteSource> packed)
      : packed_(std::move(packed)), chunk_(kPackedChunkBytes) {}

  [[nodiscard]] const std::string& error() const noexcept override {
    return packed_->error().empty() ? error_ : packed_->error();
  }
  [[nodiscard]] std::uint64_t bytes_read() const noexcept override { return packed_->bytes_read(); }

 protected:
  /// False at the end of the packed bytes.
  bool refill(std::span<const std::uint8_t>& input) {
    const std::size_t size = packed_->read(chunk_);
    input = std::span(chunk_).first(size);
    return size > 0;
  }
  void fail(std::string why) { error_ = std::move(why); }

 private:
  std::unique_ptr<ByteSource> packed_;
  std::vector<std::uint8_t> chunk_;
  std::string error_;
};

class GzipSource : public UnpackingSource {
 public:
  explicit GzipSource(std::unique_ptr<ByteSource> packed)
      : UnpackingSource(std::move(packed)), state_(std::make_unique<inflate_state>()) {
    isal_inflate_init(state_.get());
    state_->crc_flag = ISAL_GZIP;
  }

  std::size_t read(std::span<std::uint8_t> into) override {
    state_->next_out = into.data();
    state_->avail_out = static_cast<std::uint32_t>(into.size());
    while (state_->avail_out > 0 && !finished_) step();
    return into.size() - state_->avail_out;
  }

 private:
  void step() {
    if (state_->avail_in == 0 && !refill_state() && output_drained()) {
      finished_ = true;
      if (inside_member_) fail("the gzip data end early");
      return;
    }
    if (!inside_member_ && !begins_member()) {
      finished_ = true;  // gzip itself ignores what follows the last member, most often zeros
      return;
    }
    inside_member_ = true;
    const std::uint32_t in_before = state_->avail_in;
    const std::uint32_t out_before = state_->avail_out;
    if (isal_inflate(state_.get()) < ISAL_DECOMP_OK) {
      finished_ = true;
      fail("the gzip data are damaged");
    } else if (state_->block_state == ISAL_BLOCK_FINISH) {
      inside_member_ = false;
      isal_inflate_reset(state_.get());
      state_->crc_flag = ISAL_GZIP;
    }
    stuck_ = state_->avail_in == in_before && state_->avail_out == out_before;
  }

  bool refill_state() {
    std::span<const std::uint8_t> input;
    if (!refill(input)) return false;
    state_->next_in = const_cast<std::uint8_t*>(input.data());  // its C header lacks the const
    state_->avail_in = static_cast<std::uint32_t>(input.size());
    return true;
  }
  /// Without input it may still hold output back; it has given all once a call changes nothing.
  [[nodiscard]] bool output_drained() const noexcept { return !inside_member_ || stuck_; }
  [[nodiscard]] bool begins_member() const noexcept { return state_->next_in[0] == 0x1f; }

  std::unique_ptr<inflate_state> state_;
  bool inside_member_ = false;
  bool finished_ = false;
  bool stuck_ = false;
};

class ZstdSource : public UnpackingSource {
 public:
  explicit ZstdSource(std::unique_ptr<ByteSource> packed)
      : UnpackingSource(std::move(packed)), stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) throw std::bad_alloc();
  }

  std::size_t read(std::span<std::uint8_t> into) override {
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    while (out.pos < out.size && !finished_) {
      if (in_.pos == in_.size && !refill_input() && !flushing_) {
        finished_ = true;
        if (inside_frame_) fail("the zstd data end early");
        break;
      }
      const std::size_t before = out.pos;
      const std::size_t left = ZSTD_decompressStream(stream_.get(), &out, &in_);
      if (ZSTD_isError(left) != 0) {
        finished_ = true;
        fail(std::string("the zstd data are damaged: ") + ZSTD_getErrorName(left));
        break;
      }
      inside_frame_ = left != 0;
      flushing_ = inside_frame_ && (out.pos == out.size || out.pos != before);
    }
    return out.pos;
  }

 private:
  bool refill_input() {
    std::span<const std::uint8_t> input;
    if (!refill(input)) return false;
    in_ = {input.data(), input.size(), 0};
    return true;
  }

  CHandle<ZSTD_DStream, ZSTD_freeDStream> stream_;
  ZSTD_inBuffer in_{nullptr, 0, 0};
  bool inside_frame_ = false;
  bool flushing_ = false;
  bool finished_ = false;
};

bool is_gzip(std::span<const std::uint8_t> head) noexcept {
  return head.size() >= 2 && head[0] == 0x1f && head[1] == 0x8b;
}

/// RFC 8878, 3.1.1 and 3.1.2: a frame, or a skippable frame before the first.
bool is_zstd(std::span<const std::uint8_t> head) noexcept {
  if (head.size() < 4) return false;
  const bool frame = head[0] == 0x28 && head[1] == 0xb5 && head[2] == 0x2f && head[3] == 0xfd;
  const bool skippable =
      (head[0] & 0xf0) == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18;
  return frame || skippable;
}

}  // namespace

Result<std::unique_ptr<ByteSource>> open_bytes(const std::string& path, const StopSignal& stop) {
  const bool standard_input = path == "-";
  const int fd = standard_input ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Problem{path, "cannot be opened: " + system_message(errno)};
  auto descriptor = std::make_unique<Descriptor>(fd, !standard_input);

  struct stat status {};
  if (fstat(fd, &status) != 0) return Problem{path, system_message(errno)};
  if (S_ISDIR(status.st_mode)) return Problem{path, "is a folder"};
  const bool regular = S_ISREG(status.st_mode);
  if (regular) posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);  // a hint: failing changes nothing

  auto plain = std::make_unique<PlainSource>(std::move(descriptor), !regular, stop);
  const std::span<const std::uint8_t> head = plain->peek();
  if (!plain->error().empty()) return Problem{path, plain->error()};
  if (is_gzip(head)) return std::unique_ptr<ByteSource>(new GzipSource(std::move(plain)));
  if (is_zstd(head)) return std::unique_ptr<ByteSource>(new ZstdSource(std::move(plain)));
  return std::unique_ptr<ByteSource>(std::move(plain));
}

}  // namespace outspan::capture
