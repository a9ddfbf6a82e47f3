// The syntax tree. Nodes are plain structs in an arena; each kind of node has one struct, and `as<T>` casts.
// Every name is already resolved to a local variable, an upvalue, or a field of _ENV.
//
// Lines. Stock Lua attributes most instructions to the line of the last token read when it emits them, and
// some to a line chosen on purpose. The tree keeps both: `end_line` of a node is the line where its last
// token ends; `line` is the one chosen on purpose, as said at each node, or else where the node begins.
//
// Depth. Nesting is bounded by kMaxSyntaxLevels except to the left: in `a + b + c`, `a.b.c` or `f()()()` the
// left operand of a node is the node before, thousands deep. Whoever walks such a tree must not recurse into
// left operands but go down to `leftmost` and come back up along `spine_parent`.
#pragma once

#include <cstdint>
#include <string_view>

#include "frontend/fold.h"
#include "frontend/name_table.h"
#include "frontend/operators.h"

namespace perigee {

struct Block;
struct Expr;
struct FunctionNode;
struct Stat;

// A list of nodes linked through their `next`.
template <class T> struct NodeList {
  T* first = nullptr;
  T* last = nullptr;
  int count = 0;

  void append(T* node) {
    (last == nullptr ? first : last->next) = node;
    last = node;
    ++count;
  }
  bool empty() const { return first == nullptr; }

  struct Iterator {
    T* node;
    T* operator*() const { return node; }
    Iterator& operator++() {
      node = node->next;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return node != other.node; }
  };
  Iterator begin() const { return {first}; }
  Iterator end() const { return {nullptr}; }
};

// ---------------------------------------------------------------------------------------------------------
// Variables

enum class VarAttrib : uint8_t {
  Regular,
  Const,       // <const>, in a register
  Close,       // <close>
  CompileTime, // <const> with a value known now: takes no register and is never captured
};

struct LocalVar {
  Name* name;
  FunctionNode* function; // null for the main chunk's _ENV, which comes from outside
  Block* block;           // where it is declared
  int line;               // of its declaration
  VarAttrib attrib = VarAttrib::Regular;
  bool captured = false;    // an inner function uses it as an upvalue
  bool assigned = false;    // assigned to after its declaration, by whatever function
  uint8_t field_stores = 0; // distinct names stored through it (`v.name =`, `function v:name`) by its own
                            // function; saturates. A hint how large a table in it may get
  int16_t index = 0;        // among the active locals of the function, compile-time constants included
  Constant constant;        // if attrib is CompileTime

  LocalVar* next = nullptr;     // in the list of its declaration
  LocalVar* previous = nullptr; // the local of the same function that is innermost where this one begins
  LocalVar* shadowed = nullptr; // what its name meant outside its scope; for Scope

  // For Scope: the function that last asked for this variable, and which of its upvalues that is.
  FunctionNode* cached_function = nullptr;
  int cached_upvalue = 0;

  // For the emitter.
  int reg = -1;
  int debug_index = -1;
};

// Whether the value of `var` needs closing when its scope is left.
inline bool needsClose(const LocalVar* var) { return var->captured || var->attrib == VarAttrib::Close; }

struct UpvalueDesc {
  Name* name;
  LocalVar* variable;     // the variable it stands for, at whatever distance
  bool from_parent_local; // else it is an upvalue of the parent
  uint8_t parent_index;   // that upvalue's index, if so
};

// ---------------------------------------------------------------------------------------------------------
// Expressions

enum class ExprKind : uint8_t {
  Nil,
  True,
  False,
  Integer,
  Float,
  String,
  Vararg,
  Function,
  Local,
  Upvalue,
  NamedConstant,
  Global,
  Index,
  Field,
  Call,
  MethodCall,
  Unary,
  Binary,
  And,
  Or,
  Table,
  Paren,
};

struct Expr {
  ExprKind kind;
  int line;
  int end_line;
  Expr* next = nullptr;         // in a list of expressions
  Expr* spine_parent = nullptr; // the node of which this is the left operand, prefix or callee
};

template <class T, class Node> T* as(Node* node) { return static_cast<T*>(node); }
template <class T, class Node> const T* as(const Node* node) { return static_cast<const T*>(node); }

struct IntegerExpr : Expr {
  int64_t value;
};

struct FloatExpr : Expr {
  double value;
};

struct StringExpr : Expr {
  std::string_view value;
};

struct FunctionExpr : Expr {
  FunctionNode* function;
};

struct LocalExpr : Expr {
  LocalVar* var;
};

struct UpvalueExpr : Expr {
  int index; // in the function where the expression stands
  LocalVar* var;
};

// The use of a compile-time constant.
struct NamedConstantExpr : Expr {
  LocalVar* var;
};

// `name` where no variable is so called: a field of _ENV.
struct GlobalExpr : Expr {
  Name* name;
  Expr* environment; // what _ENV means here: Local, Upvalue or NamedConstant
};

// line: of the closing bracket.
struct IndexExpr : Expr {
  Expr* object;
  Expr* key;
};

// line: of the name.
struct FieldExpr : Expr {
  Expr* object;
  Name* name;
};

// A call. line: where the whole prefix expression that contains it begins, to which stock Lua 5.4.4
// attributes the call. args_line: of the token that opens the arguments, to which 5.4.6 and later do.
struct CallExpr : Expr {
  Expr* callee;
  NodeList<Expr> args;
  int args_line;
};

struct MethodCallExpr : CallExpr { // callee is the object
  Name* method;
  int method_line; // of the name
};

// Unary, Binary, And, Or. line: of the operator. `folded`: see constantOf.
struct UnaryExpr : Expr {
  UnaryOperator op;
  Expr* operand;
  const Constant* folded;
};

struct BinaryExpr : Expr {
  BinaryOperator op;
  Expr* left;
  Expr* right;
  const Constant* folded;
};

struct ParenExpr : Expr {
  Expr* inner;
};

struct TableItem {
  enum class Kind : uint8_t { Positional, Named, Computed };
  Kind kind;
  int line;     // of its first token
  int end_line; // of its last token
  Name* name;   // Named
  Expr* key;    // Computed
  Expr* value;
  TableItem* next = nullptr;
};

// line: of the opening brace.
struct TableExpr : Expr {
  NodeList<TableItem> items; // in source order
  int positional_count;
  int keyed_count;
  bool last_is_multi; // the last item is positional and may have many values
};

// May the expression stand for any number of values?
inline bool isMultiValued(const Expr* expr) {
  return expr->kind == ExprKind::Call || expr->kind == ExprKind::MethodCall || expr->kind == ExprKind::Vararg;
}

// The value of the expression if stock Lua knows it while compiling, else a constant of kind None. Does not
// recurse.
Constant constantOf(const Expr* expr);

// The expression's left operand, prefix or callee, if it has one.
Expr* leftOperand(const Expr* expr);

// The end of the chain of left operands.
inline Expr* leftmost(Expr* expr) {
  while (Expr* left = leftOperand(expr)) expr = left;
  return expr;
}

// ---------------------------------------------------------------------------------------------------------
// Statements

// The extent of local variables.
struct Block {
  Block* parent;            // within the function
  LocalVar* outer_local;    // innermost active local of the function where the block begins
  bool is_loop;             // a target of `break`
  bool needs_close = false; // a local declared directly in it is captured or to be closed
  int end_line = 0;         // of the last token before what ends the block
  NodeList<Stat> body;

  // For the emitter.
  int breaks = -1;
};

enum class StatKind : uint8_t {
  LocalDecl,
  Assign,
  Call,
  Do,
  While,
  Repeat,
  If,
  NumericFor,
  GenericFor,
  FunctionDecl,
  LocalFunction,
  Return,
  Break,
  Goto,
  Label,
};

// line: of the first token, unless said otherwise.
struct Stat {
  StatKind kind;
  int line;
  int end_line = 0;
  Stat* next = nullptr;
};

struct LocalDeclStat : Stat {
  NodeList<LocalVar> vars;
  NodeList<Expr> values;
  LocalVar* to_be_closed; // or null
};

// Targets are Local, Upvalue, Global, Index or Field.
struct AssignStat : Stat {
  NodeList<Expr> targets;
  NodeList<Expr> values;
};

struct CallStat : Stat {
  Expr* call; // Call or MethodCall
};

struct DoStat : Stat {
  Block* block;
};

// The loop block of a loop holds its hidden variables, if any, and the blocks below it; a break leaves it.
struct WhileStat : Stat {
  Block* loop;
  Expr* condition;
  Block* block;
};

struct RepeatStat : Stat {
  Block* loop;
  Block* block; // its locals reach into the condition
  Expr* condition;
};

struct IfClause {
  int line;
  int then_line;
  Expr* condition;
  Block* block;
  IfClause* next = nullptr;
};

struct IfStat : Stat {
  NodeList<IfClause> clauses; // `if` and every `elseif`
  Block* else_block;          // or null
};

struct NumericForStat : Stat {
  Block* loop;               // holds `hidden`
  NodeList<LocalVar> hidden; // the loop's state, three variables
  LocalVar* kept_limit;      // in front of them, without a name; or null
  bool may_wrap;             // where the dialect says so, and as far as is known here
  Expr* start;
  Expr* limit;
  Expr* step;   // or null for 1
  Block* scope; // holds `var`
  LocalVar* var;
  Block* block;
  int do_line;
};

struct GenericForStat : Stat {
  Block* loop; // holds `hidden`
  NodeList<LocalVar>
      hidden; // the loop's state, four variables, the last one to be closed (or without a name)
  NodeList<LocalVar> vars;
  NodeList<Expr> values;
  int values_line; // of the token after `in`, to which the loop's own instructions belong
  Block* scope;    // holds `vars`
  Block* block;
  int do_line;
};

// function a.b.c:d() ... end. The final store belongs to `line`.
struct FunctionDeclStat : Stat {
  Expr* target;
  FunctionExpr* function;
};

struct LocalFunctionStat : Stat {
  LocalVar* var;
  FunctionExpr* function;
};

struct ReturnStat : Stat {
  NodeList<Expr> values;
  bool inside_to_be_closed; // in the scope of a variable to be closed: a returned call is no tail call
};

// Where a jump starts: locals from `active` outwards to those of the target's `active` go out of scope.
struct BreakStat : Stat {
  Block* loop; // its `outer_local` is innermost after the jump
  LocalVar* active;
};

struct LabelStat : Stat {
  Name* name;
  FunctionNode* function;
  Block* block;
  LocalVar* active; // innermost local in scope at the label; one at the end of a block is outside its locals
  LabelStat* shadowed = nullptr; // what the name meant outside the block; for Labels
  LabelStat* next_in_block = nullptr;

  // For the emitter.
  int pc = -1;
  int jumps = -1;
};

struct GotoStat : Stat {
  Name* name;
  LabelStat* target = nullptr;
  LocalVar* active;
  bool backward = false;
};

// Whether a jump from where `from` is innermost to where `to` is must close a variable.
inline bool leavesVariablesToClose(const LocalVar* from, const LocalVar* to) {
  for (; from != to && from != nullptr; from = from->previous) {
    if (needsClose(from)) return true;
  }
  return false;
}

// ---------------------------------------------------------------------------------------------------------
// Functions

struct FunctionNode {
  FunctionNode* parent; // null for the main chunk
  int line_defined;     // 0 for the main chunk
  int last_line = 0;    // of its `end`; 0 for the main chunk
  bool is_vararg = false;
  bool is_method = false;           // `self` is its first parameter
  bool has_captured_locals = false; // some local is captured
  bool has_to_be_closed = false;    // some local is to be closed, generic loops' hidden ones included
  NodeList<LocalVar> params;        // `self` included
  Block* body = nullptr;            // holds the parameters too
  UpvalueDesc* upvalues = nullptr;
  int upvalue_count = 0;
  int upvalue_capacity = 0;
  NodeList<FunctionNode> children; // in source order
  FunctionNode* next = nullptr;    // sibling
  int index = 0;                   // among the parent's children
};

} // namespace perigee
