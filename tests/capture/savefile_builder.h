#pragma once

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace outspan::capture::test {

/// Writes savefiles by hand, in either byte order.
class SavefileBuilder {
 public:
  explicit SavefileBuilder(bool big_endian = false) : big_endian_(big_endian) {}

  SavefileBuilder& u8(std::uint64_t value) { return number(value, 1); }
  SavefileBuilder& u16(std::uint64_t value) { return number(value, 2); }
  SavefileBuilder& u32(std::uint64_t value) { return number(value, 4); }
  SavefileBuilder& u64(std::uint64_t value) { return number(value, 8); }
  SavefileBuilder& raw(const std::string& text) {
    bytes_ += text;
    return *this;
  }
  SavefileBuilder& padded(const std::string& text) {
    return raw(text).raw(std::string((4 - text.size() % 4) % 4, '\0'));
  }

  SavefileBuilder& pcap_header(std::uint32_t magic = 0xa1b2c3d4, std::uint32_t link = 1,
                               std::uint16_t minor = 4) {
    return u32(magic).u16(2).u16(minor).u32(0).u32(0).u32(262144).u32(link);
  }
  SavefileBuilder& pcap_packet(std::uint32_t seconds, std::uint32_t fraction,
                               const std::string& data, std::uint32_t wire = 0) {
    return u32(seconds)
        .u32(fraction)
        .u32(data.size())
        .u32(wire == 0 ? data.size() : wire)
        .raw(data);
  }

  /// A pcapng block around a body of this byte order.
  SavefileBuilder& block(std::uint32_t type, const std::string& body) {
    const std::size_t size = 12 + (body.size() + 3) / 4 * 4;
    return u32(type).u32(size).padded(body).u32(size);
  }
  SavefileBuilder& section() {
    return block(0x0a0d0d0a,
                 piece().u32(0x1a2b3c4d).u16(1).u16(0).u64(0xffffffffffffffffULL).bytes());
  }
  /// `options`: already in the file's form.
  SavefileBuilder& interface(std::uint16_t link, const std::string& options = {},
                             std::uint32_t snaplen = 0) {
    return block(1, piece().u16(link).u16(0).u32(snaplen).raw(options).bytes());
  }
  SavefileBuilder& packet(std::uint32_t interface, std::uint64_t ticks, const std::string& data,
                          std::uint32_t wire = 0) {
    return block(6, piece()
                        .u32(interface)
                        .u32(ticks >> 32)
                        .u32(ticks & 0xffffffff)
                        .u32(data.size())
                        .u32(wire == 0 ? data.size() : wire)
                        .raw(data)
                        .bytes());
  }
  /// An option of an interface block.
  [[nodiscard]] std::string option(std::uint16_t code, const std::string& value) const {
    return piece().u16(code).u16(value.size()).padded(value).bytes();
  }
  [[nodiscard]] SavefileBuilder piece() const { return SavefileBuilder(big_endian_); }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  SavefileBuilder& number(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) {
      const int shift = 8 * (big_endian_ ? size - 1 - i : i);
      bytes_ += static_cast<char>(value >> shift & 0xff);
    }
    return *this;
  }
  bool big_endian_;
  std::string bytes_;
};

/// A folder that goes away with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "outspan-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }
  std::string write(const std::string& name, const std::string& bytes) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }
  [[nodiscard]] const std::string& root() const { return path_; }

 private:
  std::string path_;
};

}  // namespace outspan::capture::test
