#include "spool/cursor.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/byte_writer.h"
#include "core/hash.h"

namespace outspan::spool {
namespace {

constexpr std::uint64_t kPlaces = 2;
constexpr std::size_t kPlaceBytes = 40;  // turn, number, segment, offset, checksum
constexpr SipKey kChecksum{0x6f757473'70616e00ULL, 0x63757273'6f720000ULL};

/// A name as a file name: what is not plain is replaced, and a hash keeps different names apart.
std::string file_name(const std::string& name) {
  std::string plain;
  for (const char c : name.substr(0, 80)) {
    const bool keep = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
    plain += keep ? c : '_';
  }
  return plain + "-" + std::to_string(siphash(kChecksum, as_bytes(name)) % 1'000'000);
}

}  // namespace

Result<std::unique_ptr<Cursor>> Cursor::open(const std::string& folder, const std::string& name,
                                             Position start) {
  const std::string cursors = folder + "/cursors";
  if (::mkdir(cursors.c_str(), 0700) != 0 && errno != EEXIST)
    return Problem{cursors, std::strerror(errno)};
  const std::string path = cursors + "/" + file_name(name);
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return Problem{path, std::strerror(errno)};
  std::unique_ptr<Cursor> cursor(new Cursor(std::move(file)));
  if (!cursor->load() && !cursor->store(start)) return Problem{path, std::strerror(errno)};
  return cursor;
}

bool Cursor::load() noexcept {
  bool found = false;
  for (std::uint64_t place = 0; place < kPlaces; ++place) {
    std::array<std::uint8_t, kPlaceBytes> bytes{};
    if (read_at(file_.get(), place * kPlaceBytes, bytes) != kPlaceBytes) continue;
    ByteCursor at(bytes);
    const std::uint64_t turn = at.u64_le();
    const Position position{at.u64_le(), at.u64_le(), at.u64_le()};
    const std::uint64_t checksum = siphash(kChecksum, Bytes(bytes).first(kPlaceBytes - 8));
    if (at.u64_le() != checksum || (found && turn < turn_)) continue;
    found = true;
    turn_ = turn;
    position_ = position;
  }
  return found;
}

bool Cursor::store(const Position& position) noexcept {
  ByteWriter out;
  const std::uint64_t turn = turn_ + 1;
  for (const std::uint64_t number : {turn, position.number, position.segment, position.offset})
    out.number(number, 8);
  out.number(siphash(kChecksum, out.out()), 8);
  const auto at = static_cast<off_t>(turn % kPlaces * kPlaceBytes);
  if (::pwrite(file_.get(), out.out().data(), out.out().size(), at) !=
      static_cast<ssize_t>(out.out().size()))
    return false;
  turn_ = turn;
  position_ = position;
  return true;
}

}  // namespace outspan::spool
