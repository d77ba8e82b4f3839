#include "unpack/pool/shared_file.h"

#include <gtest/gtest.h>

#include <string>

namespace outspan::unpack {
namespace {

TEST(SharedFile, HoldsWhatWasAddedAndNobodyCanChangeItOnceItIsSealed) {
  SharedFile file;
  EXPECT_TRUE(file.append(as_bytes("PK")));
  EXPECT_TRUE(file.append(as_bytes("\3\4")));
  EXPECT_EQ(file.size(), 4u);
  ASSERT_TRUE(file.seal());
  EXPECT_FALSE(file.append(as_bytes("more")));
  EXPECT_EQ(file.size(), 4u);
  EXPECT_EQ(as_text(file.bytes()), "PK\3\4");
}

TEST(SharedFile, MayBeEmpty) {
  SharedFile file;
  EXPECT_TRUE(file.bytes().empty());
  EXPECT_TRUE(file.seal());
}

}  // namespace
}  // namespace outspan::unpack
