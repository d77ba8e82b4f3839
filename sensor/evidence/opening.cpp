#include "evidence/opening.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/file_descriptor.h"
#include "core/handle.h"
#include "text/hex.h"

namespace outspan::evidence {
namespace {

using Bio = CHandle<BIO, BIO_free_all>;
using Key = CHandle<EVP_PKEY, EVP_PKEY_free>;

Problem cannot_read(const std::string& path) {
  return {path, std::string("cannot be read: ") + std::strerror(errno)};
}

extern "C" int give_passphrase(char* to, int room, int, void* ask) {
  std::string passphrase = (*static_cast<const AskPassphrase*>(ask))();
  const int size =
      static_cast<int>(passphrase.size()) < room ? static_cast<int>(passphrase.size()) : -1;
  if (size > 0) std::memcpy(to, passphrase.data(), passphrase.size());
  OPENSSL_cleanse(passphrase.data(), passphrase.size());
  return size;
}

Result<Key> read_key(const std::string& path, const AskPassphrase& ask) {
  errno = 0;
  const Bio file(BIO_new_file(path.c_str(), "rb"));
  if (!file) return cannot_read(path);
  Key key(PEM_read_bio_PrivateKey(file.get(), nullptr, give_passphrase,
                                  const_cast<AskPassphrase*>(&ask)));
  ERR_clear_error();
  if (!key) return Problem{path, "holds no private key in PEM, or the passphrase is wrong"};
  return key;
}

}  // namespace

Result<std::vector<std::uint8_t>> open_sealed(const std::string& path, const std::string& key_file,
                                              const AskPassphrase& ask) {
  auto key = read_key(key_file, ask);
  if (!key) return key.problems();
  errno = 0;
  const Bio file(BIO_new_file(path.c_str(), "rb"));
  if (!file) return cannot_read(path);
  const CHandle<CMS_ContentInfo, CMS_ContentInfo_free> message(d2i_CMS_bio(file.get(), nullptr));
  ERR_clear_error();
  if (!message) return Problem{path, "is no CMS message, or is cut off"};
  const Bio clear(BIO_new(BIO_s_mem()));
  const int opened =
      CMS_decrypt(message.get(), key->get(), nullptr, nullptr, clear.get(), CMS_BINARY);
  ERR_clear_error();
  if (opened != 1)
    return Problem{path, "cannot be opened with this key, or was changed after it was written"};
  char* data = nullptr;
  const long size = BIO_get_mem_data(clear.get(), &data);
  const auto* begin = reinterpret_cast<const std::uint8_t*>(data);
  std::vector<std::uint8_t> out(begin, begin + size);
  OPENSSL_cleanse(data, static_cast<std::size_t>(size));
  return out;
}

Result<std::string> file_sha256(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return cannot_read(path);
  const CHandle<EVP_MD_CTX, EVP_MD_CTX_free> digest(EVP_MD_CTX_new());
  EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr);
  std::array<std::uint8_t, 65536> buffer{};
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(path);
    if (got == 0) break;
    EVP_DigestUpdate(digest.get(), buffer.data(), static_cast<std::size_t>(got));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(digest.get(), hash.data(), &size);
  return text::to_hex(Bytes(hash).first(size));
}

}  // namespace outspan::evidence
