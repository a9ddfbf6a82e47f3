// Any pattern against any subject: no crash, no read outside the subject, and the functions agree with each
// other. The input is the pattern, a zero byte, and the subject; without a zero byte the pattern is its own
// subject.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lua_host.h"

namespace {

constexpr const char* kTarget = R"lua(
  local find, match, gmatch, gsub, sub = string.find, string.match, string.gmatch, string.gsub, string.sub
  local pcall, assert = pcall, assert
  local function nothing() end
  return function(input)
    local split = find(input, "\0", 1, true)
    local pattern = split and sub(input, 1, split - 1) or input
    local subject = split and sub(input, split + 1) or input
    local ok, first, last = pcall(find, subject, pattern)
    if ok and first then
      assert(1 <= first and last >= first - 1 and last <= #subject)
      assert(find(subject, pattern, first) == first)
      pcall(match, subject, pattern, first)
    end
    pcall(find, subject, pattern, -3)
    local ok_plain, at = pcall(find, subject, pattern, 1, true)
    assert(ok_plain and (not at or sub(subject, at, at + #pattern - 1) == pattern))
    pcall(function() for _ in gmatch(subject, pattern) do end end)
    local replaced, same, count = pcall(gsub, subject, pattern, nothing)
    assert(not replaced or same == subject and count <= #subject + 1)
    pcall(gsub, subject, pattern, "<%0%1>")
    pcall(gsub, subject, pattern, pattern)
  end
)lua";

// Repetitions make matching take time of a power of their number; what is slow by nature is of no interest.
bool isCheap(std::string_view input) {
  constexpr size_t kMaxSize = 200;
  constexpr int kMaxRepetitions = 3;
  if (input.size() > kMaxSize) return false;
  int repetitions = 0;
  for (char c : input.substr(0, input.find('\0')))
    repetitions += c == '*' || c == '+' || c == '-' || c == '?';
  return repetitions <= kMaxRepetitions;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static perigee::LuaHost host(kTarget);
  std::string_view input(reinterpret_cast<const char*>(data), size);
  if (isCheap(input)) host.run(input);
  return 0;
}
