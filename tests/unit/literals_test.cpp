// No number of a program stands in the bytes of its machine code, but for those of 16 bits.

#include "compiler/compile.h"
#include "interpreter/call.h"
#include "interpreter/interpreter.h"
#include "jit/tiering.h"
#include "lib/load_file.h"
#include "lib/native.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace perigee {
namespace {

// Bodies of functions of x, a number or what acts as one, and t, an empty table; K is the number looked for.
constexpr const char* kBodies[] = {
    "return x + K",
    "return K + x",
    "return x - K",
    "return K - x",
    "return x * K",
    "return x // K",
    "return x % K",
    "return K // x",
    "return x / K",
    "return x ^ K",
    "return x & K",
    "return x | K",
    "return x ~ K",
    "return x << K",
    "return K >> x",
    "return (x + 1) * (x - 1) ~ K",
    "return ~x & K, -x + K",
    "return x == K, K ~= x",
    "return x < K, x <= K, x > K, x >= K",
    "return K < x, K <= x, not (x < K)",
    "if x == K then return 1 end return 2",
    "if x < K then return K end return x",
    "local n = 0 while x > K and n < 9 do x = x - K n = n + 1 end return x",
    "local y if x > 3 then y = K else y = x end return y + y",
    "local y = 1 if x > 3 then y = K end t[1] = y return y",
    "return t[K]",
    "t[K] = x return t[K]",
    "t[x] = K return #t",
    "t.field = K return t.field",
    "return {x, K, K}",
    "return ({field = K}).field",
    "local n = 0 for i = K, K + 3 do n = n + 1 if n > 9 then break end end return n",
    "local n = 0 for i = K, x do n = n + 1 if n > 9 then break end end return n",
    "local n = 0 for i = x, K do n = n + 1 if n > 9 then break end end return n",
    "local n = 0 for i = 1, 10, K do n = n + i if n > 9 then break end end return n",
    "local n = 0 for i = 1, x, K do n = n + i if n > 9 then break end end return n",
    "local n = 0 for i = 1.5, K, K do n = n + i if n > 9 then break end end return n",
    "return K",
    "return K, x, K, x, K",
    "return select(x % 3 + 1, K, K, K)",
    "local k <const> = K return function() return k end",
    "local k = K local function get() k = k + K return k end return get(), get()",
    "local function same(a) return a end return same(K), same(x)",
    "local function same(a, ...) return a, ... end return same(x, K)",
    "return coroutine.wrap(function() coroutine.yield(K) end)()",
    "return math.max(x, K), math.min(K, x), math.abs(K)",
    "return math.floor(K + 0.5), math.floor(x) == K",
    "return x .. K, ('a'):rep(x % 5) .. K",
    "return ('text'):sub(x % 4, K)",
    "return ('text'):byte(K), #t + K",
    "return rawequal(x, K), x == K or K, x and K",
    "return pcall(select, K, x)",
    "local a, b = K, x a, b = b, a return a + b",
    "goto on ::on:: t[#t + 1] = K return #t",
    "return t[x + K]",
    "local s = 0 for i = 1, 30 do s = s + i * K if s > K then s = s - K end end return s",
    "local s = 0.0 for i = 1, 30 do s = s * 0.5 + K end return s",
};

struct Number {
  std::string text;
  int64_t bits;
  int64_t negative_bits;
};

Number integer(int64_t i) {
  return {"(" + std::to_string(i) + ")", i, static_cast<int64_t>(uint64_t{0} - static_cast<uint64_t>(i))};
}
Number floating(double d) {
  char text[64];
  std::snprintf(text, sizeof text, "(%a)", d);
  return {text, std::bit_cast<int64_t>(d), std::bit_cast<int64_t>(-d)};
}

std::string functionOf(const char* body, const Number& number) {
  std::string text = body;
  for (size_t at; (at = text.find('K')) != std::string::npos;) text.replace(at, 1, number.text);
  return "local function f(x, t) " + text + " end ";
}

class Runner {
public:
  Runner(JitMode mode, bool ticks) : L(newState()), G(L->global) {
    installJit(G, compileUnit);
    jitOf(G)->limits.hot_calls = 20;
    jitOf(G)->limits.hot_loops = 20;
    setJitMode(G, mode);
    openLibraries(L);
    if (ticks) countTicks(G, true);
  }
  ~Runner() { closeState(L); }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // The results of the function, as text.
  std::string run(const std::string& function) {
    Native n(L);
    ThreadStatus status = loadString(L, function + R"(
      local number = setmetatable({}, {__index = function() return function(a) return a end end})
      for _, event in ipairs {"add", "sub", "mul", "div", "mod", "pow", "idiv", "band", "bor", "bxor", "shl", "shr",
                              "unm", "bnot", "concat", "lt", "le"} do
        getmetatable(number)["__" .. event] = function() return 7 end
      end
      local out = {}
      local function try(x)
        local function note(ok, ...)
          for i = 1, select("#", ...) do
            local v = select(i, ...)
            local is_plain = type(v) == "number" or type(v) == "string" or type(v) == "boolean"
            out[#out + 1] = is_plain and tostring(v):gsub("0x%x+", "") or type(v)
          end
        end
        note(pcall(f, x, {}))
      end
      for i = 1, 100 do try(i) end
      for i = 1, 60 do try(i + 0.25) end
      for i = 1, 60 do try(number) end
      return table.concat(out, " ")
    )",
                                     "=t", nullptr);
    if (status == ThreadStatus::Ok) status = protectedCall(L, 0, 1);
    std::string out(n.pushToString(n.count()));
    n.setTop(0);
    EXPECT_EQ(status, ThreadStatus::Ok) << out;
    return out;
  }

  template <class F> void forEachUnit(F&& visit) {
    for (const NativeCode* u = jitOf(G)->newest; u != nullptr; u = u->older) visit(u);
    for (const NativeCode* u = G->discarded_units; u != nullptr; u = u->older) visit(u);
  }

  Thread* L;
  State* G;
};

bool stands(const NativeCode* unit, const void* bytes, size_t n) {
  const char* wanted = static_cast<const char*>(bytes);
  const char* end = unit->code + unit->size;
  return std::search(const_cast<const char*>(unit->code), end, wanted, wanted + n) != end;
}

// Either half of the number, in the order of memory. (What has few digits would be found by chance.)
bool standsInCode(const NativeCode* unit, int64_t bits) {
  for (int half : {0, 32}) {
    uint32_t part = static_cast<uint32_t>(static_cast<uint64_t>(bits) >> half);
    int digits = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      uint32_t digit = part >> shift & 0xFF;
      digits += digit != 0 && digit != 0xFF;
    }
    if (digits >= 3 && stands(unit, &part, sizeof part)) return true;
  }
  return false;
}

std::vector<Number> tellTaleNumbers() {
  return {integer(0x6A5B4C),         integer(0x11223344),          integer(-0x11223344),
          integer(0x9A8B7C6D),       integer(0x1122334455667788),  integer(-0x1122334455667788),
          integer(0x0F05C35B5E5F58), floating(287454020.0),        floating(-6.1523370511e-37),
          floating(1.2345678987e99), floating(0.71234567890123456)};
}

void testAll(JitMode mode, bool ticks) {
  Runner interpreter(JitMode::Off, ticks);
  size_t units = 0;
  for (const Number& number : tellTaleNumbers()) {
    for (const char* body : kBodies) {
      std::string function = functionOf(body, number);
      Runner compiled(mode, ticks);
      EXPECT_EQ(compiled.run(function), interpreter.run(function)) << function;
      compiled.forEachUnit([&](const NativeCode* unit) {
        ++units;
        EXPECT_FALSE(standsInCode(unit, number.bits)) << function;
        EXPECT_FALSE(standsInCode(unit, number.negative_bits)) << function << " (negative)";
      });
    }
  }
  EXPECT_GT(units, std::size(kBodies) * tellTaleNumbers().size());
}

TEST(Literals, StandInNoCodeMadeAtTheFirstCall) { testAll(JitMode::Always, false); }
TEST(Literals, StandInNoCodeOfWhatIsHot) { testAll(JitMode::On, false); }
TEST(Literals, StandInNoCodeThatCountsTicks) { testAll(JitMode::On, true); }

TEST(Literals, AreFoundWhereTheyStand) {
  Runner runner(JitMode::Always, false);
  runner.run("local function f(x) return x + 0x1234 end ");
  const uint32_t number = 0x1234;
  bool found = false;
  runner.forEachUnit([&](const NativeCode* unit) { found |= stands(unit, &number, sizeof number); });
  EXPECT_TRUE(found);
}

} // namespace
} // namespace perigee
