#include "spool/segment.h"

#include <fmt/format.h>
#include <isa-l/crc.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>

#include "core/byte_writer.h"

namespace outspan::spool {
namespace {

constexpr std::string_view kHeaderMagic = "OSPOOL1\n";
constexpr std::string_view kFooterMagic = "OSPFOOT1";
constexpr std::string_view kExtension = ".seg";
constexpr std::size_t kNameDigits = 20;
constexpr std::size_t kCrcAt = 4;  // in a record
constexpr std::size_t kCrcBytes = 4;

std::uint32_t crc32c(Bytes bytes, std::uint32_t before = 0) noexcept {
  // The library means no harm: it only reads.
  auto* data = const_cast<unsigned char*>(bytes.data());
  return crc32_iscsi(data, static_cast<int>(bytes.size()), before);
}

std::uint64_t bits(Timestamp time) noexcept {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}
Timestamp time_of(std::uint64_t bits) noexcept {
  return timestamp_from_ns(static_cast<std::int64_t>(bits));
}

/// CRC and padding behind everything that `out` has from `start` on.
void seal(std::vector<std::uint8_t>& out, std::size_t start) {
  ByteWriter tail;
  tail.number(crc32c(Bytes(out).subspan(start)), 4);
  tail.number(0, 4);
  out.insert(out.end(), tail.out().begin(), tail.out().end());
}

/// What was sealed; empty: it is not whole.
Bytes sealed(Bytes bytes, std::uint64_t size, std::string_view magic) noexcept {
  if (bytes.size() < size || !as_text(bytes).starts_with(magic)) return {};
  const Bytes inside = bytes.first(size - 8);
  ByteCursor crc(bytes.subspan(inside.size()));
  return crc.u32_le() == crc32c(inside) ? inside : Bytes();
}

}  // namespace

void Footer::add(const Record& record) noexcept {
  ++records;
  first_time = std::min(first_time, record.time);
  last_time = std::max(last_time, record.time);
  last_written = std::max(last_written, record.written);
  kinds |= std::uint64_t{1} << (record.kind & 63);
}

std::string segment_name(std::uint64_t first_number) {
  return fmt::format("{:020}{}", first_number, kExtension);
}

std::vector<std::uint64_t> list_segments(const std::string& folder) {
  std::vector<std::uint64_t> numbers;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.size() != kNameDigits + kExtension.size() || !name.ends_with(kExtension)) continue;
    std::uint64_t number = 0;
    const char* digits_end = name.data() + kNameDigits;
    const auto [stop, bad] = std::from_chars(name.data(), digits_end, number);
    if (bad == std::errc{} && stop == digits_end) numbers.push_back(number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

void append_header(std::vector<std::uint8_t>& out, std::uint64_t first_number) {
  const std::size_t start = out.size();
  ByteWriter head;
  head.bytes(as_bytes(kHeaderMagic));
  head.number(first_number, 8);
  out.insert(out.end(), head.out().begin(), head.out().end());
  seal(out, start);
}

void append_record(std::vector<std::uint8_t>& out, const Record& record) {
  ByteWriter behind_crc;
  behind_crc.number(bits(record.time), 8);
  behind_crc.number(bits(record.written), 8);
  behind_crc.number(record.kind, 1);
  ByteWriter head;
  head.number(record.payload.size(), 4);
  const std::uint32_t crc = crc32c(record.payload, crc32c(behind_crc.out(), crc32c(head.out())));
  head.number(crc, kCrcBytes);
  out.insert(out.end(), head.out().begin(), head.out().end());
  out.insert(out.end(), behind_crc.out().begin(), behind_crc.out().end());
  out.insert(out.end(), record.payload.begin(), record.payload.end());
}

void append_footer(std::vector<std::uint8_t>& out, const Footer& footer) {
  const std::size_t start = out.size();
  ByteWriter text;
  text.bytes(as_bytes(kFooterMagic));
  for (const std::uint64_t number :
       {footer.records, bits(footer.first_time), bits(footer.last_time), bits(footer.last_written),
        footer.kinds})
    text.number(number, 8);
  out.insert(out.end(), text.out().begin(), text.out().end());
  seal(out, start);
}

std::optional<std::uint64_t> read_header(Bytes bytes) noexcept {
  const Bytes inside = sealed(bytes, kHeaderBytes, kHeaderMagic);
  if (inside.empty()) return std::nullopt;
  return ByteCursor(inside.subspan(kHeaderMagic.size())).u64_le();
}

std::optional<Footer> read_footer(Bytes bytes) noexcept {
  const Bytes inside = sealed(bytes, kFooterBytes, kFooterMagic);
  if (inside.empty()) return std::nullopt;
  ByteCursor at(inside.subspan(kFooterMagic.size()));
  Footer footer;
  footer.records = at.u64_le();
  footer.first_time = time_of(at.u64_le());
  footer.last_time = time_of(at.u64_le());
  footer.last_written = time_of(at.u64_le());
  footer.kinds = at.u64_le();
  return footer;
}

Found find_record(Bytes bytes) noexcept {
  Found found;
  ByteCursor at(bytes);
  const std::uint64_t length = at.u32_le();
  if (at.ok() && (length == 0 || length > kPayloadBytesMax)) return found;
  found.what = Found::What::short_of_bytes;
  found.size_bytes = at.ok() ? kRecordHeadBytes + length : kRecordHeadBytes;
  if (bytes.size() < found.size_bytes) return found;
  const std::uint32_t crc = at.u32_le();
  const Bytes behind_crc = bytes.first(found.size_bytes).subspan(kCrcAt + kCrcBytes);
  found.what = Found::What::none;
  if (crc32c(behind_crc, crc32c(bytes.first(kCrcAt))) != crc) return found;
  found.what = Found::What::record;
  found.record.time = time_of(at.u64_le());
  found.record.written = time_of(at.u64_le());
  found.record.kind = at.u8();
  found.record.payload = at.take(length);
  return found;
}

std::size_t read_at(int fd, std::uint64_t offset, std::span<std::uint8_t> into) noexcept {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t n =
        ::pread(fd, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (n > 0)
      done += static_cast<std::size_t>(n);
    else if (n == 0 || errno != EINTR)
      break;
  }
  return done;
}

}  // namespace outspan::spool
