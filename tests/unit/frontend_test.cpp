#include <csetjmp>
#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "frontend/parser.h"
#include "support/chunk_id.h"

namespace perigee {
namespace {

// Parses a program and keeps its tree, or the message.
class Parsed {
public:
  explicit Parsed(std::string_view source, std::string_view chunk_name = "=input", size_t piece_size = 0,
                  int allocations = -1) {
    allocations_left_ = allocations;
    SyntaxHost host;
    host.ud = this;
    host.allocate = allocate;
    host.fail = fail;
    rest_ = source;
    piece_size_ = piece_size;
    if (setjmp(escape_) != 0) return;
    if (piece_size == 0) {
      main_ = parseChunk(host, {}, source, chunk_name);
    } else {
      main_ = parseChunk(host, {this, readPiece}, {}, chunk_name);
    }
    message_ = "ok";
  }

  ~Parsed() {
    blocks_.release([](void*, void* block, size_t) { std::free(block); }, nullptr);
  }

  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;

  const std::string& message() const { return message_; }
  FunctionNode* main() const { return main_; }
  Stat* first() const { return main_->body->body.first; }
  size_t bytes() const { return blocks_.total_bytes; }

private:
  static void* allocate(void* ud, size_t bytes) {
    Parsed* self = static_cast<Parsed*>(ud);
    if (self->allocations_left_ == 0) {
      self->message_ = "not enough memory";
      std::longjmp(self->escape_, 1);
    }
    if (self->allocations_left_ > 0) --self->allocations_left_;
    return self->blocks_.take([](void*, size_t size) { return std::malloc(size); }, nullptr, bytes);
  }

  static void fail(void* ud, std::string_view message) {
    Parsed* self = static_cast<Parsed*>(ud);
    self->message_ = message;
    std::longjmp(self->escape_, 1);
  }

  // Pieces lie in memory of their own, so that a sanitizer sees what is kept of them.
  static const char* readPiece(void* ud, size_t* size) {
    Parsed* self = static_cast<Parsed*>(ud);
    self->piece_.assign(self->rest_.begin(),
                        self->rest_.begin() +
                            static_cast<long>(std::min(self->piece_size_, self->rest_.size())));
    self->piece_.shrink_to_fit();
    self->rest_.remove_prefix(self->piece_.size());
    *size = self->piece_.size();
    return self->piece_.data();
  }

  jmp_buf escape_;
  ArenaBlocks blocks_;
  std::string message_;
  FunctionNode* main_ = nullptr;
  std::string_view rest_;
  size_t piece_size_ = 0;
  std::vector<char> piece_;
  int allocations_left_ = -1;
};

struct SourceMessage {
  std::string_view source;
  std::string_view message;
};

constexpr SourceMessage kSourceMessages[] = {
#define SOURCE_MESSAGE(source, message) {{source, sizeof(source) - 1}, {message, sizeof(message) - 1}},
#include "syntax_messages.inc"
#undef SOURCE_MESSAGE
};

std::string repeat(std::string_view text, int count) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

// Expressions as text: globals as they are, locals with a percent sign, upvalues with a caret and their
// index, compile-time constants with an exclamation mark.
std::string show(const Expr* expr);

std::string showList(const NodeList<Expr>& list) {
  std::string result;
  for (const Expr* expr : list) result += " " + show(expr);
  return result;
}

std::string_view spelling(BinaryOperator op) {
  static const std::map<BinaryOperator, std::string_view> kSpellings = {
      {BinaryOperator::Add, "+"},       {BinaryOperator::Subtract, "-"}, {BinaryOperator::Multiply, "*"},
      {BinaryOperator::Power, "^"},     {BinaryOperator::Concat, ".."},  {BinaryOperator::Less, "<"},
      {BinaryOperator::Equal, "=="},    {BinaryOperator::And, "and"},    {BinaryOperator::Or, "or"},
      {BinaryOperator::BitOr, "|"},     {BinaryOperator::BitAnd, "&"},   {BinaryOperator::BitXor, "~"},
      {BinaryOperator::ShiftLeft, "<<"}};
  return kSpellings.at(op);
}

std::string show(const Expr* expr) {
  switch (expr->kind) {
  case ExprKind::Nil: return "nil";
  case ExprKind::True: return "true";
  case ExprKind::False: return "false";
  case ExprKind::Integer: return std::to_string(as<IntegerExpr>(expr)->value);
  case ExprKind::Float: return std::to_string(as<FloatExpr>(expr)->value);
  case ExprKind::String: return '"' + std::string(as<StringExpr>(expr)->value) + '"';
  case ExprKind::Vararg: return "...";
  case ExprKind::Function: return "function";
  case ExprKind::Local: return "%" + std::string(as<LocalExpr>(expr)->var->name->text);
  case ExprKind::Upvalue:
    return "^" + std::to_string(as<UpvalueExpr>(expr)->index) +
           std::string(as<UpvalueExpr>(expr)->var->name->text);
  case ExprKind::NamedConstant: return "!" + std::string(as<NamedConstantExpr>(expr)->var->name->text);
  case ExprKind::Global: return std::string(as<GlobalExpr>(expr)->name->text);
  case ExprKind::Index: return show(as<IndexExpr>(expr)->object) + "[" + show(as<IndexExpr>(expr)->key) + "]";
  case ExprKind::Field:
    return show(as<FieldExpr>(expr)->object) + "." + std::string(as<FieldExpr>(expr)->name->text);
  case ExprKind::Call:
    return "(call " + show(as<CallExpr>(expr)->callee) + showList(as<CallExpr>(expr)->args) + ")";
  case ExprKind::MethodCall: {
    const MethodCallExpr* call = as<MethodCallExpr>(expr);
    return "(method " + show(call->callee) + " " + std::string(call->method->text) + showList(call->args) +
           ")";
  }
  case ExprKind::Unary:
    return "(" + std::string(1, "-~!#"[static_cast<int>(as<UnaryExpr>(expr)->op)]) + " " +
           show(as<UnaryExpr>(expr)->operand) + ")";
  case ExprKind::Binary:
  case ExprKind::And:
  case ExprKind::Or: {
    const BinaryExpr* binary = as<BinaryExpr>(expr);
    return "(" + std::string(spelling(binary->op)) + " " + show(binary->left) + " " + show(binary->right) +
           ")";
  }
  case ExprKind::Table: {
    std::string result = "{";
    for (const TableItem* item : as<TableExpr>(expr)->items) {
      if (item->kind == TableItem::Kind::Named) result += std::string(item->name->text) + "=";
      if (item->kind == TableItem::Kind::Computed) result += "[" + show(item->key) + "]=";
      result += show(item->value) + ";";
    }
    return result + "}";
  }
  case ExprKind::Paren: return "<" + show(as<ParenExpr>(expr)->inner) + ">";
  }
  return "?";
}

// The first value of the return statement that ends the function.
const Expr* returned(const FunctionNode* function) {
  return as<ReturnStat>(function->body->body.last)->values.first;
}

std::string showReturned(std::string_view source) {
  Parsed parsed(source);
  return parsed.main() == nullptr ? parsed.message() : show(returned(parsed.main()));
}

// Whether stock Lua counts the expression as known while compiling, and as what.
std::string showConstant(const Constant& constant) {
  switch (constant.kind) {
  case Constant::Kind::None: return "unknown";
  case Constant::Kind::Nil: return "nil";
  case Constant::Kind::False: return "false";
  case Constant::Kind::True: return "true";
  case Constant::Kind::Integer: return std::to_string(constant.integer);
  case Constant::Kind::Float: return std::to_string(constant.number);
  case Constant::Kind::String: return '"' + std::string(constant.text) + '"';
  }
  return "?";
}

std::string constantReturned(const std::string& expression) {
  Parsed parsed("return " + expression);
  return parsed.main() == nullptr ? parsed.message() : showConstant(constantOf(returned(parsed.main())));
}

template <class T> T* statementAt(const Block* block, int position) {
  Stat* stat = block->body.first;
  while (position-- > 0) stat = stat->next;
  return as<T>(stat);
}

// ---------------------------------------------------------------------------------------------------------

TEST(SyntaxMessages, AreThoseOfStockLua) {
  for (const SourceMessage& expected : kSourceMessages) {
    Parsed parsed(expected.source);
    EXPECT_EQ(parsed.message(), expected.message) << "for: " << expected.source;
  }
}

TEST(SyntaxMessages, DoNotDependOnHowTheSourceIsCut) {
  for (const SourceMessage& expected : kSourceMessages) {
    for (size_t piece_size : {size_t{1}, size_t{3}}) {
      Parsed parsed(expected.source, "=input", piece_size);
      EXPECT_EQ(parsed.message(), expected.message) << "for: " << expected.source;
    }
  }
}

TEST(SyntaxMessages, NameLimits) {
  std::string locals = "local a0";
  for (int i = 1; i < 200; ++i) locals += ",a" + std::to_string(i);
  EXPECT_EQ(Parsed(locals).message(), "ok");
  EXPECT_EQ(Parsed(locals + ",b = 1").message(),
            "input:1: too many local variables (limit is 200) in main function near '='");
  EXPECT_EQ(Parsed("\nlocal function f()\n" + locals + "\nlocal b\nend").message(),
            "input:5: too many local variables (limit is 200) in function at line 2 near 'end'");
  EXPECT_EQ(Parsed("do " + locals + " end " + locals).message(), "ok");

  std::string outer;
  std::string uses;
  for (int i = 0; i < 256; ++i) {
    if (i % 128 == 0) outer += "local function f" + std::to_string(i) + "()\n";
    outer += "local v" + std::to_string(i) + "\n";
    uses += "v" + std::to_string(i) + "()\n";
  }
  EXPECT_EQ(Parsed(outer + "return function()\n" + uses + "end end end").message(),
            "input:515: too many upvalues (limit is 255) in function at line 259 near '('");
}

TEST(SyntaxMessages, NestingIsBounded) {
  struct Case {
    std::string_view before, opening, middle, closing, after;
    int deepest;
  };
  const Case cases[] = {
      {"x = ", "(", "1", ")", "", 195},           {"x = ", "{", "1", "}", "", 195},
      {"x = ", "{{1},", "1", "}", "", 194},       {"x = ", "function() return ", "1", " end", "", 97},
      {"x = ", "not ", "1", "", "", 195},         {"x = ", "- ", "1", "", "", 195},
      {"x = ", "a .. ", "1", "", "", 195},        {"x = ", "2 ^ ", "1", "", "", 195},
      {"x = ", "f(", "1", ")", "", 195},          {"x = ", "t[", "1", "]", "", 195},
      {"", "do ", "", " end", "", 197},           {"", "while x do ", "", " end", "", 196},
      {"", "repeat ", "", " until x", "", 196},   {"", "if x then ", "", " end", "", 196},
      {"", "function f() ", "", " end", "", 197}, {"", "a, ", "a = 1", "", "", 195},
      {"x = ", "x + (", "1", ")", "", 97},
  };
  for (const Case& c : cases) {
    auto program = [&c](int count) {
      return std::string(c.before) + repeat(c.opening, count) + std::string(c.middle) +
             repeat(c.closing, count) + std::string(c.after);
    };
    EXPECT_EQ(Parsed(program(c.deepest)).message(), "ok") << c.opening;
    EXPECT_EQ(Parsed(program(c.deepest + 1)).message(), "C stack overflow") << c.opening;
    EXPECT_EQ(Parsed(program(100000)).message(), "C stack overflow") << c.opening;
  }
}

TEST(SyntaxMessages, RunOutOfMemoryAnywhere) {
  std::string source = "local a <const>, b = 1, {x = 1}\n" +
                       repeat("function b.f(p) goto l; do return a .. p end ::l:: end\n", 500);
  for (int allocations = 0;; ++allocations) {
    Parsed parsed(source, "=input", 7, allocations);
    if (parsed.message() == "ok") break;
    ASSERT_EQ(parsed.message(), "not enough memory");
  }
}

TEST(Parser, TakesLongFlatPrograms) {
  constexpr int kMany = 100000;
  EXPECT_EQ(Parsed("x = 1" + repeat(" + 1", kMany)).message(), "ok");
  EXPECT_EQ(Parsed("x = a" + repeat(".b", kMany)).message(), "ok");
  EXPECT_EQ(Parsed("x = a" + repeat("[1]", kMany)).message(), "ok");
  EXPECT_EQ(Parsed("x = a" + repeat("()", kMany)).message(), "ok");
  EXPECT_EQ(Parsed("x = a" + repeat(" and a or a", kMany)).message(), "ok");
  EXPECT_EQ(Parsed("if x then" + repeat(" elseif x then", kMany) + " end").message(), "ok");
  EXPECT_EQ(Parsed("x = {" + repeat("1,", kMany) + "}").message(), "ok");
  EXPECT_EQ(Parsed(repeat(";", kMany)).message(), "ok");
  EXPECT_EQ(Parsed(repeat("local function f() return f end do local x = f end\n", 190)).message(), "ok");
}

TEST(Parser, LinksChainsOfLeftOperands) {
  Parsed parsed("return a.b[1]:c(2)(3) + 4 < 5");
  const Expr* top = returned(parsed.main());
  Expr* expr = leftmost(const_cast<Expr*>(top));
  EXPECT_EQ(expr->kind, ExprKind::Global);
  std::vector<ExprKind> kinds;
  for (; expr != nullptr; expr = expr->spine_parent) kinds.push_back(expr->kind);
  EXPECT_EQ(kinds,
            (std::vector<ExprKind>{ExprKind::Global, ExprKind::Field, ExprKind::Index, ExprKind::MethodCall,
                                   ExprKind::Call, ExprKind::Binary, ExprKind::Binary}));
}

TEST(Parser, Priorities) {
  EXPECT_EQ(showReturned("return a or b and c"), "(or a (and b c))");
  EXPECT_EQ(showReturned("return a < b == c"), "(== (< a b) c)");
  EXPECT_EQ(showReturned("return a | b ~ c & d << e .. f + g * -h ^ i"),
            "(| a (~ b (& c (<< d (.. e (+ f (* g (- (^ h i)))))))))");
  EXPECT_EQ(showReturned("return a .. b .. c"), "(.. a (.. b c))");
  EXPECT_EQ(showReturned("return a ^ b ^ c"), "(^ a (^ b c))");
  EXPECT_EQ(showReturned("return 2 ^ - 3"), "(^ 2 (- 3))");
  EXPECT_EQ(showReturned("return a - b - c"), "(- (- a b) c)");
  EXPECT_EQ(showReturned("return not a == b"), "(== (! a) b)");
  EXPECT_EQ(showReturned("return #a + ~b"), "(+ (# a) (~ b))");
}

TEST(Parser, SuffixesAndConstructors) {
  EXPECT_EQ(showReturned("return a.b.c[d]:e(f, ...){g}'h'(i)"),
            "(call (call (call (method a.b.c[d] e f ...) {g;}) \"h\") i)");
  EXPECT_EQ(showReturned("return (f())"), "<(call f)>");
  EXPECT_EQ(showReturned("return {1, a = 2, [3] = 4; b, function() end}"), "{1;a=2;[3]=4;b;function;}");
  Parsed parsed("return {1, x = 2, f()}, {f(), x = 1}, {(f())}, {...}");
  std::vector<bool> multi;
  for (const Expr* expr : as<ReturnStat>(parsed.first())->values)
    multi.push_back(as<TableExpr>(expr)->last_is_multi);
  EXPECT_EQ(multi, (std::vector<bool>{true, false, false, true}));
  EXPECT_EQ(as<TableExpr>(returned(parsed.main()))->positional_count, 2);
  EXPECT_EQ(as<TableExpr>(returned(parsed.main()))->keyed_count, 1);
}

TEST(Lexer, StringLiterals) {
  EXPECT_EQ(showReturned(R"(return "\65\066\x43\u{44}\z
                             E\'\"\\\
F")"),
            "\"ABCDE'\"\\\nF\"");
  EXPECT_EQ(showReturned("return '\\a\\b\\f\\n\\r\\t\\v'"), "\"\a\b\f\n\r\t\v\"");
  EXPECT_EQ(showReturned("return '\\u{7FFFFFFF}\\u{10FFFF}\\u{7FF}\\u{0}'").size(), 6 + 4 + 2 + 1 + 2u);
  EXPECT_EQ(showReturned("return '\\u{20AC}'"), "\"\xE2\x82\xAC\"");
  EXPECT_EQ(showReturned("return [[\r\na\r\nb\n\rc\rd]]"), "\"a\nb\nc\nd\"");
  EXPECT_EQ(showReturned("return [==[\n]]]=]=]==]"), "\"]]]=]=\"");
  EXPECT_EQ(showReturned(std::string("return 'a\0b'", 12)), std::string("\"a\0b\"", 5));
}

TEST(Lexer, CommentsAndNumerals) {
  EXPECT_EQ(showReturned("--[[ x ]] return --[==[ ]] \n ]==] 0x10 -- y"), "16");
  EXPECT_EQ(showReturned("--[ no long comment\nreturn .5"), "0.500000");
  EXPECT_EQ(showReturned("return 0xA.8p1"), "21.000000");
  EXPECT_EQ(showReturned("return 9223372036854775808 == 9223372036854775807"),
            "(== 9223372036854775808.000000 9223372036854775807)");
}

TEST(Scope, ResolvesNames) {
  EXPECT_EQ(showReturned("return x"), "x");
  EXPECT_EQ(showReturned("local x = x; return x"), "%x");
  EXPECT_EQ(showReturned("do local x end return x"), "x");
  EXPECT_EQ(showReturned("local x; do local x = x end return x"), "%x");
  EXPECT_EQ(showReturned("for x = 1, 2 do end return x"), "x");
  EXPECT_EQ(showReturned("return _ENV"), "^0_ENV");
  EXPECT_EQ(showReturned("local x <const> = 1; return x"), "!x");
  EXPECT_EQ(showReturned("local x <const>, y = 1, 2; return x"), "%x");
  EXPECT_EQ(showReturned("local y, x <const> = 1, 2; return x"), "!x");
  EXPECT_EQ(showReturned("local y, x <const> = 1; return x"), "%x");
  EXPECT_EQ(showReturned("local x <const> = f(); return x"), "%x");

  Parsed shadowed("local x = 1; local x = x; return x");
  LocalDeclStat* inner = statementAt<LocalDeclStat>(shadowed.main()->body, 1);
  EXPECT_EQ(as<LocalExpr>(returned(shadowed.main()))->var, inner->vars.first);
  EXPECT_NE(as<LocalExpr>(inner->values.first)->var, inner->vars.first);
}

TEST(Scope, ResolvesEnvironment) {
  auto environment = [](std::string_view source) {
    Parsed parsed(source);
    return show(as<GlobalExpr>(returned(parsed.main()))->environment);
  };
  EXPECT_EQ(environment("return x"), "^0_ENV");
  EXPECT_EQ(environment("local _ENV = {}; return x"), "%_ENV");
  EXPECT_EQ(environment("local _ENV <const> = 1; return x"), "!_ENV");
}

TEST(Scope, OrdersUpvaluesAsTheyAreFirstUsed) {
  Parsed parsed(R"(
    local a, b, c <const>, d <const> = 1, 2, f(), 4
    local function outer(p)
      local l = b
      local function inner() g = c; return l + p + a + b + d + a end
    end)");
  FunctionNode* outer = parsed.main()->children.first;
  FunctionNode* inner = outer->children.first;
  auto names = [](const FunctionNode* function) {
    std::string result;
    for (int i = 0; i < function->upvalue_count; ++i) {
      const UpvalueDesc& desc = function->upvalues[i];
      result += std::string(desc.name->text) +
                (desc.from_parent_local ? "=local " : "=" + std::to_string(desc.parent_index) + " ");
    }
    return result;
  };
  EXPECT_EQ(names(parsed.main()), "_ENV=local ");
  EXPECT_EQ(names(outer), "b=local _ENV=0 c=local a=local ");
  EXPECT_EQ(names(inner), "_ENV=1 c=2 l=local p=local a=3 b=0 ");
  EXPECT_TRUE(parsed.main()->has_captured_locals);
  EXPECT_TRUE(outer->body->needs_close);
  EXPECT_FALSE(inner->has_captured_locals);
}

TEST(Scope, RecordsHowVariablesAreUsed) {
  Parsed parsed(R"(
    local t, u, v, w = {}, {}, {}, {}
    t.a = 1; t.b, t.a = 2, 3
    function t.c() end
    function t:d() u = 1; u.x = 1 end
    v = 2
    w.x.y = 1; w[1] = 2; w.z()
    local s = w.q)");
  std::vector<LocalVar*> vars;
  for (LocalVar* var : as<LocalDeclStat>(parsed.first())->vars) vars.push_back(var);
  EXPECT_EQ(vars[0]->field_stores, 4);
  EXPECT_FALSE(vars[0]->assigned);
  EXPECT_FALSE(vars[0]->captured);
  EXPECT_EQ(vars[1]->field_stores, 0);
  EXPECT_TRUE(vars[1]->assigned);
  EXPECT_TRUE(vars[1]->captured);
  EXPECT_TRUE(vars[2]->assigned);
  EXPECT_EQ(vars[3]->field_stores, 0);

  std::string many = "local t = {}\n";
  for (int i = 0; i < 1000; ++i) many += "t.f" + std::to_string(i) + " = 1; t.f0 = 2\n";
  Parsed saturated(many);
  EXPECT_EQ(as<LocalDeclStat>(saturated.first())->vars.first->field_stores, 255);
}

TEST(Fold, KnowsWhatStockLuaKnows) {
  EXPECT_EQ(constantReturned("-5"), "-5");
  EXPECT_EQ(constantReturned("- - 5"), "5");
  EXPECT_EQ(constantReturned("1 + 2 * 3"), "7");
  EXPECT_EQ(constantReturned("(1 + 2) * 3"), "9");
  EXPECT_EQ(constantReturned("9223372036854775807 + 1"), "-9223372036854775808");
  EXPECT_EQ(constantReturned("-9223372036854775807 - 1 // -1"), "-9223372036854775806");
  EXPECT_EQ(constantReturned("(-9223372036854775807 - 1) // -1"), "-9223372036854775808");
  EXPECT_EQ(constantReturned("(-9223372036854775807 - 1) % -1"), "0");
  EXPECT_EQ(constantReturned("7 // 2"), "3");
  EXPECT_EQ(constantReturned("-7 // 2"), "-4");
  EXPECT_EQ(constantReturned("-7 % 3"), "2");
  EXPECT_EQ(constantReturned("7 % -3"), "-2");
  EXPECT_EQ(constantReturned("-7.5 % 2"), "0.500000");
  EXPECT_EQ(constantReturned("7.5 // 2"), "3.000000");
  EXPECT_EQ(constantReturned("7 / 2"), "3.500000");
  EXPECT_EQ(constantReturned("2 ^ 10"), "1024.000000");
  EXPECT_EQ(constantReturned("5.5 % (1/0)"), "unknown");
  EXPECT_EQ(constantReturned("1e308 * 10"), "inf");
  EXPECT_EQ(constantReturned("1 << 62"), "4611686018427387904");
  EXPECT_EQ(constantReturned("1 << 64"), "0");
  EXPECT_EQ(constantReturned("1 << -1"), "0");
  EXPECT_EQ(constantReturned("-1 >> 1"), "9223372036854775807");
  EXPECT_EQ(constantReturned("-1 >> -9223372036854775807"), "0");
  EXPECT_EQ(constantReturned("5.0 | 2"), "7");
  EXPECT_EQ(constantReturned("5 ~ 1 & 3"), "4");
  EXPECT_EQ(constantReturned("~0"), "-1");
  EXPECT_EQ(constantReturned("not nil"), "true");
  EXPECT_EQ(constantReturned("not 0"), "false");
  EXPECT_EQ(constantReturned("not ''"), "false");
  EXPECT_EQ(constantReturned("true and 5"), "5");
  EXPECT_EQ(constantReturned("nil or 'x'"), "\"x\"");
  EXPECT_EQ(constantReturned("(1 and 2) + 3"), "5");
}

TEST(Fold, LeavesTheRestToRunTime) {
  for (const char* expression :
       {"0.0 * 1",  "-0.0",    "1 - 1.0", "0 / 1",     "1 / 0",    "1 // 0",     "1 % 0",
        "1 // 0.0", "0.0 / 0", "5.5 | 1", "1 < 2",     "1 == 1",   "'a' .. 'b'", "1 .. 2",
        "-'2'",     "'1' + 1", "#'abc'",  "nil and 1", "1 or 2",   "x",          "1 + x",
        "...",      "{}",      "f()",     "~1.5",      "2^63 | 0", "'a' and x",  "function() end"}) {
    EXPECT_EQ(constantReturned(expression), "unknown") << expression;
  }
}

TEST(Labels, LinkJumps) {
  Parsed parsed(R"(
    ::top::
    local a
    do
      local b
      goto top
      goto bottom
    end
    ::bottom:: ;
    while a do break end)");
  ASSERT_EQ(parsed.message(), "ok");
  Block* body = parsed.main()->body;
  LabelStat* top = statementAt<LabelStat>(body, 0);
  LocalVar* a = statementAt<LocalDeclStat>(body, 1)->vars.first;
  Block* inner = statementAt<DoStat>(body, 2)->block;
  LocalVar* b = statementAt<LocalDeclStat>(inner, 0)->vars.first;
  GotoStat* backward = statementAt<GotoStat>(inner, 1);
  GotoStat* forward = statementAt<GotoStat>(inner, 2);
  LabelStat* bottom = statementAt<LabelStat>(body, 3);
  WhileStat* loop = statementAt<WhileStat>(body, 4);
  EXPECT_EQ(top->active, nullptr);
  EXPECT_EQ(backward->target, top);
  EXPECT_TRUE(backward->backward);
  EXPECT_EQ(backward->active, b);
  EXPECT_EQ(forward->target, bottom);
  EXPECT_FALSE(forward->backward);
  EXPECT_EQ(bottom->active, a);
  EXPECT_EQ(b->previous, a);
  EXPECT_EQ(statementAt<BreakStat>(loop->block, 0)->loop, loop->loop);
  EXPECT_EQ(loop->loop->outer_local, a);
}

TEST(Labels, AtTheEndOfABlockAreOutsideItsLocals) {
  Parsed parsed("while x do goto continue; local a <close>, b = f(); ::continue:: ; ::other:: end");
  ASSERT_EQ(parsed.message(), "ok");
  Block* body = as<WhileStat>(parsed.first())->block;
  GotoStat* jump = statementAt<GotoStat>(body, 0);
  EXPECT_EQ(jump->target->active, nullptr);
  EXPECT_EQ(jump->target->name->text, "continue");
  LocalVar* b = statementAt<LocalDeclStat>(body, 1)->vars.last;
  EXPECT_TRUE(leavesVariablesToClose(b, nullptr));
  EXPECT_FALSE(leavesVariablesToClose(b, b->previous));
  EXPECT_TRUE(body->needs_close);
}

TEST(Labels, OfInnerFunctionsAreTheirOwn) {
  EXPECT_EQ(Parsed("::a:: local function f() ::a:: goto a end goto a").message(), "ok");
  EXPECT_EQ(Parsed("do ::a:: end do ::a:: goto a end goto b do end ::b::").message(), "ok");
  EXPECT_EQ(Parsed("::a:: do goto a; local function f() goto b; ::b:: end ::b:: goto b end").message(), "ok");
}

TEST(Parser, ReturnsInsideToBeClosedScopes) {
  auto inside = [](std::string_view source) {
    Parsed parsed(source);
    return as<ReturnStat>(parsed.main()->children.first->body->body.last)->inside_to_be_closed;
  };
  EXPECT_TRUE(inside("function f() local x <close> = nil; return g() end"));
  EXPECT_FALSE(inside("function f() do local x <close> = nil end return g() end"));
  EXPECT_FALSE(inside("local x <close> = nil; function f() return g() end"));
  Parsed loop("for k in x do return f() end");
  EXPECT_TRUE(statementAt<ReturnStat>(as<GenericForStat>(loop.first())->block, 0)->inside_to_be_closed);
}

TEST(Parser, Lines) {
  Parsed parsed("\nlocal x = a\n.b\n(\n1\n+\n2)\nfunction f(\n)\n\nend");
  LocalDeclStat* stat = as<LocalDeclStat>(parsed.first());
  CallExpr* call = as<CallExpr>(stat->values.first);
  EXPECT_EQ(stat->line, 2);
  EXPECT_EQ(stat->end_line, 7);
  EXPECT_EQ(call->line, 2);
  EXPECT_EQ(call->args_line, 4);
  EXPECT_EQ(call->end_line, 7);
  EXPECT_EQ(call->callee->line, 3);
  EXPECT_EQ(call->args.first->line, 6);
  FunctionNode* f = parsed.main()->children.first;
  EXPECT_EQ(f->line_defined, 8);
  EXPECT_EQ(f->last_line, 11);
  EXPECT_EQ(parsed.main()->line_defined, 0);
}

TEST(ChunkId, IsStockLuas) {
  auto id = [](std::string_view source) {
    char out[kChunkIdSize];
    size_t size = chunkId(out, source);
    EXPECT_EQ(out[size], '\0');
    return std::string(out, size);
  };
  EXPECT_EQ(id(""), "[string \"\"]");
  EXPECT_EQ(id("@"), "");
  EXPECT_EQ(id("=stdin"), "stdin");
  EXPECT_EQ(id("@file.lua"), "file.lua");
  EXPECT_EQ(id("=" + repeat("n", 59)), repeat("n", 59));
  EXPECT_EQ(id("=" + repeat("n", 60)), repeat("n", 59));
  EXPECT_EQ(id("@" + repeat("a", 58) + "Z"), repeat("a", 58) + "Z");
  EXPECT_EQ(id("@" + repeat("a", 59) + "Z"), "..." + repeat("a", 55) + "Z");
  EXPECT_EQ(id("x = 1"), "[string \"x = 1\"]");
  EXPECT_EQ(id("x = 1\ny = 2"), "[string \"x = 1...\"]");
  EXPECT_EQ(id("\nx"), "[string \"...\"]");
  EXPECT_EQ(id(repeat("x", 44)), "[string \"" + repeat("x", 44) + "\"]");
  EXPECT_EQ(id(repeat("x", 45)), "[string \"" + repeat("x", 45) + "...\"]");
  EXPECT_EQ(id(repeat("x", 44) + "\n"), "[string \"" + repeat("x", 44) + "...\"]");
  EXPECT_EQ(id(repeat("x", 99) + "\n"), "[string \"" + repeat("x", 45) + "...\"]");
}

} // namespace
} // namespace perigee
