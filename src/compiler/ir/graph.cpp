#include "compiler/ir/graph.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <new>
#include <ranges>
#include <sys/mman.h>
#include <utility>

namespace perigee::ir {
namespace {

// Large blocks come straight from the system and go back to it: a graph takes as much as all else in a small
// program, is there for a millisecond, and in the host's allocator it would leave a hole behind what the
// program has allocated since.
constexpr size_t kPagesFrom = 8 * 1024;

void* takeBlock(void*, size_t bytes) {
  if (bytes < kPagesFrom) return std::malloc(bytes);
  void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages == MAP_FAILED ? nullptr : pages;
}

void giveBlockBack(void*, void* block, size_t bytes) {
  if (bytes < kPagesFrom)
    std::free(block);
  else
    munmap(block, bytes);
}

// To make one.
constexpr uint64_t kWorkOfNode = 8, kWorkOfBlock = 24;

// Inputs of a phi have room to grow: for the next power of two.
uint32_t roomFor(uint32_t inputs) { return inputs == 0 ? 0 : std::bit_ceil(inputs); }

void* takeMemory(void* owner, size_t bytes) {
  auto* blocks = static_cast<ArenaBlocks*>(owner);
  void* memory = blocks->take(takeBlock, nullptr, bytes);
  if (memory == nullptr) throw std::bad_alloc(); // caught where compiling begins
  return memory;
}

} // namespace

Value Node::constantValue() const {
  switch (constantTag()) {
  case Tag::Nil: return Value::nil();
  case Tag::False: return Value::boolean(false);
  case Tag::True: return Value::boolean(true);
  case Tag::Integer: return Value::of(imm.integer);
  case Tag::Float: return Value::of(imm.number);
  default: {
    Value v;
    v.pointer = const_cast<void*>(imm.pointer);
    v.tag = constantTag();
    return v;
  }
  }
}

uint32_t Block::predecessorIndex(const Block* p) const {
  uint32_t i = 0;
  while (predecessors[i] != p) ++i;
  return i;
}

Graph::Graph(const Proto* p, uint32_t entry_point, Work* work)
    : proto(p), entry_pc(entry_point), work_(work != nullptr ? work : &own_work_),
      arena_(takeMemory, &memory_) {
  if (p != nullptr) activations.push_back({p, 0, 0, 0, 0, false});
}

int Graph::lineOf(uint32_t pc) const {
  if (proto == nullptr) return 0;
  const Activation& a = activationAt(pc);
  bool known = a.proto->lines != nullptr && pc - a.first_pc < a.proto->code_size;
  return known ? lineAt(a.proto, pc - a.first_pc) : 0;
}

Graph::~Graph() {
  for (Block* b : blocks) b->~Block();
  memory_.release(giveBlockBack, nullptr);
}

Block* Graph::newBlock(uint32_t pc) {
  spend(kWorkOfBlock);
  Block* b = new (arena_.bytes(sizeof(Block), alignof(Block))) Block();
  b->id = next_block_++;
  b->pc = pc;
  blocks.push_back(b);
  return b;
}

Node* Graph::newNode(Op op, uint32_t pc, Node* const* inputs, uint32_t count) {
  spend(kWorkOfNode + count);
  Node* n = static_cast<Node*>(arena_.bytes(sizeof(Node), alignof(Node)));
  std::memset(static_cast<void*>(n), 0, sizeof(Node));
  n->op = op;
  n->id = next_node_++;
  n->pc = pc;
  n->positions[0] = n->positions[1] = n->positions[2] = kNoPosition;
  n->input_count = count;
  if (count > 0) {
    n->inputs = newInputs(op, count);
    std::copy(inputs, inputs + count, n->inputs);
  }
  return n;
}

Node** Graph::newInputs(Op op, uint32_t count) {
  return arena_.array<Node*>(op == Op::Phi ? roomFor(count) : count);
}

Node* Graph::newNode(Op op, uint32_t pc, std::initializer_list<Node*> inputs) {
  return newNode(op, pc, inputs.begin(), static_cast<uint32_t>(inputs.size()));
}

Node* Graph::constant(Value v) {
  Literal literal{TypeSet(v.tag), v.tag > Tag::True ? v.integer : 0};
  Node*& n = constants_[literal];
  if (n != nullptr) return n;
  n = newNode(Op::Constant, entry->pc);
  n->type = n->types = literal.type;
  n->imm.integer = literal.payload;
  prepend(entry, n);
  return n;
}

Snapshot* Graph::newSnapshot(uint32_t pc, uint32_t count) {
  spend(count);
  Snapshot* s = static_cast<Snapshot*>(arena_.bytes(sizeof(Snapshot), alignof(Snapshot)));
  *s = {pc, count, false, arena_.array<SnapshotEntry>(count), 0};
  return s;
}

Snapshot* Graph::newSnapshot(const Snapshot* like) {
  Snapshot* s = newSnapshot(like->pc, like->count);
  s->is_due = like->is_due;
  return s;
}

// --- lists -----------------------------------------------------------------------------------------------

void Graph::append(Block* b, Node* n) {
  n->block = b;
  n->previous = b->last;
  n->next = nullptr;
  (b->last != nullptr ? b->last->next : b->first) = n;
  b->last = n;
}

void Graph::prepend(Block* b, Node* n) {
  Node* position = b->first;
  while (position != nullptr && position->is(Op::Phi) && !n->is(Op::Phi)) position = position->next;
  if (position == nullptr) {
    append(b, n);
  } else {
    insertBefore(position, n);
  }
}

void Graph::insertBefore(Node* position, Node* n) {
  Block* b = position->block;
  n->block = b;
  n->next = position;
  n->previous = position->previous;
  (position->previous != nullptr ? position->previous->next : b->first) = n;
  position->previous = n;
}

void Graph::insertAfter(Node* position, Node* n) {
  if (position->next != nullptr) {
    insertBefore(position->next, n);
  } else {
    append(position->block, n);
  }
}

void Graph::remove(Node* n) {
  Block* b = n->block;
  (n->previous != nullptr ? n->previous->next : b->first) = n->next;
  (n->next != nullptr ? n->next->previous : b->last) = n->previous;
  n->block = nullptr;
  n->previous = n->next = nullptr;
  if (n->isConstant()) {
    auto known = constants_.find({n->types, n->imm.integer});
    if (known != constants_.end() && known->second == n) constants_.erase(known);
  }
}

void Graph::connect(Block* from, Block* to) {
  from->successors[from->successorCount()] = to;
  to->predecessors.push_back(from);
}

void Graph::disconnect(Block* from, Block* to) {
  uint32_t i = to->predecessorIndex(from);
  spend(to->predecessors.size() / 4);
  to->predecessors.erase(to->predecessors.begin() + i);
  for (Node* n = to->first; n != nullptr && n->is(Op::Phi); n = n->next) {
    spend(1 + (n->input_count - i) / 4);
    std::copy(n->inputs + i + 1, n->inputs + n->input_count, n->inputs + i);
    n->input_count--;
  }
  int j = 0;
  while (from->successors[j] != to) ++j;
  for (; j < 2; ++j) from->successors[j] = from->successors[j + 1];
  from->successors[2] = nullptr;
}

void Graph::addPhiInput(Node* phi, Node* input) {
  spend(1);
  if (roomFor(phi->input_count) == phi->input_count) {
    Node** inputs = arena_.array<Node*>(roomFor(phi->input_count + 1));
    std::copy(phi->inputs, phi->inputs + phi->input_count, inputs);
    phi->inputs = inputs;
  }
  phi->inputs[phi->input_count++] = input;
}

// --- rewriting -------------------------------------------------------------------------------------------

Node* Graph::resolve(Node* n) {
  while (Node* by = n->replacement) {
    if (by->replacement != nullptr) n->replacement = by->replacement; // the way is shorter next time
    n = by;
  }
  return n;
}

void Graph::applyReplacements() {
  for (Block* b : blocks) {
    spend(workOf(b));
    for (Node* n = b->first; n != nullptr; n = n->next) {
      for (uint32_t i = 0; i < n->input_count; ++i) n->inputs[i] = resolve(n->inputs[i]);
      if (Snapshot* s = n->snapshot) {
        for (uint32_t i = 0; i < s->count; ++i) s->entries[i].value = resolve(s->entries[i].value);
      }
    }
  }
}

void Graph::countUses() {
  for (Block* b : blocks) {
    for (Node* n = b->first; n != nullptr; n = n->next) n->uses = 0;
  }
  for (Block* b : blocks) {
    for (Node* n = b->first; n != nullptr; n = n->next) {
      for (uint32_t i = 0; i < n->input_count; ++i) n->inputs[i]->uses++;
      if (Snapshot* s = n->snapshot) {
        for (uint32_t i = 0; i < s->count; ++i) s->entries[i].value->uses++;
      }
    }
  }
}

// --- analysis --------------------------------------------------------------------------------------------

void Graph::analyze() {
  order();
  findDominators();
  findLoops();
}

void Graph::order() {
  spend(next_block_ / 8 + 4 * blocks.size());
  std::vector<bool> seen(next_block_);
  std::vector<Block*> postorder;
  struct Visit {
    Block* block;
    int next;
  };
  std::vector<Visit> stack{{entry, 0}};
  seen[entry->id] = true;
  while (!stack.empty()) {
    Visit& v = stack.back();
    // Second successors first: the first one, which usually stays in the loop, then comes right behind.
    if (v.next < v.block->successorCount()) {
      Block* s = v.block->successors[v.block->successorCount() - 1 - v.next++];
      if (!seen[s->id]) {
        seen[s->id] = true;
        stack.push_back({s, 0});
      }
    } else {
      postorder.push_back(v.block);
      stack.pop_back();
    }
  }
  for (Block* b : blocks) {
    if (seen[b->id]) continue;
    while (b->successors[0] != nullptr) disconnect(b, b->successors[0]);
    b->first = b->last = nullptr;
  }
  for (Block* b : blocks) {
    if (!seen[b->id]) b->~Block();
  }
  blocks.assign(postorder.rbegin(), postorder.rend());
  for (uint32_t i = 0; i < blocks.size(); ++i) blocks[i]->order = i;
}

// After Cooper, Harvey and Kennedy, "A simple, fast dominance algorithm".
void Graph::findDominators() {
  for (Block* b : blocks) b->dominator = nullptr;
  entry->dominator = entry;
  uint64_t steps = 0;
  auto intersect = [&steps](Block* a, Block* b) {
    while (a != b) {
      for (; a->order > b->order; ++steps) a = a->dominator;
      for (; b->order > a->order; ++steps) b = b->dominator;
    }
    return a;
  };
  for (bool changed = true; changed;) {
    changed = false;
    spend(blocks.size());
    for (size_t i = 1; i < blocks.size(); ++i) {
      spend(std::exchange(steps, 0) / 2);
      Block* found = nullptr;
      // Usually the last one stands furthest behind: from there it is one way up, gone once for all of them.
      for (Block* p : std::views::reverse(blocks[i]->predecessors)) {
        if (p->dominator == nullptr) continue;
        found = found == nullptr ? p : intersect(found, p);
      }
      if (found != blocks[i]->dominator) {
        blocks[i]->dominator = found;
        changed = true;
      }
    }
  }
  numberDominators();
}

// What a block dominates has the numbers from its own on, in preorder of the tree of dominators; each block
// comes behind its dominator in `blocks`.
void Graph::numberDominators() {
  for (Block* b : blocks) b->dominated = 1;
  for (size_t i = blocks.size(); i-- > 1;) blocks[i]->dominator->dominated += blocks[i]->dominated;
  std::vector<uint32_t> next(blocks.size(), 1);
  entry->dominator_number = 0;
  for (size_t i = 1; i < blocks.size(); ++i) {
    const Block* d = blocks[i]->dominator;
    blocks[i]->dominator_number = d->dominator_number + next[d->order];
    next[d->order] += blocks[i]->dominated;
  }
}

bool Graph::dominates(const Block* a, const Block* b) const {
  return b->dominator_number - a->dominator_number < a->dominated; // unsigned
}

// Natural loops, outer ones first: an inner loop's header comes later and takes its blocks over.
void Graph::findLoops() {
  for (Block* b : blocks) {
    b->loop = b->outer_loop = nullptr;
    b->loop_depth = 0;
    b->is_loop_header = false;
  }
  std::vector<Block*> work;
  for (Block* header : blocks) {
    work.clear();
    for (Block* p : header->predecessors) {
      if (p->order >= header->order && dominates(header, p)) work.push_back(p);
    }
    if (work.empty()) continue;
    header->is_loop_header = true;
    header->outer_loop = header->loop;
    header->loop = header;
    header->loop_depth++;
    while (!work.empty()) {
      Block* b = work.back();
      work.pop_back();
      spend(1);
      if (b->loop == header) continue;
      b->loop = header;
      b->loop_depth++;
      for (Block* p : b->predecessors) work.push_back(p);
    }
  }
}

} // namespace perigee::ir
