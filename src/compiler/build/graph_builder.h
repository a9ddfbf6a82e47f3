// The builder of one graph, or of the part of it that an inlined call makes. Its parts: builder.cpp (blocks,
// merging, safepoints), build_instruction.cpp (one function per family of instructions),
// build_generic_loop.cpp, build_varargs.cpp, build_return.cpp (what ends a function), inlining.cpp (which
// calls are inlined, and how), library_calls.cpp (library functions as operations).
#pragma once

#include "compiler/build/builder.h"
#include "compiler/build/bytecode_flow.h"

#include "vm/feedback.h"
#include "vm/table.h"

#include <map>
#include <unordered_map>

namespace perigee::build {

using ir::Block;
using ir::Graph;
using ir::Node;
using ir::Op;
using ir::Snapshot;

// The node that holds each register; null: nothing, or nothing that matters.
struct Registers {
  Node* node[RegisterSet::kSize] = {};
};

class GraphBuilder {
public:
  GraphBuilder(const Proto* p, uint32_t entry, const BuildOptions& options);
  // Null: with the ways that have never been taken a block lost all that lead to it from the front, or an
  // inlined call turned out to be none that can be.
  std::unique_ptr<Graph> run();

private:
  // For the function that `caller` calls at the instruction it has come to.
  GraphBuilder(GraphBuilder& caller, const Proto* p, Node* function);

  // inlining.cpp
  const Proto* inlinableTarget() const;
  bool mayBeInlined(const Proto* p, int depth, uint32_t base, uint32_t& size) const;
  void inlineCall(const Proto* target);
  bool buildInlined(const std::vector<Node*>& arguments);
  void mergeReturns(const GraphBuilder& callee);
  bool mayBeJoined() const;
  struct PlaceInside {
    int count = 0;                  // how often it is there
    std::vector<const Proto*> path; // if that is once: from the outermost to itself
  };
  const PlaceInside& placeInside(const Proto* p);
  std::vector<int> ownRegisters(const Proto* p);
  void addShared(const Proto* p, RegisterSet& used, RegisterSet& written) const;
  void shareVariables(const RegisterSet& shared, const RegisterSet& written,
                      std::vector<ir::SnapshotEntry>& outer);
  Node* loadUpvalue(int index);
  void storeUpvalue(int index, Node* value);

  // library_calls.cpp
  struct LibraryRule;
  static const LibraryRule* libraryRule(const Instruction& x, const SiteFeedback* f, const State* G);
  Node* callLibrary(const LibraryRule& rule);
  Node* typed(Op op, std::initializer_list<Node*> inputs, ir::TypeSet type);
  Node* rounded(Op op, Node* x);
  Node* extreme(Op on_integers, Op on_floats, const std::vector<Node*>& arguments);
  Node* absolute(const std::vector<Node*>& arguments);
  Node* ceiling(const std::vector<Node*>& arguments);
  Node* floorOf(const std::vector<Node*>& arguments);
  Node* greatest(const std::vector<Node*>& arguments);
  Node* least(const std::vector<Node*>& arguments);
  Node* squareRoot(const std::vector<Node*>& arguments);
  Node* byteOf(const std::vector<Node*>& arguments);
  Node* stringLength(const std::vector<Node*>& arguments);
  Node* substring(const std::vector<Node*>& arguments);
  Node* append(const std::vector<Node*>& arguments);

  // builder.cpp
  bool buildBlocks(); // false: see run
  void buildEntry();
  void beginBlock(uint32_t index);
  void mergeAt(uint32_t index);
  void beginLoop(uint32_t index);
  Node* unknownAt(Block* edge, int reg);
  void closeLoops();
  void dropNeedlessPhis();
  void buildBlock(uint32_t index);
  void charge();
  void goTo(uint32_t pc);
  Block* edgeTo(uint32_t pc); // a block of its own for the edge; the current one stays current
  Block* blockFor(uint32_t pc);
  void endEdge(Block* edge, uint32_t number, const Registers& state);

  Node* emit(Op op, std::initializer_list<Node*> inputs = {});
  Node* emitWithSnapshot(Op op, std::initializer_list<Node*> inputs = {});
  Node* add(Node* n);
  Snapshot* snapshot();
  Node* get(int reg) { return state_.node[reg]; }
  void set(int reg, Node* value);
  void forget(int from);
  // A safepoint has been passed: see builder.cpp.
  void afterSafepoint(Registers& state, Block* b, const RegisterEffects& effects, bool known);

  // build_instruction.cpp
  using Rule = void (GraphBuilder::*)();
  static Rule ruleOf(Opcode op);
  void buildInstruction();
  bool isGeneric() const;
  void move();
  void load();
  void upvalue();
  void field();
  void method();
  void index();
  void newTable();
  void storeOperands(int first, int end);
  void setList();
  void closure();
  void concat();
  void arithmetic();
  void unary();
  void truthJump();
  void compareJump();
  void moveJump();
  void plainJump();
  void skip();
  enum class LoopKind : uint8_t { Integer, Float, Unknown };
  LoopKind kindOfLoop(uint32_t prep) const;
  void forPrep();
  void forPrepInteger();
  void forPrepFloat();
  void forLoop();
  void forLoopInteger();
  void forLoopFloat();
  void forWrap();
  void guardNoWrap(Node* index, Node* step);
  void call();

  // build_varargs.cpp
  void vararg();
  bool isSelected();
  void select();

  // build_generic_loop.cpp
  enum class Iteration : uint8_t { Unknown, Next, Elements, Calls };
  Iteration iterationAt(uint32_t generic_call) const;
  void genericPrep();
  void genericCall();
  void genericLoop();
  void callIterator();
  void stepNext();
  void stepElements();
  Node* guardIterator(lua_CFunction iterator);
  void enterBody(Block* body, Node* control, Node* first, Node* second);
  void leaveLoop(Block* end);

  // build_return.cpp
  void returnInlined(int first, int count);
  void returnPlain(int first, int count);
  void returns();
  void returnRange();
  void tailCall();
  void leave();
  void close();
  bool closesUpvalues();
  void interpret();
  void interpretJump();
  void branch(Node* condition, bool jump_if);
  Node* generic(Op op, std::initializer_list<Node*> inputs, std::initializer_list<uint8_t> positions);
  Node* guard(Node* value, ir::TypeSet types);
  Node* guardLightFunction(Node* value, lua_CFunction f);
  Node* integerConstant(int64_t i) { return g_.constant(i); }
  const SiteFeedback* feedback() const { return p_->feedback == nullptr ? nullptr : &p_->feedback[pc_]; }
  void refuse(); // the inlined function has something that cannot be inlined

  const Instruction& at(uint32_t pc) const { return p_->code[pc]; }
  uint32_t jumpTarget() const { return static_cast<uint32_t>(static_cast<int64_t>(pc_) + 1 + at(pc_).d); }

  // What nodes, blocks and snapshots say of instructions and registers (ir/graph.h, Activation).
  uint32_t here() const { return activation_.first_pc + pc_; }
  uint32_t home(int reg) const { return activation_.base + static_cast<uint32_t>(reg); }
  bool isInlined() const { return activation_.isInlined(); }

  const CodeFacts& facts() const { return options_.facts != nullptr ? *options_.facts : **own_facts_; }

  const Proto* p_;
  BuildOptions options_;
  std::unique_ptr<Graph> graph_; // of the unit's own function's builder
  Graph& g_;
  std::unique_ptr<const CodeFactsOf> own_facts_; // unless options have them
  BytecodeFlow flow_;
  ir::Activation activation_;
  GraphBuilder& root_; // of the unit's own function

  // Per bytecode block: its graph block and the registers at its end of each edge into it, in the order of
  // the graph block's predecessors.
  struct Incoming {
    Block* block = nullptr;
    std::vector<Registers> states;
    std::vector<Node*> loop_phis; // of a loop header: by register, the phis that wait for backward edges
    bool is_built = false;
  };
  std::vector<Incoming> incoming_;

  Block* block_ = nullptr; // being built; null behind the end of a block
  Registers state_;
  uint32_t pc_ = 0;
  std::vector<RegisterSet> live_; // per instruction of the bytecode block being built
  uint32_t block_start_ = 0;
  Snapshot* snapshot_ = nullptr;            // of the instruction being built
  bool is_due_ = false;                     // see Snapshot
  std::map<uint32_t, LoopKind> loop_kinds_; // by the instruction behind ForPrep
  std::vector<Node*> all_loop_phis_;        // the root's: of all builders

  // Inlined:
  GraphBuilder* caller_ = nullptr;
  Node* function_ = nullptr;             // the closure
  std::vector<ir::SnapshotEntry> outer_; // what the callers' registers hold meanwhile
  std::vector<int> own_registers_;       // by upvalue: see ownRegisters
  struct Exit {                          // where it returns
    Block* block;                        // not ended yet
    std::vector<Node*> results;
  };
  std::vector<Exit> returns_;
  bool failed_ = false; // the root's: a call was inlined that cannot be
  std::unordered_map<const Proto*, PlaceInside> places_inside_; // the root's
  uint32_t inlined_size_ = 0;                                   // the root's: instructions
};

} // namespace perigee::build
