#include "bytecode_fixture.h"

#include <algorithm>
#include <vector>

namespace perigee::testing {
namespace {

// Instructions of a function body with parameters a to e, without the final return. Names behind ';' are left
// out.
std::string body(const std::string& source, const Dialect& dialect = defaultDialect()) {
  BytecodeState state(dialect);
  std::string code = state.functionCode("local function f(a, b, c, d, e) " + source + " end");
  std::string out;
  size_t at = 0;
  while (at < code.size()) {
    size_t end = code.find('\n', at);
    std::string line = code.substr(at, end - at);
    at = end + 1;
    line = line.substr(0, line.find(" ;"));
    if (at < code.size()) out += (out.empty() ? "" : "; ") + line;
  }
  return out;
}

std::string errorOf(const std::string& source) {
  BytecodeState state;
  return state.load(source) == nullptr ? state.message : "";
}

int count(const std::string& text, const std::string& what) {
  int n = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

TEST(Emitter, ExpressionsGoStraightIntoTheirVariable) {
  EXPECT_EQ(body("local x = a + b"), "Add r5 r0 r1");
  EXPECT_EQ(body("a = b * c"), "Mul r0 r1 r2");
  EXPECT_EQ(body("a = a.x"), "GetField r0 r0 IC0");
  EXPECT_EQ(body("local x = a + b * c"), "Mul r6 r1 r2; Add r5 r0 r6");
  EXPECT_EQ(body("local x = a + b + c + d"), "Add r5 r0 r1; Add r5 r5 r2; Add r5 r5 r3");
  EXPECT_EQ(body("a = a + b + a"), "Add r5 r0 r1; Add r0 r5 r0");
  EXPECT_EQ(body("local x = a.b.c.d"), "GetField r5 r0 IC0; GetField r5 r5 IC1; GetField r5 r5 IC2");
  EXPECT_EQ(body("local x = -a"), "Unm r5 r0");
  EXPECT_EQ(body("local x = #a.b"), "GetField r5 r0 IC0; Len r5 r5");
  EXPECT_EQ(body("a = a"), "");
}

TEST(Emitter, Constants) {
  EXPECT_EQ(body("local x = 1 + 2"), "LoadInt r5 3");
  EXPECT_EQ(body("local x = 1 << 40"), "LoadK r5 K0");
  EXPECT_EQ(body("local x <const> = 7; local y = x"), "LoadInt r5 7");
  EXPECT_EQ(body("local x, y; local z"), "LoadNil r5 3");
  EXPECT_EQ(body("local x; while a do end local y"),
            "LoadNil r5 1; JumpIfNot r0 ->3; Loop 6 ->1; LoadNil r6 1");
  EXPECT_EQ(body("a = a + 1"), "AddI r0 r0 1");
  EXPECT_EQ(body("a = a - 1"), "SubI r0 r0 1");
  EXPECT_EQ(body("a = 1 + a"), "AddK r0 r0 1 K0");
  EXPECT_EQ(body("a = a + 0.5"), "AddK r0 r0 0 K0");
  EXPECT_EQ(body("a = a + 4294967296"), "AddK r0 r0 0 K0");
  EXPECT_EQ(body("a = 2 ^ a"), "PowK r0 r0 1 K0");
  EXPECT_EQ(body("a = a & 15"), "BAndK r0 r0 0 K0");
  EXPECT_EQ(body("a = 1 // 0"), "LoadInt r5 1; IDivK r0 r5 0 K0");
}

TEST(Emitter, Tables) {
  EXPECT_EQ(body("a[1] = b[255]"), "GetInt r5 r1 255; SetInt r0 1 r5");
  EXPECT_EQ(body("a[0] = b[256]"), "LoadInt r5 0; LoadInt r7 256; GetIndex r6 r1 r7; SetIndex r0 r5 r6");
  EXPECT_EQ(body("a.x = b"), "SetField r0 r1 IC0");
  EXPECT_EQ(body("a['x'] = b"), "SetField r0 r1 IC0");
  EXPECT_EQ(body("a[b] = c"), "SetIndex r0 r1 r2");
  EXPECT_EQ(body("local t = {a, b; x = c}"),
            "NewTable r5 1 2; Move r6 r0; Move r7 r1; SetField r5 r2 IC0; SetList r5 2 0");
  EXPECT_EQ(body("local t = {}; t.x = a; t.y = b"),
            "NewTable r5 2 0; SetField r5 r0 IC0; SetField r5 r1 IC1");
  EXPECT_EQ(body("local t = {a()}"), "NewTable r5 0 0; Move r6 r0; Call r6 1 0; SetList r5 0 0");
  std::string long_name(41, 'n');
  EXPECT_EQ(body("a = b." + long_name), "LoadK r5 K0; GetIndex r0 r1 r5");
}

TEST(Emitter, Calls) {
  EXPECT_EQ(body("a(b, c)"), "Move r5 r0; Move r7 r1; Move r8 r2; Call r5 3 1");
  EXPECT_EQ(body("local x = a(b)"), "Move r5 r0; Move r7 r1; Call r5 2 2");
  EXPECT_EQ(body("local x, y = a()"), "Move r5 r0; Call r5 1 3");
  EXPECT_EQ(body("b = a()"), "Move r5 r0; Call r5 1 2; Move r1 r5");
  EXPECT_EQ(body("a:m(b)"), "Method r5 r0 IC0; Move r8 r1; Call r5 3 1");
  EXPECT_EQ(body("a(b())"), "Move r5 r0; Move r7 r1; Call r7 1 0; Call r5 0 1");
  EXPECT_EQ(body("return a(b)"), "Move r5 r0; Move r7 r1; TailCall r5 2 0");
  EXPECT_EQ(body("return (a(b))"), "Move r5 r0; Move r7 r1; Call r5 2 2; Return1 r5");
  EXPECT_EQ(body("a.b(c)(d)"), "GetField r5 r0 IC0; Move r7 r2; Call r5 2 2; Move r7 r3; Call r5 2 1");
}

TEST(Emitter, ConditionsAreJumps) {
  EXPECT_EQ(body("if a < b then c() end"), "JumpNotLt r0 r1 ->3; Move r5 r2; Call r5 1 1");
  EXPECT_EQ(body("if a > 5 then c() end"), "JumpNotGtI r0 5 ->3; Move r5 r2; Call r5 1 1");
  EXPECT_EQ(body("if 5 > a then c() end"), "JumpNotLtI r0 5 ->3; Move r5 r2; Call r5 1 1");
  EXPECT_EQ(body("if a == nil then c() end"), "JumpNeK r0 K0 ->3; Move r5 r2; Call r5 1 1");
  EXPECT_EQ(body("if a and not b or c then d() end"),
            "JumpIfNot r0 ->2; JumpIfNot r1 ->3; JumpIfNot r2 ->5; Move r5 r3; Call r5 1 1");
  EXPECT_EQ(body("while a do if b then break end end"), "JumpIfNot r0 ->3; JumpIf r1 ->3; Loop 5 ->0");
  EXPECT_EQ(body("local x = a < b"), "JumpLt r0 r1 ->2; LoadFalseSkip r5; LoadTrue r5");
  EXPECT_EQ(body("local x = a and b"), "JumpIfNotMove r5 r0 ->2; Move r5 r1");
  EXPECT_EQ(body("a = a or b"), "JumpIf r0 ->2; Move r0 r1");
  EXPECT_EQ(body("local x = a.b or c"), "GetField r5 r0 IC0; JumpIf r5 ->3; Move r5 r2");
  EXPECT_EQ(body("local x = a and b < c"),
            "JumpIfNotMove r5 r0 ->4; JumpLt r1 r2 ->3; LoadFalseSkip r5; LoadTrue r5");
}

TEST(Emitter, Loops) {
  EXPECT_EQ(body("for i = 1, a do b(i) end"),
            "LoadInt r5 1; Move r6 r0; LoadInt r7 1; ForPrep r5 ->8; Move r9 r1; "
            "Move r11 r8; Call r9 2 1; ForLoop r5 ->4");
  EXPECT_EQ(body("for k in a do end"),
            "Move r5 r0; LoadNil r6 3; GenericPrep r5 0 ->3; GenericCall r5 1; GenericLoop r5 ->3; Close r5");
  EXPECT_EQ(body("repeat local x = a() until x"), "Move r5 r0; Call r5 1 2; JumpIf r5 ->4; Loop 6 ->0");
}

TEST(Emitter, LoopsThatWrap) {
  const Dialect& old = *findDialect(503);
  EXPECT_EQ(body("for i = 1, a do end", old),
            "LoadInt r5 1; Move r6 r0; LoadInt r7 1; ForPrep r5 ->6; ForLoop r5 ->4; ForWrap r5 0 ->4");
  EXPECT_EQ(body("for i = a, b, c do end", old),
            "Move r6 r0; Move r7 r1; Move r8 r2; Move r5 r7; ForPrep r6 ->7; "
            "ForLoop r6 ->5; ForWrap r6 1 ->5");
  EXPECT_EQ(body("for i = a, 100 do end", old),
            "Move r5 r0; LoadInt r6 100; LoadInt r7 1; ForPrep r5 ->5; ForLoop r5 ->4");
  EXPECT_EQ(body("for k in a do end", old),
            "Move r5 r0; LoadNil r6 3; GenericPrep r5 1 ->3; GenericCall r5 1; GenericLoop r5 ->3");
}

TEST(Emitter, AssignmentsEvaluateBeforeTheyStore) {
  EXPECT_EQ(body("a, b = b, a"), "Move r5 r1; Move r1 r0; Move r0 r5");
  EXPECT_EQ(body("a[b], b = 1, 2"), "Move r5 r1; LoadInt r6 1; LoadInt r1 2; SetIndex r0 r5 r6");
  EXPECT_EQ(body("a.x, a = 1, 2"), "Move r5 r0; LoadInt r6 1; LoadInt r0 2; SetField r5 r6 IC0");
}

TEST(Emitter, CapturedVariablesAreClosed) {
  EXPECT_NE(body("while a do local x; b = function() return x end end").find("Close r5; Loop"),
            std::string::npos);
  EXPECT_NE(body("while a do local x; b = function() return x end; break end").find("Close r5; Jump"),
            std::string::npos);
  EXPECT_NE(body("local x; b = function() return x end; return 1").find("Return r6 2 1"), std::string::npos);
  EXPECT_NE(body("local x <close> = a; return b").find("ToBeClosed r5; Move r6 r1; Return r6 2 1"),
            std::string::npos);
}

TEST(Emitter, EveryJumpBackPolls) {
  EXPECT_EQ(body("::top:: if a then goto top end"), "JumpIfNot r0 ->2; Loop 5 ->0");
  EXPECT_EQ(count(body("while true do end"), "Loop"), 1);
}

TEST(Emitter, ConcatenationsAreOneInstruction) {
  EXPECT_EQ(body("a = a .. b .. c"), "Move r5 r0; Move r6 r1; Move r7 r2; Concat r0 r5 3");
}

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Emitter, DeepChainsToTheLeft) {
  for (const char* link :
       {" + a", ".x", "()", " and a", " or a", " < a", ":m()", "[a]", "()()", ".x .. a + a"}) {
    std::string source = "local a; return a" + repeated(link, link[1] == '.' || link[2] == '.' ? 60 : 20000);
    if (std::string(link).find("..") != std::string::npos) source = "local a; return a" + repeated(link, 60);
    BytecodeState state;
    LuaFunction* f = state.load(source);
    ASSERT_NE(f, nullptr) << link << ": " << state.message;
    EXPECT_EQ(state.verified(f->proto), "") << link;
  }
}

TEST(Emitter, LargeFunctions) {
  std::string constants = "local t = {";
  for (int i = 0; i < 70000; ++i) constants += "'k" + std::to_string(i) + "', ";
  constants += "}\n";
  std::string compare = "local x = t[1]; if x == 'other' then return 1 end for i = 1, 2 do ";
  std::string jump = repeated("t[x] = x ", 70000) + "end return 2";
  BytecodeState state;
  LuaFunction* f = state.load(constants + compare + jump);
  ASSERT_NE(f, nullptr) << state.message;
  EXPECT_EQ(state.verified(f->proto), "");
  EXPECT_NE(listInstructions(f->proto).find("JumpNe r"),
            std::string::npos); // the constant has a number above 65535
}

TEST(Emitter, Limits) {
  std::string locals = "local a0";
  for (int i = 1; i < 200; ++i) locals += ", a" + std::to_string(i);
  BytecodeState state;
  EXPECT_NE(state.load(locals + " = {" + repeated("1, ", 120) + "}"), nullptr) << state.message;
  EXPECT_NE(state.load("local f; return " + repeated("f(", 100) + repeated(")", 100)), nullptr)
      << state.message;
  EXPECT_EQ(errorOf("local f; f(" + repeated("f, ", 260) + "f)"),
            "t:1: function or expression needs too many registers near 'f'");
  EXPECT_EQ(errorOf("x = " + repeated("f(x, x, ", 99) + "x" + repeated(")", 99)),
            "t:1: function or expression needs too many registers near 'x'");
  EXPECT_EQ(errorOf(locals + "; a0 = " + repeated("f(a1, ", 60) + "a1" + repeated(")", 60)),
            "t:1: function or expression needs too many registers");
}

// The lines at which the instructions of a function are said to stand.
std::vector<uint32_t> linesOf(const char* source) {
  BytecodeState state;
  LuaFunction* f = state.load(source);
  EXPECT_NE(f, nullptr) << state.message;
  std::vector<uint32_t> lines(f->proto->lines, f->proto->lines + f->proto->code_size);
  return lines;
}

TEST(Emitter, Lines) {
  using Lines = std::vector<uint32_t>;
  EXPECT_EQ(linesOf("local a =\n1\n+\nb"), (Lines{1, 4, 3, 4})); // the operator's
  EXPECT_EQ(linesOf("f(\n1,\n2)"), (Lines{1, 1, 2, 3, 1, 3}));   // the call's beginning
  EXPECT_EQ(linesOf("for i = 1,\n2 do\nend"), (Lines{1, 1, 2, 2, 2, 1, 3}));
  EXPECT_EQ(linesOf("while a\ndo\nb()\nend"), (Lines{1, 1, 1, 3, 3, 3, 4}));
}

TEST(Emitter, LocalVariablesBeginBehindTheirDeclaration) {
  BytecodeState state;
  LuaFunction* f = state.load("local a = 1 do local b = a end local c <const>, d = 1, 2 local e <const> = 3");
  ASSERT_NE(f, nullptr);
  std::string text = listProto(f->proto);
  EXPECT_NE(text.find("local \"a\" 2..6"), std::string::npos) << text;
  EXPECT_NE(text.find("local \"b\" 3..3"), std::string::npos) << text;
  EXPECT_EQ(text.find("local \"e\""), std::string::npos) << text;
}

TEST(Emitter, RefusedMemoryLeavesNothingBehind) {
  struct Host {
    long left;
    size_t bytes;
    static void* allocate(void* ud, void* ptr, size_t old_size, size_t new_size) {
      Host* h = static_cast<Host*>(ud);
      if (ptr == nullptr) old_size = 0;
      if (new_size > old_size && h->left-- <= 0) return nullptr;
      h->bytes += new_size - old_size;
      if (new_size == 0) {
        std::free(ptr);
        return nullptr;
      }
      return std::realloc(ptr, new_size);
    }
  };
  const char* source = "local t = {x = 1} function t.f(a, ...) for k, v in pairs(a) do t[k] = v .. 'text' "
                       "end return t:g(...) end";
  for (long allowed = 0; allowed < 60; ++allowed) {
    Host host{1000000, 0};
    Thread* L = newState(Host::allocate, &host, 1);
    ASSERT_NE(L, nullptr);
    host.left = allowed;
    auto run = [](Thread* thread, void* text) { loadText(thread, {}, static_cast<const char*>(text), "=t"); };
    ThreadStatus status = protectedRun(L, run, const_cast<char*>(source), saveSlot(L, L->top));
    EXPECT_TRUE(status == ThreadStatus::Ok || status == ThreadStatus::ErrorMemory);
    host.left = 1000000;
    closeState(L);
    EXPECT_EQ(host.bytes, 0u);
  }
}

} // namespace
} // namespace perigee::testing
