#include "bytecode_fixture.h"

#include "perigee/lauxlib.h"
#include "perigee/lua.h"
#include "perigee/lualib.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace perigee::testing {
namespace {

std::string fileText(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::filesystem::path> luaFiles() {
  std::vector<std::filesystem::path> files;
  std::filesystem::path root(PERIGEE_SOURCE_DIR);
  for (const char* directory : {"bench", "tests/lua"}) {
    if (!std::filesystem::exists(root / directory)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / directory)) {
      if (entry.path().extension() == ".lua") files.push_back(entry.path());
    }
  }
  return files;
}

TEST(Verifier, AcceptsWhatTheEmitterMakes) {
  std::vector<std::filesystem::path> files = luaFiles();
  EXPECT_FALSE(files.empty());
  for (const std::filesystem::path& path : files) {
    BytecodeState state;
    LuaFunction* f = state.load(fileText(path));
    ASSERT_NE(f, nullptr) << path << ": " << state.message;
    EXPECT_EQ(state.verified(f->proto), "") << path;
    LuaFunction* g = state.load(state.dumped(f->proto));
    ASSERT_NE(g, nullptr) << path << ": " << state.message;
    EXPECT_EQ(listProto(f->proto), listProto(g->proto)) << path;
  }
}

// The code of a function as it stands in a chunk, for replacing instructions.
class Patched {
public:
  explicit Patched(const char* source, const Dialect& dialect = defaultDialect(), bool stripped = false)
      : state_(dialect) {
    LuaFunction* f = state_.load(source);
    if (f != nullptr && stripped) f = state_.load(state_.dumped(f->proto, true));
    EXPECT_NE(f, nullptr) << state_.message;
    main_ = f->proto;
    unprepare(main_);
  }
  // The n-th instruction with that operation, in the main function or the first one in it.
  Instruction& find(Opcode op, int n = 0) {
    for (Proto* p : {main_, main_->child_count > 0 ? main_->children[0] : main_}) {
      for (uint32_t pc = 0; pc < p->code_size; ++pc) {
        if (p->code[pc].op == op && n-- == 0) return p->code[pc];
      }
    }
    ADD_FAILURE() << "no " << info(op).name;
    return main_->code[0];
  }
  std::string verified() { return state_.verified(main_); }

private:
  static void unprepare(Proto* p) {
    for (uint32_t pc = 0; pc < p->code_size; ++pc) p->code[pc] = unprepared(p->code[pc]);
    for (uint32_t i = 0; i < p->child_count; ++i) unprepare(p->children[i]);
  }

  BytecodeState state_;
  Proto* main_;
};

TEST(Verifier, PreparedInstructions) {
  BytecodeState state;
  LuaFunction* f = state.load("local a, b = 1, 2; local t = {}; t[a] = b; if t[b] then return a + b end");
  ASSERT_NE(f, nullptr);
  uint32_t changed = 0;
  for (uint32_t pc = 0; pc < f->proto->code_size; ++pc) {
    Instruction& x = f->proto->code[pc];
    Instruction again = prepared(unprepared(x));
    again.starts_block = x.starts_block;
    EXPECT_EQ(x, again);
    if (info(x.op).d != OperandRole::_) continue;
    ++changed;
    Instruction kept = x;
    x.d ^= 0x10;
    EXPECT_EQ(state.verified(f->proto), "unused operand is not zero");
    x = kept;
  }
  EXPECT_GT(changed, 3u);
}

TEST(Verifier, Operands) {
  {
    Patched p("local a, b = 1, 2; return a + b");
    EXPECT_EQ(p.verified(), "");
    p.find(Opcode::Add).b = 77;
    EXPECT_EQ(p.verified(), "register out of range");
  }
  {
    Patched p("return x");
    p.find(Opcode::GetGlobal).b = 1;
    EXPECT_EQ(p.verified(), "upvalue out of range");
  }
  {
    Patched p("local a = x; return a * 3");
    p.find(Opcode::MulK).d = 1;
    EXPECT_EQ(p.verified(), "constant out of range");
  }
  {
    Patched p("local a = x; if a == 's' then return a * 3 end");
    p.find(Opcode::MulK).d = 0;
    EXPECT_EQ(p.verified(), "bad operand");
  }
  {
    Patched p("return x.y");
    p.find(Opcode::GetField).d = 0;
    EXPECT_EQ(p.verified(), "field used twice");
  }
  {
    Patched p("return 1");
    p.find(Opcode::LoadInt).op = Opcode::Count;
    EXPECT_EQ(p.verified(), "unknown instruction");
  }
}

TEST(Verifier, Jumps) {
  {
    Patched p("while x do y() end");
    p.find(Opcode::Loop).d = -100;
    EXPECT_EQ(p.verified(), "jump out of range");
  }
  {
    Patched p("while x do y() end");
    p.find(Opcode::Loop).op = Opcode::Jump;
    EXPECT_EQ(p.verified(), "jump back that does not poll");
  }
  {
    Patched p("f(1)");
    p.find(Opcode::Return).op = Opcode::Close;
    EXPECT_EQ(p.verified(), "code runs off its end");
  }
  {
    Patched p("if x then for i = 1, 2 do y() end end");
    p.find(Opcode::JumpIfNot).d = 5;
    EXPECT_EQ(p.verified(), "jump into a loop");
  }
}

TEST(Verifier, LoopState) {
  {
    Patched p("for i = 1, 2 do local x = i end");
    p.find(Opcode::Move).a = 1;
    EXPECT_EQ(p.verified(), "state of a loop changed");
  }
  {
    Patched p("for i = 1, 2 do f() end");
    p.find(Opcode::Call).a = 2;
    EXPECT_EQ(p.verified(), "state of a loop changed");
  }
  {
    Patched p("for i = 1, 2 do f() end");
    p.find(Opcode::ForLoop).a = 1;
    EXPECT_EQ(p.verified(), "beginning and end of a loop do not match");
  }
  {
    Patched p("for i = 1, 2 do f() end");
    p.find(Opcode::ForPrep).op = Opcode::GenericPrep;
    EXPECT_NE(p.verified(), "");
  }
}

TEST(Verifier, LoopsThatWrap) {
  const Dialect& old = *findDialect(503);
  const char* source = "local a, b, c = 1, 2, 3; for i = a, b, c do f() end; f()";
  EXPECT_EQ(Patched(source, old).verified(), "");
  for (auto change : {+[](Instruction& x) { x.b = 2; }, +[](Instruction& x) { x.d++; },
                      +[](Instruction& x) { x.d = -1; }, +[](Instruction& x) { x.a++; }}) {
    Patched p(source, old);
    change(p.find(Opcode::ForWrap));
    EXPECT_NE(p.verified(), "");
  }
  {
    Patched p("for k in f() do end", old);
    p.find(Opcode::GenericPrep).b = 0;
    EXPECT_NE(p.verified(), "");
  }
}

TEST(Verifier, Registers) {
  {
    Patched p("local a, b = 1, 2; return a + b");
    p.find(Opcode::LoadInt, 1).a = 0;
    EXPECT_EQ(p.verified(), "register read before it is written");
  }
  {
    Patched p("local a = f(1, 2); return a");
    p.find(Opcode::Call).c = 1;
    EXPECT_EQ(p.verified(), "register read before it is written");
  }
  {
    Patched p("local t = {1, 2}");
    p.find(Opcode::NewTable).op = Opcode::LoadTrue;
    EXPECT_EQ(p.verified(), "unused operand is not zero");
    p.find(Opcode::LoadTrue).d = 0;
    EXPECT_EQ(p.verified(), "list without its table");
  }
}

TEST(Verifier, OpenValues) {
  {
    Patched p("return f(g())");
    p.find(Opcode::TailCall).b = 2;
    EXPECT_EQ(p.verified(), "open values not used");
  }
  {
    Patched p("local a = f(1); return a");
    p.find(Opcode::Call).b = 0;
    EXPECT_EQ(p.verified(), "open values not set");
  }
}

// What SetList and Concat have taken counts as gone: compiled code does not keep it.
TEST(Verifier, OperandsAreSpent) {
  {
    Patched p("local t = {1, 2, 3} g = t");
    EXPECT_EQ(p.verified(), "");
    p.find(Opcode::SetGlobal).a = 1;
    EXPECT_EQ(p.verified(), "register read before it is written");
  }
  {
    Patched p("local s = x .. y g = s");
    EXPECT_EQ(p.verified(), "");
    p.find(Opcode::SetGlobal).a = 1;
    EXPECT_EQ(p.verified(), "register read before it is written");
  }
}

// The collector clears what lies above a new table's register, and behind the operands of a concatenation.
TEST(Verifier, NothingLivesAboveWhatIsMade) {
  constexpr char kTable[] = "local a, b = 1, 2 local f = function() return b end local t = {} return f, t";
  constexpr char kConcatenation[] = "local s, b = x, 2 local f = function() return b end g = s .. x return f";
  {
    Patched p(kTable);
    EXPECT_EQ(p.verified(), "");
    p.find(Opcode::NewTable).a = 0;
    EXPECT_EQ(p.verified(), "variable above a new table");
  }
  {
    Patched p(kTable, defaultDialect(), true);
    EXPECT_EQ(p.verified(), "");
    p.find(Opcode::NewTable).a = 0;
    EXPECT_EQ(p.verified(), "captured register in use");
  }
  {
    Patched p(kConcatenation, defaultDialect(), true);
    EXPECT_EQ(p.verified(), "");
    p.find(Opcode::Concat).b = 0;
    p.find(Opcode::Concat).c = 1;
    EXPECT_NE(p.verified(), "");
  }
}

TEST(Verifier, ClosingIsNotForgotten) {
  {
    Patched p("local x = 1; f = function() return x end");
    p.find(Opcode::Return).c = 0;
    EXPECT_EQ(p.verified(), "function left without closing");
  }
  {
    Patched p("local x <close> = f(); g()");
    p.find(Opcode::Return).c = 0;
    EXPECT_EQ(p.verified(), "function left without closing");
  }
  {
    Patched p("while y do local x = 1; f = function() return x end end return f()");
    p.find(Opcode::Close).a = 1;
    EXPECT_NE(p.verified(), "");
  }
  {
    Patched p("local x <close> = f(); local y = g()");
    p.find(Opcode::Call, 1).a = 0;
    EXPECT_NE(p.verified(), "");
  }
}

// What is known of registers stays true while a program sets variables by their numbers.
TEST(Verifier, DebugLibraryDoesNotChangeWhatInstructionsRelyOn) {
  lua_State* L = luaL_newstate();
  luaL_openlibs(L);
  const char* program = R"lua(
    for i = 1, 3 do
      for n = 1, 20 do
        local name = debug.getlocal(1, n)
        if name == "(for state)" then debug.setlocal(1, n, {}) end
      end
      assert(i < 4)
    end
    local function disturb()
      for n = 1, 40 do
        if debug.getlocal(2, n) == "(temporary)" then debug.setlocal(2, n, 1) end
      end
      return 3
    end
    local t = {1, 2, disturb(), 4}
    return #t
  )lua";
  EXPECT_EQ(luaL_dostring(L, program), 0) << lua_tostring(L, -1);
  EXPECT_EQ(lua_tointeger(L, -1), 4);
  lua_close(L);
}

// --- mutations --------------------------------------------------------------------------------------------

void stopRunning(lua_State* L, lua_Debug*) { luaL_error(L, "enough"); }

// Loads and runs a chunk for a while; whatever happens, it happens as a Lua error.
void runChunk(lua_State* L, const std::string& chunk) {
  lua_settop(L, 0);
  if (luaL_loadbufferx(L, chunk.data(), chunk.size(), "=mutant", "b") != LUA_OK) return;
  lua_sethook(L, stopRunning, LUA_MASKCOUNT, 2000);
  lua_pcall(L, 0, 0, 0);
  lua_sethook(L, nullptr, 0, 0);
}

const char* const kVictims[] = {
    "local t = {1, 2, x = 3} for i = 1, 3 do t[i] = (t[i] or i) * 2 end for k, v in next, t do t[k] = v .. "
    "'a' end return #t",
    "local function f(a, ...) local x <close> = nil local g = function() x2 = a return a end a = g() .. 'b' "
    "return f2 and f2(...) or g() end "
    "for i = 1, 2 do local y = i local h = function() y = y + 1 return y end f(h, h(), {h()}) end",
    "local s = 0 local i = 0 while i < 10 do i = i + 1 if i % 2 == 0 then goto next end s = s + i ::next:: "
    "end "
    "repeat local z = s s = s - 7 until z < 0 or not s return select and select(2, s, i) or s, i",
    "local m = setmetatable and setmetatable({}, {__index = function(t, k) return k end, __add = function(a, "
    "b) return 1 end}) or {} "
    "local x = m.a local y = m[1] local z = m['b'] m.q = x m[2] = y for i = 1.0, 2.5, 0.5 do x = i < 2 and x "
    "or y end return m:a2()",
};

TEST(Verifier, MutantsAreRefusedOrHarmless) {
  uint64_t random = 88172645463325252u;
  auto next = [&random](size_t n) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    return static_cast<size_t>(random % n);
  };
  int accepted = 0;
  int total = 0;
  for (const char* victim : kVictims) {
    std::string binary;
    {
      BytecodeState state;
      LuaFunction* f = state.load(victim);
      ASSERT_NE(f, nullptr) << state.message;
      binary = state.dumped(f->proto);
    }
    lua_State* L = luaL_newstate();
    luaL_openlibs(L);
    lua_pushnil(L);
    lua_setglobal(L, "print");
    for (int round = 0; round < 6000; ++round) {
      std::string mutant = binary;
      size_t header = sizeof kDumpSignature + 2 + sizeof kDumpCheck + 4;
      for (size_t changes = 1 + next(2); changes > 0; --changes) {
        size_t at = header + next(mutant.size() - header);
        char value =
            static_cast<char>(next(2) == 0 ? next(256) : static_cast<size_t>(mutant[at]) + next(3) - 1);
        mutant[at] = value;
      }
      ++total;
      runChunk(L, mutant);
      if (lua_gettop(L) == 0 || !lua_isstring(L, -1)) ++accepted;
    }
    lua_close(L);
  }
  EXPECT_GT(accepted, 0);
  EXPECT_LT(accepted, total);
}

} // namespace
} // namespace perigee::testing
