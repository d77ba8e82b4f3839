#pragma once

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "core/bytes.h"
#include "core/file_descriptor.h"
#include "core/handle.h"
#include "core/result.h"

namespace outspan::evidence {

/// Who may read: an X.509 certificate with a key of RSA (2048 bits and more) or of an elliptic
/// curve. There is nothing in the process that opens what was sealed for it.
class Recipient {
 public:
  /// PEM or DER. Problems: the file, the key's kind and size.
  static Result<Recipient> load(const std::string& path);
  /// "has expired"; empty: it is valid now. One that is not can be read by its owner all the same.
  [[nodiscard]] std::string validity_problem() const;

  [[nodiscard]] X509* certificate() const noexcept { return certificate_.get(); }

 private:
  CHandle<X509, X509_free> certificate_;
};

/// A file that is encrypted as it is written: CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM
/// (RFC 5084), in BER of indefinite length; the key of each file wrapped with RSA-OAEP and SHA-256,
/// or agreed on over an elliptic curve. It carries no attributes.
class SealedFile {
 public:
  /// Creates `path`, which must not be there, with mode 0600. Problems say what went wrong; look at
  /// failed() later: what is written after that is not.
  SealedFile(const Recipient& recipient, const std::string& path);
  ~SealedFile();
  SealedFile(const SealedFile&) = delete;
  SealedFile& operator=(const SealedFile&) = delete;

  void write(Bytes clear);
  /// Ends the encryption and forces the file to the disk. Empty, or what went wrong first.
  std::string finish();

  [[nodiscard]] bool failed() const noexcept { return !problem_.empty(); }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
  /// Of the encrypted file, in hexadecimal digits; after finish().
  [[nodiscard]] const std::string& sha256() const noexcept { return sha256_; }

 private:
  bool begin(const Recipient& recipient);
  void drain();
  void fail(std::string problem);

  FileDescriptor file_;
  CHandle<CMS_ContentInfo, CMS_ContentInfo_free> message_;
  BIO* ciphertext_ = nullptr;  // what the chain below gives
  CHandle<BIO, BIO_free_all> chain_;
  CHandle<EVP_MD_CTX, EVP_MD_CTX_free> digest_;
  std::string problem_;
  std::string sha256_;
  std::uint64_t bytes_ = 0;
};

}  // namespace outspan::evidence
