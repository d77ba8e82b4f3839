#include "protocol/mysql/mysql.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "tests/protocol/talk_checks.h"

namespace outspan::protocol {
namespace {

using fake::kClient;
using fake::kServer;
using fake::Talk;
using namespace std::string_literals;

constexpr std::uint32_t kProtocol41 = 1 << 9, kWithDatabase = 1 << 3, kSecure = 1 << 15,
                        kPluginAuth = 1 << 19, kAttributes = 1 << 20, kCompress = 1 << 5,
                        kZstd = 1 << 26, kTls = 1 << 11;

std::string little(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i, value >>= 8) text += static_cast<char>(value);
  return text;
}
std::string packet(unsigned number, const std::string& body) {
  return little(body.size(), 3) + static_cast<char>(number) + body;
}
std::string counted(const std::string& text) {
  if (text.size() < 0xfb) return static_cast<char>(text.size()) + text;
  return "\xfd" + little(text.size(), 3) + text;
}
std::string cells(const std::vector<std::string>& all) {
  std::string body;
  for (const std::string& each : all) body += counted(each);
  return body;
}
std::string column(const std::string& name, std::uint8_t type = 0xfd) {
  return cells({"def", "crm", "people", "people", name, name}) + "\x0c\x21\0"s + little(255, 4) +
         static_cast<char>(type) + little(0, 5);
}
std::string greeting(std::uint32_t capabilities) {
  return packet(0, "\x0a"s + "10.11.6-MariaDB\0"s + little(7, 4) + "saltsalt\0"s +
                       little(capabilities, 2) + "\x21\2\0"s + little(capabilities >> 16, 2) +
                       "\x15"s + std::string(10, '\0') + "saltsaltsalt\0"s);
}
std::string hello(std::uint32_t more = 0) {
  const std::uint32_t capabilities =
      kProtocol41 | kWithDatabase | kSecure | kPluginAuth | kAttributes | more;
  return packet(1, little(capabilities, 4) + little(1 << 24, 4) + "\x21"s + std::string(23, '\0') +
                       "dana\0"s + counted("scrambled-hunter2!!!") + "crm\0"s +
                       "mysql_native_password\0"s +
                       counted(cells({"_client_name", "libmariadb", "program_name", "mariadb"})));
}
std::string ok(unsigned number) { return packet(number, "\0\0\0\2\0\0\0"s); }
std::string end(unsigned number, unsigned status = 2) {
  return packet(number, "\xfe\0\0"s + little(status, 2));
}
std::string query(const std::string& text) { return packet(0, "\3" + text); }

/// A table of two columns: head, columns, rows, in that packet order.
std::string result(const std::vector<std::string>& rows, std::uint8_t type = 0xfd,
                   unsigned first = 1, unsigned status = 2) {
  unsigned number = first;
  std::string all = packet(number++, "\2");
  all += packet(number++, column("name"));
  all += packet(number++, column("value", type));
  all += end(number++);
  for (const std::string& each : rows) all += packet(number++, each);
  return all + end(number, status);
}

enum class Coding { stored, zlib, zstd };
std::string block(unsigned number, const std::string& plain, Coding coding) {
  if (coding == Coding::stored)
    return little(plain.size(), 3) + static_cast<char>(number) + little(0, 3) + plain;
  std::string packed(
      coding == Coding::zlib ? compressBound(plain.size()) : ZSTD_compressBound(plain.size()),
      '\0');
  uLongf size = packed.size();
  if (coding == Coding::zlib)
    compress(reinterpret_cast<Bytef*>(packed.data()), &size,
             reinterpret_cast<const Bytef*>(plain.data()), plain.size());
  else
    size = ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 3);
  packed.resize(size);
  return little(size, 3) + static_cast<char>(number) + little(plain.size(), 3) + packed;
}

Talk after_login(const Talk& more, std::uint32_t capabilities = 0) {
  return fake::joined(
      {{kServer, greeting(kCompress)}, {kClient, hello(capabilities)}, {kServer, ok(2)}}, more);
}
std::unique_ptr<fake::Host> play(const Talk& talk, std::array<bool, 2> inspected = {true, true}) {
  return fake::play(mysql::make, talk, inspected);
}

struct Case {
  const char* name;
  Talk talk;
  std::string object;
  std::string text;
};

const std::string kLong(40000, 'x');
const std::vector<std::string> kRows{cells({"Ada", "ada@example.com"}),
                                     cells({"Bob", "bob@example.com"})};
const std::string kTable = "name\tvalue\t\nAda\tada@example.com\t\nBob\tbob@example.com\t\n";
const std::string kResult = result(kRows);
const std::string kPrepared = packet(1, "\0\7\0\0\0\0\0\2\0\0\0\0"s) + packet(2, column("?")) +
                              packet(3, column("?")) + end(4);
const std::string kExecute =
    "\x17\7\0\0\0\0\1\0\0\0"s + "\0\1\xfd\0\x08\0"s + counted("Ada") + little(442378542, 8);

Case compressed(const char* name, Coding coding, std::uint32_t capability) {
  const std::string half = kResult.substr(0, 150);
  return {name,
          after_login({{kClient, block(0, query("SELECT * FROM people"), Coding::stored)},
                       {kServer, block(1, half, coding) + block(2, kResult.substr(150), coding)}},
                      capability),
          "SELECT crm.people", "[body]" + kTable + "[/]"};
}

const Case kCases[] = {
    {"rows_of_a_query", after_login({{kClient, query("SELECT * FROM people")}, {kServer, kResult}}),
     "SELECT crm.people", "[body]" + kTable + "[/]"},
    {"two_results_of_a_call",
     after_login({{kClient, query("CALL all_of_them()")},
                  {kServer, result({cells({"1", "2"})}, 0xfd, 1, 10) +
                                result({cells({"3", "4"})}, 0xfd, 7)}}),
     "CALL crm.people", "[body]name\tvalue\t\n1\t2\t\nname\tvalue\t\n3\t4\t\n[/]"},
    {"without_the_end_between_columns_and_rows",
     after_login(
         {{kClient, query("SELECT * FROM people")},
          {kServer, packet(1, "\2") + packet(2, column("name")) + packet(3, column("value")) +
                        packet(4, kRows[0]) + packet(5, "\xfe\0\0\2\0\0\0"s)}}),
     "SELECT crm.people", "[body]name\tvalue\t\nAda\tada@example.com\t\n[/]"},
    {"null_and_empty",
     after_login(
         {{kClient, query("SELECT * FROM people")}, {kServer, result({"\xfb\0"s, "\0\xfb"s})}}),
     "SELECT crm.people", "[body]name\tvalue\t\n\t\t\n\t\t\n[/]"},
    {"row_that_begins_like_a_column",
     after_login({{kClient, query("SELECT * FROM people")},
                  {kServer, result({cells({"def", "abcdefghijklmnopqrstuvwxyz"})})}}),
     "SELECT crm.people", "[body]name\tvalue\t\ndef\tabcdefghijklmnopqrstuvwxyz\t\n[/]"},
    {"binary_rows_have_their_numbers_written_out",
     after_login({{kClient, packet(0, "\x16SELECT * FROM people WHERE a=? AND b=?")},
                  {kServer, kPrepared},
                  {kClient, packet(0, kExecute)},
                  {kServer, result({"\0\0"s + counted("Ada") + little(44237854213, 8)}, 8)}}),
     "SELECT crm.people", "[body]?\t?\t\nname\tvalue\t\nAda\t44237854213\t\n[/]"},
    {"values_of_a_statement",
     after_login({{kClient, packet(0, "\x16INSERT INTO people VALUES (?,?)")},
                  {kServer, kPrepared},
                  {kClient, packet(0, kExecute)}}),
     "INSERT people", "[body]Ada\t442378542\t\n[/]"},
    {"file_of_load_data",
     after_login({{kClient, query("LOAD DATA LOCAL INFILE 'a.csv' INTO TABLE people")},
                  {kServer, packet(1, "\xfb"s + "a.csv")},
                  {kClient, packet(2, "Ada,a") + packet(3, "da@example.com\n") + packet(4, "")},
                  {kServer, ok(5)}}),
     "LOAD people", "[body a.csv]Ada,ada@example.com\n[/]"},
    {"long_cell_is_a_message_of_its_own",
     after_login({{kClient, query("SELECT * FROM people")},
                  {kServer, result({cells({"a", kLong}), cells({"b", "2"})})}}),
     "SELECT crm.people",
     "[body]name\tvalue\t\n<boundary>a<boundary><boundary>" + kLong + "<boundary>\nb\t2\t\n[/]"},
    {"hole_between_rows",
     after_login(
         {{kClient, query("SELECT * FROM people")},
          {kServer, kResult},
          {kServer, "", 500},
          {kServer, "half" + packet(77, kRows[0]) + packet(78, kRows[1]) + packet(79, kRows[0])}}),
     "SELECT crm.people", "[body]" + kTable + "<gap 500>[/]"},
    {"joined_in_the_middle",
     {{kServer, "half of it" + packet(77, kRows[0]) + packet(78, kRows[1]) + end(79)}},
     "rows",
     "[body]Ada\tada@example.com\t\nBob\tbob@example.com\t\n[/]"},
    {"joined_between_blocks",
     {{kServer, block(1, kResult, Coding::zlib)}, {kServer, block(2, kResult, Coding::zlib)}},
     "rows crm.people",
     "[body]" + kTable + kTable + "[/]"},
    compressed("compressed_with_zlib", Coding::zlib, kCompress),
    compressed("compressed_with_zstd", Coding::zstd, kZstd),
    compressed("stored_blocks", Coding::stored, kCompress),
    {"statement_in_a_compressed_block",
     after_login({{kClient, block(0, query("INSERT INTO people VALUES " + std::string(99, 'v')),
                                  Coding::zlib)}},
                 kCompress),
     "mysql session",
     "[commands]dana\r\ncrm\nmysql_native_password\n_client_name\tlibmariadb\nprogram_"
     "name\tmariadb\n\r\n"
     "INSERT INTO people VALUES " +
         std::string(99, 'v') + "\r\n[/]"},
};

TEST(Mysql, GivesRowsAndNames) {
  for (const Case& each : kCases) {
    SCOPED_TRACE(each.name);
    const auto host = play(each.talk);
    const bool of_client = each.object == "mysql session";
    std::string text;
    for (const auto& object : host->sink.objects)
      if (object->info.name == each.object && (!of_client || object->side == kClient))
        text = object->text;
    EXPECT_EQ(text, each.text) << host->describe();
    EXPECT_EQ(host->account.app().name(), "mysql");
  }
}

TEST(Mysql, SaysWhoAndWhere) {
  const auto host = play(kCases[0].talk);
  const ObjectInfo& info = host->object("SELECT crm.people").info;
  EXPECT_EQ(info.actor.user, "dana");
  EXPECT_EQ(info.actor.program, "mariadb");
  EXPECT_EQ(info.source, "crm");
}

TEST(Mysql, CutsDoNotMatter) {
  fake::expect_cuts_do_not_matter(
      mysql::make, std::span<const Case>(kCases),
      {{1, 3, 7, 100}, 1, {"hole_between_rows", "joined_in_the_middle", "joined_between_blocks"}});
}

TEST(Mysql, OneSideIsEnough) {
  fake::expect_one_side_is_enough(mysql::make, std::span<const Case>(kCases));
}

TEST(Mysql, RowsOfTheServerAlone) {
  for (const Coding coding : {Coding::stored, Coding::zlib, Coding::zstd}) {
    const auto host = play(
        {{kServer, greeting(kCompress)}, {kServer, ok(2)}, {kServer, block(1, kResult, coding)}});
    EXPECT_EQ(host->object("rows crm.people").text, "[body]" + kTable + "[/]") << host->describe();
  }
}

TEST(Mysql, ValuesOfTheClientAlone) {
  const auto host = play(after_login({{kClient, packet(0, "\x16INSERT INTO people VALUES (?,?)")},
                                      {kClient, packet(0, "\x17\1\0\0\0"s + kExecute.substr(5))}}),
                         {true, false});
  EXPECT_EQ(host->object("INSERT people").text, "[body]Ada\t442378542\t\n[/]") << host->describe();
}

TEST(Mysql, PasswordsAreLeftOut) {
  const auto host = play(after_login({}));
  EXPECT_EQ(host->account.columns(kClient)[Column::skipped], 20u);
  EXPECT_EQ(host->describe().find("hunter2"), std::string::npos);
  const auto further = play({{kServer, greeting(0)},
                             {kClient, hello()},
                             {kServer, packet(2, "\xfe"s + "mysql_clear_password\0"s)},
                             {kClient, packet(3, "hunter3\0"s)},
                             {kServer, ok(4)}});
  EXPECT_EQ(further->describe().find("hunter3"), std::string::npos);
}

TEST(Mysql, WhatIsNoPasswordIsSearched) {
  const std::string rows(300, 'a');
  const auto host = play({{kServer, greeting(0)}, {kClient, hello()}, {kClient, packet(3, rows)}});
  EXPECT_NE(host->describe().find(rows), std::string::npos);
}

TEST(Mysql, AttributesThatAreNoneAreSearched) {
  const std::uint32_t capabilities = kProtocol41 | kSecure | kAttributes;
  const auto host =
      play({{kServer, greeting(0)},
            {kClient, packet(1, little(capabilities, 4) + little(1 << 24, 4) + "\x21"s +
                                    std::string(23, '\0') + "dana\0"s + counted("scrambled") +
                                    counted("\x7f"
                                            "ada@example.com"))}});
  EXPECT_NE(host->describe().find("ada@example.com"), std::string::npos) << host->describe();
}

TEST(Mysql, WhatAJoinedCompressedClientSendsIsNoPassword) {
  const std::string rows = "Ada,ada@example.com\nBob,bob@example.com\nEve,eve@example.com\n";
  const auto host = play({{kClient, block(3, packet(3, rows), Coding::zlib)}});
  EXPECT_NE(host->describe().find(rows), std::string::npos) << host->describe();
  EXPECT_EQ(host->account.columns(kClient)[Column::skipped], 0u);
}

TEST(Mysql, LongPacketOutOfOrderIsNoRow) {
  std::string lines;
  while (lines.size() < 20000) lines += "Ada Doe, ada@example.com\n";
  const auto host = play(after_login(
      {{kClient, query("SELECT 1")},
       {kServer, kResult.substr(0, kResult.size() - end(1).size()) + packet(99, lines)}}));
  EXPECT_EQ(host->object("mysql packets").text.find(lines), 5u) << host->describe().substr(0, 2000);
}

TEST(Mysql, ManyPasswordsAreContent) {
  fake::expect_many_passwords_are_content(mysql::make, {{kServer, greeting(0)}, {kClient, hello()}},
                                          packet(3, std::string(100, 'a')));
}

TEST(Mysql, TlsIsGivenAway) {
  const std::string request = packet(
      1, little(kProtocol41 | kTls, 4) + little(1 << 24, 4) + "\x21"s + std::string(23, '\0'));
  const auto host = play({{kServer, greeting(kTls)}, {kClient, request + "\x16\3\1 client"}});
  EXPECT_EQ(host->left_by, "restart");
  EXPECT_EQ(host->rest[0], "\x16\3\1 client");
  const auto server = play({{kServer, greeting(kTls)}, {kServer, "\x16\3\3 server"}});
  EXPECT_EQ(server->left_by, "restart");
  EXPECT_EQ(server->rest[1], "\x16\3\3 server");
}

TEST(Mysql, DamagedBlockIsOpaqueAndTheNextIsRead) {
  std::string damaged = block(1, kResult, Coding::zlib);
  damaged[20] = static_cast<char>(damaged[20] ^ 0x55);
  const auto host = play(after_login({{kClient, block(0, query("SELECT 1"), Coding::stored)},
                                      {kServer, damaged + block(2, kResult, Coding::zlib)}},
                                     kCompress));
  EXPECT_NE(host->describe().find("Bob\tbob@example.com"), std::string::npos) << host->describe();
  EXPECT_GT(host->account.columns(kServer)[Column::opaque], 0u);
}

/// What nobody searched must not be counted as inspected.
struct HiddenCase {
  const char* name;
  std::string server;
};
std::string hide(Coding coding, std::size_t plain_bytes, const std::string& more,
                 std::size_t cut = 0) {
  std::string all = block(1, kResult, coding);
  all.resize(all.size() - cut);
  all += more;
  return little(all.size() - 7, 3) + "\1" + little(plain_bytes, 3) + all.substr(7);
}
const std::string kLines(3000, 'a');
const HiddenCase kHidden[] = {
    {"after_the_end_of_zlib", hide(Coding::zlib, kResult.size(), kLines)},
    {"after_the_end_of_zstd", hide(Coding::zstd, kResult.size(), kLines)},
    {"zlib_of_more_than_was_said", hide(Coding::zlib, 60, "")},
    {"zstd_of_more_than_was_said", hide(Coding::zstd, 60, "")},
    {"skippable_frame",
     hide(Coding::zstd, kResult.size(), "\x50\x2a\x4d\x18"s + little(kLines.size(), 4) + kLines)},
    {"zlib_that_does_not_end", hide(Coding::zlib, kResult.size(), "", 4)},
};

TEST(Mysql, WhatABlockHasBesideItsPacketsIsOpaque) {
  for (const HiddenCase& each : kHidden) {
    for (const std::size_t piece : {std::size_t{500}, each.server.size()}) {
      SCOPED_TRACE(each.name);
      Talk talk = after_login({{kClient, block(0, query("SELECT 1"), Coding::stored)}}, kCompress);
      for (std::size_t at = 0; at < each.server.size(); at += piece)
        talk.push_back({kServer, each.server.substr(at, piece)});
      const auto host = play(talk);
      const std::uint64_t hidden =
          std::string_view(each.name).find("after") == std::string_view::npos ? 1 : 2500;
      EXPECT_GE(host->account.columns(kServer)[Column::opaque], hidden) << host->describe();
    }
  }
}

TEST(Mysql, ZstdMayNotExpandWithoutLimit) {
  const std::string zeros = packet(1, std::string((1 << 24) - 8, '\0'));
  const std::string bomb = block(1, zeros, Coding::zstd);
  Talk talk = after_login({{kClient, block(0, query("SELECT 1"), Coding::stored)}}, kZstd);
  for (int i = 0; i < 6; ++i) talk.push_back({kServer, bomb});
  const auto host = play(talk, {true, true});
  EXPECT_GT(host->account.columns(kServer)[Column::opaque], bomb.size() / 2);
}

const fake::OpeningCase kOpenings[] = {
    {"greeting", "", greeting(0), false, Claim::mine},
    {"greeting_in_pieces", "", greeting(0).substr(0, 9), false, Claim::need_more},
    {"answer", hello(), "", false, Claim::mine},
    {"rows_in_the_middle", "", "xyz" + packet(7, kRows[0]) + packet(8, kRows[1]), true,
     Claim::mine},
    {"rows_after_other_bytes", "", "xyz" + packet(7, kRows[0]) + packet(8, kRows[1]), false,
     Claim::not_mine},
    {"statement_in_the_middle", query("SELECT 1"), "", true, Claim::mine},
    {"blocks_in_the_middle", "", block(1, kResult, Coding::zlib), true, Claim::mine},
    {"zeros", std::string(100, '\0'), "", true, Claim::not_mine},
    {"http", "GET / HTTP/1.1\r\n", "", true, Claim::not_mine},
};

TEST(Mysql, Recognises) { fake::expect_claims(mysql::recognise, kOpenings); }

}  // namespace
}  // namespace outspan::protocol
