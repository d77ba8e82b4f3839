/// Values between the tags and lengths of binary formats: every column of every row is found,
/// whichever of them stands last.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/fingerprint/finder_bench.h"

namespace outspan::fingerprint {
namespace {

using namespace std::string_literals;
using Row = std::vector<std::string>;
using Write = void (*)(const Row&, std::string&);

constexpr std::size_t kRows = 60;
const char* const kKeys[] = {"name", "email", "phone", "ticket"};

/// Lengths of values vary, so that lengths are letters, digits and neither.
std::vector<Row> customers() {
  static const char* const kFirst[] = {"Ada",    "Grace", "Maximiliana-Charlotte", "Jo",
                                       "Ingrid", "Pavel", "Bartholomew",           "Li"};
  static const char* const kLast[] = {"Lovelace",          "Hopper",   "Østergård",          "Wu",
                                      "Featherstonehaugh", "Quiñones", "Nakamura-Vandenberg"};
  std::vector<Row> all;
  for (std::size_t i = 0; i < kRows; ++i) {
    const std::string number = std::to_string(2'000'000 + i * 104'729 % 7'000'000);
    all.push_back({kFirst[i % std::size(kFirst)] + " "s + kLast[i % std::size(kLast)],
                   "c" + std::string(i % 40, 'x') + std::to_string(i) + "@mail.example.org",
                   (i % 3 == 0   ? "+1 212 "
                    : i % 3 == 1 ? "+1212"
                                 : "1212") +
                       number,
                   "TM-" + std::to_string(i % 10) + number});
  }
  return all;
}

char byte(std::size_t value) { return static_cast<char>(value); }
void big_endian(std::size_t value, std::size_t bytes, std::string& out) {
  for (std::size_t i = bytes; i > 0; --i) out += byte(value >> 8 * (i - 1));
}
void varint(std::size_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out += byte(value | 0x80);
  out += byte(value);
}

/// RFC 4511: a SEQUENCE of OCTET STRINGs.
void ldap(const Row& row, std::string& out) {
  std::string body;
  for (const std::string& value : row) body += "\x04"s + byte(value.size()) + value;
  out += "\x30"s;
  if (body.size() > 127) out += "\x81"s;
  out += byte(body.size()) + body;
}
void cbor_text(const std::string& text, std::string& out) {
  if (text.size() < 24)
    out += byte(0x60 + text.size());
  else
    out += "\x78"s + byte(text.size());
  out += text;
}
void cbor_map(const Row& row, std::string& out) {
  out += byte(0xa0 + row.size());
  for (std::size_t i = 0; i < row.size(); ++i) cbor_text(kKeys[i], out), cbor_text(row[i], out);
}
void cbor_array(const Row& row, std::string& out) {
  out += byte(0x80 + row.size());
  for (const std::string& value : row) cbor_text(value, out);
}
void msgpack_text(const std::string& text, std::string& out) {
  if (text.size() < 32)
    out += byte(0xa0 + text.size());
  else
    out += "\xd9"s + byte(text.size());
  out += text;
}
void msgpack_map(const Row& row, std::string& out) {
  out += byte(0x80 + row.size());
  for (std::size_t i = 0; i < row.size(); ++i)
    msgpack_text(kKeys[i], out), msgpack_text(row[i], out);
}
void msgpack_array(const Row& row, std::string& out) {
  out += byte(0x90 + row.size());
  for (const std::string& value : row) msgpack_text(value, out);
}
template <unsigned First>
void protobuf(const Row& row, std::string& out) {
  std::string body;
  for (std::size_t i = 0; i < row.size(); ++i) {
    varint((First + i) << 3 | 2, body);
    varint(row[i].size(), body);
    body += row[i];
  }
  out += "\x0a";
  varint(body.size(), out);
  out += body;
}
void thrift_compact(const Row& row, std::string& out) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    out += byte((i == 0 ? 3 : 1) << 4 | 8);  // the first ids are left out
    varint(row[i].size(), out);
    out += row[i];
  }
  out += '\0';
}
void thrift_binary(const Row& row, std::string& out) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    out += "\x0b"s;
    big_endian(i + 1, 2, out);
    big_endian(row[i].size(), 4, out);
    out += row[i];
  }
  out += '\0';
}
void avro_fields(const Row& row, std::string& out) {
  for (const std::string& value : row) varint(value.size() * 2, out), out += value;
}
void avro(const Row& row, std::string& out) {
  for (const std::string& value : row) varint(value.size() * 2, out), out += value;
}
void kafka(const Row& row, std::string& out) {
  std::string body("\0\0\0\x01", 4);
  for (const std::string& value : row) varint(value.size() * 2, body), body += value;
  varint(body.size() * 2, out);
  out += body;
}
void postgresql(const Row& row, std::string& out) {
  std::string body;
  big_endian(row.size(), 2, body);
  for (const std::string& value : row) big_endian(value.size(), 4, body), body += value;
  out += 'D';
  big_endian(body.size() + 4, 4, out);
  out += body;
}
void mysql(const Row& row, std::string& out) {
  std::string body;
  for (const std::string& value : row) body += byte(value.size()) + value;
  out += byte(body.size());
  out += byte(body.size() >> 8);
  out += '\0';
  static std::uint8_t sequence = 0;
  out += byte(++sequence);
  out += body;
}
void bson(const Row& row, std::string& out) {
  std::string body;
  for (std::size_t i = 0; i < row.size(); ++i) {
    body += "\x02"s + kKeys[i] + "\0"s + byte(row[i].size() + 1) + "\0\0\0"s + row[i] + "\0"s;
  }
  out += byte(body.size() + 5) + "\0\0\0"s + body + "\0"s;
}
void java_utf(const Row& row, std::string& out) {
  for (const std::string& value : row) out += "t\0"s + byte(value.size()) + value;
}
/// Nothing tells how long a value is: a letter before it and one behind.
void tags_on_both_sides(const Row& row, std::string& out) {
  for (const std::string& value : row) out += "\x02\x1eS"s + value + "E\x1f"s;
}
void bytes_beyond_ascii(const Row& row, std::string& out) {
  for (const std::string& value : row) out += "\xfe"s + value + "\xff\x01"s;
}

struct Format {
  const char* name;
  Write write;
};
const Format kFormats[] = {
    {"ldap", ldap},
    {"cbor_map", cbor_map},
    {"cbor_array", cbor_array},
    {"msgpack_map", msgpack_map},
    {"msgpack_array", msgpack_array},
    {"protobuf_1", protobuf<1>},
    {"protobuf_6", protobuf<6>},
    {"protobuf_12", protobuf<12>},
    {"thrift_compact", thrift_compact},
    {"thrift_binary", thrift_binary},
    {"avro", avro},
    {"avro_fields", avro_fields},
    {"kafka", kafka},
    {"postgresql", postgresql},
    {"mysql", mysql},
    {"bson", bson},
    {"java_utf", java_utf},
    {"tags_on_both_sides", tags_on_both_sides},
    {"bytes_beyond_ascii", bytes_beyond_ascii},
};

FinderBench& bench() {
  static FinderBench made = [] {
    std::string table = "name,email,phone,ticket\n";
    for (const Row& row : customers())
      table += row[0] + "," + row[1] + "," + row[2] + "," + row[3] + "\n";
    return FinderBench({index_of(table)});
  }();
  made.in_binary = true;
  return made;
}

/// How many rows were found with a column of customer_options().
std::size_t with(const FinderBench::Found& found, std::size_t column) {
  return static_cast<std::size_t>(std::count_if(found.begin(), found.end(), [&](const auto& one) {
    return (one.second >> column & 1) != 0;
  }));
}

class Framed : public testing::TestWithParam<Format> {};
TEST_P(Framed, HidesNoValue) {
  for (std::size_t shift = 0; shift < std::size(kKeys); ++shift) {
    std::string stream = "\0\x01\x02"s;
    for (Row row : customers()) {
      std::rotate(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(shift), row.end());
      GetParam().write(row, stream);
    }
    const auto found = bench().find(stream);
    static const char* const kColumns[] = {"email", "phone", "ticket", "name"};
    for (std::size_t column = 0; column < std::size(kColumns); ++column)
      EXPECT_EQ(with(found, column), kRows) << kColumns[column] << ", shifted by " << shift;
  }
}
INSTANTIATE_TEST_SUITE_P(Formats, Framed, testing::ValuesIn(kFormats),
                         [](const auto& test) { return test.param.name; });

/// What is left of a stranger's value without its first or last characters may be a customer's.
TEST(FramedStranger, IsNobody) {
  const std::string table =
      "name,email,phone,ticket\n"
      "Ada Lovelace,nna@mail.example.org,+1 212 555 0101,TM-20417731\n"
      "Grace Hopper,anna@mail.example.co,+1 212 555 0102,TM-20417732\n"
      "Mary Shelley,mary@mail.example.org,+1 212 555 0103,TM-20417733\n";
  FinderBench two({index_of(table)});
  two.in_binary = true;
  const Row stranger{"Somebody Else", "anna@mail.example.org", "1212555010277", "TM-2041773388"};
  for (const Format& format : kFormats) {
    std::string stream = "\0\x01\x02"s;
    for (int i = 0; i < 3; ++i) format.write(stranger, stream);
    EXPECT_TRUE(two.find(stream).empty()) << format.name;
  }
}

/// A trimmed name is no evidence for an address that is trimmed alike.
TEST(FramedStranger, IsNobodyByATrimmedName) {
  FinderBench bench(
      {index_of("name,email,phone,ticket\n"
                "Ana Ricci,ana.ricci@example.org,+1 212 555 0101,TM-20417731\n")});
  bench.in_binary = true;
  const Row stranger{"Jana Ricci", "jana.ricci@example.org", "12125550177", "TM-20417788"};
  for (const Format& format : kFormats) {
    std::string stream = "\0\x01\x02"s;
    for (int i = 0; i < 3; ++i) format.write(stranger, stream);
    EXPECT_TRUE(bench.find(stream).empty()) << format.name;
  }
}

}  // namespace
}  // namespace outspan::fingerprint
