#include "fingerprint/index/key.h"

#include <openssl/hmac.h>
#include <sys/stat.h>

#include <cstdlib>
#include <cstring>

#include "tests/fingerprint/support.h"

namespace outspan::fingerprint {
namespace {

TEST(KeyFile, ANewOneIsForItsOwnerOnlyAndReadsBack) {
  const TestFolder folder;
  const auto made = Key::create(folder.file("key"));
  ASSERT_TRUE(made.ok());
  struct stat status {};
  ASSERT_EQ(stat(folder.file("key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0400u);
  EXPECT_EQ(status.st_size, 32);
  const auto read = Key::load(folder.file("key"));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ((*read)->id(), (*made)->id());
  EXPECT_EQ((*read)->of(Key::Use::email).k0, (*made)->of(Key::Use::email).k0);
}

TEST(KeyFile, IsNeverOverwritten) {
  const TestFolder folder;
  ASSERT_TRUE(Key::create(folder.file("key")).ok());
  const std::string before = read_file(folder.file("key"));
  const auto again = Key::create(folder.file("key"));
  ASSERT_FALSE(again.ok());
  EXPECT_NE(again.problems().front().what.find("there is a key already"), std::string::npos);
  EXPECT_EQ(read_file(folder.file("key")), before);
}

TEST(KeyFile, IsRefusedWhenOthersCanReadIt) {
  const TestFolder folder;
  write_file(folder.file("key"), std::string(32, 'k'));
  for (const mode_t mode : {0440, 0404, 0644, 0620}) {
    chmod(folder.file("key").c_str(), mode);
    EXPECT_FALSE(Key::load(folder.file("key")).ok()) << std::oct << mode;
  }
  chmod(folder.file("key").c_str(), 0600);
  EXPECT_TRUE(Key::load(folder.file("key")).ok());
}

TEST(KeyFile, MayBeHexadecimal) {
  const TestFolder folder;
  std::string bytes, hex;
  for (int i = 0; i < 32; ++i) {
    bytes += static_cast<char>(i * 7);
    char two[3];
    std::snprintf(two, sizeof two, "%02X", i * 7);
    hex += two;
  }
  for (const auto& [name, content] : {std::pair{"raw", bytes}, std::pair{"hex", hex + "\n"}}) {
    write_file(folder.file(name), content);
    chmod(folder.file(name).c_str(), 0400);
  }
  EXPECT_EQ((*Key::load(folder.file("raw")))->id(), (*Key::load(folder.file("hex")))->id());
}

TEST(KeyFile, OfAnotherSizeIsRefused) {
  const TestFolder folder;
  for (const std::size_t size : {0, 16, 31, 33, 65, 4096}) {
    write_file(folder.file("key"), std::string(size, 'x'));
    chmod(folder.file("key").c_str(), 0400);
    EXPECT_FALSE(Key::load(folder.file("key")).ok()) << size;
  }
}

TEST(KeyFile, MayBeACredentialOfSystemd) {
  const TestFolder folder;
  ASSERT_TRUE(Key::create(folder.file("customers.key")).ok());
  unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_FALSE(Key::load("credential:customers.key").ok());
  const std::string whole = folder.file("customers.key");
  setenv("CREDENTIALS_DIRECTORY", whole.substr(0, whole.rfind('/')).c_str(), 1);
  EXPECT_TRUE(Key::load("credential:customers.key").ok());
  unsetenv("CREDENTIALS_DIRECTORY");
}

/// RFC 5869, written down once more: an empty salt, one block of expansion.
std::array<std::uint8_t, 32> hkdf(Bytes key, const std::string& info) {
  std::array<std::uint8_t, 32> salt{}, prk{}, out{};
  HMAC(EVP_sha256(), salt.data(), 32, key.data(), key.size(), prk.data(), nullptr);
  const std::string block = info + '\x01';
  HMAC(EVP_sha256(), prk.data(), 32, as_bytes(block).data(), block.size(), out.data(), nullptr);
  return out;
}

TEST(SubKeys, AreHkdfOfTheKey) {
  std::array<std::uint8_t, Key::kBytes> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  const auto key = Key::from_bytes(bytes);
  const auto expected = hkdf(bytes, "outspan fingerprint 1 phone");
  EXPECT_EQ(std::memcmp(&key->of(Key::Use::phone), expected.data(), sizeof(SipKey)), 0);
  EXPECT_NE(key->of(Key::Use::phone).k0, key->of(Key::Use::email).k0);
  const auto mac_key = hkdf(bytes, "outspan fingerprint 1 header");
  Mac mac{};
  HMAC(EVP_sha256(), mac_key.data(), 32, bytes.data(), bytes.size(), mac.data(), nullptr);
  EXPECT_EQ(key->mac(bytes), mac);
}

}  // namespace
}  // namespace outspan::fingerprint
