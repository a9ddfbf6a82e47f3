#include "lib/random.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace perigee {
namespace {

// As `math.randomseed(42)` and `math.random(0)` of stock Lua 5.4 give them.
TEST(Random, SeedGivesStockNumbers) {
  Random r;
  r.seed(42, 0);
  EXPECT_EQ(r.next(), 0xee49b4f7660276e5u);
  EXPECT_EQ(r.next(), 0x73a81c109b785431u);
}

RC_GTEST_PROP(Random, ProjectionIsInRange, (uint64_t seed, uint64_t limit)) {
  Random r;
  r.seed(seed, 0);
  RC_ASSERT(r.project(r.next(), limit) <= limit);
  double d = r.nextFloat();
  RC_ASSERT(d >= 0 && d < 1);
}

} // namespace
} // namespace perigee
