// Passes, text to text: tests/ir/PASS/*.ir. A file holds cases with a line of dashes between them; a case is
// a graph (ir/parser.h), a line `=> PASS PASS…`, and the graph that these make of it (ir/printer.h). Blanks
// do not count. With PERIGEE_ACCEPT_IR=1 the files are rewritten with what comes out.

#include "compiler/ir/checker.h"
#include "compiler/ir/parser.h"
#include "compiler/ir/printer.h"
#include "compiler/passes/pipeline.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace perigee {
namespace {

namespace fs = std::filesystem;

// Lines without comments, with single blanks.
std::vector<std::string> linesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    bool in_string = false;
    std::string plain;
    for (char c : line) {
      if (c == '"') in_string = !in_string;
      if (c == ';' && !in_string) break;
      if (c == ' ' && !plain.empty() && plain.back() == ' ' && !in_string) continue;
      plain += c;
    }
    while (!plain.empty() && plain.back() == ' ') plain.pop_back();
    if (!plain.empty()) lines.push_back(plain);
  }
  return lines;
}

// What is only expected with a minus, what is only there with a plus (longest common subsequence).
std::string difference(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::vector<size_t>> common(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = a.size(); i-- > 0;) {
    for (size_t j = b.size(); j-- > 0;)
      common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  }
  std::string text;
  for (size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      text += "  " + a[i++] + '\n';
      ++j;
    } else if (i < a.size() && (j == b.size() || common[i + 1][j] >= common[i][j + 1])) {
      text += "- " + a[i++] + '\n';
    } else {
      text += "+ " + b[j++] + '\n';
    }
  }
  return text;
}

struct Case {
  std::string input;
  std::string passes;
  std::string expected;
};

std::vector<Case> casesOf(const fs::path& file) {
  std::vector<Case> cases(1);
  std::ifstream in(file);
  bool behind_arrow = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("---")) {
      cases.emplace_back();
      behind_arrow = false;
    } else if (line.starts_with("=> ")) {
      cases.back().passes = line.substr(3);
      behind_arrow = true;
    } else {
      (behind_arrow ? cases.back().expected : cases.back().input) += line + '\n';
    }
  }
  return cases;
}

// What the passes make of the input.
std::string resultOf(const Case& c) {
  ir::ParsedGraph parsed(c.input);
  if (!parsed.error().empty()) return "cannot be read: " + parsed.error() + '\n';
  ir::Graph& g = parsed.graph();
  if (std::string fault = ir::findFault(g, ir::Stage::Built); !fault.empty())
    return "not sound: " + fault + '\n';
  ir::Stage stage =
      ir::findFault(g, ir::Stage::Specialized).empty() ? ir::Stage::Specialized : ir::Stage::Built;
  std::istringstream names(c.passes);
  for (std::string name; names >> name;) {
    passes::PassId pass = passes::passOfName(name);
    if (pass == passes::PassId::Count) return "there is no pass " + name + '\n';
    passes::runPass(g, pass);
    if (pass == passes::PassId::Specialize) stage = ir::Stage::Specialized;
  }
  if (std::string fault = ir::findFault(g, stage); !fault.empty())
    return "no longer sound: " + fault + '\n' + ir::Printer(g).graph();
  return ir::Printer(g).graph();
}

void checkFile(const fs::path& file) {
  std::vector<Case> cases = casesOf(file);
  bool accepts = std::getenv("PERIGEE_ACCEPT_IR") != nullptr;
  for (Case& c : cases) {
    std::string result = resultOf(c);
    if (accepts) {
      c.expected = result;
      continue;
    }
    std::vector<std::string> expected = linesOf(c.expected), found = linesOf(result);
    EXPECT_EQ(expected, found) << file << ", " << linesOf(c.input + "\n")[0] << "…, behind " << c.passes
                               << '\n'
                               << difference(expected, found);
  }
  if (!accepts) return;
  std::ofstream out(file);
  for (size_t i = 0; i < cases.size(); ++i)
    out << (i > 0 ? "----\n" : "") << cases[i].input << "=> " << cases[i].passes << '\n' << cases[i].expected;
}

TEST(IrText, Passes) {
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(PERIGEE_SOURCE_DIR) / "tests/ir")) {
    if (entry.path().extension() != ".ir") continue;
    checkFile(entry.path());
    ++files;
  }
  EXPECT_GT(files, 0);
}

// What has been printed reads back as the same graph.
TEST(IrText, RoundTrip) {
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(PERIGEE_SOURCE_DIR) / "tests/ir")) {
    if (entry.path().extension() != ".ir") continue;
    for (const Case& c : casesOf(entry.path())) {
      ir::ParsedGraph first(c.expected);
      ASSERT_EQ(first.error(), "") << entry.path() << c.expected;
      EXPECT_EQ(linesOf(ir::Printer(first.graph()).graph()), linesOf(c.expected)) << entry.path();
    }
  }
}

TEST(IrText, TypeNames) {
  for (uint32_t bits = 0; bits < 1u << 13; ++bits) {
    ir::TypeSet type(static_cast<uint16_t>(bits));
    if (!type.isSubsetOf(ir::types::kAny)) continue;
    ir::TypeSet read;
    ASSERT_TRUE(ir::typeOfName(nameOf(type), &read)) << nameOf(type);
    ASSERT_EQ(read.bits(), type.bits()) << nameOf(type);
  }
  ir::TypeSet read;
  for (const char* text : {"", "|", "int", "any-", "integer|", "any|nil", "integer-float"})
    EXPECT_FALSE(ir::typeOfName(text, &read)) << text;
}

TEST(IrText, ErrorsNameTheLine) {
  auto error = [](const char* text) { return ir::ParsedGraph(text).error(); };
  EXPECT_EQ(error("b0: @0\n  Jmp\n"), "line 2: no operation is called 'Jmp'");
  EXPECT_EQ(error("b0: @0\n  Return(r0) v1 @0 {0}\n"), "line 2: there is no v1");
  EXPECT_EQ(error("frame\n"), "line 1: a number is missing");
  EXPECT_EQ(error(""), "line 0: there is no block");
}

// --- the checker: one broken graph for each kind of fault --------------------------------------------------

std::string faultOf(const char* text) {
  ir::ParsedGraph parsed(text);
  return parsed.error().empty() ? ir::findFault(parsed.graph(), ir::Stage::Specialized) : parsed.error();
}

TEST(IrChecker, FindsFaults) {
  EXPECT_EQ(faultOf("b0: @0\n  v0 = LoadSlot(r0) : any @0\n  Return(r0) v0 @0 {0}\n"), "");
  EXPECT_EQ(faultOf("b0: @0\n  v0 = LoadSlot(r0) : any @0\n"),
            "v0 = LoadSlot(r0) in b0: the block does not end here");
  EXPECT_EQ(faultOf("b0: @0\n  Jump @0\n"), "Jump in b0: has 0 successors");
  EXPECT_EQ(faultOf("b0: @0\n  v0 = LoadSlot(r0) : any @0\n  v1 = AddInteger v0, 1 : integer @0\n"
                    "  Return(r0) v1 @0 {0}\n"),
            "v1 = AddInteger v0, 1 in b0: an input of type any, not integer");
  EXPECT_EQ(faultOf("b0: @0\n  v0 = Add 1, 2 : integer @0 {0}\n  Return(r0) v0 @0 {0}\n"),
            "v0 = Add 1, 2 in b0: is still generic");
  EXPECT_EQ(faultOf("b0: @0\n  v0 = NegateInteger v1 : integer @0\n  v1 = NegateInteger 1 : integer @0\n"
                    "  Return(r0) v0 @0 {0}\n"),
            "v0 = NegateInteger v1 in b0: input v1 is not defined on every way there");
  EXPECT_EQ(faultOf("b0: @0\n  v0 = LoadSlot(r0) : any @0\n  v1 = Guard(integer) v0 : integer @0 {0 r0=v1}\n"
                    "  Return(r0) v1 @0 {0}\n"),
            "v1 = Guard(integer) v0 in b0: snapshot v1 is not defined on every way there");
  EXPECT_EQ(faultOf("b0: @0\n  v0 = LoadSlot(r0) : any @0\n  v1 = Guard(integer) v0 : integer @0\n"
                    "  Return(r0) v1 @0 {0}\n"),
            "v1 = Guard(integer) v0 in b0: has no snapshot");
  EXPECT_EQ(faultOf("b0: @0\n  Poll @0 {0 r1=1 r0=2}\n  Return(r0) @0 {0}\n"),
            "Poll in b0: the snapshot's registers do not ascend");
  EXPECT_EQ(faultOf("b0: @0\n  v0 = LoadSlot(r0) : any @0\n  v1 = Truthy v0 @0\n  Branch v1 -> b1, b2 @0\n"
                    "b1: @1 <- b0\n  Jump -> b2 @1\n"
                    "b2: @2 <- b0, b1\n  v2 = Phi(r0) 1, 2 : integer @2\n  Return(r0) v2 @2 {2}\n"),
            "v2 = Phi(r0) 1, 2 in b2: a predecessor does not end with a Jump");
  EXPECT_EQ(faultOf("b0: @0\n  Jump -> b1 @0\nb1: @1 <- b0\n  v1 = Phi(r0) 1, 2 : integer @1\n"
                    "  Return(r0) v1 @1 {1}\n"),
            "v1 = Phi(r0) 1, 2 in b1: has 2 inputs for 1 predecessors");
  EXPECT_EQ(faultOf("b0: @0\n  v0 = AddFloat 1.0, 2.0 : integer @0\n  Return(r0) v0 @0 {0}\n"),
            "v0 = AddFloat 1.0, 2.0 in b0: the result cannot be of type integer");
}

} // namespace
} // namespace perigee
