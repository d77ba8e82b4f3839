#include <gtest/gtest.h>

#include "tests/content/archives.h"
#include "tests/content/encoders.h"
#include "tests/content/support.h"

/// What is written beside the pixels of a picture.
namespace outspan::content {
namespace {

using namespace std::literals;
using protocol::PartKind;

std::string big(std::uint64_t value, int bytes) {
  std::string out = little(value, bytes);
  return {out.rbegin(), out.rend()};
}

std::string noise(std::size_t size, unsigned seed) {
  std::string bytes;
  for (; bytes.size() < size; seed = seed * 1103515245 + 12345)
    bytes += static_cast<char>(seed >> 16);
  return bytes;
}

std::string rows() {
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    const std::string number = std::to_string(i * 7919);
    text += "Person " + number + ";person" + number + "@example.com\r\n";
  }
  return text + "zoe@example.org";
}
const std::string kRows = rows();

std::string chunk(std::string_view type, std::string_view body) {
  return big(body.size(), 4) + std::string(type) + std::string(body) + "crc\x01";
}
std::string png(std::string_view chunks) {
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", noise(13, 1)) + std::string(chunks) +
         chunk("IDAT", noise(5000, 2)) + chunk("IDAT", noise(3000, 3)) + chunk("IEND", "");
}

std::string segment(char mark, std::string_view body) {
  return std::string("\xff") + mark + big(body.size() + 2, 2) + std::string(body);
}
std::string scan() {
  std::string pixels = noise(4000, 4);
  for (std::size_t at = 0; (at = pixels.find('\xff', at)) != std::string::npos; at += 2)
    pixels.insert(at + 1, 1, '\0');
  return segment('\xda', std::string("\1\1\0\0\x3f\0"sv)) + pixels + "\xff\xd3" + pixels;
}
std::string jpeg(std::string_view segments) {
  return "\xff\xd8" + segment('\xe0', std::string("JFIF\0\1\2"sv)) + std::string(segments) +
         segment('\xdb', noise(65, 5)) + scan() + segment('\xc4', noise(30, 6)) + scan() +
         "\xff\xd9";
}
/// The ledger has texts of a picture as inspected, and the rest of it as media.
TEST(Pictures, TextsAreNotMedia) {
  const std::string text = "iTXtXML:com.adobe.xmp" + std::string(5, '\0') + kRows;
  const std::string picture = png(chunk("iTXt", text.substr(4)));
  Bench bench;
  bench.run(part(PartKind::body, "image/png"), picture);
  EXPECT_TRUE(bench.saw("zoe@example.org"));
  std::uint64_t media = 0;
  for (const ReasonBytes& each : bench.ledger.by_reason(Column::opaque)) media += each.bytes;
  EXPECT_EQ(media, picture.size() - kRows.size());
  EXPECT_TRUE(bench.adds_up(picture.size()));
}

const std::string kXmp = "http://ns.adobe.com/xap/1.0/\0"s;
std::string extended_xmp(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 65000)
    out +=
        segment('\xe1', "http://ns.adobe.com/xmp/extension/\0"s + std::string(32, 'A') +
                            big(text.size(), 4) + big(at, 4) + std::string(text.substr(at, 65000)));
  return out;
}

std::string pieces(std::string_view bytes) {
  std::string out;
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 255))) {
    const std::string_view piece = bytes.substr(0, 255);
    out += static_cast<char>(piece.size()) + std::string(piece);
  }
  return out + '\0';
}
std::string gif(std::string_view extensions) {
  return "GIF89a" + noise(4, 7) + "\x91\1\1" + noise(12, 8) + std::string(extensions) + "," +
         noise(8, 9) + '\x80' + noise(6, 10) + "\x08" + pieces(noise(3000, 11)) + ";";
}

std::string riff_chunk(std::string_view type, std::string_view body) {
  return std::string(type) + little(body.size(), 4) + std::string(body) +
         std::string(body.size() % 2, '\0');
}
std::string webp(std::string_view chunks) {
  const std::string all = "WEBP" + riff_chunk("VP8X", noise(10, 12)) +
                          riff_chunk("VP8 ", noise(4001, 13)) + std::string(chunks);
  return "RIFF" + little(all.size(), 4) + all;
}

struct Picture {
  std::string name;
  std::string bytes;
  std::string found = kRows;
};
const Picture kPictures[] = {
    {"png_text", png(chunk("tEXt", "Comment\0"s + kRows))},
    {"png_text_latin1", png(chunk("tEXt", "Author\0Zo\xeb Last, zo\xeb@example.org"s)),
     "Zo\xc3\xab Last, zo\xc3\xab@example.org"},
    {"png_text_deflated", png(chunk("zTXt", "Comment\0\0"s + deflated(kRows, 15)))},
    {"png_text_after_pixels",
     png(chunk("IDAT", noise(900, 14)) + chunk("zTXt", "x\0\0"s + deflated(kRows, 15)))},
    {"png_two_texts", png(chunk("zTXt", "x\0\0"s + deflated("one", 15)) +
                          chunk("zTXt", "y\0\0"s + deflated(kRows, 15)))},
    {"png_international", png(chunk("iTXt", "Comment\0\0\0en\0Kommentar\0"s + kRows))},
    {"png_international_deflated",
     png(chunk("iTXt", "XML:com.adobe.xmp\0\1\0\0\0"s + deflated(kRows, 15)))},
    {"png_profile", png(chunk("iCCP", "icc\0\0"s + deflated(kRows, 15)))},
    {"png_exif", png(chunk("eXIf", "MM\0*\0\0\0\x08 zoe@example.org\0"s)), "zoe@example.org"},
    {"png_keyword", png(chunk("tEXt", "zoe@example.org\0x"s)), "zoe@example.org"},
    {"png_unknown_chunk", png(chunk("prVt", "\1zoe@example.org\2")), "zoe@example.org"},
    {"png_and_a_zip_after_it", png("") + zip_member("list.csv", kRows)},
    {"jpeg_comment", jpeg(segment('\xfe', kRows.substr(0, 60000))), kRows.substr(0, 60000)},
    {"jpeg_comment_after_pixels", jpeg(scan() + segment('\xfe', "Zo\xeb, zo\xeb@example.org")),
     "Zo\xc3\xab, zo\xc3\xab@example.org"},
    {"jpeg_exif", jpeg(segment('\xe1', "Exif\0\0II*\0\x08\0\0\0zoe@example.org\0"s)),
     "zoe@example.org"},
    {"jpeg_xmp", jpeg(segment('\xe1', kXmp + "<x>zoe@example.org</x>")), "<x>zoe@example.org</x>"},
    {"jpeg_extended_xmp", jpeg(segment('\xe1', kXmp + "<x/>") + extended_xmp(kRows))},
    {"jpeg_iptc",
     jpeg(segment('\xed',
                  "Photoshop 3.0\0"
                  "8BIM\x04\x04\0\0\0\0\0\x14\x1c\2\x50\0\x0fzoe@example.org"s)),
     "zoe@example.org"},
    {"jpeg_fill_bytes", jpeg("\xff\xff\xff" + segment('\xfe', "zoe@example.org")),
     "zoe@example.org"},
    {"gif_comment", gif("!\xfe" + pieces(kRows))},
    {"gif_comment_among_others",
     gif("!\xf9" + pieces("\4\1\2\3") + "!\xfe" + pieces(kRows) + "!\xff" + pieces("NETSCAPE2.0"))},
    {"webp_xmp", webp(riff_chunk("EXIF", "II*x") + riff_chunk("XMP ", kRows))},
    {"webp_exif", webp(riff_chunk("EXIF", "II*\0zoe@example.org\0"s)), "zoe@example.org"},
};
class Pictures : public testing::TestWithParam<Picture> {};
INSTANTIATE_TEST_SUITE_P(Content, Pictures, testing::ValuesIn(kPictures),
                         [](const auto& test) { return test.param.name; });

TEST_P(Pictures, AreReadForWhatIsWrittenInThemHoweverCut) {
  for (const std::size_t piece : {0UL, 1UL, 7UL, 1460UL}) {
    Bench bench;
    bench.run(part(PartKind::body), GetParam().bytes, piece);
    EXPECT_TRUE(bench.saw(GetParam().found)) << piece;
    EXPECT_EQ(bench.unread_parts(), 0u) << piece;
    EXPECT_EQ(bench.problem, "");
  }
}

/// Of what stands in a stream that is damaged so, that is said.
TEST_P(Pictures, AreSearchedOrSaidWhereTheirStructureIsBroken) {
  std::string planted("\x80 ");
  for (int i = 0; i < 30; ++i) planted += "erin@example.com ";
  for (const std::size_t cut : {9UL, 20UL, 60UL}) {
    Bench bench;
    bench.run(part(PartKind::body),
              GetParam().bytes.substr(0, cut) + planted + GetParam().bytes.substr(cut));
    EXPECT_TRUE(bench.saw("erin@example.com") || !bench.blind_spots.empty()) << cut;
  }
}

}  // namespace
}  // namespace outspan::content
