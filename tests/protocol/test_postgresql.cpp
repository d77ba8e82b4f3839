#include "protocol/postgresql/postgresql.h"

#include <gtest/gtest.h>

#include "protocol/shared/row_writer.h"
#include "tests/protocol/talk_checks.h"

namespace outspan::protocol {
namespace {

using fake::kClient;
using fake::kServer;
using fake::Talk;
using namespace std::string_literals;

std::string number32(std::size_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}
std::string number16(std::size_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value)};
}
std::string message(char letter, const std::string& body) {
  return letter + number32(body.size() + 4) + body;
}
std::string startup(const std::string& parameters) {
  const std::string body = "\0\3\0\0"s + parameters + "\0"s;
  return number32(body.size() + 4) + body;
}
std::string row(const std::vector<std::string>& cells) {
  std::string body = number16(cells.size());
  for (const std::string& each : cells) body += number32(each.size()) + each;
  return message('D', body);
}
std::string columns(const std::vector<std::pair<std::string, std::uint32_t>>& all) {
  std::string body = number16(all.size());
  for (const auto& [name, type] : all)
    body += name + "\0"s + number32(0) + number16(0) + number32(type) + number16(8) + number32(0) +
            number16(0);
  return message('T', body);
}
std::string query(const std::string& text) { return message('Q', text + "\0"s); }
std::string bind(const std::string& statement, const std::vector<std::string>& values) {
  std::string body = "\0"s + statement + "\0\0\0"s + number16(values.size());
  for (const std::string& each : values) body += number32(each.size()) + each;
  return message('B', body + "\0\0"s);
}
const std::string kParse = message('P', "s\0INSERT INTO people VALUES ($1,$2)\0\0\0"s);
const std::string kReady = message('Z', "I");
const std::string kSync = message('S', "");
const std::string kLogin = startup("user\0dana\0database\0crm\0application_name\0psql\0"s);
const std::string kWelcome = message('R', number32(0)) + kReady;
const std::string kSslRequest = number32(8) + number32(80877103);

Talk after_login(const Talk& more) {
  return fake::joined({{kClient, kLogin}, {kServer, kWelcome}}, more);
}
std::unique_ptr<fake::Host> play(const Talk& talk, std::array<bool, 2> inspected = {true, true}) {
  return fake::play(postgresql::make, talk, inspected);
}

struct Case {
  const char* name;
  Talk talk;
  std::string object;
  std::string text;
};

const std::string kLong(40000, 'x');

const Case kCases[] = {
    {"rows_of_a_query",
     after_login(
         {{kClient, query("SELECT name, email FROM people")},
          {kServer, columns({{"name", 25}, {"email", 25}}) + row({"Ada", "ada@example.com"}) +
                        row({"Bob", "bob@example.com"}) + message('C', "SELECT 2\0"s) + kReady}}),
     "SELECT people", "[body]name\temail\t\nAda\tada@example.com\t\nBob\tbob@example.com\t\n[/]"},
    {"results_of_one_table_are_one_object",
     after_login({{kClient, query("SELECT a FROM t")},
                  {kServer, row({"1"}) + message('C', "SELECT 1\0"s) + kReady},
                  {kClient, query("SELECT a FROM t")},
                  {kServer, row({"2"}) + message('C', "SELECT 1\0"s) + kReady}}),
     "SELECT t", "[body]1\t\n2\t\n[/]"},
    {"extended_query_with_values",
     after_login({{kClient, kParse + bind("s", {"Ada", "ada@example.com"}) +
                                message('E', "\0\0\0\0\0"s) + kSync}}),
     "INSERT people", "[body]Ada\tada@example.com\t\n[/]"},
    {"hole_between_values",
     after_login(
         {{kClient, kParse + bind("s", {"Ada", "ada@example.com"}) + message('E', "\0\0\0\0\0"s)},
          {kClient, "", 500},
          {kClient, kParse + bind("s", {"Bob", "bob@example.com"})}}),
     "INSERT people", "[body]Ada\tada@example.com\t\n<gap 500>Bob\tbob@example.com\t\n[/]"},
    {"rows_of_pipelined_statements_keep_their_names",
     after_login(
         {{kClient, message('P', "\0SELECT a FROM one\0\0\0"s) + bind("", {}) +
                        message('E', "\0\0\0\0\0"s) + message('P', "\0SELECT a FROM two\0\0\0"s) +
                        bind("", {}) + message('E', "\0\0\0\0\0"s) + kSync},
          {kServer, message('1', "") + message('2', "") + row({"1"}) + message('C', "SELECT 1\0"s) +
                        message('1', "") + message('2', "") + row({"2"}) +
                        message('C', "SELECT 1\0"s) + kReady}}),
     "SELECT two", "[body]2\t\n[/]"},
    {"numbers_in_binary",
     after_login(
         {{kClient, query("FETCH 1 FROM c")},
          {kServer, columns({{"phone", 20}}) + row({"\x00\x00\x00\x0a\x4c\xc8\x16\x05"s})}}),
     "FETCH c", "[body]phone\t\n44237854213\t\n[/]"},
    {"text_of_eight_digits_is_no_binary_number",
     after_login({{kClient, query("FETCH 1 FROM c")},
                  {kServer, columns({{"phone", 20}}) + row({"12345678"})}}),
     "FETCH c", "[body]phone\t\n12345678\t\n[/]"},
    {"text_is_no_number_of_the_result_before",
     after_login({{kClient, query("FETCH 1 FROM c")},
                  {kServer, columns({{"phone", 20}}) + row({"12345678"}) +
                                message('C', "FETCH 1\0"s) + row({"Ada Bard"})}}),
     "FETCH c", "[body]phone\t\n12345678\t\nAda Bard\t\n[/]"},
    {"copy_out",
     after_login({{kClient, query("COPY people TO STDOUT")},
                  {kServer, message('H', "\0\0\1\0\0"s) + message('d', "Ada\n") +
                                message('d', "Bob\n") + message('c', "")}}),
     "COPY people", "[body]Ada\nBob\n[/]"},
    {"copy_in",
     after_login({{kClient, query("COPY people FROM STDIN")},
                  {kServer, message('G', "\0\0\1\0\0"s)},
                  {kClient, message('d', "Ada\nBo") + message('d', "b\n") + message('c', "")}}),
     "COPY people", "[body]Ada\nBob\n[/]"},
    {"long_cell_is_a_message_of_its_own",
     after_login({{kClient, query("SELECT a, b FROM files")}, {kServer, row({"1", kLong, "2"})}}),
     "SELECT files",
     "[body]<boundary>1<boundary><boundary>" + kLong + "<boundary><boundary>2<boundary>\n[/]"},
    {"file_in_a_cell_is_a_message_of_its_own",
     after_login({{kClient, query("SELECT a, b FROM files")},
                  {kServer, row({"1", "PK\3\4" + std::string(40, 'z'), "2"})}}),
     "SELECT files", "[body]1\t<boundary>PK\3\4" + std::string(40, 'z') + "<boundary>2\t\n[/]"},
    {"hole_between_rows",
     after_login({{kClient, query("SELECT a FROM t")},
                  {kServer, row({"1"})},
                  {kServer, "", 500},
                  {kServer, "half a row" + row({"2"}) + row({"3"})}}),
     "SELECT t", "[body]1\t\n<gap 500>2\t\n3\t\n[/]"},
    {"hole_within_a_long_cell",
     after_login({{kClient, query("SELECT a FROM t")},
                  {kServer, row({kLong}).substr(0, 10000)},
                  {kServer, "", 20000},
                  {kServer, row({kLong}).substr(30000) + row({"3"})}}),
     "SELECT t",
     "[body]<boundary>" + std::string(10000 - 11, 'x') + "<gap 20000>" +
         std::string(40011 - 30000, 'x') + "<boundary>\n3\t\n[/]"},
    {"joined_in_the_middle",
     {{kServer, "tail of a row" + row({"Ada", "1"}) + row({"Bob", "2"})}},
     "rows",
     "[body]Ada\t1\t\nBob\t2\t\n[/]"},
    {"statements_and_notices_are_text", after_login({{kClient, query("SELECT 1")}}),
     "postgresql session",
     "[commands]user\ndana\ndatabase\ncrm\napplication_name\npsql\n\n\r\nSELECT 1\n\r\n[/]"},
};

TEST(Postgresql, GivesRowsAndNames) {
  for (const Case& each : kCases) {
    SCOPED_TRACE(each.name);
    const auto host = play(each.talk);
    EXPECT_EQ(host->object(each.object).text, each.text) << host->describe();
    EXPECT_EQ(host->account.app().name(), "postgresql");
  }
}

TEST(Postgresql, SaysWhoAndWhere) {
  const auto host = play(kCases[0].talk);
  const ObjectInfo& info = host->object("SELECT people").info;
  EXPECT_EQ(info.actor.user, "dana");
  EXPECT_EQ(info.actor.program, "psql");
  EXPECT_EQ(info.source, "crm");
}

TEST(Postgresql, CutsDoNotMatter) {
  fake::expect_cuts_do_not_matter(
      postgresql::make, std::span<const Case>(kCases),
      {{1, 3, 7, 100}, 1, {"hole_between_rows", "hole_between_values", "joined_in_the_middle"}});
}

TEST(Postgresql, OneSideIsEnough) {
  fake::expect_one_side_is_enough(postgresql::make, std::span<const Case>(kCases));
}

struct Secret {
  const char* name;
  std::string body;
  bool left_out;
};
const Secret kSecrets[] = {
    {"password", "hunter2@example.com\0"s, true},
    {"md5", "md50123456789abcdef0123456789abcdef\0"s, true},
    {"sasl", "SCRAM-SHA-256\0\0\0\0\x0fn,,n=,r=abcdefg"s, true},
    {"sasl_response", "c=biws,r=abcdefg,p=abc=", true},
    {"longer_than_a_password", std::string(200, 'a') + "\0"s, false},
    {"neither", "ada@example.com, bob@example.com", false},
};

TEST(Postgresql, PasswordsAreLeftOut) {
  for (const Secret& each : kSecrets) {
    SCOPED_TRACE(each.name);
    const auto host = play({{kClient, kLogin}, {kClient, message('p', each.body)}});
    const std::uint64_t skipped = host->account.columns(kClient)[Column::skipped];
    EXPECT_EQ(skipped, each.left_out ? each.body.size() : 0);
    const std::string shown = each.body.substr(0, 8);
    EXPECT_EQ(host->describe().find(shown) == std::string::npos, each.left_out);
  }
}

TEST(Postgresql, CellsThatDoNotFitAreSearchedAsTheyAre) {
  const auto host =
      play(after_login({{kClient, message('B', "\0\0\0\0\0\2bob@example.com"s)},
                        {kServer, row({"x"}) + message('D', "\0\2\0\0\0\1xada@example.com"s)}}));
  EXPECT_NE(host->describe().find("ada@example.com"), std::string::npos) << host->describe();
  EXPECT_NE(host->describe().find("bob@example.com"), std::string::npos) << host->describe();
}

TEST(Postgresql, AfterLoginNothingIsAPassword) {
  const auto host = play(
      after_login({{kClient, query("SELECT 1")}, {kClient, message('p', "ada@example.com\0"s)}}));
  EXPECT_NE(host->describe().find("ada@example.com"), std::string::npos);
}

TEST(Postgresql, ManyPasswordsAreContent) {
  fake::expect_many_passwords_are_content(postgresql::make, {{kClient, kLogin}},
                                          message('p', std::string(100, 'a') + "\0"s));
}

TEST(Postgresql, AfterAHoleInAMessageTheNextIsRead) {
  const std::string cut = row({"Ada Doe", "ada@example.com"});
  const auto host =
      play(after_login({{kServer, cut.substr(0, 20)},
                        {kServer, "", 3},
                        {kServer, cut.substr(23) + row({"Bob", "bob@example.com"})}}));
  EXPECT_EQ(host->object("postgresql messages").text,
            "[raw]" + cut.substr(0, 20) + "<gap 3>" + cut.substr(23) + "[/]");
  EXPECT_EQ(host->object("rows").text, "[body]Bob\tbob@example.com\t\n[/]") << host->describe();
}

TEST(Postgresql, TlsIsGivenAway) {
  const std::string hello = "\x16\3\1 client";
  const std::string answer = "\x16\3\3 server";
  const Talk with_both{{kClient, kSslRequest}, {kServer, "S"}, {kClient, hello}};
  EXPECT_EQ(play(with_both)->left_by, "restart");
  EXPECT_EQ(play(with_both)->rest[0], hello);
  const Talk server_first{{kClient, kSslRequest}, {kServer, "S" + answer}};
  EXPECT_EQ(play(server_first)->rest[1], answer);
  const Talk server_alone{{kClient, kSslRequest}, {kServer, "S"}, {kServer, answer}};
  EXPECT_EQ(play(server_alone)->rest[1], answer);
  const auto refused =
      play({{kClient, kSslRequest}, {kServer, "N"}, {kClient, kLogin}, {kServer, kWelcome}});
  EXPECT_EQ(refused->left_by, "");
  EXPECT_EQ(refused->object("postgresql session").info.actor.user, "dana");
  EXPECT_EQ(refused->object("postgresql messages").text, "");
}

const fake::OpeningCase kOpenings[] = {
    {"startup", kLogin, "", false, Claim::mine},
    {"startup_in_pieces", kLogin.substr(0, 5), "", false, Claim::need_more},
    {"ssl_request", kSslRequest, "", false, Claim::mine},
    {"authentication", "", kWelcome, false, Claim::mine},
    {"row_in_the_middle", "", "xyz" + row({"Ada"}), true, Claim::mine},
    {"row_after_other_bytes", "", "xyz" + row({"Ada"}), false, Claim::not_mine},
    {"row_that_is_not_filled", "", "D\0\0\0\x0d\0\1\0\0\0\4Ada"s, true, Claim::not_mine},
    {"statement_in_the_middle", query("SELECT 1"), "", true, Claim::mine},
    {"smb", "\0\0\0\x44\xfeSMB\0\0"s, "", false, Claim::not_mine},
    {"http", "GET / HTTP/1.1\r\n", "", true, Claim::not_mine},
    {"query_of_binary", "Q\0\0\0\x0a\1\2\3\4\5\0"s, "", true, Claim::not_mine},
};

TEST(Postgresql, Recognises) { fake::expect_claims(postgresql::recognise, kOpenings); }

TEST(Postgresql, HoldsLittle) {
  fake::Host host;
  host.parser = postgresql::make(host);
  host.data(kClient, kLogin);
  for (int i = 0; i < 3000; ++i)
    host.data(kClient, message('P', "s" + std::to_string(i) + "\0SELECT a FROM t\0\0\0"s) +
                           bind("s" + std::to_string(i), {"x"}) + message('E', "\0\0\0\0\0"s));
  EXPECT_LT(host.parser->held_bytes(), 200'000);
  host.close();
}

}  // namespace
}  // namespace outspan::protocol
