#include "spool/cursor.h"

#include "tests/spool/helpers.h"

namespace outspan::spool {
namespace {

std::unique_ptr<Cursor> open_cursor(const std::string& folder, const std::string& name = "siem") {
  auto cursor = Cursor::open(folder, name, {7, 3, 100});
  EXPECT_TRUE(cursor.ok());
  return std::move(*cursor);
}

std::filesystem::path only_file(const std::filesystem::path& folder) {
  return std::filesystem::directory_iterator(folder / "cursors")->path();
}

TEST(Cursor, BeginsWhereItIsTold) {
  const TemporaryFolder folder;
  EXPECT_EQ(open_cursor(folder.path())->position().number, 7u);
}

TEST(Cursor, SurvivesARestart) {
  const TemporaryFolder folder;
  for (std::uint64_t number = 8; number < 20; ++number) {
    EXPECT_TRUE(open_cursor(folder.path())->store({number, 8, number * 10}));
    const auto cursor = open_cursor(folder.path());
    EXPECT_EQ(cursor->position().number, number);
    EXPECT_EQ(cursor->position().segment, 8u);
    EXPECT_EQ(cursor->position().offset, number * 10);
  }
}

TEST(Cursor, ATornWriteLeavesThePlaceBefore) {
  const TemporaryFolder folder;
  {
    const auto cursor = open_cursor(folder.path());
    cursor->store({10, 8, 100});
    cursor->store({11, 8, 110});
  }
  const std::filesystem::path path = only_file(folder.path());
  const std::string whole = file_text(path);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string torn = whole;
    torn[at] ^= 1;
    put_file(path, torn);
    const std::uint64_t number = open_cursor(folder.path())->position().number;
    EXPECT_TRUE(number == 10 || number == 11) << at << ": " << number;
  }
}

TEST(Cursor, NothingWholeBeginsAnew) {
  const TemporaryFolder folder;
  open_cursor(folder.path());
  put_file(only_file(folder.path()), "garbage");
  EXPECT_EQ(open_cursor(folder.path())->position().number, 7u);
}

TEST(Cursor, NamesThatLookAlikeAsFilesAreTwo) {
  const TemporaryFolder folder;
  open_cursor(folder.path(), "tcp://a/b")->store({1, 1, 1});
  EXPECT_EQ(open_cursor(folder.path(), "tcp:..a.b")->position().number, 7u);
  EXPECT_EQ(open_cursor(folder.path(), "../../" + std::string(300, 'x'))->position().number, 7u);
}

}  // namespace
}  // namespace outspan::spool
