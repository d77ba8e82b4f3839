#include "marks/marks.h"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstring>
#include <string>
#include <vector>

#include "text/ascii.h"
#include "text/charset_guess.h"
#include "text/utf8.h"

namespace outspan::marks {
namespace {

using namespace std::string_view_literals;

// Marks that can begin a text or other bytes as well are looked at closer.

/// The mark of the first block, or of the end, follows the level.
bool is_bzip2(Bytes b) noexcept {
  if (b.size() < 10 || b[3] < '1' || b[3] > '9') return false;
  const std::string_view block = as_text(b.subspan(4, 6));
  return block == "\x31\x41\x59\x26\x53\x59"sv || block == "\x17\x72\x45\x38\x50\x90"sv;
}

/// The header is digits only: eight hexadecimal ones a field, or octal ones (cpio(5)). A telephone
/// number at the beginning of a table is not.
bool is_cpio(Bytes b) noexcept {
  const bool octal = b[5] == '7';
  const std::size_t size = octal ? 76 : 110;
  return b.size() >= size &&
         std::all_of(b.begin(), b.begin() + static_cast<std::ptrdiff_t>(size),
                     [octal](std::uint8_t c) {
                       return (c >= '0' && c <= (octal ? '7' : '9')) ||
                              (!octal && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
                     });
}

bool is_lzip(Bytes b) noexcept { return b.size() > 4 && b[4] == 1; }

/// Codes of 9 to 16 bits; two bits are always 0.
bool is_compress(Bytes b) noexcept {
  return b.size() > 3 && (b[2] & 0x60) == 0 && (b[2] & 0x1f) >= 9 && (b[2] & 0x1f) <= 16;
}

/// A tar without a mark, as before POSIX: mode, owner, group, size, time and sum in octal digits
/// that end in blanks or zeros.
bool is_old_tar(Bytes b) noexcept {
  if (b.size() < 157 || b[0] == 0) return false;
  const auto octal = [b](std::size_t at, std::size_t end) {
    std::size_t digits = 0;
    for (; at < end; ++at) {
      if (b[at] >= '0' && b[at] <= '7')
        ++digits;
      else if (b[at] != ' ' && b[at] != 0)
        return false;
    }
    return digits > 0;
  };
  return octal(100, 108) && octal(108, 116) && octal(116, 124) && octal(124, 136) &&
         octal(136, 148) && octal(148, 156) && (b[156] == 0 || (b[156] >= '0' && b[156] <= '7')) &&
         std::find(b.begin(), b.begin() + 100, 0) != b.begin() + 100;
}

/// A version follows; a text about RTF may begin so, but not with a number.
bool is_rtf(Bytes b) noexcept { return b.size() > 5 && b[5] == '1'; }

/// The header of lzma_alone has no mark: usual properties, a dictionary of 2^n or 2^n + 2^(n-1)
/// bytes, a size that is unknown or can be. The compressed data begin with 0.
bool is_lzma(Bytes b) noexcept {
  ByteCursor in(b.subspan(1));
  const std::uint32_t dictionary = in.u32_le();
  const std::uint64_t size = in.u64_le();
  const bool starts = in.u8() == 0;
  const unsigned bits = static_cast<unsigned>(std::popcount(dictionary));
  const bool usual = bits == 1 || (bits == 2 && (dictionary & dictionary << 1) != 0);
  return in.ok() && starts && usual && dictionary <= 1U << 30 &&
         (size == UINT64_MAX || size < 1ULL << 40);
}

/// Version 1.12 (PostgreSQL 9) and later, numbers of four bytes, offsets of eight, custom format.
bool is_pg_dump(Bytes b) noexcept {
  return b.size() > 10 && b[6] >= 12 && b[8] == 4 && b[9] == 8 && b[10] == 1;
}

/// [MS-PST] 2.2.2.6: the client's mark, of a store or an offline one.
bool is_pst(Bytes b) noexcept {
  return b.size() > 11 && b[8] == 'S' && (b[9] == 'M' || b[9] == 'O');
}

/// A page header in Thrift's compact protocol follows: its type, then its sizes.
bool is_parquet(Bytes b) noexcept { return b.size() > 6 && b[4] == 0x15; }

/// Protocols 4 and 5 begin with a frame of less than 2^40 bytes, earlier ones with a list, a
/// dictionary, a tuple, a class, a string or a number.
bool is_pickle(Bytes b) noexcept {
  if (b.size() < 12) return false;
  if (b[1] >= 4) return b[2] == 0x95 && b[8] == 0 && b[9] == 0 && b[10] == 0;
  return std::string_view("](}cXUKM)").find(static_cast<char>(b[2])) != std::string_view::npos;
}

/// The size of the first header, which has 30 bytes and names.
bool is_arj(Bytes b) noexcept {
  ByteCursor in(b.subspan(2));
  const std::uint16_t header = in.u16_le();
  const std::uint8_t first = in.u8();
  return in.ok() && header <= 2600 && first >= 30 && first <= header;
}

/// "-lh5-": the method, then sizes.
bool is_lha(Bytes b) noexcept { return b.size() > 20 && b[6] == '-' && b[20] <= 3; }

/// Version 4.0 of its superblock.
bool is_squashfs(Bytes b) noexcept {
  return b.size() > 31 && b[28] == 4 && b[29] == 0 && b[30] == 0 && b[31] == 0;
}

/// A message of CMS (RFC 5652, 3) begins with a sequence of any length and the type of its content:
/// the last numbers of those, below pkcs-7 (1.2.840.113549.1.7) and below the types of S/MIME
/// (1.2.840.113549.1.9.16.1).
bool is_cms_of(Bytes b, std::string_view pkcs7, std::string_view smime) noexcept {
  if (b.size() < 16 || b[0] != 0x30) return false;
  const std::size_t length_bytes = b[1] <= 0x80 ? 0 : b[1] & 0x7fU;
  if (length_bytes > 4) return false;
  const std::string_view type = as_text(b.subspan(2 + length_bytes));
  constexpr std::string_view kPkcs7 = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"sv;
  constexpr std::string_view kSmime = "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"sv;
  const auto ends_with = [type](std::string_view family, std::string_view last) {
    return type.starts_with(family) && type.size() > family.size() &&
           last.find(type[family.size()]) != std::string_view::npos;
  };
  return ends_with(kPkcs7, pkcs7) || ends_with(kSmime, smime);
}
constexpr std::string_view kCmsType = "application/pkcs7-mime";
/// Of more than 127 bytes, or of indefinite length.
bool may_begin_cms(std::uint8_t first, std::uint8_t second) noexcept {
  return first == 0x30 && second >= 0x80 && second <= 0x84;
}
/// Data, signed and digested data; authenticated and compressed data.
bool is_clear_cms(Bytes b) noexcept { return is_cms_of(b, "\x01\x02\x05"sv, "\x02\x09"sv); }
/// Enveloped data, also signed, and encrypted data; authenticated enveloped data (RFC 5083).
bool is_sealed_cms(Bytes b) noexcept { return is_cms_of(b, "\x03\x04\x06"sv, "\x17"sv); }

bool is_riff(Bytes b) noexcept { return as_text(b).starts_with("RIFF"); }

struct Row {
  std::size_t offset;
  std::string_view bytes;
  Mark mark;
  bool (*confirmed)(Bytes beginning) noexcept = nullptr;
};

const Row kRows[] = {
    {0, "\x1f\x8b\x08"sv, {Form::gzip, "application/gzip"}},
    {0, "\x28\xb5\x2f\xfd"sv, {Form::zstd, "application/zstd"}},
    {257, "ustar"sv, {Form::tar, "application/x-tar"}},
    {0, "PK\x05\x06"sv, {Form::known, "application/zip"}},  // empty
    {0, "PK\x03\x04"sv, {Form::zip, "application/zip"}},
    {0, "PK00PK\x03\x04"sv, {Form::zip, "application/zip"}},
    {0, "7z\xbc\xaf\x27\x1c"sv, {Form::archive, "application/x-7z-compressed"}},
    {0, "Rar!\x1a\x07"sv, {Form::archive, "application/vnd.rar"}},
    {0, "MSCF\0\0\0\0"sv, {Form::archive, "application/vnd.ms-cab-compressed"}},
    {0, "!<arch>\n"sv, {Form::archive, "application/x-archive"}},
    {0, "070701"sv, {Form::archive, "application/x-cpio"}, is_cpio},
    {0, "070702"sv, {Form::archive, "application/x-cpio"}, is_cpio},
    {0, "070707"sv, {Form::archive, "application/x-cpio"}, is_cpio},
    {0, "BZh"sv, {Form::archive, "application/x-bzip2"}, is_bzip2},
    {0, "\xfd\x37zXZ\0"sv, {Form::archive, "application/x-xz"}},
    {0, "\x04\x22\x4d\x18"sv, {Form::archive, "application/x-lz4"}},
    {0, "LZIP"sv, {Form::archive, "application/x-lzip"}, is_lzip},
    {0, "\x5d\0\0"sv, {Form::archive, "application/x-lzma"}, is_lzma},
    {0, "\x1f\x9d"sv, {Form::archive, "application/x-compress"}, is_compress},
    {0, "%PDF-"sv, {Form::pdf, "application/pdf"}},
    {0, "{\\rtf"sv, {Form::rtf, "application/rtf"}, is_rtf},
    {0, "\x78\x9f\x3e\x22"sv, {Form::tnef, "application/vnd.ms-tnef"}},
    {0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, {Form::ole, "application/x-ole-storage"}},
    {0, "SQLite format 3\0"sv, {Form::sqlite, "application/vnd.sqlite3"}},
    {0, "PGDMP\x01"sv, {Form::pg_dump, "application/x-postgresql-dump"}, is_pg_dump},
    {0, "!BDN"sv, {Form::pst, "application/vnd.ms-outlook-pst", "unsupported"}, is_pst},
    {0, "Obj\x01"sv, {Form::avro, "application/vnd.apache.avro"}},
    // Its library is not in Debian 12.
    {0, "PAR1"sv, {Form::unopened, "application/vnd.apache.parquet", "unsupported"}, is_parquet},
    // Read by none of the libraries.
    {0, "\x60\xea"sv, {Form::unopened, "application/x-arj", "unsupported"}, is_arj},
    {2, "-lh"sv, {Form::unopened, "application/x-lzh-compressed", "unsupported"}, is_lha},
    {7, "**ACE**"sv, {Form::unopened, "application/x-ace-compressed", "unsupported"}},
    {20, "\xdc\xa7\xc4\xfd"sv, {Form::unopened, "application/x-zoo", "unsupported"}},
    {0, "7kSt\xa0\x31\x83\xd3"sv, {Form::unopened, "application/x-zpaq", "unsupported"}},
    {0, "zPQ\x01"sv, {Form::unopened, "application/x-zpaq", "unsupported"}},
    {0, "zPQ\x02"sv, {Form::unopened, "application/x-zpaq", "unsupported"}},
    {0, "LRZI\0"sv, {Form::unopened, "application/x-lrzip", "unsupported"}},
    {0, "\x89LZO\0\r\n\x1a\n"sv, {Form::unopened, "application/x-lzop", "unsupported"}},
    {0, "\xff\6\0\0sNaPpY"sv, {Form::snappy, "application/x-snappy-framed"}},
    {0, "hsqs"sv, {Form::unopened, "application/x-squashfs", "unsupported"}, is_squashfs},
    {0, "xar!\0\x1c\0\1"sv, {Form::unopened, "application/x-xar", "unsupported"}},
    {0, "StuffIt (c)"sv, {Form::unopened, "application/x-stuffitx", "unsupported"}},
    {0, "SIT!\0"sv, {Form::unopened, "application/x-stuffit", "unsupported"}},
    {0, "ALZ\1"sv, {Form::unopened, "application/x-alz-compressed", "unsupported"}},
    {0, "EGGA\0\1"sv, {Form::unopened, "application/x-egg", "unsupported"}},
    {0, "-----BEGIN PGP MESSAGE-----"sv, {Form::unopened, "application/pgp-encrypted", "pgp"}},
    {0, "Salted__"sv, {Form::unopened, "application/x-openssl-encrypted", "encrypted"}},
    {0, "age-encryption.org/v1\n"sv, {Form::unopened, "application/x-age", "encrypted"}},
    {0, "-----BEGIN AGE ENCRYPTED FILE-----"sv, {Form::unopened, "application/x-age", "encrypted"}},
    {0, "LUKS\xba\xbe"sv, {Form::unopened, "application/x-luks", "encrypted"}},
    {0, "\xac\xed\0\5"sv, {Form::java, "application/x-java-serialized-object"}},
    {0, "\x80\2"sv, {Form::pickle, "application/x-python-pickle"}, is_pickle},
    {0, "\x80\3"sv, {Form::pickle, "application/x-python-pickle"}, is_pickle},
    {0, "\x80\4"sv, {Form::pickle, "application/x-python-pickle"}, is_pickle},
    {0, "\x80\5"sv, {Form::pickle, "application/x-python-pickle"}, is_pickle},
    {0, "(lp0\n"sv, {Form::pickle, "application/x-python-pickle"}},  // protocol 0
    {0, "(dp0\n"sv, {Form::pickle, "application/x-python-pickle"}},
    {0, "\x89PNG\r\n\x1a\n"sv, {Form::picture, "image/png"}},
    {0, "\xff\xd8\xff"sv, {Form::picture, "image/jpeg"}},
    {0, "GIF87a"sv, {Form::picture, "image/gif"}},
    {0, "GIF89a"sv, {Form::picture, "image/gif"}},
    {4, "ftyp"sv, {Form::known, "video/mp4"}},
    {0, "\x1a\x45\xdf\xa3"sv, {Form::known, "video/x-matroska"}},
    {8, "WEBP"sv, {Form::picture, "image/webp"}, is_riff},
    {8, "WAVE"sv, {Form::known, "audio/vnd.wave"}, is_riff},
    {8, "AVI "sv, {Form::known, "video/vnd.avi"}, is_riff},
    {0, "fLaC"sv, {Form::known, "audio/flac"}},
    {0, "OggS"sv, {Form::known, "application/ogg"}},
    {0, "ID3"sv, {Form::known, "audio/mpeg"}},
    {0,
     "\x7f"
     "ELF"sv,
     {Form::known, "application/x-executable"}},
    {0, "wOF2"sv, {Form::known, "font/woff2"}},
    {0, "wOFF"sv, {Form::known, "font/woff"}},
};

/// Bytes that no mark of kRows tells, or that are text in another charset.
bool begins_otherwise(std::uint8_t first) noexcept {
  constexpr std::array<std::uint8_t, 7> kPgpAndByteOrderMarks{0x84, 0x85, 0x8c, 0xc1,
                                                              0xc3, 0xff, 0xfe};
  return std::ranges::find(kPgpAndByteOrderMarks, first) != kPgpAndByteOrderMarks.end();
}

bool matches(const Row& row, std::string_view text) noexcept {
  return text.size() >= row.offset + row.bytes.size() &&
         text.substr(row.offset, row.bytes.size()) == row.bytes;
}

/// The rows by where they have to be looked for: most bytes begin none.
class Rows {
 public:
  Rows() {
    for (const Row& row : kRows)
      (row.offset == 0 ? by_first_[static_cast<std::uint8_t>(row.bytes[0])] : further_)
          .push_back(&row);
  }

  [[nodiscard]] Beginnings beginnings() const noexcept {
    Beginnings::Pairs pairs;
    std::bitset<256> other;
    for (std::size_t first = 0; first < 256; ++first) {
      const auto byte = static_cast<std::uint8_t>(first);
      other[first] = byte == 0 || byte == 'R' || byte == 0x30 || !by_first_[byte].empty() ||
                     begins_otherwise(byte);
      for (std::size_t second = 0; second < 256; ++second)
        pairs[first][second] = compute_begins(byte, static_cast<std::uint8_t>(second));
    }
    return {pairs, other};
  }

  [[nodiscard]] const Row* find(Bytes beginning) const noexcept {
    const std::string_view text = as_text(beginning);
    if (text.empty()) return nullptr;
    const Row* const row = find_in(further_, beginning, text);
    return row != nullptr ? row : find_in(by_first_[beginning[0]], beginning, text);
  }

  /// Whether these may be the first bytes of what find() knows by its first byte.
  [[nodiscard]] bool may_begin(std::string_view text) const noexcept {
    return std::ranges::any_of(by_first_[static_cast<std::uint8_t>(text[0])],
                               [text](const Row* row) {
                                 const std::size_t size = std::min(text.size(), row->bytes.size());
                                 return text.substr(0, size) == row->bytes.substr(0, size);
                               });
  }

 private:
  using List = std::vector<const Row*>;
  [[nodiscard]] bool compute_begins(std::uint8_t first, std::uint8_t second) const noexcept {
    const auto one = static_cast<char>(first), two = static_cast<char>(second);
    const bool continues = (second & 0xc0) == 0x80;
    if (first == 0 || second == 0 || begins_otherwise(first) || first == 'R') return true;
    if (may_begin_cms(first, second)) return true;
    if (text::is_printable(one) ? text::is_printable(two) || text::leads(two)
                                : text::leads(one) && continues)
      return true;
    const char both[] = {one, two};
    return may_begin({both, 2});
  }
  static const Row* find_in(const List& rows, Bytes beginning, std::string_view text) noexcept {
    for (const Row* row : rows)
      if (matches(*row, text) && (row->confirmed == nullptr || row->confirmed(beginning)))
        return row;
    return nullptr;
  }

  std::array<List, 256> by_first_;
  List further_;
};

const Rows& rows() noexcept {
  static const Rows kAll;
  return kAll;
}

/// Binary OpenPGP (RFC 4880, 4.2): a message begins with a public-key encrypted session key packet
/// of version 3, or a symmetric one of version 4.
bool is_pgp(Bytes b) noexcept {
  if (b.size() < 16) return false;
  if (b[0] == 0x85 && b[3] == 3) return b[1] < 8 && b[12] >= 1 && b[12] <= 25;
  if (b[0] == 0x84 && b[2] == 3) return b[11] >= 1 && b[11] <= 25;
  if (b[0] == 0xc1 && b[1] < 192 && b[2] == 3) return b[11] >= 1 && b[11] <= 25;
  if ((b[0] == 0x8c || b[0] == 0xc3) && b[2] == 4) return b[3] >= 1 && b[3] <= 13 && b[4] <= 3;
  return false;
}

/// A name of fixed width, such as a tar begins with: text, then zeros.
bool is_padded_name(Bytes beginning) noexcept {
  std::size_t size = beginning.size();
  while (size > 0 && beginning[size - 1] == 0) --size;
  return size >= 3 && size < beginning.size() && text::looks_like_text(beginning.first(size));
}

/// false: neither text nor a padded name begins so.
bool may_be_text(std::span<const std::uint8_t, kGlanceBytes> b) noexcept {
  for (std::size_t i = 0; i + 1 < b.size(); ++i)
    if (!Beginnings::may_follow(b[i], b[i + 1])) return false;
  return true;
}

}  // namespace

Mark identify(Bytes beginning) noexcept {
  const std::string_view text = as_text(beginning);
  if (const Row* row = rows().find(beginning)) return row->mark;
  if (beginning.size() == kBeginningBytes &&
      std::all_of(beginning.begin(), beginning.end(), [](auto byte) { return byte == 0; }))
    return {Form::zeros, {}};
  if (is_old_tar(beginning)) return {Form::tar, "application/x-tar"};
  if (is_clear_cms(beginning)) return {Form::cms, kCmsType};
  if (is_sealed_cms(beginning)) return {Form::unopened, kCmsType, "encrypted"};
  if (is_pgp(beginning)) return {Form::unopened, "application/pgp-encrypted", "pgp"};
  const std::size_t blanks = text.find_first_not_of(" \t\r\n");
  if (blanks != 0 && blanks < 16 && text.substr(blanks).starts_with("-----BEGIN PGP MESSAGE-----"))
    return {Form::unopened, "application/pgp-encrypted", "pgp"};
  return {};
}

const Beginnings& beginnings() noexcept {
  static const Beginnings kBeginnings = rows().beginnings();
  return kBeginnings;
}

bool may_be_worth_reading(std::span<const std::uint8_t, kGlanceBytes> b) noexcept {
  const Beginnings& known = beginnings();
  if (!known.may_begin(b[0], b[1]) && b[4] != 'f') return false;
  if (may_be_text(b) && (text::looks_like_text(b) || is_padded_name(b))) return true;
  if (!known.may_begin_other(b[0], b[1]) && b[4] != 'f') return false;
  // So few bytes are wide only if their column of zeros has no other value.
  if (b[0] == 0 || b[1] == 0 || begins_otherwise(b[0])) return true;
  // "ftyp", "WEBP" and kin; of marks at their beginning as much as is there.
  return b[4] == 'f' || b[0] == 'R' || may_begin_cms(b[0], b[1]) || rows().may_begin(as_text(b));
}

bool worth_reading(Bytes beginning) noexcept {
  return text::looks_like_text(beginning) || text::wide_charset(beginning) != nullptr ||
         identify(beginning).form != Form::unknown || is_padded_name(beginning);
}

}  // namespace outspan::marks
