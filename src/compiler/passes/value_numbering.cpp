// Value numbering
//
// Purpose: equal computations, guards and loads are done once, where the first of them dominates the
//   others; a load behind a store to the same place gives the stored value. With a loop's first iteration
//   peeled off (passes/peel.cpp) this takes invariant guards and loads out of loops.
// Needs: an analyzed graph without generic operations.
// Leaves: no two nodes of which one dominates the other and does the same on the same memory.
// Does not: merge conditions (their consumers compute them anew) or accesses to home slots.
//
// Memory is versioned by alias class; fields also by slot. A version changes at writes, at merges whose ways
// differ, and at the heads of loops that write the class.

#include "compiler/passes/pass.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace perigee::passes {
namespace {

using ir::Alias;
using ir::Block;
using ir::Graph;
using ir::Node;
using ir::Op;

constexpr uint32_t kFieldSlots = 32; // slots beyond share versions
// One per class, one per field slot, and one for the registers of the machine, which calls do not preserve.
constexpr uint32_t kRegisters = ir::kAliasCount + kFieldSlots;
constexpr uint32_t kPlaces = kRegisters + 1;
using Versions = std::array<uint32_t, kPlaces>;

struct Key {
  uint64_t words[6];
  bool operator==(const Key&) const = default;
};
struct HashKey {
  size_t operator()(const Key& k) const {
    uint64_t h = 0x9E3779B97F4A7C15u;
    for (uint64_t w : k.words) h = (h ^ w) * 0xFF51AFD7ED558CCDu, h ^= h >> 32;
    return h;
  }
};

bool isCommutative(Op op) {
  switch (op) {
  case Op::AddInteger:
  case Op::MulInteger:
  case Op::AndInteger:
  case Op::OrInteger:
  case Op::XorInteger:
  case Op::AddFloat:
  case Op::MulFloat:
  case Op::EqualInteger:
  case Op::EqualFloat:
  case Op::SameObject: return true;
  default: return false;
  }
}

class ValueNumbering {
public:
  explicit ValueNumbering(Graph& g) : g_(g), out_(g.blocks.size()), written_(g.blocks.size()) {}

  void run() {
    findLoopWrites();
    for (Block* b : g_.blocks) {
      g_.spend(4 * ir::workOfInputs(b) + (kPlaces / 4) * (1 + b->predecessors.size()));
      versions_ = versionsInto(b);
      ir::forEachNode(b, [&](Node* n) { visit(n); });
      out_[b->order] = versions_;
    }
    g_.applyReplacements();
  }

private:
  // --- versions -----------------------------------------------------------------------------------------

  struct Writes {
    uint32_t classes = 0;
    uint32_t field_slots = 0;
    bool registers = false;
  };

  static void addWrites(Writes& w, const Node* n) {
    uint32_t classes = n->info().writes();
    if (n->info().isSafepoint()) classes |= 1u << static_cast<unsigned>(Alias::Weak);
    if (n->is(Op::StoreField)) {
      w.field_slots |= 1u << n->imm.index % kFieldSlots;
    } else {
      w.classes |= classes;
    }
    w.registers |= (n->info().effects & ir::effects::World) == ir::effects::World;
  }

  void findLoopWrites() {
    for (Block* b : g_.blocks) {
      Writes here;
      for (Node* n = b->first; n != nullptr; n = n->next) addWrites(here, n);
      for (Block* h = b->loop; h != nullptr; h = h->outer_loop) {
        g_.spend(1);
        written_[h->order].classes |= here.classes;
        written_[h->order].field_slots |= here.field_slots;
        written_[h->order].registers |= here.registers;
      }
    }
  }

  Versions versionsInto(Block* b) {
    Versions v{};
    bool first = true;
    bool is_known = true;
    for (Block* p : b->predecessors) {
      if (p->order >= b->order) { // backward: see the loop's writes, if it is a loop with one way in
        is_known &= g_.dominates(b, p);
        continue;
      }
      if (first) {
        v = out_[p->order];
        first = false;
        continue;
      }
      for (uint32_t i = 0; i < kPlaces; ++i) {
        if (v[i] != out_[p->order][i]) v[i] = 0;
      }
    }
    if (first) v.fill(1); // the entry
    if (!is_known) v.fill(0);
    for (uint32_t& version : v) {
      if (version == 0) version = ++last_version_;
    }
    if (b->is_loop_header) bump(v, written_[b->order]);
    return v;
  }

  void bump(Versions& v, const Writes& w) {
    constexpr uint32_t kField = static_cast<uint32_t>(Alias::Field);
    for (uint32_t i = 0; i < ir::kAliasCount; ++i) {
      if (w.classes >> i & 1) v[i] = ++last_version_;
    }
    for (uint32_t s = 0; s < kFieldSlots; ++s) {
      if ((w.classes >> kField & 1) || (w.field_slots >> s & 1)) v[ir::kAliasCount + s] = ++last_version_;
    }
    if (w.registers) v[kRegisters] = ++last_version_;
  }

  // --- nodes --------------------------------------------------------------------------------------------

  static bool isCandidate(const Node* n) {
    const ir::OperationInfo& row = n->info();
    constexpr uint32_t kHome = 1u << static_cast<unsigned>(Alias::Home);
    if (row.writes() != 0 || row.ends() || row.isSafepoint() || (row.reads() & kHome)) return false;
    if (row.result == ir::Result::Bit || n->is(Op::Phi) || n->isConstant()) return false;
    return !n->is(Op::Charge) && !n->is(Op::Poll) && !n->is(Op::LoadEitherField);
  }

  static uint32_t slotOf(const Node* load) {
    return load->is(Op::LoadHolderField) ? load->aux : load->imm.index;
  }

  Key keyOf(const Node* n, const Versions& v) {
    Key k{};
    k.words[0] = static_cast<uint64_t>(n->op) | static_cast<uint64_t>(n->types.bits()) << 8 |
                 static_cast<uint64_t>(n->aux) << 32;
    uint64_t ids[3] = {};
    for (uint32_t i = 0; i < n->input_count && i < 3; ++i) ids[i] = inputKey(n->inputs[i]);
    if (isCommutative(n->op) && ids[0] > ids[1]) std::swap(ids[0], ids[1]);
    k.words[1] = ids[0];
    k.words[2] = ids[1];
    k.words[3] = ids[2];
    k.words[4] = static_cast<uint64_t>(n->imm.integer);
    Key memory{}; // the versions of what it reads, two in a word
    static_assert(ir::kAliasCount <= 10);
    memory.words[5] = uint64_t{v[kRegisters]} << 32;
    for (uint32_t i = 0; i < ir::kAliasCount; ++i) {
      if (!(n->info().reads() >> i & 1)) continue;
      uint32_t place = i;
      if (i == static_cast<uint32_t>(Alias::Field)) place = ir::kAliasCount + slotOf(n) % kFieldSlots;
      memory.words[i / 2] |= uint64_t{v[place]} << (i % 2 * 32);
    }
    k.words[5] = numberOf(memory);
    return k;
  }

  // Equal keys have equal numbers, and no others.
  uint64_t numberOf(const Key& k) { return numbers_.try_emplace(k, numbers_.size()).first->second; }

  // A condition stands for what it computes.
  uint64_t inputKey(const Node* n) {
    if (n->info().result != ir::Result::Bit) return n->id + uint64_t{1};
    return numberOf(keyOf(n, Versions{})) | uint64_t{1} << 63;
  }

  void visit(Node* n) {
    for (uint32_t i = 0; i < n->input_count; ++i) n->inputs[i] = Graph::resolve(n->inputs[i]);
    if (isCandidate(n)) {
      Key key = keyOf(n, versions_);
      Node*& known = table_[key];
      if (known != nullptr && g_.dominates(known->block, n->block)) {
        if (n->info().result == ir::Result::Value) g_.replace(n, known);
        g_.remove(n);
        return;
      }
      known = n;
      return;
    }
    Writes w;
    addWrites(w, n);
    if (w.classes != 0 || w.field_slots != 0) bump(versions_, w);
    if (n->is(Op::StoreField)) remember(n, Op::LoadField, n->inputs[1], 1);
    if (n->is(Op::StoreElementInteger)) remember(n, Op::LoadElementInteger, n->inputs[2], 2);
    if (n->is(Op::StoreElementFloat)) remember(n, Op::LoadElementFloat, n->inputs[2], 2);
    if (n->is(Op::StoreElementValue)) remember(n, Op::LoadElementValue, n->inputs[2], 2);
    if (n->is(Op::StoreUpvalue)) remember(n, Op::LoadUpvalue, n->inputs[0], 0);
    if (n->is(Op::StoreUpvalueOf)) remember(n, Op::LoadUpvalueOf, n->inputs[1], 1);
  }

  // The load that would read what n has stored gives that value.
  void remember(Node* n, Op load, Node* value, uint32_t inputs) {
    Node like = *n;
    like.op = load;
    like.input_count = inputs;
    if (value->block == nullptr || g_.dominates(value->block, n->block)) {
      Forward& f = forwards_.emplace_back(Forward{like, n->block, value});
      table_[keyOf(&f.load, versions_)] = value;
    }
  }

  struct Forward {
    Node load;
    Block* block;
    Node* value;
  };

  Graph& g_;
  Versions versions_{};
  std::vector<Versions> out_;
  std::vector<Writes> written_;
  uint32_t last_version_ = 1;
  std::unordered_map<Key, Node*, HashKey> table_;
  std::unordered_map<Key, uint64_t, HashKey> numbers_; // of conditions and states of memory
  std::vector<Forward> forwards_;
};

} // namespace

void numberValues(Graph& g) { ValueNumbering(g).run(); }

} // namespace perigee::passes
