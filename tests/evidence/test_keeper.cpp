#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "evidence/keeper.h"
#include "evidence/object_tapes.h"
#include "evidence/opening.h"

namespace outspan::evidence {
namespace {

namespace fs = std::filesystem;

using Key = CHandle<EVP_PKEY, EVP_PKEY_free>;
using Closing = CHandle<std::FILE, std::fclose>;

/// A folder with a key and its certificate.
struct Investigator {
  explicit Investigator(Key made, int days = 1) : key(std::move(made)) {
    std::string name = (fs::temp_directory_path() / "outspan-keeper-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    const CHandle<X509, X509_free> certificate(X509_new());
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3L * 86'400);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * 86'400L);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    PEM_write_X509(Closing(std::fopen(at("cert.pem").c_str(), "w")).get(), certificate.get());
    PEM_write_PrivateKey(Closing(std::fopen(at("key.pem").c_str(), "w")).get(), key.get(), nullptr,
                         nullptr, 0, nullptr, nullptr);
  }
  ~Investigator() { fs::remove_all(folder); }
  [[nodiscard]] std::string at(const std::string& name) const { return folder + "/" + name; }
  [[nodiscard]] config::Evidence config() const {
    config::Evidence config;
    config.certificate = at("cert.pem");
    config.folder = at("evidence");
    config.mode = config::EvidenceMode::object;
    return config;
  }
  Key key;
  std::string folder;
};

Key rsa(unsigned bits = 2048) { return Key(EVP_RSA_gen(bits)); }
Key curve() { return Key(EVP_EC_gen("P-256")); }

const Facts kFacts{"e06ad7c6af94cb93", "rule", *parse_rfc3339("2026-12-01T13:45:01Z")};

RecordingPtr recording_of(const std::string& text) {
  ObjectTapes tapes(64 << 20, 64 << 20);
  tapes.add(1, as_bytes(text));
  return tapes.recording(1);
}

std::string open(const std::string& path, const std::string& key) {
  const auto opened = open_sealed(path, key, [] { return std::string(); });
  return opened.ok() ? std::string(opened.value().begin(), opened.value().end())
                     : "problem: " + opened.problems().front().what;
}

std::vector<char> contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Keeper, WhatItWritesOnlyTheKeyOpens) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i) + " someone@example.com\n";
  for (const bool elliptic : {false, true}) {
    SCOPED_TRACE(elliptic);
    const Investigator mine(elliptic ? curve() : rsa()), other(elliptic ? curve() : rsa());
    auto keeper = Keeper::open(mine.config(), "sensor", "1.0");
    ASSERT_TRUE(keeper.ok());
    const EvidenceFile file = (*keeper)->write(*recording_of(text), kFacts);
    ASSERT_EQ(file.missing, "");
    const std::string path = mine.config().folder + "/" + file.name;
    EXPECT_EQ(file.bytes, fs::file_size(path));
    EXPECT_EQ(file.sha256, file_sha256(path).value());
    EXPECT_EQ(open(path, mine.at("key.pem")), text);
    EXPECT_EQ(open(path, other.at("key.pem")),
              "problem: cannot be opened with this key, or was changed after it was written");
    const std::vector<char> bytes = contents(path);
    EXPECT_EQ(std::string(bytes.begin(), bytes.end()).find("someone@example.com"),
              std::string::npos);
  }
}

TEST(Keeper, NothingComesOutOfAFileThatWasChanged) {
  const Investigator mine(curve());
  auto keeper = Keeper::open(mine.config(), "sensor", "1.0");
  ASSERT_TRUE(keeper.ok());
  const EvidenceFile file = (*keeper)->write(*recording_of(std::string(5000, 'a')), kFacts);
  const std::string path = mine.config().folder + "/" + file.name;
  std::vector<char> bytes = contents(path);
  for (const std::size_t at : {bytes.size() / 2, bytes.size() - 20}) {
    std::vector<char> changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    std::ofstream(mine.at("changed"), std::ios::binary)
        .write(changed.data(), static_cast<std::streamsize>(changed.size()));
    EXPECT_TRUE(open(mine.at("changed"), mine.at("key.pem")).starts_with("problem: ")) << at;
  }
  std::ofstream(mine.at("cut"), std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size() - 40));
  EXPECT_TRUE(open(mine.at("cut"), mine.at("key.pem")).starts_with("problem: "));
}

TEST(Keeper, TheSameIncidentAgainDoesNotReplaceAFile) {
  const Investigator mine(curve());
  auto keeper = Keeper::open(mine.config(), "sensor", "1.0");
  ASSERT_TRUE(keeper.ok());
  EXPECT_EQ((*keeper)->write(*recording_of("a"), kFacts).name,
            "20261201T134501Z-e06ad7c6af94cb93.object.cms");
  EXPECT_EQ((*keeper)->write(*recording_of("b"), kFacts).name,
            "20261201T134501Z-e06ad7c6af94cb93.2.object.cms");
}

TEST(Keeper, SaysOnceThatNothingCanBeWrittenAndOnceThatItCanAgain) {
  const Investigator mine(curve());
  auto keeper = Keeper::open(mine.config(), "sensor", "1.0");
  ASSERT_TRUE(keeper.ok());
  const std::string folder = mine.config().folder;
  fs::remove_all(folder);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ((*keeper)->write(*recording_of("a"), kFacts).missing, "not-written");
  auto sayings = (*keeper)->take_sayings();
  ASSERT_EQ(sayings.size(), 1u);
  EXPECT_EQ(sayings[0].kind, "evidence_not_written");
  fs::create_directory(folder);
  EXPECT_EQ((*keeper)->write(*recording_of("a"), kFacts).missing, "");
  sayings = (*keeper)->take_sayings();
  ASSERT_EQ(sayings.size(), 1u);
  EXPECT_EQ(sayings[0].kind, "evidence_written_again");
  Stats stats;
  (*keeper)->report(stats);
  EXPECT_EQ(stats.value("evidence.failed"), 3u);
  EXPECT_EQ(stats.value("evidence.written"), 1u);
}

TEST(Keeper, KeepsTheFolderWithinItsLimit) {
  const Investigator mine(curve());
  config::Evidence config = mine.config();
  config.total_mib = 1;
  auto keeper = Keeper::open(config, "sensor", "1.0");
  ASSERT_TRUE(keeper.ok());
  const RecordingPtr recording = recording_of(std::string(300'000, 'a'));
  for (int i = 0; i < 6; ++i) EXPECT_EQ((*keeper)->write(*recording, kFacts).missing, "");
  std::uintmax_t total = 0;
  for (const auto& file : fs::directory_iterator(config.folder)) total += file.file_size();
  EXPECT_LE(total, 1u << 20);
  Stats stats;
  (*keeper)->report(stats);
  EXPECT_EQ(stats.value("evidence.removed"), 3u);
  EXPECT_EQ((*keeper)->take_sayings().front().kind, "evidence_removed");
}

TEST(Keeper, RefusesWhatIsNoUsableCertificate) {
  const Investigator weak(rsa(1024));
  EXPECT_FALSE(Keeper::open(weak.config(), "sensor", "1.0").ok());
  config::Evidence config = weak.config();
  config.certificate = weak.at("key.pem");
  EXPECT_FALSE(Keeper::open(config, "sensor", "1.0").ok());
  config.certificate = weak.at("missing.pem");
  EXPECT_FALSE(Keeper::open(config, "sensor", "1.0").ok());
}

TEST(Keeper, AnExpiredCertificateIsSaidAndStillUsed) {
  const Investigator mine(curve(), -1);
  auto keeper = Keeper::open(mine.config(), "sensor", "1.0");
  ASSERT_TRUE(keeper.ok());
  const auto sayings = (*keeper)->take_sayings();
  ASSERT_EQ(sayings.size(), 1u);
  EXPECT_EQ(sayings[0].kind, "evidence_certificate");
  EXPECT_EQ((*keeper)->write(*recording_of("a"), kFacts).missing, "");
}

}  // namespace
}  // namespace outspan::evidence
