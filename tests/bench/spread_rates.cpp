#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/content/support.h"

/// spread-rates CORPUS: how many files that can be read are called opaque by how they are spread,
/// and how many that are compressed or encrypted are called opaque or opened, by kind and size: the
/// table of docs/formats.md. Nothing is handed to a worker. tools/spread-corpus makes the corpus.

using namespace outspan;
using namespace outspan::content;
namespace fs = std::filesystem;

namespace {

constexpr std::array<std::size_t, 6> kSizes{256, 512, 1024, 1536, 4096, 65536};
/// Of each file and size: from its beginning, and from anywhere.
constexpr int kPieces = 3;

enum class From : bool { beginning, anywhere };
enum class Counted : bool { by_spread, opaque_or_opened };

std::vector<std::string> files_of(const fs::path& folder) {
  std::vector<fs::path> paths(fs::directory_iterator(folder), fs::directory_iterator{});
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> files;
  for (const fs::path& path : paths) {
    std::ifstream in(path, std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return files;
}

struct Rate {
  int pieces = 0, opaque = 0, by_spread = 0, opened = 0;

  void add(const Rate& other) {
    pieces += other.pieces, opaque += other.opaque;
    by_spread += other.by_spread, opened += other.opened;
  }
  [[nodiscard]] double percent(Counted counted) const {
    return 100.0 * (counted == Counted::by_spread ? by_spread : opaque + opened) /
           std::max(pieces, 1);
  }
};

void judge(std::string_view piece, Rate& rate) {
  Bench bench;
  bench.run(protocol::PartInfo{}, piece);
  const auto inspected = bench.account.columns(Side::client)[Column::inspected];
  const bool opaque = inspected * 2 < piece.size();
  const bool opened =
      std::ranges::any_of(bench.texts, [](const auto& each) { return !each.first.empty(); });
  const bool by_spread = std::ranges::any_of(
      bench.blind_spots, [](const auto& spot) { return spot.reason == "high-entropy"; });
  rate.add({1, opaque ? 1 : 0, opaque && by_spread ? 1 : 0, !opaque && opened ? 1 : 0});
}

Rate rate_of(const std::vector<std::string>& files, std::size_t size, From from) {
  std::mt19937 random(1);
  Rate rate;
  for (const std::string_view file : files) {
    if (file.size() < size) continue;
    for (int i = 0; i < (from == From::anywhere ? kPieces : 1); ++i)
      judge(file.substr(i == 0 ? 0 : random() % (file.size() - size + 1), size), rate);
  }
  return rate;
}

void print(const fs::path& root, const char* title, From from, Counted counted) {
  std::printf("| %s | files |", title);
  for (const std::size_t size : kSizes) std::printf(" %zu |", size);
  std::printf(" all |\n| --- |%s\n", " --: | --: | --: | --: | --: | --: | --: | --: |");
  std::vector<fs::path> kinds(fs::directory_iterator(root), fs::directory_iterator{});
  std::sort(kinds.begin(), kinds.end());
  Rate total;
  for (const fs::path& kind : kinds) {
    const std::vector<std::string> files = files_of(kind);
    std::printf("| %s | %zu |", kind.filename().c_str(), files.size());
    Rate all;
    for (const std::size_t size : kSizes) {
      const Rate rate = rate_of(files, size, from);
      rate.pieces == 0 ? std::printf(" – |") : std::printf(" %.2f |", rate.percent(counted));
      all.add(rate);
    }
    std::printf(" %.2f |\n", all.percent(counted));
    total.add(all);
  }
  std::printf("| all, %d pieces | | | | | | | | %.3f |\n\n", total.pieces, total.percent(counted));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const fs::path corpus = argv[1];
  print(corpus / "readable", "can be read", From::anywhere, Counted::by_spread);
  print(corpus / "streams", "compressed or encrypted, without a mark", From::anywhere,
        Counted::opaque_or_opened);
  print(corpus / "files", "compressed, from the beginning", From::beginning,
        Counted::opaque_or_opened);
  return 0;
}
