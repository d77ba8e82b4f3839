#include "protocol/ldap/ldap.h"

#include <gtest/gtest.h>

#include "tests/protocol/talk_checks.h"

namespace outspan::protocol {
namespace {

using fake::kClient;
using fake::kServer;
using fake::Talk;
using namespace std::string_literals;

std::string element(unsigned tag, const std::string& contents) {
  std::string length(1, static_cast<char>(contents.size()));
  if (contents.size() >= 0x80)
    length = {'\x82', static_cast<char>(contents.size() >> 8), static_cast<char>(contents.size())};
  return static_cast<char>(tag) + length + contents;
}
std::string text(const std::string& value) { return element(0x04, value); }
std::string message(unsigned number, const std::string& operation) {
  return element(0x30, element(0x02, std::string(1, static_cast<char>(number))) + operation);
}
std::string bind_request(const std::string& name, const std::string& authentication) {
  return message(1, element(0x60, element(0x02, "\3") + text(name) + authentication));
}
std::string search(unsigned number, const std::string& base) {
  return message(
      number, element(0x63, text(base) + element(0x0a, "\2") + element(0x0a, "\0"s) +
                                element(0x02, "\0"s) + element(0x02, "\0"s) + element(0x01, "\0"s) +
                                element(0x87, "objectClass") + element(0x30, text("mail"))));
}
std::string attribute(const std::string& name, const std::vector<std::string>& values) {
  std::string all;
  for (const std::string& each : values) all += text(each);
  return element(0x30, text(name) + element(0x31, all));
}
std::string entry(unsigned number, const std::string& name, const std::string& attributes) {
  return message(number, element(0x64, text(name) + element(0x30, attributes)));
}
const std::string kOk = element(0x0a, "\0"s) + text("") + text("");
const std::string kBound = message(1, element(0x61, kOk));
const std::string kDone = message(2, element(0x65, kOk));
const std::string kBind = bind_request("cn=dana", element(0x80, "hunter2@example.com"));
const std::string kAda =
    entry(2, "cn=Ada", attribute("mail", {"ada@example.com"}) + attribute("cn", {"Ada", "A."}));
const std::string kAdaText = "cn=Ada\t\nmail\tada@example.com\t\ncn\tAda\tA.\t\n";
const std::string kPhoto(9000, 'p');
const std::string kStartTls = message(3, element(0x77, element(0x80, "1.3.6.1.4.1.1466.20037")));

Talk after_search(const Talk& more) {
  return fake::joined({{kClient, kBind}, {kServer, kBound}, {kClient, search(2, "dc=example")}},
                      more);
}
std::unique_ptr<fake::Host> play(const Talk& talk, std::array<bool, 2> inspected = {true, true}) {
  return fake::play(ldap::make, talk, inspected);
}

std::string noise(std::size_t bytes) {
  std::string all;
  for (std::uint32_t i = 0, x = 12345; i < bytes; ++i) {
    x = x * 1664525 + 1013904223;
    all += static_cast<char>(x >> 24);
  }
  return all;
}
std::string buffer(const std::string& body) {
  const std::size_t size = body.size();
  return "\0"s + static_cast<char>(size >> 16) + static_cast<char>(size >> 8) +
         static_cast<char>(size) + body;
}

struct Case {
  const char* name;
  Talk talk;
  std::string object;
  std::string text;
};
const Case kCases[] = {
    {"entries", after_search({{kServer, kAda + kAda + kDone}}), "SEARCH dc=example",
     "[body]" + kAdaText + kAdaText + "[/]"},
    {"long_entry",
     after_search({{kServer, entry(2, "cn=Ada",
                                   attribute("jpegPhoto", {kPhoto}) +
                                       attribute("mail", {"ada@example.com"}))}}),
     "SEARCH dc=example",
     "[body]cn=Ada\t\njpegPhoto\t<boundary>" + kPhoto + "<boundary>\nmail\tada@example.com\t\n[/]"},
    {"answer_without_its_question", {{kServer, kAda}}, "SEARCH", "[body]" + kAdaText + "[/]"},
    {"joined_in_the_middle",
     {{kServer, kAda.substr(9) + kAda}},
     "SEARCH",
     "[body]" + kAdaText + "[/]"},
    {"hole_between_entries",
     after_search({{kServer, kAda}, {kServer, "", 77}, {kServer, "rest" + kAda}}),
     "SEARCH dc=example", "[body]" + kAdaText + "<gap 77>" + kAdaText + "[/]"},
    {"entry_that_is_added",
     {{kClient, kBind},
      {kClient,
       message(4, element(0x68, text("cn=Ada") +
                                    element(0x30, attribute("mail", {"ada@example.com"}))))}},
     "ADD",
     "[body]cn=Ada\t\nmail\tada@example.com\t\n[/]"},
    {"change",
     {{kClient, kBind},
      {kClient,
       message(4,
               element(0x66, text("cn=Ada") +
                                 element(0x30, element(0x30, element(0x0a, "\2") +
                                                                 attribute("mail", {"a@b"})))))}},
     "MODIFY",
     "[body]cn=Ada\t\nmail\ta@b\t\n[/]"},
    {"question", after_search({}), "ldap session",
     "[body]cn=dana\t\ndc=example\tobjectClass\t\nmail\t\n[/]"},
    {"signed_buffers", after_search({{kServer, buffer(std::string(16, '\1') + kAda)}}),
     "SEARCH dc=example", "[body]" + kAdaText + "[/]"},
};

TEST(Ldap, GivesEntriesByAttribute) {
  for (const Case& each : kCases) {
    SCOPED_TRACE(each.name);
    const auto host = play(each.talk);
    EXPECT_EQ(host->object(each.object).text, each.text) << host->describe();
    EXPECT_EQ(host->account.app().name(), "ldap");
  }
}

struct Branch {
  const char* base;
  const char* branch;
};
const Branch kBranches[] = {
    {"dc=example,dc=net", "dc=example,dc=net"},
    {"cn=Ada Lovelace,ou=customers,dc=example,dc=net", "ou=customers,dc=example,dc=net"},
    {"cn=Lovelace\\, Ada, OU=Customers, DC=example", "OU=Customers, DC=example"},
    {"cn=Ada,ou=support+cn=Ada,dc=example", "dc=example"},
    {"mail=ada@example.com", ""},
    {",dc=example", "dc=example"},
    {"", ""},
};
TEST(Ldap, AnEntrysOwnNameIsInNoName) {
  for (const Branch& each : kBranches) {
    SCOPED_TRACE(each.base);
    const std::string name = *each.branch == '\0' ? "SEARCH" : "SEARCH "s + each.branch;
    const auto host = play(
        {{kClient, kBind}, {kServer, kBound}, {kClient, search(2, each.base)}, {kServer, kAda}});
    EXPECT_EQ(host->object(name).info.source, each.branch) << host->describe();
  }
}

TEST(Ldap, TheEndOfASearchIsNotThatOfTheObject) {
  const auto host = play({{kClient, kBind},
                          {kServer, kBound},
                          {kClient, search(2, "dc=example")},
                          {kServer, kAda + kDone},
                          {kClient, search(2, "dc=example")},
                          {kServer, kAda + kDone}});
  std::size_t objects = 0;
  for (const auto& object : host->sink.objects) objects += object->info.name == "SEARCH dc=example";
  EXPECT_EQ(objects, 1u) << host->describe();
}

TEST(Ldap, AnotherUserOfAConnectionIsAnotherObject) {
  const auto host = play({{kClient, kBind},
                          {kServer, kBound},
                          {kClient, search(2, "dc=example")},
                          {kServer, kAda},
                          {kClient, bind_request("cn=erin", element(0x80, "pw"))},
                          {kServer, kBound},
                          {kClient, search(2, "dc=example")},
                          {kServer, kAda}});
  std::vector<std::string> users;
  for (const auto& object : host->sink.objects)
    if (object->info.name == "SEARCH dc=example") users.push_back(object->info.actor.user);
  EXPECT_EQ(users, (std::vector<std::string>{"cn=dana", "cn=erin"}));
}

TEST(Ldap, CutsDoNotMatter) {
  fake::expect_cuts_do_not_matter(ldap::make, std::span<const Case>(kCases),
                                  {{7, 100}, 2, {"joined_in_the_middle", "hole_between_entries"}});
}

TEST(Ldap, OneSideIsEnough) {
  fake::expect_one_side_is_enough(ldap::make, std::span<const Case>(kCases));
}

TEST(Ldap, TextThatIsNoElementIsSearchedAsItIs) {
  for (const std::string lines :
       {"ada@example.com, bob@example.com", "DANA Doe <DANA@EXAMPLE.COM>"}) {
    const auto host = play(after_search({{kServer, message(3, element(0x78, lines))}}));
    EXPECT_NE(host->describe().find(lines), std::string::npos) << host->describe();
  }
}

TEST(Ldap, AfterALostNumberValuesAreRead) {
  const auto change = [](const std::string& name, const std::string& value) {
    return element(0x30, element(0x0a, "\2") + attribute(name, {value}));
  };
  const std::string all = message(
      4, element(0x66, text("cn=Ada") + element(0x30, change("jpegPhoto", kPhoto) +
                                                          change("mail", "ada@example.com"))));
  const std::size_t at = all.rfind("\x0a\1\2") + 2;
  const auto host = play({{kClient, kBind},
                          {kClient, all.substr(0, at)},
                          {kClient, "", 1},
                          {kClient, all.substr(at + 1)}});
  EXPECT_NE(host->object("MODIFY").text.find("mail\tada@example.com"), std::string::npos)
      << host->describe();
}

struct Secret {
  const char* name;
  std::string authentication;
  std::string user;
  std::size_t left_out;
};
const Secret kSecrets[] = {
    {"password", element(0x80, "hunter2@example.com"), "cn=dana", 19},
    {"longer_than_a_password", element(0x80, std::string(300, 'a')), "cn=dana", 0},
    {"sasl_plain", element(0xa3, text("PLAIN") + text("\0dana\0hunter2"s)), "dana", 13},
    {"sasl_ticket", element(0xa3, text("GSSAPI") + text("\x60" + std::string(90, 'k'))), "cn=dana",
     91},
    {"sasl_that_is_none", element(0xa3, text("PLAIN") + text("ada@example.com")), "cn=dana", 0},
};
TEST(Ldap, PasswordsAreLeftOut) {
  for (const Secret& each : kSecrets) {
    SCOPED_TRACE(each.name);
    const auto host = play({{kClient, bind_request("cn=dana", each.authentication)},
                            {kServer, kBound},
                            {kClient, search(2, "o=x")},
                            {kServer, kAda}});
    EXPECT_EQ(host->account.columns(kClient)[Column::skipped], each.left_out);
    EXPECT_EQ(host->object("SEARCH o=x").info.actor.user, each.user);
    if (each.left_out == 0) continue;
    EXPECT_EQ(host->describe().find("hunter2"), std::string::npos);
  }
}

TEST(Ldap, ManyPasswordsAreContent) {
  fake::expect_many_passwords_are_content(
      ldap::make, {}, bind_request("cn=dana", element(0x80, std::string(100, 'a'))));
}

TEST(Ldap, SealedBuffersAreEncrypted) {
  const std::string sealed = buffer(noise(2000));
  const auto host = play(after_search({{kServer, sealed + sealed}}));
  EXPECT_EQ(host->account.columns(kServer)[Column::encrypted], 4000u);
  EXPECT_STREQ(host->context.encryption.reason, "sasl");
}

TEST(Ldap, TextInBuffersIsSearched) {
  const std::string rows(2000, 'a');
  const auto host = play(after_search({{kServer, buffer(rows)}}));
  EXPECT_EQ(host->account.columns(kServer)[Column::encrypted], 0u);
  EXPECT_NE(host->describe().find(rows), std::string::npos);
}

TEST(Ldap, TextInBuffersIsOneTextHoweverItIsCut) {
  const std::string rows(2000, 'a');
  const auto host =
      play(fake::in_pieces(after_search({{kServer, buffer(rows)}, {kServer, buffer(rows)}}), 7,
                           after_search({}).size()));
  EXPECT_NE(host->describe().find(rows), std::string::npos)
      << "the second buffer, before which there was text";
}

TEST(Ldap, TlsIsGivenAway) {
  const auto host = play({{kClient, kStartTls},
                          {kServer, message(3, element(0x78, kOk))},
                          {kClient, "\x16\3\1 hello"}});
  EXPECT_EQ(host->left_by, "restart");
  EXPECT_EQ(host->rest[0], "\x16\3\1 hello");
}

const fake::OpeningCase kOpenings[] = {
    {"bind", kBind, "", false, Claim::mine},
    {"beginning", kBind.substr(0, 3), "", false, Claim::need_more},
    {"after_other_bytes", "xyz" + kAda, "", false, Claim::not_mine},
    {"in_the_middle", "xyz" + kAda, "", true, Claim::mine},
    {"lengths_do_not_fit", "0\x0a\2\1\1\x60\x20\2\1\3\4\0"s, "", false, Claim::not_mine},
    {"snmp", "\x30\x1a\x02\x01\x01\x04\x06public\xa0\x0d"s, "", false, Claim::not_mine},
    {"digits", "0123456789", "", true, Claim::not_mine},
    {"certificate", "\x30\x82\x03\x00\x30\x82\x02\x00"s, "", true, Claim::not_mine},
};
TEST(Ldap, Recognises) { fake::expect_claims(ldap::recognise, kOpenings); }

}  // namespace
}  // namespace outspan::protocol
