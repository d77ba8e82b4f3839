#include "protocol/shared/sasl.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <string>
#include <vector>

#include "protocol/shared/ntlm.h"
#include "tests/protocol/smb_messages.h"

namespace outspan::protocol {
namespace {

using namespace std::string_literals;

std::string base64(const std::string& bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

struct AuthCase {
  const char* name;
  std::string mechanism;
  std::vector<std::string> responses;  ///< decoded; the first is the initial response
  std::string user;
};

const std::string kNtlm = "NTLMSSP\0\1\0\0\0"s + std::string(32, '\x81');

const AuthCase kAuthCases[] = {
    {"plain", "PLAIN", {"\0anna@example.com\0secret"s}, "anna@example.com"},
    {"plain_in_two_steps", "PLAIN", {"", "\0anna@example.com\0secret"s}, "anna@example.com"},
    {"login", "LOGIN", {"", "anna", "secret"}, "anna"},
    {"login_initial", "login", {"anna", "secret"}, "anna"},
    {"xoauth2",
     "XOAUTH2",
     {"user=anna@example.com\1auth=Bearer ya29.x-y_z~1\1\1"},
     "anna@example.com"},
    {"oauthbearer",
     "OAUTHBEARER",
     {"n,a=anna@example.com,\1host=imap.example.com\1port=143\1auth=Bearer xx\1\1"},
     "anna@example.com"},
    {"cram_md5", "CRAM-MD5", {"", "anna b913a602c7eda7a495b4e6e7334d3890"}, "anna"},
    {"scram",
     "SCRAM-SHA-256",
     {"n,,n=anna,r=rOprNGfwEbeRWgbNEkqO", "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYD,p=dHzb"},
     "anna"},
    {"ntlm", "NTLM", {kNtlm, kNtlm}, ""},
    {"ntlm_names_the_user",
     "NTLM",
     {kNtlm, smb_messages::authenticate("EXAMPLE", "anna", "PC7")},
     "anna"},
    {"kerberos", "GSSAPI", {"\x60\x82"s + std::string(4000, '\x9c'), "", "\5\4\4\xff"}, ""},
};

class Sasl : public testing::TestWithParam<AuthCase> {};

TEST_P(Sasl, IsFollowed) {
  SaslExchange auth;
  const auto& responses = GetParam().responses;
  EXPECT_NE(auth.begin(GetParam().mechanism, base64(responses[0])),
            SaslExchange::Outcome::not_credentials);
  for (std::size_t i = 1; i < responses.size(); ++i)
    EXPECT_NE(auth.line(base64(responses[i])), SaslExchange::Outcome::not_credentials) << i;
  EXPECT_EQ(auth.user(), GetParam().user);
}

INSTANTIATE_TEST_SUITE_P(Rfc4422, Sasl, testing::ValuesIn(kAuthCases),
                         [](const auto& test) { return std::string(test.param.name); });

struct ContentCase {
  const char* name;
  std::string mechanism;
  std::string response;
};

const std::string kRows = "id;name;email\n1;Anna Alba;anna@example.com\n2;Bo Beck;bo@example.com\n";

const ContentCase kContentCases[] = {
    {"of_a_mechanism_that_nobody_knows", "XX", "secret"},
    {"plain_without_its_nulls", "PLAIN", "anna secret"},
    {"plain_with_a_long_password", "PLAIN", "\0anna\0"s + std::string(256, 'x')},
    {"plain_with_lines", "PLAIN", "\0anna\0"s + kRows},
    {"login_with_lines", "LOGIN", kRows},
    {"bearer_without_a_token", "XOAUTH2", "user=anna\1auth=Bearer " + kRows + "\1\1"},
    {"bearer_that_is_too_long", "XOAUTH2",
     "user=a\1auth=Bearer " + std::string(8193, 'x') + "\1\1"},
    {"cram_that_is_no_digest", "CRAM-MD5", "anna alba@example.com"},
    {"digest_without_a_nonce", "DIGEST-MD5", kRows},
    {"scram_that_is_none", "SCRAM-SHA-1", kRows},
    {"scram_that_is_too_long", "SCRAM-SHA-1", "n,,n=a,r=" + std::string(1024, 'x')},
    {"ntlm_without_its_mark", "NTLM", kRows},
    {"kerberos_that_is_text", "GSSAPI", kRows},
};

class SaslContent : public testing::TestWithParam<ContentCase> {};

TEST_P(SaslContent, IsNoCredential) {
  SaslExchange auth;
  EXPECT_EQ(auth.begin(GetParam().mechanism, base64(GetParam().response)),
            SaslExchange::Outcome::not_credentials);
}

INSTANTIATE_TEST_SUITE_P(Kinds, SaslContent, testing::ValuesIn(kContentCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(NtlmLogon, IsReadWhereverItStands) {
  const std::string message = smb_messages::authenticate("EXAMPLE", "anna", "PC7");
  const auto logon = read_ntlm_logon(as_bytes("\xa1\x81\x90" + message));
  ASSERT_TRUE(logon);
  EXPECT_EQ(logon->user, "anna");
  EXPECT_EQ(logon->domain, "EXAMPLE");
  EXPECT_EQ(logon->workstation, "PC7");
  EXPECT_FALSE(read_ntlm_logon(as_bytes(kNtlm))) << "the first message";
  for (std::size_t size = 0; size < message.size(); ++size) {
    const auto cut = read_ntlm_logon(as_bytes(message).first(size));
    EXPECT_EQ(cut ? cut->workstation : "", "") << size;
  }
}

TEST(CredentialAllowance, IsForAConnection) {
  CredentialAllowance allowance;
  EXPECT_TRUE(allowance.take(12'000));
  EXPECT_FALSE(allowance.take(12'000));
  EXPECT_TRUE(allowance.take(4'000));
}

}  // namespace
}  // namespace outspan::protocol
