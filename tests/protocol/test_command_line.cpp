#include "protocol/shared/command_line.h"

#include <gtest/gtest.h>

namespace outspan::protocol {
namespace {

std::vector<std::string> lines_of(const std::string& text, std::size_t piece, std::size_t limit) {
  LineReader reader(limit);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    const std::string part = text.substr(at, piece);
    Bytes in = as_bytes(part);
    Line line;
    while (reader.next(in, line)) lines.emplace_back(line.text);
  }
  lines.push_back("rest:" + std::string(reader.unfinished()));
  return lines;
}

TEST(LineReader, AnyCutGivesTheSameLines) {
  const std::string text = "one\r\ntwo\n\r\nthree words\r\nunfini";
  const std::vector<std::string> expected{"one", "two", "", "three words", "rest:unfini"};
  for (std::size_t piece = 1; piece <= text.size(); ++piece)
    EXPECT_EQ(lines_of(text, piece, 100), expected) << piece;
}

TEST(LineReader, OverlongLinesLoseNothing) {
  const std::string text = std::string(1000, 'x') + "\r\nshort\r\n";
  for (const std::size_t piece : {1, 3, 64, 2000}) {
    LineReader reader(50);
    std::string all;
    std::vector<std::string> whole;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      const std::string part = text.substr(at, piece);
      Bytes in = as_bytes(part);
      Line line;
      while (reader.next(in, line)) {
        all += line.wire;
        EXPECT_LE(line.wire.size(), 50U);
        if (line.kind == Line::Kind::whole) whole.emplace_back(line.text);
      }
    }
    EXPECT_EQ(all, text);
    EXPECT_EQ(whole, std::vector<std::string>{"short"});
  }
}

TEST(SplitReply, Forms) {
  EXPECT_EQ(split_reply("250 ok").code, 250);
  EXPECT_TRUE(split_reply("250-SIZE").more);
  EXPECT_EQ(split_reply("250-SIZE").text, "SIZE");
  EXPECT_EQ(split_reply("354").code, 354);
  for (const char* none : {"", "25", "25x ok", "2500 ok", "EHLO a"})
    EXPECT_EQ(split_reply(none).code, 0) << none;
}

}  // namespace
}  // namespace outspan::protocol
