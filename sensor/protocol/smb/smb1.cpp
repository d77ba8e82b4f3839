#include "protocol/smb/smb1.h"

namespace outspan::protocol::smb {
namespace {

constexpr std::size_t kWordsAt = kSmb1HeaderBytes + 1;
/// What tells the numbers of this version from those of the others.
constexpr std::uint64_t kVersion1 = 1ULL << 62;
constexpr std::uint16_t kUnicodeFlag = 0x8000;

ByteCursor at(Bytes message, std::size_t place) noexcept {
  ByteCursor in(message);
  in.skip(place);
  return in;
}
std::uint16_t word(Bytes message, std::size_t place) noexcept {
  return at(message, kWordsAt + place).u16_le();
}
std::uint32_t words(Bytes message, std::size_t place) noexcept {
  return at(message, kWordsAt + place).u32_le();
}
/// How many words of parameters there are; 0 where they do not fit.
std::size_t word_count(Bytes message) noexcept {
  if (message.size() <= kSmb1HeaderBytes) return 0;
  const std::size_t count = message[kSmb1HeaderBytes];
  return kWordsAt + 2 * count <= message.size() ? count : 0;
}
FileId file_of(std::uint16_t number) noexcept { return {number, kVersion1}; }

/// A leading backslash is the share's root, and a zero the end; the other versions do without them.
Place file_name(Bytes message, std::size_t begin, std::uint64_t bytes) noexcept {
  if (bytes > 2 && at(message, begin).u16_le() == '\\') {
    begin += 2;
    bytes -= 2;
  }
  if (bytes > 2 && at(message, begin + bytes - 2).u16_le() == 0) bytes -= 2;
  return {begin, bytes};
}

Command command_of(std::uint8_t code) noexcept {
  switch (code) {
    case 0x04: return Command::close;
    case 0x2e: return Command::read;
    case 0x2f: return Command::write;
    case 0x73: return Command::session_setup;
    case 0x75: return Command::tree_connect;
    case 0xa2: return Command::create;
    default: return Command::last;
  }
}

}  // namespace

std::optional<Head> read_smb1_head(Bytes message) noexcept {
  if (form_of(message) != Form::smb1 || message.size() <= kSmb1HeaderBytes) return std::nullopt;
  constexpr std::uint8_t kReplyFlag = 0x80;
  ByteCursor in(message.subspan(4));
  Head head;
  head.command = command_of(in.u8());
  head.status = in.u32_le();
  head.response = (in.u8() & kReplyFlag) != 0;
  in.skip(14);  // flags, half of the process, signature
  head.tree = in.u16_le();
  const std::uint64_t process = in.u16_le();
  head.session = kVersion1 | in.u16_le();
  head.message = kVersion1 | process << 16 | in.u16_le();
  head.bytes = kSmb1HeaderBytes;
  head.signature = {14, 8};
  return head;
}

std::optional<Block> read_smb1_write_request(Bytes message) noexcept {
  const std::size_t count = word_count(message);
  if (count != 12 && count != 14) return std::nullopt;
  Block block;
  block.fixed_bytes = kWordsAt + 2 * count;
  block.file = file_of(word(message, 4));
  block.offset = words(message, 6);
  if (count == 14) block.offset |= std::uint64_t{words(message, 24)} << 32;
  block.data = {word(message, 22), std::uint64_t{word(message, 18)} << 16 | word(message, 20)};
  return block.data.at >= block.fixed_bytes ? std::optional(block) : std::nullopt;
}

std::optional<Block> read_smb1_read_response(Bytes message) noexcept {
  if (word_count(message) != 12) return std::nullopt;
  Block block;
  block.fixed_bytes = kWordsAt + 2 * 12;
  block.data = {word(message, 12), std::uint64_t{word(message, 14)} << 16 | word(message, 10)};
  return block.data.at >= block.fixed_bytes ? std::optional(block) : std::nullopt;
}

std::optional<Block> read_smb1_read_request(Bytes message) noexcept {
  const std::size_t count = word_count(message);
  if (count != 10 && count != 12) return std::nullopt;
  Block block;
  block.file = file_of(word(message, 4));
  block.offset = words(message, 6);
  if (count == 12) block.offset |= std::uint64_t{words(message, 20)} << 32;
  return block;
}

std::optional<FileId> read_smb1_close_request(Bytes message) noexcept {
  if (word_count(message) != 3) return std::nullopt;
  return file_of(word(message, 0));
}

std::optional<FileId> read_smb1_create_response(Bytes message) noexcept {
  if (word_count(message) < 34) return std::nullopt;
  return file_of(word(message, 5));
}

Place find_smb1_name(Command command, Bytes message) noexcept {
  const std::size_t count = word_count(message);
  if ((at(message, 10).u16_le() & kUnicodeFlag) == 0) return {};
  const std::size_t texts = kWordsAt + 2 * count + 2;
  if (command == Command::create && count == 24) {
    return file_name(message, texts + texts % 2, word(message, 5));
  }
  if (command != Command::tree_connect || count != 4) return {};
  std::size_t begin = texts + word(message, 6);  // after the password
  begin += begin % 2;
  std::size_t bytes = 0;
  ByteCursor in = at(message, begin);
  while (in.left() >= 2 && in.u16_le() != 0) bytes += 2;
  return {begin, bytes};
}

Place find_smb1_token(Bytes message) noexcept {
  if (word_count(message) != 12) return {};
  return {kWordsAt + 2 * 12 + 2, word(message, 14)};
}

}  // namespace outspan::protocol::smb
