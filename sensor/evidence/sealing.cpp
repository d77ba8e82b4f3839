#include "evidence/sealing.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "text/hex.h"

namespace outspan::evidence {
namespace {

constexpr int kRsaBitsMin = 2048;

std::string openssl_problem(const char* what) {
  const unsigned long code = ERR_peek_last_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return std::string(what) + (reason == nullptr ? "" : std::string(": ") + reason);
}

CHandle<X509, X509_free> read_certificate(const std::string& path) {
  const CHandle<BIO, BIO_free_all> file(BIO_new_file(path.c_str(), "rb"));
  if (!file) return nullptr;
  CHandle<X509, X509_free> certificate(PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr));
  if (certificate || BIO_seek(file.get(), 0) != 0) return certificate;
  certificate.reset(d2i_X509_bio(file.get(), nullptr));
  return certificate;
}

/// Empty: good.
std::string key_problem(X509* certificate) {
  EVP_PKEY* const key = X509_get0_pubkey(certificate);
  const int kind = key == nullptr ? 0 : EVP_PKEY_get_base_id(key);
  if (kind == EVP_PKEY_EC) return {};
  if (kind != EVP_PKEY_RSA)
    return "must have a key of RSA or of an elliptic curve (NIST, Brainpool)";
  const int bits = EVP_PKEY_get_bits(key);
  return bits >= kRsaBitsMin ? "" : "has a key of " + std::to_string(bits) + " bits: 2048 at least";
}

/// RSAES-OAEP with SHA-256 (RFC 8017) instead of OpenSSL's default, PKCS #1 v1.5.
bool use_oaep(CMS_RecipientInfo* recipient) {
  if (CMS_RecipientInfo_type(recipient) != CMS_RECIPINFO_TRANS) return true;
  EVP_PKEY_CTX* const context = CMS_RecipientInfo_get0_pkey_ctx(recipient);
  return context != nullptr && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0 &&
         EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) > 0 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) > 0;
}

std::string write_all(int file, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return std::string("cannot be written: ") + std::strerror(errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<Recipient> Recipient::load(const std::string& path) {
  Recipient recipient;
  errno = 0;
  recipient.certificate_ = read_certificate(path);
  ERR_clear_error();
  if (!recipient.certificate_)
    return Problem{path, errno == ENOENT || errno == EACCES
                             ? std::string("cannot be read: ") + std::strerror(errno)
                             : "holds no X.509 certificate"};
  if (std::string problem = key_problem(recipient.certificate()); !problem.empty())
    return Problem{path, std::move(problem)};
  return recipient;
}

std::string Recipient::validity_problem() const {
  if (X509_cmp_current_time(X509_get0_notAfter(certificate())) < 0) return "has expired";
  if (X509_cmp_current_time(X509_get0_notBefore(certificate())) > 0) return "is not valid yet";
  return {};
}

SealedFile::SealedFile(const Recipient& recipient, const std::string& path)
    : file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)) {
  if (!file_)
    fail(std::string("cannot be created: ") + std::strerror(errno));
  else if (!begin(recipient))
    fail(openssl_problem("cannot be encrypted"));
}

SealedFile::~SealedFile() {
  chain_.reset();  // the message is what it writes
  ERR_clear_error();
}

bool SealedFile::begin(const Recipient& recipient) {
  digest_.reset(EVP_MD_CTX_new());
  if (!digest_ || EVP_DigestInit_ex(digest_.get(), EVP_sha256(), nullptr) != 1) return false;
  message_.reset(CMS_AuthEnvelopedData_create(EVP_aes_256_gcm()));
  if (!message_) return false;
  CMS_RecipientInfo* const added =
      CMS_add1_recipient_cert(message_.get(), recipient.certificate(), CMS_KEY_PARAM);
  if (added == nullptr || !use_oaep(added)) return false;
  if (CMS_set_detached(message_.get(), 0) != 1) return false;
  ciphertext_ = BIO_new(BIO_s_mem());
  if (ciphertext_ == nullptr) return false;
  chain_.reset(BIO_new_CMS(ciphertext_, message_.get()));
  if (!chain_) BIO_free(ciphertext_);
  return chain_ != nullptr;
}

void SealedFile::write(Bytes clear) {
  if (failed() || clear.empty()) return;
  if (BIO_write(chain_.get(), clear.data(), static_cast<int>(clear.size())) !=
      static_cast<int>(clear.size()))
    return fail(openssl_problem("cannot be encrypted"));
  drain();
}

void SealedFile::drain() {
  char* data = nullptr;
  const long size = BIO_get_mem_data(ciphertext_, &data);
  if (size <= 0) return;
  const Bytes out(reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size));
  EVP_DigestUpdate(digest_.get(), out.data(), out.size());
  bytes_ += out.size();
  if (std::string problem = write_all(file_.get(), out); !problem.empty()) fail(std::move(problem));
  static_cast<void>(BIO_reset(ciphertext_));
}

std::string SealedFile::finish() {
  if (!failed() && BIO_flush(chain_.get()) != 1) fail(openssl_problem("cannot be encrypted"));
  if (!failed()) drain();
  if (!failed() && ::fsync(file_.get()) != 0)
    fail(std::string("cannot be forced to the disk: ") + std::strerror(errno));
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  if (!failed() && EVP_DigestFinal_ex(digest_.get(), hash.data(), &size) == 1)
    sha256_ = text::to_hex(Bytes(hash).first(size));
  file_.reset();
  return problem_;
}

void SealedFile::fail(std::string problem) {
  if (problem_.empty()) problem_ = std::move(problem);
}

}  // namespace outspan::evidence
