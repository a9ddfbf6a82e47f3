// Interpreter, compiled code and tiering together, with the compiler of template_compiler.h.
#include "interpreter/call.h"
#include "interpreter/interpreter.h"
#include "interpreter/operations.h"
#include "jit/tiering.h"
#include "jit/units.h"
#include "lib/load_file.h"
#include "lib/native.h"
#include "template_compiler.h"
#include "vm/feedback.h"
#include "vm/proto.h"

#include <string>

#include <gtest/gtest.h>

namespace perigee::testing {
namespace {

class JitState {
public:
  explicit JitState(JitMode mode = JitMode::Always, int exits = 0) : L(newState()), G(L->global) {
    exit_interval = exits;
    installJit(G, compileTemplate);
    setJitMode(G, mode);
    openLibraries(L);
  }
  ~JitState() {
    closeState(L);
    exit_interval = 0;
  }
  JitState(const JitState&) = delete;
  JitState& operator=(const JitState&) = delete;

  // What the chunk returns, as strings with spaces in between; or "error: …".
  std::string run(const std::string& source) {
    Native native(L);
    int before = native.count();
    ThreadStatus status = loadString(L, source, "=t", nullptr);
    if (status == ThreadStatus::Ok) status = protectedCall(L, 0, kAllResults);
    std::string out = status == ThreadStatus::Ok ? "" : "error: ";
    for (int i = before + 1; i <= native.count(); i++) {
      if (i != before + 1) out += ' ';
      out += native.pushToString(i);
      native.pop(1);
    }
    native.setTop(before);
    return out;
  }
  ::perigee::JitState& jit() { return *jitOf(G); }

  Thread* L;
  State* G;
};

TEST(Jit, ResultsForEveryKindOfCall) {
  JitState s;
  EXPECT_EQ(s.run("local function f(a, b) return a, b, 3 end "
                  "f(1, 2) local x = f(1, 2) local y, z, u, v = f(1, 2) "
                  "local t = {f(1, 2)} return x, y, z, u, v, #t, f(7)"),
            "1 1 2 3 nil 3 7 nil 3");
  EXPECT_EQ(s.run("local function f() end local x = f() return x, (f()), select('#', f())"), "nil nil 0");
  EXPECT_GE(s.jit().statistics.functions_compiled, 4u);
}

TEST(Jit, NativeCalleesAndVarargs) {
  JitState s;
  EXPECT_EQ(s.run("local function f(...) local a, b = ... return select('#', ...), a, b, ... end "
                  "return f(), f(nil), math.max(3, 9, 4), f(1, 2, 3)"),
            "0 1 9 3 1 2 1 2 3");
  EXPECT_EQ(
      s.run("local t = setmetatable({}, {__call = function(self, a) return a, self ~= nil end}) return t(5)"),
      "5 true");
  EXPECT_EQ(s.run("local function f(n, ...) if n == 0 then return ... end return f(n - 1, n, ...) end "
                  "return f(3), select('#', f(200))"),
            "1 200"); // the first call is cut to one result
}

TEST(Jit, ErrorsAndTracebacksThroughCompiledFrames) {
  JitState s;
  const char* source = "local function f(x)\n"
                       "  return x.y.z + 1\n" // 2
                       "end\n"
                       "local function g(x)\n"
                       "  local r = f(x)\n" // 5
                       "  return r\n"
                       "end\n"
                       "local ok, message = xpcall(g, debug.traceback, {})\n" // 8
                       "return message";
  std::string message = s.run(source);
  EXPECT_NE(message.find("t:2: attempt to index a nil value (field 'y')"), std::string::npos) << message;
  EXPECT_NE(message.find("t:2: in upvalue 'f'"), std::string::npos) << message;
  EXPECT_NE(message.find("t:5: in function"), std::string::npos) << message;
  EXPECT_NE(message.find("t:8: in main chunk"), std::string::npos) << message;
  JitState off(JitMode::Off);
  EXPECT_EQ(off.run(source), message);
}

TEST(Jit, YieldsAcrossCompiledFrames) {
  JitState s;
  EXPECT_EQ(s.run("local function inner(a) local b = coroutine.yield(a + 1) return b * 2 end "
                  "local function outer(a) local x = inner(a) local y = inner(x) return x, y, 'end' end "
                  "local co = coroutine.wrap(outer) return co(1), co(10), co(100)"),
            "2 21 20 200 end");
}

TEST(Jit, MetamethodsOfSingleInstructions) {
  JitState s;
  EXPECT_EQ(
      s.run("local mt = {__add = function(a, b) return 'sum' end, __index = function(t, k) return k .. k end,"
            "__lt = function() return true end, __concat = function() return 'cat' end, __len = function() "
            "return 42 end}"
            "local t = setmetatable({}, mt) local r = {} "
            "for i = 1, 3 do r = {t + i, 1 + i, t.x, t < t, t .. 1, #t} end return table.unpack(r)"),
      "sum 4 xx true cat 42");
  EXPECT_EQ(s.run("local t = setmetatable({}, {__index = function(t, k) return coroutine.yield(k) end}) "
                  "local co = coroutine.wrap(function() return t.a, t.b end) return co(), co(1), co(2)"),
            "a b 1 2");
}

TEST(Jit, SettingALocalOfACompiledCaller) {
  JitState s;
  EXPECT_EQ(s.run("local function set() debug.setlocal(2, 1, 'changed') end "
                  "local function f(a) set() return a end "
                  "local function g(...) local a = 1 set() return a end return f(1), g(1, 2, 3)"),
            "changed changed");
  EXPECT_EQ(s.run("local co = coroutine.create(function(a) coroutine.yield() return a end) "
                  "coroutine.resume(co, 1) debug.setlocal(co, 1, 1, 'from outside') return select(2, "
                  "coroutine.resume(co))"),
            "from outside");
}

TEST(Jit, AHookSetByACallee) {
  const char* source =
      "local lines = {}\n"
      "local function set() debug.sethook(function(e, l) lines[#lines + 1] = l end, 'l') end\n"
      "local function f()\n"
      "  set()\n"       // 4
      "  local x = 1\n" // 5
      "  return x\n"    // 6
      "end\n"
      "f()\n"             // 8
      "debug.sethook()\n" // 9
      "return table.concat(lines, ' ')";
  JitState always, off(JitMode::Off);
  EXPECT_EQ(always.run(source), "5 6 9");
  EXPECT_EQ(off.run(source), "5 6 9");
}

TEST(Jit, LoopsAreEnteredInTheMiddle) {
  JitState s(JitMode::On);
  EXPECT_EQ(s.run("local sum = 0 for i = 1, 5000 do sum = sum + i end return sum"), "12502500");
  EXPECT_EQ(s.jit().statistics.loops_compiled, 1u);
  EXPECT_EQ(s.jit().statistics.functions_compiled, 0u);
  EXPECT_EQ(s.run("local n, t = 0, {} for i = 1, 5000 do t[i] = i end for k, v in pairs(t) do n = n + v end "
                  "for i, v in ipairs(t) do n = n + v end while n % 7 ~= 0 do n = n + 1 end "
                  "repeat n = n + 1 until n > 25010000 return n"),
            "25010001");
  EXPECT_GE(s.jit().statistics.loops_compiled, 4u);
}

TEST(Jit, FeedbackSaysWhatWasSeen) {
  JitState s(JitMode::On);
  s.run("function f(a, b, t, g) local x = a + b if a == 0 then x = t[a] end g(x) t[1] = x return t[1] end "
        "local function g() end for i = 1, 320 do f(i, 1.5, {i}, g) end");
  Native native(s.L);
  Proto* p = native.field(s.G->globals, "f").function()->lua()->proto;
  ASSERT_NE(p->feedback, nullptr);
  bool add = false, jump = false, call = false, store = false;
  for (uint32_t i = 0; i < p->code_size; i++) {
    const SiteFeedback& f = p->feedback[i];
    switch (p->code[i].op) {
    case Opcode::Add:
      EXPECT_EQ(f.tags[1], 1u << static_cast<int>(Tag::Integer));
      EXPECT_EQ(f.tags[2], 1u << static_cast<int>(Tag::Float));
      add = true;
      break;
    case Opcode::JumpNeK:
      EXPECT_EQ(f.flags & (SiteFeedback::kJumped | SiteFeedback::kFellThrough), SiteFeedback::kJumped);
      jump = true;
      break;
    case Opcode::Call:
      EXPECT_NE(f.target, nullptr);
      EXPECT_EQ(f.flags & (SiteFeedback::kSeveralTargets | SiteFeedback::kLightTarget), 0);
      call = true;
      break;
    case Opcode::SetInt:
      EXPECT_EQ(f.array_kinds, 1u << 1); // integers, inside
      store = true;
      break;
    default: break;
    }
  }
  EXPECT_TRUE(add && jump && call && store);
}

TEST(Jit, DiscardedWhileSuspended) {
  for (int exits : {0, 2}) {
    JitState s(JitMode::Always, exits);
    EXPECT_EQ(
        s.run("local jit = require 'jit' "
              "local function g(a) jit.flush() collectgarbage() local b = coroutine.yield(a) return b end "
              "local function f(a, ...) local x = g(a) local y = g(x + 1) return x, y, ... end "
              "local co = coroutine.wrap(f) "
              "local a = co(1, 'v') collectgarbage() local b = co(5) jit.flush() collectgarbage() "
              "collectgarbage() "
              "return a, b, co(9)"),
        "1 6 5 9 v");
    EXPECT_EQ(s.G->discarded_units == nullptr, s.jit().discarded_bytes == 0);
  }
}

TEST(Jit, CodeDiesWithItsFunction) {
  JitState s;
  s.run("for i = 1, 300 do load('local a = ... return a + ' .. i)(1) end");
  EXPECT_GT(s.jit().statistics.functions_compiled, 300u);
  s.G->heap.fullCollection(s.L);
  s.G->heap.fullCollection(s.L);
  size_t before = s.jit().memory.bytesInUse();
  s.run("for i = 1, 3000 do load('local a = ... return a + ' .. i)(1) end");
  s.G->heap.fullCollection(s.L);
  s.G->heap.fullCollection(s.L);
  EXPECT_LE(s.jit().memory.bytesInUse(), before + 4096);
  EXPECT_GT(s.jit().statistics.freed_with_proto, 3000u);
}

TEST(Jit, TheBudgetIsKeptByDroppingWhatIsNotUsed) {
  JitState s;
  setCodeBudget(s.G, 40'000);
  EXPECT_EQ(s.run("local fs, n = {}, 0 for i = 1, 500 do fs[i] = load('local a = ... return a + ' .. i) n = "
                  "n + fs[i](1) end "
                  "local hot = fs[1] for i = 1, 500 do n = n + fs[i](0) + hot(0) end return n"),
            std::to_string(125250 + 500 + 125250 + 500));
  EXPECT_GT(s.jit().statistics.evicted, 0u);
  EXPECT_LE(s.jit().memory.bytesInUse(), 40'000u);
  EXPECT_EQ(s.jit().statistics.functions_compiled + s.jit().statistics.refused > 500, true);
}

TEST(Jit, NoRoomIsNoFailure) {
  JitState s;
  setCodeBudget(s.G, 64);
  EXPECT_EQ(
      s.run("local function f(n) if n < 2 then return n end return f(n - 1) + f(n - 2) end return f(15)"),
      "610");
  EXPECT_GT(s.jit().statistics.refused, 0u);
  EXPECT_EQ(s.jit().statistics.functions_compiled, 0u);
}

TEST(Jit, CodeThatIsAlwaysLeftIsDeclinedInTheEnd) {
  JitState s(JitMode::Always, 1);
  EXPECT_EQ(s.run("local function f(a) local b = a return b end local n = 0 for i = 1, 9999 do n = n + f(1) "
                  "end return n"),
            "9999");
  uint64_t compiled = s.jit().statistics.functions_compiled;
  EXPECT_LE(compiled, 40u);
  EXPECT_GE(s.jit().statistics.declined.size(), 1u);
  uint64_t exits = s.jit().statistics.exits[static_cast<int>(ExitReason::Type)];
  EXPECT_LE(exits, 40u * 16 * 16);
}

TEST(Jit, PerFunctionControl) {
  JitState s;
  EXPECT_EQ(s.run("local jit = require 'jit' local function f(a) return a + 1 end f(1) "
                  "local a = jit.info(f).compiled jit.off(f) local b = jit.info(f).compiled f(1) local c = "
                  "jit.info(f).compiled "
                  "jit.on(f) f(1) local d = jit.info(f).compiled jit.flush(f) local e = jit.info(f).compiled "
                  "return a, b, c, d, e, jit.info(f).off"),
            "true false false true false false");
  EXPECT_EQ(s.run("local jit = require 'jit' jit.off(true, true) local function f() return 1 end f() f() "
                  "return jit.info(f).compiled, jit.info(f).off"),
            "false true");
  EXPECT_EQ(s.run("local jit = require 'jit' local a = jit.status() jit.off() local b = jit.status() "
                  "jit.on() return a, b, jit.status()"),
            "true false true on");
}

TEST(Jit, ATooLargeFunctionIsDeclinedAndSaysWhy) {
  JitState s;
  EXPECT_EQ(
      s.run("local jit = require 'jit' local t = {} for i = 1, 10000 do t[i] = 'x = ' .. i .. ' y = x ' end "
            "local f = load(table.concat(t)) f() return jit.info(f).compiled, jit.info(f).declined"),
      "false too large");
}

TEST(Jit, DeadObjectsTakeTheirUnitsAlong) {
  JitState s;
  // The template compiler refers to the functions inside, which a unit does not keep alive by itself.
  s.run("function f(n) local function g() return n end return g end keep = f(1)");
  Native native(s.L);
  Proto* p = native.field(s.G->globals, "f").function()->lua()->proto;
  ASSERT_NE(findUnit(p, kFunctionEntry), nullptr);
  NativeCode* unit = findUnit(p, kFunctionEntry);
  ASSERT_EQ(unit->object_count, 1u);
  Table* t = native.pushTable(); // an object that dies
  unit->objects[0] = t;
  s.G->heap.fullCollection(s.L);
  EXPECT_EQ(findUnit(p, kFunctionEntry), unit);
  native.pop(1);
  s.L->top[0] = Value::nil();
  s.G->heap.fullCollection(s.L);
  EXPECT_EQ(findUnit(p, kFunctionEntry), nullptr);
  EXPECT_EQ(s.run("return f(5)()"), "5");
}

} // namespace
} // namespace perigee::testing
