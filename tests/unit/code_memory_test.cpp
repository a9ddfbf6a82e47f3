#include "jit/code_memory.h"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace perigee {
namespace {

// How the page of an address is mapped, as in /proc/self/maps: "r-xp".
std::string protectionOf(const void* address) {
  std::ifstream maps("/proc/self/maps");
  std::string line;
  uint64_t wanted = reinterpret_cast<uintptr_t>(address);
  while (std::getline(maps, line)) {
    unsigned long long from, to;
    char protection[8];
    if (std::sscanf(line.c_str(), "%llx-%llx %7s", &from, &to, protection) == 3 && from <= wanted &&
        wanted < to)
      return protection;
  }
  return "";
}

TEST(CodeMemory, PagesAreNeverWritableAndExecutable) {
  CodeMemory memory;
  CodeMemory::Block* a = memory.allocate(100);
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(protectionOf(a->start), "rw-p");
  std::memset(a->start, 0x90, 100);
  ASSERT_TRUE(memory.seal(a));
  EXPECT_EQ(protectionOf(a->start), "r-xp");
  CodeMemory::Block* b = memory.allocate(100); // on the same page
  EXPECT_EQ(protectionOf(a->start), "rw-p");
  ASSERT_TRUE(memory.seal(b));
  EXPECT_EQ(protectionOf(a->start), "r-xp");
  memory.free(a);
  EXPECT_EQ(protectionOf(b->start), "r-xp");
}

TEST(CodeMemory, BytesAreCountedAndNeighboursJoin) {
  CodeMemory memory;
  std::vector<CodeMemory::Block*> blocks;
  for (int i = 0; i < 10; i++) {
    blocks.push_back(memory.allocate(1000));
    ASSERT_TRUE(memory.seal(blocks.back()));
    EXPECT_EQ(memory.bytesInUse(), static_cast<size_t>(i + 1) * 1024);
  }
  char* start = blocks[0]->start;
  for (int i : {1, 3, 2, 0}) memory.free(blocks[static_cast<size_t>(i)]);
  EXPECT_EQ(memory.bytesInUse(), 6u * 1024);
  CodeMemory::Block* joined = memory.allocate(4 * 1024);
  EXPECT_EQ(joined->start, start);
  ASSERT_TRUE(memory.seal(joined));
  memory.free(joined);
  for (size_t i = 4; i < 10; i++) memory.free(blocks[i]);
  EXPECT_EQ(memory.bytesInUse(), 0u);
}

TEST(CodeMemory, TheBudgetIsKept) {
  CodeMemory memory;
  memory.setBudget(10'000);
  CodeMemory::Block* a = memory.allocate(6'000);
  ASSERT_NE(a, nullptr);
  ASSERT_TRUE(memory.seal(a));
  EXPECT_EQ(memory.allocate(6'000), nullptr);
  EXPECT_EQ(memory.allocate(1'000'000), nullptr);
  EXPECT_EQ(memory.bytesInUse(), 6'016u);
  memory.free(a);
  CodeMemory::Block* b = memory.allocate(9'000);
  ASSERT_NE(b, nullptr);
  ASSERT_TRUE(memory.seal(b));
  memory.free(b);
}

TEST(CodeMemory, EmptyRegionsAreGivenBack) {
  CodeMemory memory;
  std::vector<CodeMemory::Block*> blocks;
  for (int i = 0; i < 10; i++) {
    blocks.push_back(memory.allocate(size_t{1} << 20));
    ASSERT_NE(blocks.back(), nullptr);
    ASSERT_TRUE(memory.seal(blocks.back()));
  }
  EXPECT_GE(memory.bytesReserved(), size_t{10} << 20);
  for (CodeMemory::Block* b : blocks) memory.free(b);
  EXPECT_EQ(memory.bytesInUse(), 0u);
  EXPECT_LE(memory.bytesReserved(), size_t{1} << 20);
}

TEST(CodeMemory, ManyBlocksOfAnySize) {
  CodeMemory memory;
  memory.setBudget(size_t{4} << 20);
  std::mt19937 random(7);
  struct Held {
    CodeMemory::Block* block;
    size_t size;
    unsigned char mark;
  };
  std::vector<Held> held;
  size_t bytes = 0;
  for (int i = 0; i < 20'000; i++) {
    if (held.empty() || random() % 2 == 0) {
      size_t size = 1 + random() % (random() % 8 == 0 ? 60'000 : 2'000);
      CodeMemory::Block* b = memory.allocate(size);
      if (b == nullptr) continue;
      unsigned char mark = static_cast<unsigned char>(random());
      std::memset(b->start, mark, size);
      ASSERT_TRUE(memory.seal(b));
      held.push_back({b, size, mark});
      bytes += b->size;
    } else {
      size_t n = random() % held.size();
      const Held& h = held[n];
      ASSERT_EQ(static_cast<unsigned char>(h.block->start[0]), h.mark);
      ASSERT_EQ(static_cast<unsigned char>(h.block->start[h.size - 1]), h.mark);
      bytes -= h.block->size;
      memory.free(h.block);
      held[n] = held.back();
      held.pop_back();
    }
    ASSERT_EQ(memory.bytesInUse(), bytes);
    ASSERT_LE(bytes, memory.budget());
  }
}

} // namespace
} // namespace perigee
