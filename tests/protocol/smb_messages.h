#pragma once

#include <cstdint>
#include <string>

#include "text/utf8.h"

/// Messages of SMB 2, as clients and servers send them.
namespace outspan::protocol::smb_messages {

inline std::string little(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i, value >>= 8) text += static_cast<char>(value);
  return text;
}
inline std::string zeros(std::size_t size) { return std::string(size, '\0'); }
inline std::string wide(const std::string& text) {
  std::string all;
  for (const char c : text) all += std::string{c, '\0'};
  return all;
}
/// On TCP.
inline std::string sent(const std::string& message) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(message.size() >> shift);
  return bytes + message;
}

struct Head {
  unsigned command = 0;
  std::uint64_t message = 0;
  bool response = false;
  std::uint32_t status = 0;
  bool related = false;
  std::string signature = zeros(16);
};
/// `next`: another one follows in the chain; it is padded.
inline std::string command(const Head& head, std::string body, bool next = false) {
  const std::uint32_t flags =
      (head.response ? 1U : 0U) | (head.status == 0x103 ? 2U : 0U) | (head.related ? 4U : 0U);
  if (next) body.resize((body.size() + 7) / 8 * 8);
  return "\xfeSMB" + little(64, 2) + little(1, 2) + little(head.status, 4) +
         little(head.command, 2) + little(1, 2) + little(flags, 4) +
         little(next ? 64 + body.size() : 0, 4) + little(head.message, 8) + little(0xfeff, 4) +
         little(7, 4) + little(0x1122, 8) + head.signature + body;
}

inline std::string file_id(std::uint64_t number) { return little(number, 8) + little(number, 8); }
inline constexpr std::uint64_t kRelated = ~0ULL;

inline std::string tree_connect(const std::string& share) {
  return little(9, 2) + little(0, 2) + little(72, 2) + little(2 * share.size(), 2) + wide(share);
}
inline std::string tree_connected() { return little(16, 2) + little(1, 2) + zeros(12); }
inline std::string create(const std::string& path) {
  return little(57, 2) + zeros(42) + little(120, 2) + little(2 * path.size(), 2) + zeros(8) +
         wide(path);
}
inline std::string created(std::uint64_t file) {
  return little(89, 2) + zeros(62) + file_id(file) + zeros(8);
}
inline std::string close(std::uint64_t file) { return little(24, 2) + zeros(6) + file_id(file); }
inline std::string closed() { return little(60, 2) + zeros(58); }
inline std::string write(std::uint64_t file, std::uint64_t offset, const std::string& data) {
  return little(49, 2) + little(112, 2) + little(data.size(), 4) + little(offset, 8) +
         file_id(file) + zeros(16) + data;
}
inline std::string written(std::uint32_t bytes) {
  return little(17, 2) + little(0, 2) + little(bytes, 4) + zeros(8);
}
inline std::string read(std::uint64_t file, std::uint64_t offset, std::uint32_t bytes) {
  return little(49, 2) + little(0x50, 2) + little(bytes, 4) + little(offset, 8) + file_id(file) +
         zeros(16) + zeros(1);
}
inline std::string data(const std::string& bytes) {
  return little(17, 2) + little(80, 2) + little(bytes.size(), 4) + zeros(8) + bytes;
}
inline std::string failed() { return little(9, 2) + zeros(7); }
inline std::string rename(std::uint64_t file, const std::string& name) {
  return little(33, 2) + "\x01\x0a" + little(20 + 2 * name.size(), 4) + little(96, 2) + zeros(6) +
         file_id(file) + zeros(16) + little(2 * name.size(), 4) + wide(name);
}
/// NTLM's third message.
inline std::string authenticate(const std::string& domain, const std::string& user,
                                const std::string& workstation) {
  std::string names = wide(domain) + wide(user) + wide(workstation);
  std::size_t at = 64;
  const auto field = [&at](const std::string& text) {
    const std::size_t bytes = 2 * text.size();
    const std::string all = little(bytes, 2) + little(bytes, 2) + little(at, 4);
    at += bytes;
    return all;
  };
  std::string message = "NTLMSSP" + little(3 << 8, 5) + zeros(16);
  message += field(domain);
  message += field(user);
  message += field(workstation);
  return message + zeros(8) + little(1, 4) + names;
}
/// The same in a token of SPNEGO.
inline std::string log_on(const std::string& domain, const std::string& user,
                          const std::string& workstation) {
  const std::string token = "\xa1\x81\x90" + authenticate(domain, user, workstation);
  return little(25, 2) + zeros(10) + little(88, 2) + little(token.size(), 2) + zeros(8) + token;
}

/// Of the first version: a header, the number of words, words, the number of bytes, bytes.
namespace smb1 {

inline std::string command(unsigned code, unsigned message, const std::string& body,
                           bool response = false) {
  return "\xffSMB" + little(code, 1) + little(0, 4) + little(response ? 0x80 : 0, 1) +
         little(0xc801, 2) + zeros(12) + little(3, 2) + little(77, 2) + little(4, 2) +
         little(message, 2) + body;
}
inline std::string body(const std::string& words, const std::string& bytes) {
  return little(words.size() / 2, 1) + words + little(bytes.size(), 2) + bytes;
}
inline const std::string kNoMore("\xff\0\0\0", 4);
inline std::string tree_connect(const std::string& share) {
  return body(kNoMore + little(8, 2) + little(1, 2), zeros(1) + wide(share) + zeros(2) + "?????");
}
inline std::string create(const std::string& path) {
  return body(kNoMore + zeros(1) + little(2 * path.size(), 2) + zeros(41),
              zeros(1) + wide(path) + zeros(2));
}
inline std::string created(unsigned file) {
  return body(kNoMore + zeros(1) + little(file, 2) + zeros(61), "");
}
inline std::string read(unsigned file, unsigned offset) {
  return body(kNoMore + little(file, 2) + little(offset, 4) + zeros(14), "");
}
inline std::string data(const std::string& bytes) {
  return body(kNoMore + zeros(6) + little(bytes.size(), 2) + little(60, 2) + zeros(10),
              zeros(1) + bytes);
}
inline std::string write(unsigned file, unsigned offset, const std::string& bytes) {
  return body(kNoMore + little(file, 2) + little(offset, 4) + zeros(10) + little(bytes.size(), 2) +
                  little(64, 2) + zeros(4),
              zeros(1) + bytes);
}
inline std::string close(unsigned file) { return body(little(file, 2) + zeros(4), ""); }

}  // namespace smb1

}  // namespace outspan::protocol::smb_messages
