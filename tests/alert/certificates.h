#pragma once

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "core/handle.h"

/// Certificates that the tests sign themselves.
namespace outspan::alert {

using PrivateKey = CHandle<EVP_PKEY, EVP_PKEY_free>;
using Certificate = CHandle<X509, X509_free>;

struct Identity {
  PrivateKey key;
  Certificate certificate;

  /// PEM files `name`.pem and `name`.key in `folder`.
  void write(const std::filesystem::path& folder, const std::string& name) const {
    FILE* file = std::fopen((folder / (name + ".pem")).c_str(), "w");
    PEM_write_X509(file, certificate.get());
    std::fclose(file);
    file = std::fopen((folder / (name + ".key")).c_str(), "w");
    PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
  }
  [[nodiscard]] std::string fingerprint() const {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    X509_digest(certificate.get(), EVP_sha256(), digest, &size);
    std::string hex;
    for (unsigned i = 0; i < size; ++i) {
      hex += "0123456789abcdef"[digest[i] >> 4];
      hex += "0123456789abcdef"[digest[i] & 15];
    }
    return hex;
  }
};

struct Request {
  std::string common_name = "test";
  std::string alternative_names = {};  // "DNS:siem.example,IP:127.0.0.1"; empty: a CA
  std::chrono::hours from{-1}, to{24};
};

/// Signed by `issuer`, or by itself.
inline Identity make_identity(const Request& request, const Identity* issuer) {
  Identity made;
  made.key.reset(EVP_EC_gen("P-256"));
  made.certificate.reset(X509_new());
  X509* certificate = made.certificate.get();
  static long serial = 1;
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  X509_gmtime_adj(X509_getm_notBefore(certificate), duration_cast<seconds>(request.from).count());
  X509_gmtime_adj(X509_getm_notAfter(certificate), duration_cast<seconds>(request.to).count());
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(request.common_name.c_str()),
                             -1, -1, 0);
  X509* by = issuer ? issuer->certificate.get() : certificate;
  X509_set_issuer_name(certificate, X509_get_subject_name(by));
  X509V3_CTX context;
  X509V3_set_ctx(&context, by, certificate, nullptr, nullptr, 0);
  const auto extend = [&](int nid, const std::string& value) {
    const CHandle<X509_EXTENSION, X509_EXTENSION_free> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    X509_add_ext(certificate, extension.get(), -1);
  };
  const bool ca = request.alternative_names.empty();
  extend(NID_basic_constraints, ca ? "critical,CA:TRUE" : "CA:FALSE");
  if (!ca) extend(NID_subject_alt_name, request.alternative_names);
  X509_sign(certificate, issuer ? issuer->key.get() : made.key.get(), EVP_sha256());
  return made;
}

}  // namespace outspan::alert
