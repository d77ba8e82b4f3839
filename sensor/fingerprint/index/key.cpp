#include "fingerprint/index/key.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <optional>

#include "core/credential.h"
#include "core/handle.h"
#include "text/hex.h"

namespace outspan::fingerprint {
namespace {

constexpr const char* kUseNames[Key::kUses] = {"email", "phone", "ticket", "name",
                                               "text",  "rows",  "records"};

/// A file descriptor that is closed, and not handed to other programs.
class File {
 public:
  File(const std::string& path, int flags, mode_t mode = 0) noexcept
      : fd_(open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, mode)) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int fd() const noexcept { return fd_; }

 private:
  int fd_;
};

void hkdf(Bytes master, std::string_view use, std::span<std::uint8_t> out) {
  const CHandle<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(
      EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr));
  const std::string info = "outspan fingerprint 1 " + std::string(use);
  std::size_t size = out.size();
  const bool good = context && EVP_PKEY_derive_init(context.get()) > 0 &&
                    EVP_PKEY_CTX_set_hkdf_md(context.get(), EVP_sha256()) > 0 &&
                    EVP_PKEY_CTX_set1_hkdf_key(context.get(), master.data(),
                                               static_cast<int>(master.size())) > 0 &&
                    EVP_PKEY_CTX_add1_hkdf_info(context.get(),
                                                reinterpret_cast<const unsigned char*>(info.data()),
                                                static_cast<int>(info.size())) > 0 &&
                    EVP_PKEY_derive(context.get(), out.data(), &size) > 0;
  if (!good) throw std::bad_alloc();  // nothing else can fail here
}

/// 32 bytes as they are, or in hexadecimal with or without a line end.
bool read_form(Bytes content, std::span<std::uint8_t> out) noexcept {
  if (content.size() == out.size()) {
    std::copy(content.begin(), content.end(), out.begin());
    return true;
  }
  while (!content.empty() && (content.back() == '\n' || content.back() == '\r'))
    content = content.first(content.size() - 1);
  if (content.size() != out.size() * 2) return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int byte = text::hex_byte(content[2 * i], content[2 * i + 1]);
    if (byte < 0) return false;
    out[i] = static_cast<std::uint8_t>(byte);
  }
  return true;
}

}  // namespace

Key::Key() : page_(sizeof(Secrets)) {
  if (page_.bytes().empty()) throw std::bad_alloc();
}

void Key::derive_all() {
  Secrets& all = secrets();
  hkdf(all.master, "header", all.mac);
  for (std::size_t i = 0; i < kUses; ++i)
    hkdf(all.master, kUseNames[i], {reinterpret_cast<std::uint8_t*>(&all.sip[i]), sizeof(SipKey)});
  hkdf(all.master, "key id", id_);
}

std::shared_ptr<const Key> Key::from_bytes(std::span<const std::uint8_t, kBytes> bytes) {
  const std::shared_ptr<Key> key(new Key);
  std::copy(bytes.begin(), bytes.end(), key->secrets().master.begin());
  key->derive_all();
  return key;
}

Result<std::shared_ptr<const Key>> Key::load(const std::string& path) {
  if (path.starts_with(kCredential) && std::getenv("CREDENTIALS_DIRECTORY") == nullptr)
    return Problem{path,
                   "systemd has handed over no credentials (CREDENTIALS_DIRECTORY is not set)"};
  const File file(credential_path(path), O_RDONLY);
  struct stat status {};
  if (file.fd() < 0 || fstat(file.fd(), &status) != 0)
    return Problem{path, std::string("the key cannot be read: ") + std::strerror(errno)};
  if (!S_ISREG(status.st_mode)) return Problem{path, "the key must be a file"};
  if ((status.st_mode & 077) != 0)
    return Problem{path, "others than its owner can read the key; do: chmod 0400 " + path};

  LockedPage content(4 * kBytes);
  if (content.bytes().empty()) throw std::bad_alloc();
  const ssize_t size = read(file.fd(), content.bytes().data(), content.bytes().size());
  const std::shared_ptr<Key> key(new Key);
  if (size < 0)
    return Problem{path, std::string("the key cannot be read: ") + std::strerror(errno)};
  if (!read_form(content.bytes().first(static_cast<std::size_t>(size)), key->secrets().master))
    return Problem{path, "this is no key: a key is 32 bytes, or 64 hexadecimal digits"};
  key->derive_all();
  return std::shared_ptr<const Key>(key);
}

Result<std::shared_ptr<const Key>> Key::create(const std::string& path) {
  const std::shared_ptr<Key> key(new Key);
  auto& master = key->secrets().master;
  if (RAND_priv_bytes(master.data(), static_cast<int>(master.size())) != 1)
    return Problem{path, "the system gives no random numbers"};
  const File file(path, O_WRONLY | O_CREAT | O_EXCL, 0400);
  if (file.fd() < 0)
    return Problem{path, errno == EEXIST
                             ? "there is a key already; a new one would make every "
                               "index that was built with it useless"
                             : std::string("the key cannot be written: ") + std::strerror(errno)};
  if (write(file.fd(), master.data(), master.size()) != static_cast<ssize_t>(master.size()) ||
      fsync(file.fd()) != 0) {
    const std::string why = std::strerror(errno);
    unlink(path.c_str());
    return Problem{path, "the key cannot be written: " + why};
  }
  key->derive_all();
  return std::shared_ptr<const Key>(key);
}

Mac Key::mac(Bytes bytes) const noexcept {
  Mac mac{};
  unsigned size = mac.size();
  HMAC(EVP_sha256(), secrets().mac.data(), static_cast<int>(secrets().mac.size()), bytes.data(),
       bytes.size(), mac.data(), &size);
  return mac;
}

}  // namespace outspan::fingerprint
