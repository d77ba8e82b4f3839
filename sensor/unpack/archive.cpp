#include "unpack/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "core/handle.h"
#include "unpack/inflate64.h"
#include "unpack/office.h"

namespace outspan::unpack {
namespace {

using namespace std::string_view_literals;
using Reader = CHandle<::archive, archive_read_free>;

struct Format {
  std::size_t offset;
  std::string_view mark;
  int (*enable)(::archive*);
  bool compression;  // of one file, without a name
};

const Format kFormats[] = {
    {0, "PK\x03\x04"sv, archive_read_support_format_zip, false},
    {0, "PK00PK\x03\x04"sv, archive_read_support_format_zip, false},
    {0, "7z\xbc\xaf\x27\x1c"sv, archive_read_support_format_7zip, false},
    {0, "Rar!\x1a\x07\x00"sv, archive_read_support_format_rar, false},
    {0, "Rar!\x1a\x07\x01"sv, archive_read_support_format_rar5, false},
    {0, "MSCF\0\0\0\0"sv, archive_read_support_format_cab, false},
    {0, "!<arch>\n"sv, archive_read_support_format_ar, false},
    {0, "070701"sv, archive_read_support_format_cpio, false},
    {0, "070702"sv, archive_read_support_format_cpio, false},
    {0, "070707"sv, archive_read_support_format_cpio, false},
    {0x8001, "CD001"sv, archive_read_support_format_iso9660, false},
    {0, "BZh"sv, archive_read_support_filter_bzip2, true},
    {0, "\xfd\x37zXZ\0"sv, archive_read_support_filter_xz, true},
    {0, "\x04\x22\x4d\x18"sv, archive_read_support_filter_lz4, true},
    {0, "LZIP"sv, archive_read_support_filter_lzip, true},
    {0, "\x5d\0\0"sv, archive_read_support_filter_lzma, true},
    {0, "\x1f\x9d"sv, archive_read_support_filter_compress, true},
};

const Format* format_of(Bytes file) noexcept {
  const std::string_view text = as_text(file);
  for (const Format& format : kFormats)
    if (text.size() > format.offset && text.substr(format.offset).starts_with(format.mark))
      return &format;
  return nullptr;
}

std::string name_of(archive_entry* entry, bool compression) {
  if (compression) return {};
  const char* name = archive_entry_pathname_utf8(entry);
  if (name == nullptr) name = archive_entry_pathname(entry);
  return name == nullptr ? std::string() : std::string(name);
}

/// libarchive tells no password from damage but in words.
Outcome failure(::archive* reader) {
  const char* words = archive_error_string(reader);
  const std::string_view text = words == nullptr ? "" : words;
  const auto says = [text](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  };
  if (says("ncrypt") || says("assphrase") || archive_read_has_encrypted_entries(reader) == 1)
    return Outcome::encrypted;
  if (says("llocate") || says("memory")) return Outcome::memory;
  if (says("nsupported") || says("not supported")) return Outcome::unsupported;
  return Outcome::damaged;
}

/// The one method of zip that is in use and that libarchive does not read.
bool is_deflate64(::archive* reader) {
  const char* words = archive_format_name(reader);
  return words != nullptr && std::string_view(words).ends_with("(deflation-64-bit)");
}

/// RAR 5 (rar technote): vint. 0 at the end.
std::uint64_t vint(ByteCursor& in) noexcept {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 63; shift += 7) {
    const std::uint8_t byte = in.u8();
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) break;
  }
  return value;
}

/// Whether a file of a RAR 5 archive has an encryption record, which libarchive 3.6 overlooks:
/// ciphertext would count as inspected.
bool rar5_encrypted(Bytes file) noexcept {
  if (!as_text(file).starts_with("Rar!\x1a\x07\x01\x00"sv)) return false;
  ByteCursor in(file.subspan(8));
  while (in.ok() && in.left() > 7) {
    in.skip(4);  // checksum
    const std::uint64_t size = vint(in);
    ByteCursor header(in.take(static_cast<std::size_t>(size)));
    const std::uint64_t type = vint(header);
    const std::uint64_t flags = vint(header);
    const std::uint64_t extra_bytes = (flags & 1) != 0 ? vint(header) : 0;
    const std::uint64_t data_bytes = (flags & 2) != 0 ? vint(header) : 0;
    if (!header.ok() || type == 5) return false;
    if (type == 4) return true;  // the headers themselves
    if ((type == 2 || type == 3) && extra_bytes <= header.left()) {
      header.skip(header.left() - static_cast<std::size_t>(extra_bytes));
      while (header.ok() && header.left() > 1) {
        const std::uint64_t record_bytes = vint(header);
        ByteCursor record(header.take(static_cast<std::size_t>(record_bytes)));
        if (vint(record) == 1 && record.ok()) return true;
      }
    }
    in.skip(static_cast<std::size_t>(data_bytes));
  }
  return false;
}

}  // namespace

bool ArchiveEntry::read(const std::function<void(Bytes)>& take) {
  if (is_deflate64(reader_)) {
    if (inflate64(rest_, take)) return true;
    archive_set_error(reader_, EILSEQ, "Damaged deflate-64");
    return false;
  }
  for (;;) {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;  // holes of sparse files are left out: nothing is in them
    const int result = archive_read_data_block(reader_, &block, &size, &offset);
    if (result == ARCHIVE_EOF) return true;
    if (size != 0 && result >= ARCHIVE_WARN)
      take(Bytes(static_cast<const std::uint8_t*>(block), size));
    if (result < ARCHIVE_WARN) return false;
  }
}

std::string ArchiveEntry::read_whole(std::size_t bytes_max) {
  std::string all;
  read([&](Bytes bytes) {
    if (all.size() + bytes.size() > bytes_max) throw Stop{Outcome::expansion};
    all += as_text(bytes);
  });
  return all;
}

std::string ArchiveEntry::read_beginning(std::size_t bytes) {
  const void* block = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  if (is_deflate64(reader_) ||
      archive_read_data_block(reader_, &block, &size, &offset) < ARCHIVE_WARN || size == 0)
    return {};
  return std::string(static_cast<const char*>(block), std::min(size, bytes));
}

Outcome walk_archive(Bytes file, const std::function<void(ArchiveEntry&)>& visit) {
  const Format* format = format_of(file);
  if (format == nullptr) return Outcome::unsupported;
  if (rar5_encrypted(file)) return Outcome::encrypted;
  const Reader reader(archive_read_new());
  if (reader == nullptr) return Outcome::memory;
  if (format->compression) archive_read_support_format_raw(reader.get());
  format->enable(reader.get());
  if (archive_read_open_memory(reader.get(), file.data(), file.size()) != ARCHIVE_OK)
    return failure(reader.get());
  Outcome outcome = Outcome::opened;
  bool any = false;
  for (;;) {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(reader.get(), &entry);
    if (result == ARCHIVE_EOF) break;
    if (result < ARCHIVE_WARN) return failure(reader.get());
    any = true;
    const auto type = archive_entry_filetype(entry);
    if (type != 0 && type != AE_IFREG) continue;
    if (archive_entry_is_data_encrypted(entry) == 1) {
      outcome = Outcome::encrypted;
      continue;
    }
    // Where libarchive stands, the bytes of the entry begin.
    const auto at = static_cast<std::size_t>(archive_filter_bytes(reader.get(), 0));
    ArchiveEntry member(reader.get(), name_of(entry, format->compression),
                        file.subspan(std::min(at, file.size())));
    visit(member);
    const char* problem = archive_error_string(reader.get());
    if (problem != nullptr && outcome == Outcome::opened) outcome = failure(reader.get());
    archive_clear_error(reader.get());
  }
  if (archive_read_has_encrypted_entries(reader.get()) == 1) return Outcome::encrypted;
  return any ? outcome : Outcome::damaged;
}

Outcome unpack_archive(Bytes file, Output& output) {
  if (as_text(file).starts_with("PK"sv)) {
    const PackageType type = package_type(file);
    if (type != PackageType::none) return unpack_package(file, type, output);
  }
  return walk_archive(file, [&output](ArchiveEntry& entry) {
    output.begin(entry.name());
    entry.read([&output](Bytes bytes) { output.data(bytes); });
    output.end();
  });
}

}  // namespace outspan::unpack
