#include "bytecode_fixture.h"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace perigee::testing {
namespace {

const char* const kProgram = R"(
local up, n <const> = 0, 3
local function f(a, b, ...)
  local t = {a, b, x = 1.5, ["a key that is longer than what an inline cache can take, by far"] = "\0\1\255", ...}
  for i = 1, #t do up = up + i end
  for k, v in next, t do t[k] = v or nil end
  return function() return t, up, ... == nil end
end
return f(1, 2)
)";

TEST(Dump, RoundTrip) {
  BytecodeState state;
  std::string source = kProgram;
  source.replace(source.find("... == nil"), 10, "1 == nil");
  LuaFunction* f = state.load(source);
  ASSERT_NE(f, nullptr) << state.message;
  std::string binary = state.dumped(f->proto);
  LuaFunction* g = state.load(binary);
  ASSERT_NE(g, nullptr) << state.message;
  EXPECT_EQ(listProto(f->proto), listProto(g->proto));
  EXPECT_EQ(binary, state.dumped(g->proto));
}

TEST(Dump, StrippedChunksHaveTheSameCode) {
  BytecodeState state;
  LuaFunction* f = state.load("local a = 1; return function(x) return a + x end");
  std::string binary = state.dumped(f->proto, true);
  LuaFunction* g = state.load(binary);
  ASSERT_NE(g, nullptr) << state.message;
  EXPECT_EQ(g->proto->lines, nullptr);
  EXPECT_EQ(g->proto->source, nullptr);
  EXPECT_EQ(g->proto->local_count, 0u);
  EXPECT_EQ(g->proto->code_size, f->proto->code_size);
  EXPECT_LT(binary.size(), state.dumped(f->proto).size());
  EXPECT_EQ(binary, state.dumped(g->proto, false));
}

TEST(Dump, EveryTruncationIsNoticed) {
  BytecodeState state;
  LuaFunction* f = state.load("local a, b = 1, 'text'; return function(...) return a, b.c, ... end");
  std::string binary = state.dumped(f->proto);
  for (size_t size = 1; size < binary.size(); ++size) {
    ASSERT_EQ(state.load(binary.substr(0, size)), nullptr) << size;
    EXPECT_EQ(state.message, "t: bad binary format (truncated chunk)") << size;
  }
}

TEST(Dump, HeaderIsChecked) {
  BytecodeState state;
  LuaFunction* f = state.load("return 1");
  std::string binary = state.dumped(f->proto);
  for (size_t i = 1; i < sizeof kDumpSignature + 2 + sizeof kDumpCheck + 4; ++i) {
    std::string damaged = binary;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x20);
    EXPECT_EQ(state.load(damaged), nullptr) << i;
    EXPECT_NE(state.message.find("t: bad binary format ("), std::string::npos) << state.message;
  }
}

TEST(Dump, CountsNeedNoMoreMemoryThanTheInputJustifies) {
  BytecodeState state;
  LuaFunction* f = state.load("return 1");
  std::string binary = state.dumped(f->proto);
  size_t code_count = sizeof kDumpSignature + 2 + sizeof kDumpCheck + 4 + 3 + 2;
  std::string damaged = binary.substr(0, code_count) + "\xff\xff\xff\xff\x07" + binary.substr(code_count + 1);
  EXPECT_EQ(state.load(damaged), nullptr);
  EXPECT_EQ(state.message, "t: bad binary format (truncated chunk)");
}

TEST(Dump, PiecesOfAnySize) {
  BytecodeState state;
  LuaFunction* f = state.load(kProgram + std::string("--"), "=t");
  ASSERT_EQ(f, nullptr); // '...' outside of a vararg function
  f = state.load("return 'one', {2}, function() return three end");
  std::string binary = state.dumped(f->proto);
  struct Pieces {
    std::string_view rest;
    static const char* read(void* ud, size_t* size) {
      Pieces* self = static_cast<Pieces*>(ud);
      *size = self->rest.empty() ? 0 : 1;
      const char* piece = self->rest.data();
      if (*size != 0) self->rest.remove_prefix(1);
      return piece;
    }
  } pieces{binary};
  LuaFunction* g = nullptr;
  EXPECT_TRUE(state.attempt([&] { g = load(state.L, {&pieces, Pieces::read}, "=t", "b"); })) << state.message;
  EXPECT_EQ(listProto(f->proto), listProto(g->proto));
}

TEST(Dump, ModeSaysWhatMayBeLoaded) {
  BytecodeState state;
  struct Once {
    std::string_view rest;
    static const char* read(void* ud, size_t* size) {
      Once* self = static_cast<Once*>(ud);
      std::string_view piece = self->rest;
      self->rest = {};
      *size = piece.size();
      return piece.data();
    }
  };
  Once text{"return 1"};
  EXPECT_FALSE(state.attempt([&] { load(state.L, {&text, Once::read}, "=t", "b"); }));
  EXPECT_EQ(state.message, "attempt to load a text chunk (mode is 'b')");
  std::string binary = state.dumped(state.load("return 1")->proto);
  Once bytes{binary};
  EXPECT_FALSE(state.attempt([&] { load(state.L, {&bytes, Once::read}, "=t", "t"); }));
  EXPECT_EQ(state.message, "attempt to load a binary chunk (mode is 't')");
}

} // namespace
} // namespace perigee::testing
