// The graph: basic blocks of nodes in SSA form, with what a frame looks like wherever code may leave.
//
// Everything lies in the graph's arena and dies with it. Nodes of a block form a list, phis first, the one
// that ends the block last. A phi's inputs follow the order of its block's predecessors.
#pragma once

#include "bytecode/register_set.h"
#include "compiler/ir/operations.h"
#include "compiler/ir/type_set.h"
#include "compiler/ir/work.h"
#include "support/arena.h"
#include "vm/feedback.h"
#include "vm/native_code.h"
#include "vm/proto.h"

#include <unordered_map>
#include <vector>

namespace perigee {
struct FieldCache; // vm/field_cache.h
}

namespace perigee::ir {

struct Block;
struct Node;

constexpr uint8_t kNoPosition = 3;

// A live register and its value at a bytecode instruction.
struct SnapshotEntry {
  Node* value;
  uint8_t reg;
  bool in_place; // the home slot holds the value already (passes/homes.h)
};
// The frame in front of instruction `pc`: what the interpreter needs to execute it and go on.
struct Snapshot {
  uint32_t pc;
  uint32_t count;
  bool is_due = false;    // the instruction begins a block, and the block's ticks are not charged yet
  SnapshotEntry* entries; // ascending registers
  uint32_t number;        // given by the encoder: position in the unit's table
};

// Of the registers of a generic loop, those whose home slots RuntimeNext writes.
constexpr uint8_t kWrittenByNext[] = {4, 5};

// Where a field is by the shape of its table: in a slot of the table itself, or of a holder that its
// metatable leads to.
struct EitherShape {
  struct Place {
    const Shape* shape;
    const Table* holder; // null: the table itself
    uint32_t slot;
  };
  Place places[2];
};

union Payload {
  int64_t integer;
  double number;
  const void* pointer;
  struct {
    uint32_t index;
    uint32_t extra;
  };
};

struct Node {
  Op op;
  bool mark;    // scratch of the pass that runs
  TypeSet type; // of a Value
  uint32_t id;
  uint32_t pc; // the bytecode instruction it comes from
  uint32_t input_count;
  uint32_t uses; // valid after Graph::countUses
  uint32_t aux;  // LoadHolderField: the slot
  Payload imm;
  TypeSet types;        // immediate Types; of a Constant its tag
  uint8_t positions[3]; // of generic operations: where the instruction's feedback tells of each input
                        // (kNoPosition)
  Node** inputs;
  Snapshot* snapshot; // of operations that may leave, and of safepoints
  Block* block;
  Node* previous;
  Node* next;
  Node* replacement; // during a rewrite: what to use instead of this node

  const OperationInfo& info() const { return ir::info(op); }
  bool is(Op o) const { return op == o; }
  bool isConstant() const { return op == Op::Constant; }
  // Of a Constant:
  Tag constantTag() const { return types.tag(); }
  Value constantValue() const;
};

struct Block {
  uint32_t id;
  uint32_t pc; // first instruction
  Node* first = nullptr;
  Node* last = nullptr;
  std::vector<Block*> predecessors;
  Block* successors[3] = {nullptr, nullptr, nullptr};
  // Valid after Graph::analyze:
  uint32_t order = 0; // position in reverse postorder
  Block* dominator = nullptr;
  uint32_t dominator_number = 0; // see Graph::numberDominators
  uint32_t dominated = 0;        // blocks, itself among them
  Block* loop = nullptr;         // header of the innermost loop around (its own for a header)
  Block* outer_loop = nullptr;   // of a header: the header of the next loop outside
  uint32_t loop_depth = 0;
  bool is_loop_header = false;

  int successorCount() const {
    int n = 0;
    while (n < 3 && successors[n] != nullptr) ++n;
    return n;
  }
  Node* terminator() const { return last; }
  uint32_t predecessorIndex(const Block* p) const;
};

// A function whose code is part of the graph: the unit's own (number 0), or one inlined at a call in another.
// Its instruction i has the number first_pc + i in nodes, blocks and snapshots, its register r the number
// base + r, which is where an interpreted frame of the function would have it.
struct Activation {
  const Proto* proto;
  uint32_t first_pc;
  uint32_t base;
  uint32_t call_pc; // the call in the activation that it is called from
  int wanted;       // the results of that
  bool tail_called; // it has taken the place of another one

  bool isInlined() const { return base != 0; }
};

class Graph {
public:
  // `work` counts what is done with the graph; null: nobody wants to know.
  Graph(const Proto* p, uint32_t entry, Work* work = nullptr);
  ~Graph();
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  const Proto* proto;                  // null if the graph was read as text
  std::vector<Activation> activations; // by first_pc
  uint32_t entry_pc;                   // kFunctionEntry, or the loop header the unit is entered at
  uint64_t holder_version = 0;         // State's when the unit is compiled
  bool counts_ticks = false;
  RegisterSet captured; // registers of the unit's own function that closures made by it capture
  const FieldCache* field_cache =
      nullptr; // the state's, where RuntimeGetField and RuntimeSetField look; null: nowhere
  Block* entry = nullptr;
  std::vector<Block*> blocks; // after analyze: the reachable ones in reverse postorder

  const Activation& activationAt(uint32_t pc) const {
    size_t i = activations.size() - 1;
    while (activations[i].first_pc > pc) --i;
    return activations[i];
  }
  const Instruction* instructionAt(uint32_t pc) const {
    const Activation& a = activationAt(pc);
    return a.proto->code + (pc - a.first_pc);
  }
  // Null: the function has none.
  const SiteFeedback* feedbackAt(uint32_t pc) const {
    const Activation& a = activationAt(pc);
    return a.proto->feedback == nullptr ? nullptr : a.proto->feedback + (pc - a.first_pc);
  }
  // Of an operation with the immediate Cache.
  InlineCache& cacheOf(const Node* n) const { return activationAt(n->pc).proto->cache(n->imm.index); }
  // The home slots of the links of inlined activations that instruction pc runs in, the innermost first.
  template <class F> void forEachLink(uint32_t pc, F&& visit) const {
    if (proto == nullptr) return;
    for (const Activation* a = &activationAt(pc); a->isInlined(); a = &activationAt(a->call_pc))
      visit(a->base - 1);
  }
  // 0: unknown.
  int lineOf(uint32_t pc) const;

  Arena& arena() { return arena_; }
  void spend(uint64_t work) { work_->spend(work); }
  Work& work() { return *work_; }
  uint32_t nodeCount() const { return next_node_; }
  uint32_t blockCount() const { return next_block_; }
  // Numbers below these are not given to new nodes and blocks (ir/parser.h gives them itself).
  void reserveIds(uint32_t node_ids, uint32_t block_ids) {
    next_node_ = node_ids;
    next_block_ = block_ids;
  }

  Block* newBlock(uint32_t pc);
  // A node that is in no block yet.
  Node* newNode(Op op, uint32_t pc, std::initializer_list<Node*> inputs = {});
  Node* newNode(Op op, uint32_t pc, Node* const* inputs, uint32_t count);
  Node* constant(Value v); // one node per literal, at the head of the entry block
  Node* constant(int64_t i) { return constant(Value::of(i)); }
  Node* constant(double d) { return constant(Value::of(d)); }
  // Room for the inputs of a new node.
  Node** newInputs(Op op, uint32_t count);
  Snapshot* newSnapshot(uint32_t pc, uint32_t count);
  // With room for the same entries, otherwise the same.
  Snapshot* newSnapshot(const Snapshot* like);

  void append(Block* b, Node* n);
  void prepend(Block* b, Node* n); // behind the phis
  void insertBefore(Node* position, Node* n);
  void insertAfter(Node* position, Node* n);
  void remove(Node* n);
  void connect(Block* from, Block* to); // next free successor
  // Takes the edge away, with the inputs of phis that belong to it.
  void disconnect(Block* from, Block* to);
  void addPhiInput(Node* phi, Node* input);

  // Uses `to` in the place of `from` from the next applyReplacements on.
  void replace(Node* from, Node* to) { from->replacement = to; }
  static Node* resolve(Node* n);
  void applyReplacements();
  void countUses(); // by inputs and snapshots

  // Drops unreachable blocks, orders the others, finds dominators and loops.
  void analyze();
  bool dominates(const Block* a, const Block* b) const;

private:
  void order();
  void findDominators();
  void numberDominators();
  void findLoops();

  Work own_work_;
  Work* work_;
  ArenaBlocks memory_;
  Arena arena_;
  uint32_t next_node_ = 0;
  uint32_t next_block_ = 0;
  struct Literal {
    TypeSet type;
    int64_t payload;
    bool operator==(const Literal&) const = default;
  };
  struct LiteralHash {
    size_t operator()(const Literal& l) const {
      return std::hash<uint64_t>()(static_cast<uint64_t>(l.payload) * 31 + l.type.bits());
    }
  };
  std::unordered_map<Literal, Node*, LiteralHash> constants_;
};

// Looking at all nodes of a block, with what they refer to.
inline uint64_t workOf(const Block* b) {
  uint64_t work = 4;
  for (const Node* n = b->first; n != nullptr; n = n->next)
    work += 1 + n->input_count + (n->snapshot != nullptr ? n->snapshot->count : 0);
  return work;
}

// The same without snapshots.
inline uint64_t workOfInputs(const Block* b) {
  uint64_t work = 4;
  for (const Node* n = b->first; n != nullptr; n = n->next) work += 1 + n->input_count;
  return work;
}

template <class F> void forEachNode(Block* b, F&& visit) {
  for (Node* n = b->first; n != nullptr;) {
    Node* next = n->next;
    visit(n);
    n = next;
  }
}

} // namespace perigee::ir
