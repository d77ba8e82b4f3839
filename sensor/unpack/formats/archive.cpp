#include "unpack/formats/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "core/handle.h"
#include "unpack/formats/inflate64.h"
#include "unpack/formats/office.h"
#include "unpack/formats/rar5.h"
#include "unpack/formats/sevenzip.h"

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
  if (says("nsupported") || says("not supported") || says("codec ID")) return Outcome::unsupported;
  return Outcome::damaged;
}

/// The one method of zip that is in use and that libarchive does not read.
bool is_deflate64(::archive* reader) {
  const char* words = archive_format_name(reader);
  return words != nullptr && std::string_view(words).ends_with("(deflation-64-bit)");
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

namespace {

using Visit = std::function<void(ArchiveEntry&)>;
using Named = std::function<void(std::string_view)>;
using Rest = std::function<void(Bytes)>;

/// Behind the end of what it reads libarchive has looked at a few bytes.
constexpr std::size_t kLookAheadBytes = 16;

/// Where the central directory ends (APPNOTE.TXT 4.3.16), which stands behind the members: what
/// follows is its comment, and what is not of the archive.
std::size_t zip_end(Bytes file, std::size_t members_end) noexcept {
  constexpr std::size_t kRecordBytes = 22;
  const std::size_t record = as_text(file).find("PK\5\6"sv, members_end);
  return record == std::string_view::npos ? members_end
                                          : std::min(record + kRecordBytes, file.size());
}

/// `left_out`: names of files that are not to be visited.
Outcome walk_entries(Bytes file, const Format& format, const Visit& visit, const Named& encrypted,
                     const Rest& rest, const std::set<std::string>& left_out) {
  const Reader reader(archive_read_new());
  if (reader == nullptr) return Outcome::memory;
  if (format.compression) archive_read_support_format_raw(reader.get());
  format.enable(reader.get());
  // Without a format libarchive must not be asked what failed: it follows a pointer to none.
  if (archive_read_open_memory(reader.get(), file.data(), file.size()) != ARCHIVE_OK)
    return Outcome::damaged;
  const bool is_zip = format.enable == archive_read_support_format_zip;
  const auto position = [&reader, &format, file] {  // where libarchive stands in the file
    const int filter = format.compression ? -1 : 0;
    return std::min(static_cast<std::size_t>(archive_filter_bytes(reader.get(), filter)),
                    file.size());
  };
  Outcome outcome = Outcome::opened;
  bool any = false;
  for (std::size_t read_up_to = 0;;) {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(reader.get(), &entry);
    if (result == ARCHIVE_EOF) {
      const std::size_t end = is_zip ? zip_end(file, read_up_to) : std::max(read_up_to, position());
      // Of encrypted files all bytes are searched if nothing else came out.
      if (rest && outcome == Outcome::opened && end < file.size())
        rest(file.subspan(end - std::min(end, kLookAheadBytes)));
      break;
    }
    if (result < ARCHIVE_WARN) {
      if (rest && read_up_to > 0) rest(file.subspan(read_up_to));
      return failure(reader.get());
    }
    any = true;
    const auto type = archive_entry_filetype(entry);
    if (type != 0 && type != AE_IFREG) continue;
    const std::string name = name_of(entry, format.compression);
    if (left_out.contains(name)) continue;
    if (archive_entry_is_data_encrypted(entry) == 1) {
      outcome = Outcome::encrypted;
      if (encrypted) encrypted(name);
      continue;
    }
    // Members that lie over one another are how a small zip becomes petabytes.
    const std::size_t at = position();
    if (is_zip && at < read_up_to) return Outcome::damaged;
    ArchiveEntry member(reader.get(), name, file.subspan(at));
    visit(member);
    read_up_to = std::max(read_up_to, position());
    const char* problem = archive_error_string(reader.get());
    if (problem != nullptr && outcome == Outcome::opened) outcome = failure(reader.get());
    archive_clear_error(reader.get());
  }
  if (archive_read_has_encrypted_entries(reader.get()) == 1) return Outcome::encrypted;
  return any ? outcome : Outcome::damaged;
}

}  // namespace

Outcome walk_archive(Bytes file, const std::function<void(ArchiveEntry&)>& visit,
                     const std::function<void(std::string_view)>& encrypted,
                     const std::function<void(Bytes)>& rest) {
  const Format* format = format_of(file);
  if (format == nullptr) return Outcome::unsupported;
  const Rar5Encryption rar5 = rar5_encryption(file);
  if (rar5.of_headers) return Outcome::encrypted;
  if (encrypted)
    for (const std::string& name : rar5.names) encrypted(name);
  const std::optional<std::string> again = with_deflate64_stored(file);
  const Outcome outcome =
      walk_entries(again ? as_bytes(*again) : file, *format, visit, encrypted, rest, rar5.names);
  return rar5.names.empty() ? outcome : Outcome::encrypted;
}

Outcome unpack_archive(Bytes file, Output& output) {
  if (as_text(file).starts_with("PK"sv)) {
    const PackageType type = package_type(file);
    if (type != PackageType::none) return unpack_package(file, type, output);
  }
  return walk_archive(
      file,
      [&output](ArchiveEntry& entry) {
        output.begin(entry.name());
        entry.read([&output](Bytes bytes) { output.data(bytes); });
        output.end();
      },
      [&output](std::string_view name) { output.encrypted(name); },
      [&output](Bytes bytes) { output.rest(bytes); });
}

}  // namespace outspan::unpack
