#include "frontend/scope.h"

namespace perigee {

void Scope::enterFunction(FunctionScope& scope, FunctionNode* node) {
  scope.node = node;
  scope.outer = function_;
  if (function_ != nullptr) {
    node->parent = function_->node;
    node->index = node->parent->children.count;
    node->parent->children.append(node);
  }
  function_ = &scope;
}

void Scope::leaveFunction() { function_ = function_->outer; }

void Scope::enterBlock(BlockScope& scope, bool is_loop) {
  scope.block = arena_.make<Block>();
  scope.outer = function_->block;
  scope.block->parent = scope.outer == nullptr ? nullptr : scope.outer->block;
  scope.block->outer_local = function_->active;
  scope.block->is_loop = is_loop;
  scope.inside_to_be_closed = scope.outer != nullptr && scope.outer->inside_to_be_closed;
  function_->block = &scope;
}

void Scope::leaveBlock() {
  BlockScope& scope = block();
  LocalVar* var = function_->active;
  for (; var != scope.block->outer_local; var = var->previous) {
    var->name->visible_local = var->shadowed;
    if (!var->name->text.empty()) --function_->declared_count;
  }
  function_->active = var;
  function_->block = scope.outer;
}

// A variable without a name is a register of a loop's that programs cannot see: no limit counts it.
LocalVar* Scope::declare(Name* name) {
  if (!name->text.empty()) {
    if (function_->declared_count >= kMaxLocals) failLimit("local variables", kMaxLocals);
    ++function_->declared_count;
  }
  LocalVar* var = arena_.make<LocalVar>();
  var->name = name;
  var->function = function_->node;
  var->block = block().block;
  var->line = lexer_.lastLine();
  return var;
}

void Scope::activate(LocalVar* var) {
  var->previous = function_->active;
  var->index = static_cast<int16_t>(activeCount(function_->active));
  function_->active = var;
  var->shadowed = var->name->visible_local;
  var->name->visible_local = var;
}

void Scope::activateAll(const NodeList<LocalVar>& vars) {
  for (LocalVar* var : vars) activate(var);
}

void Scope::markToBeClosed(LocalVar* var) {
  var->attrib = VarAttrib::Close;
  block().inside_to_be_closed = true;
  block().block->needs_close = true;
  function_->node->has_to_be_closed = true;
}

void Scope::addEnvironment(Name* name) {
  LocalVar* environment = arena_.make<LocalVar>();
  environment->name = name;
  name->visible_local = environment;
  addUpvalue(function_->node, {name, environment, true, 0});
}

Resolution Scope::resolve(Name* name) {
  LocalVar* var = name->visible_local;
  if (var == nullptr) return {};
  if (var->attrib == VarAttrib::CompileTime) return {Resolution::Kind::Constant, var};
  if (var->function == function_->node) return {Resolution::Kind::Local, var};
  return {Resolution::Kind::Upvalue, var, upvalueOf(*function_, var)};
}

// The upvalue of the function that stands for `var`, a variable of a function around it.
int Scope::upvalueOf(FunctionScope& scope, LocalVar* var) {
  FunctionNode* node = scope.node;
  if (var->cached_function == node) return var->cached_upvalue;
  int index = 0;
  while (index < node->upvalue_count && node->upvalues[index].variable != var) ++index;
  if (index == node->upvalue_count) {
    UpvalueDesc desc{var->name, var, var->function == scope.outer->node, 0};
    if (desc.from_parent_local) {
      var->captured = true;
      var->block->needs_close = true;
      var->function->has_captured_locals = true;
    } else {
      desc.parent_index = static_cast<uint8_t>(upvalueOf(*scope.outer, var));
    }
    index = addUpvalue(node, desc);
  }
  var->cached_function = node;
  var->cached_upvalue = index;
  return index;
}

int Scope::addUpvalue(FunctionNode* node, const UpvalueDesc& desc) {
  if (node->upvalue_count >= kMaxUpvalues) failLimit(node, "upvalues", kMaxUpvalues);
  if (node->upvalue_count == node->upvalue_capacity) {
    int larger_capacity = node->upvalue_capacity == 0 ? 4 : node->upvalue_capacity * 2;
    UpvalueDesc* larger = arena_.array<UpvalueDesc>(static_cast<size_t>(larger_capacity));
    for (int i = 0; i < node->upvalue_count; ++i) larger[i] = node->upvalues[i];
    node->upvalues = larger;
    node->upvalue_capacity = larger_capacity;
  }
  node->upvalues[node->upvalue_count] = desc;
  return node->upvalue_count++;
}

void Scope::failLimit(const FunctionNode* node, std::string_view what, int limit) {
  NumberText limit_text(limit);
  if (node->line_defined == 0) {
    lexer_.syntaxError({"too many ", what, " (limit is ", limit_text, ") in main function"});
  }
  lexer_.syntaxError({"too many ", what, " (limit is ", limit_text, ") in function at line ",
                      NumberText(node->line_defined)});
}

} // namespace perigee
