// What names mean at the place being parsed. The innermost meaning of a name hangs at the name itself, so
// that finding it takes no search; declarations remember what they hide and give it back when their block
// ends.
#pragma once

#include "frontend/ast.h"
#include "frontend/field_stores.h"
#include "frontend/lexer.h"

namespace perigee {

inline constexpr int kMaxLocals = 200;   // active or being declared, in a function
inline constexpr int kMaxUpvalues = 255; // of a function

struct BlockScope;

// A jump whose label has not been seen. It waits in two lists: that of the block where the label would be
// found next, and that of the label's name.
struct PendingJump {
  Stat* stat; // GotoStat, or BreakStat outside of any loop
  Name* name;
  int active_count; // locals active at the jump that still are: those of blocks left since do not count
  BlockScope* home;
  PendingJump* previous_in_home;
  PendingJump* next_in_home;
  PendingJump* next_of_name;
};

// A block being parsed. Like FunctionScope, it lives on the parser's stack.
struct BlockScope {
  Block* block = nullptr;
  BlockScope* outer = nullptr;
  bool inside_to_be_closed = false;
  PendingJump* first_pending = nullptr; // jumps out of this block or blocks in it, in source order
  PendingJump* last_pending = nullptr;
  LabelStat* labels = nullptr; // declared directly in it, the latest first
};

// A function being parsed.
struct FunctionScope {
  FunctionNode* node = nullptr;
  FunctionScope* outer = nullptr;
  BlockScope* block = nullptr;
  LocalVar* active = nullptr; // innermost local in scope
  int declared_count = 0;     // active locals and those declared but not yet active
};

inline int activeCount(const LocalVar* innermost) { return innermost == nullptr ? 0 : innermost->index + 1; }

// What a name resolves to.
struct Resolution {
  enum class Kind : uint8_t { NotFound, Local, Upvalue, Constant };
  Kind kind = Kind::NotFound;
  LocalVar* var = nullptr;
  int upvalue = 0; // index, if kind is Upvalue
};

class Scope {
public:
  Scope(Lexer& lexer, Arena& arena) : lexer_(lexer), arena_(arena), field_stores_(arena) {}

  FunctionScope& function() { return *function_; }
  BlockScope& block() { return *function_->block; }

  // Begins and ends functions and blocks; those of a function end before it.
  void enterFunction(FunctionScope& scope, FunctionNode* node);
  void leaveFunction();
  void enterBlock(BlockScope& scope, bool is_loop);
  void leaveBlock();

  // A new local variable of the current block that is not yet visible.
  LocalVar* declare(Name* name);
  // Makes it visible.
  void activate(LocalVar* var);
  void activateAll(const NodeList<LocalVar>& vars);
  // Notes that `var` is to be closed when the current block is left.
  void markToBeClosed(LocalVar* var);

  // Makes `name` visible as the first upvalue of the main function, which must be the current one.
  void addEnvironment(Name* name);

  // Looks `name` up and adds the upvalues that this takes.
  Resolution resolve(Name* name);

  // Counts a store to the field `name` of the value of `var`.
  void noteFieldStore(LocalVar* var, Name* name) { field_stores_.note(var, name); }

  // Raises "too many ... in this function".
  [[noreturn]] void failLimit(std::string_view what, int limit) { failLimit(function_->node, what, limit); }

private:
  int upvalueOf(FunctionScope& scope, LocalVar* var);
  int addUpvalue(FunctionNode* node, const UpvalueDesc& desc);
  [[noreturn]] void failLimit(const FunctionNode* node, std::string_view what, int limit);

  Lexer& lexer_;
  Arena& arena_;
  FieldStores field_stores_;
  FunctionScope* function_ = nullptr;
};

} // namespace perigee
