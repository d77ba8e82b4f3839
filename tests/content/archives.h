#pragma once

#include <zlib.h>

#include <cstdint>
#include <cstdio>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

#include "tests/content/encoders.h"

/// Archives, byte by byte, for what real programs do not make on demand.
namespace outspan::content {

inline std::string little(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
  return out;
}

/// A local file header and its data. `flags` 8: without sizes, and a descriptor behind.
inline std::string zip_member(const std::string& name, std::string_view data, int method = 8,
                              int flags = 0, std::string extra = {}) {
  const std::string packed = method == 8    ? deflated(data, -15)
                             : method == 93 ? zstded(data)
                                            : std::string(data);
  const auto crc =
      crc32(0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size()));
  const std::string sizes = little(crc, 4) + little(packed.size(), 4) + little(data.size(), 4);
  std::string out = "PK\x03\x04" + little(20, 2) + little(static_cast<std::uint64_t>(flags), 2) +
                    little(static_cast<std::uint64_t>(method), 2) + little(0, 4);
  out += (flags & 8) != 0 ? std::string(12, '\0') : sizes;
  out += little(name.size(), 2) + little(extra.size(), 2) + name + extra + packed;
  if ((flags & 8) != 0) out += "PK\x07\x08" + sizes;
  return out;
}

inline std::string tar_member(const std::string& name, const std::string& body, char type = '0',
                              const std::string& mark = std::string("ustar\0"
                                                                    "00",
                                                                    8)) {
  std::string header(512, '\0');
  header.replace(0, name.size(), name);
  header.replace(100, 8, "0000644 ");
  header.replace(108, 8, "0001750 ");
  header.replace(116, 8, "0001750 ");
  char number[13];
  std::snprintf(number, sizeof number, "%011o ", static_cast<unsigned>(body.size()));
  header.replace(124, 12, number, 12);
  header.replace(136, 12, "14760000000 ");
  header.replace(148, 8, "        ");
  header[156] = type;
  header.replace(257, mark.size(), mark);
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  std::snprintf(number, sizeof number, "%06o", sum);
  header.replace(148, 8, std::string(number, 6) + '\0' + ' ');
  return header + body + std::string((512 - body.size() % 512) % 512, '\0');
}

/// Numbers and texts of PostgreSQL's custom archive.
inline std::string pg_number(std::int64_t value) {
  return std::string(1, value < 0 ? 1 : 0) +
         little(static_cast<std::uint64_t>(value < 0 ? -value : value), 4);
}
inline std::string pg_text(const std::string& text) { return pg_number(std::ssize(text)) + text; }
inline std::string pg_pieces(std::string_view data, std::size_t piece) {
  std::string out;
  for (; !data.empty(); data.remove_prefix(std::min(piece, data.size())))
    out += pg_text(std::string(data.substr(0, piece)));
  return out + pg_number(0);
}
/// The head of an archive with the tables of these ids.
inline std::string pg_head(const std::map<int, std::string>& tables) {
  std::string out = std::string("PGDMP\x01\x0e\0\x04\x08\x01", 11) + pg_number(-1);
  for (int i = 0; i < 7; ++i) out += pg_number(i);
  out += pg_text("base") + pg_text("15.1") + pg_text("15.1") + pg_number(std::ssize(tables));
  for (const auto& [id, name] : tables) {
    out += pg_number(id) + pg_number(1) + pg_text("0") + pg_text("0") + pg_text(name) +
           pg_text("TABLE DATA") + pg_number(3) + pg_text("") + pg_text("") +
           pg_text("COPY public." + name + " FROM stdin;\n") + pg_text("public") + pg_text("") +
           pg_text("heap") + pg_text("owner") + pg_text("false") + pg_text("201") + pg_number(-1) +
           std::string(9, '\2');
  }
  return out;
}
inline std::string pg_table(int id, std::string_view rows, std::size_t piece = 4096) {
  return "\x01" + pg_number(id) + pg_pieces(deflated(rows, 15), piece);
}

}  // namespace outspan::content
