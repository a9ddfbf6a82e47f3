// The emitter of one function. Its parts: emit_function.cpp (beginning and end, registers, scopes),
// emit_expression.cpp, emit_operator.cpp, emit_condition.cpp, emit_call.cpp, emit_table.cpp,
// emit_statement.cpp, emit_assignment.cpp, emit_loop.cpp.
//
// Registers are a stack: those of the active local variables at the bottom, temporaries above, `free_` the
// first one not in use. An expression is evaluated *into* a register given by whoever wants its value: a
// local variable's, or the topmost temporary (`isScratch`), which may then also serve for intermediate
// results. A register of a variable is written by the last instruction only, since the expression may still
// read it.
//
// Lines. Every function that emits the last instruction of an expression takes the line to give it, which is
// the one stock Lua would; `dischargeLine` knows the cases.
//
// Emission may be left by longjmp, so nothing here has a destructor that matters.
#pragma once

#include "bytecode/constants.h"
#include "bytecode/emitter.h"

namespace perigee {

// Jumps waiting for their target, linked through their `d`.
struct JumpList {
  int head = -1;
  bool empty() const { return head < 0; }
};

class FunctionEmitter {
public:
  FunctionEmitter(ChunkContext& context, FunctionEmitter* parent, FunctionNode* node);

  Proto* run();

private:
  // An operand: in a register, or something an instruction can name directly.
  struct Operand {
    enum class Kind : uint8_t { Register, Constant, Upvalue };
    Kind kind;
    int index; // register or upvalue
    Constant constant;
    static Operand inRegister(int reg) { return {Kind::Register, reg, {}}; }
    bool isRegister() const { return kind == Kind::Register; }
  };

  // Where a logical expression's value comes to be known. Jumps to `end` have stored it in the target; the
  // others leave it to the end of the expression to store true or false.
  struct ValueExits {
    int target;
    JumpList end;
    JumpList need_true;
    JumpList need_false;
  };

  // How a logical expression is used. Full: its value is wanted (exits set). Otherwise it jumps to `out` if
  // its truth equals `sense`, with its value if exits is set.
  struct LogicUse {
    bool full;
    bool sense;
    ValueExits* exits;
    JumpList* out;
  };

  // The target of an assignment, with everything evaluated that must be evaluated before the values.
  struct Place {
    enum class Kind : uint8_t { Local, Upvalue, Global, Field, Index, Int };
    Kind kind;
    int object; // register (Local, Field, Index, Int) or upvalue (Upvalue, Global)
    int key;    // register (Index), integer (Int)
    String* name;
  };

  // --- emit_function.cpp
  Proto* finish();
  Proto draft();
  void fillProto(Proto* p, const Proto& draft);
  void shortenJumps();
  int emit(Opcode op, int a, int b, int c, int32_t d, int line);
  int pc() const { return static_cast<int>(code_.size()); }
  int mark();
  void link(int jump, JumpList& list);
  void bind(JumpList& list);
  int jumpTo(int target, int line);
  [[noreturn]] void failRegisters();
  void need(int registers) {
    if (free_ + registers > max_) raiseMax(free_ + registers);
  }
  void raiseMax(int registers);
  int allocate(int count = 1) {
    need(count);
    int first = free_;
    free_ += count;
    return first;
  }
  bool isScratch(int reg) const { return reg >= active_ && reg == free_ - 1; }
  int registerLevel(const LocalVar* innermost) const;
  void activate(LocalVar* var, int reg);
  void leaveScope(Block* block, bool close, int line);
  uint32_t cacheFor(String* key);
  uint32_t constantIndex(const Constant& c);
  Value constantValue(const Constant& c);

  // --- emit_expression.cpp
  void into(Expr* e, int target, int line);
  void into(Expr* e, int target) { into(e, target, e->end_line); }
  int intoNext(Expr* e, int line);
  int intoNext(Expr* e) { return intoNext(e, e->end_line); }
  int anyRegister(Expr* e, int line, int hint = -1);
  int anyRegister(Expr* e) { return anyRegister(e, e->end_line); }
  void loadConstant(const Constant& c, int target, int line);
  void loadNil(int from, int count, int line);
  void move(int target, int from, int line);
  void global(GlobalExpr* e, int target, int line);
  void getField(int target, int object, String* key, int line);
  void closure(FunctionExpr* e, int target, int line);
  void chain(Expr* root, int target, int line, int wanted);
  Operand chainStart(Expr* leaf, const Expr* parent, int home);
  int scratchOf(int home, int level) const { return home >= 0 ? home : level; }
  void chainStep(Expr* node, Operand left, int scratch, int target, int line, int wanted);
  void indexStep(const IndexExpr* node, int object, int target, int line);
  String* stringOfConstant(const Constant& c);

  // --- emit_operator.cpp
  void unary(UnaryExpr* e, int target, int line);
  void binaryStep(BinaryExpr* node, Operand left, int target, int line);
  void arithmetic(BinaryExpr* node, Operand left, int target);
  void concat(BinaryExpr* node, int first, int target);
  bool immediateLeft(const BinaryExpr* node, const Constant& left) const;

  // --- emit_condition.cpp
  void branch(Expr* e, bool sense, JumpList& out, int line);
  void branch(Expr* e, bool sense, JumpList& out) { branch(e, sense, out, e->end_line); }
  void branchWithValue(Expr* e, bool sense, ValueExits& exits, int line);
  int compareAndJump(BinaryExpr* node, Operand left, bool sense);
  void compare(BinaryExpr* node, bool sense, JumpList& out);
  void booleanValue(Expr* e, int target, int line);
  void logical(Expr* e, int target, int line);
  void logicalChain(Expr* root, const LogicUse& use, int line);
  void logicalExit(Expr* e, bool sense, const LogicUse& use, JumpList& through, int line);

  // --- emit_call.cpp
  void call(CallExpr* e, int base, int wanted);
  void methodCall(MethodCallExpr* e, int object, int base, int wanted);
  int arguments(const NodeList<Expr>& list, bool* open);
  int lineOfCall(const CallExpr* e) const;
  int multi(Expr* e, int wanted, int line);
  void expressionsInto(const NodeList<Expr>& list, int wanted, int line);

  // --- emit_table.cpp
  void table(TableExpr* e, int target, int line);
  void tableItems(TableExpr* e, int table_reg);
  void keyedItem(TableItem* item, int table_reg);

  // --- emit_statement.cpp
  void statements(Block* block);
  void statement(Stat* s);
  void block(Block* b, bool close = true);
  void localDeclaration(LocalDeclStat* s);
  void localFunction(LocalFunctionStat* s);
  void functionDeclaration(FunctionDeclStat* s);
  void callStatement(CallStat* s);
  void ifStatement(IfStat* s);
  bool jumpClause(IfClause* clause);
  void returnStatement(ReturnStat* s);
  void tailCall(ReturnStat* s);
  void emitReturn(int first, int count, bool close, int line);
  void breakStatement(BreakStat* s);
  void gotoStatement(GotoStat* s);
  void labelStatement(LabelStat* s);
  void hintTable(Expr* value, const LocalVar* var);

  // --- emit_assignment.cpp
  void assignment(AssignStat* s);
  void singleAssignment(Expr* target, Expr* value, int line);
  Place place(Expr* target, const Expr* later);
  Place objectPlace(Expr* object, int line, const Expr* later, const String* key);
  Place fieldPlaceIn(int object, String* key, int line);
  Place indexPlaceIn(int object, Expr* key, int line, const Expr* later);
  int safeRegister(Expr* e, int line, const Expr* later);
  void storeRegister(const Place& place, int reg, int line);
  void storeExpression(const Place& place, Expr* value, int line);

  // --- emit_loop.cpp
  void whileStatement(WhileStat* s);
  void repeatStatement(RepeatStat* s);
  void numericFor(NumericForStat* s);
  void genericFor(GenericForStat* s);
  void bindBreaks(Block* loop);

  ChunkContext& context_;
  FunctionEmitter* parent_;
  FunctionNode* node_;
  Arena& arena_;
  ArenaVector<Instruction> code_;
  ArenaVector<uint32_t> lines_;
  ArenaVector<InlineCache> caches_;
  ArenaVector<LocalDescription> locals_;
  Proto** children_;
  ConstantTable constants_;
  int free_ = 0;        // first register not in use
  int active_ = 0;      // registers of active local variables
  int max_ = 2;         // registers needed
  int last_target_ = 0; // latest pc known to be jumped to
  int line_;            // of the latest instruction
  LocalVar* innermost_ = nullptr;
  const TableExpr* hinted_table_ = nullptr; // the constructor to which field_hint_ applies
  int field_hint_ = 0;
};

// The line at which stock Lua brings `child` into a register when it is the left operand of `parent`.
int dischargeLine(const Expr* parent, const Expr* child);
// The expression inside of parentheses.
inline Expr* unwrap(Expr* e) {
  while (e->kind == ExprKind::Paren) e = as<ParenExpr>(e)->inner;
  return e;
}
inline bool isComparison(const Expr* e) {
  return e->kind == ExprKind::Binary && as<BinaryExpr>(e)->op >= BinaryOperator::Equal &&
         as<BinaryExpr>(e)->op <= BinaryOperator::GreaterEqual;
}
inline bool isLogical(const Expr* e) { return e->kind == ExprKind::And || e->kind == ExprKind::Or; }

} // namespace perigee
