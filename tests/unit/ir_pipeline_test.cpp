// Every function of the test programs and benchmarks goes through all passes, with feedback of every kind,
// true or not: checked builds look at the graph after each pass.

#include "bytecode_fixture.h"

#include "compiler/build/builder.h"
#include "compiler/ir/checker.h"
#include "compiler/lower/register_allocation.h"
#include "compiler/passes/pipeline.h"
#include "compiler/x64/registers.h"
#include "vm/feedback.h"
#include "vm/table.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <vector>

namespace perigee {
namespace {

namespace fs = std::filesystem;

std::string contentsOf(const fs::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

class Compilation {
public:
  Compilation(Thread* L, uint32_t seed) : L_(L), random_(seed) {}

  void compileAll(Proto* p) {
    compileEach(p);
    for (uint32_t i = 0; i < p->child_count; ++i) compileAll(p->children[i]);
  }
  int units() const { return units_; }

private:
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }

  void compileEach(Proto* p) {
    if (p->code_size > 8000) return;
    compile(p, kFunctionEntry, nullptr);
    ASSERT_TRUE(ensureFeedback(L_->global, p));
    for (int round = 0; round < 4; ++round) {
      invent(p, round);
      compile(p, kFunctionEntry, nullptr);
      for (uint32_t pc = 0; pc < p->code_size; ++pc) {
        if (!isBackEdge(p->code[pc].op)) continue;
        std::vector<Value> frame(kMaxRegisters);
        for (Value& v : frame) v.tag = tag();
        compile(p, static_cast<uint32_t>(static_cast<int64_t>(pc) + 1 + p->code[pc].d), frame.data());
      }
    }
  }

  Tag tag() {
    static constexpr Tag kTags[] = {Tag::Integer,  Tag::Integer,      Tag::Float, Tag::Table,
                                    Tag::Table,    Tag::String,       Tag::True,  Tag::Nil,
                                    Tag::Function, Tag::LightFunction};
    return kTags[below(10)];
  }
  uint16_t tags(int round) {
    if (below(400) == 0) return 0;
    ir::TypeSet t(tag());
    while (round > 0 && below(3) == 0) t = t | ir::TypeSet(tag());
    return t.bits();
  }

  // Feedback and caches that say something, more and more mixed.
  void invent(Proto* p, int round) {
    for (uint32_t pc = 0; pc < p->code_size; ++pc) {
      SiteFeedback& f = p->feedback[pc];
      for (uint16_t& t : f.tags) t = tags(round);
      f.array_kinds = static_cast<uint8_t>(round > 1 ? below(32) : 1u << below(3));
      f.flags = static_cast<uint8_t>(below(8) != 0 ? 3 : 1 + below(3));
      if (round == 3 && below(8) == 0) f.flags |= SiteFeedback::kGeneric;
      if (p->code[pc].op == Opcode::GenericCall) inventIterator(f);
    }
    for (uint32_t i = 0; i < p->cache_count; ++i) {
      InlineCache& c = p->cache(i);
      c.shape = below(4) == 0 ? nullptr : L_->global->globals->shape;
      c.kind = static_cast<InlineCache::Kind>(below(6));
      c.slot = below(6);
      c.holder = L_->global->globals;
    }
  }

  void inventIterator(SiteFeedback& f) {
    constexpr ir::TypeSet kTags[] = {Tag::LightFunction, Tag::Table, Tag::Integer};
    for (int i = 0; i < 3; ++i) f.tags[i] = kTags[i].bits();
    f.flags |= SiteFeedback::kLightTarget;
    f.light_target = below(2) == 0 ? L_->global->next_function : L_->global->ipairs_iterator;
    if (below(8) == 0) f.tags[0] = kTags[1].bits();
  }

  void compile(Proto* p, uint32_t entry, const Value* frame) {
    build::BuildOptions options;
    options.frame = frame;
    options.state = L_->global;
    std::unique_ptr<ir::Graph> g = build::buildGraph(p, entry, options);
    ASSERT_EQ(ir::findFault(*g, ir::Stage::Built), "");
    passes::optimize(*g, {});
    ASSERT_EQ(ir::findFault(*g, ir::Stage::Specialized), "");
    lower::Allocation allocation(*g, x64::kRegisters);
    ++units_;
  }

  Thread* L_;
  std::mt19937 random_;
  int units_ = 0;
};

int stub(lua_State*) { return 0; }
int otherStub(lua_State*) { return 1; }

void compileFilesIn(const char* directory) {
  testing::BytecodeState state;
  state.L->global->next_function = stub;
  state.L->global->ipairs_iterator = otherStub;
  int units = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(PERIGEE_SOURCE_DIR) / directory)) {
    if (entry.path().extension() != ".lua") continue;
    std::string name = "@" + entry.path().filename().string();
    LuaFunction* f = state.load(contentsOf(entry.path()), name.c_str());
    if (f == nullptr) continue; // about syntax errors
    for (uint32_t seed = 1; seed <= 3; ++seed) {
      Compilation c(state.L, seed);
      c.compileAll(f->proto);
      units += c.units();
    }
    state.L->top--;
  }
  EXPECT_GT(units, 1000);
}

TEST(IrPipeline, FunctionsOfTheTests) { compileFilesIn("tests/lua"); }
TEST(IrPipeline, FunctionsOfTheBenchmarks) { compileFilesIn("bench"); }

} // namespace
} // namespace perigee
