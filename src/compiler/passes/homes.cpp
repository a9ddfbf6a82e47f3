// Homes
//
// Purpose: every live register is in its home slot, tagged, where the collector, the debugger, a callee
//   or the interpreter may look; exits know which slots are right already.
// Needs: the final graph: snapshots name what each register holds.
// Leaves: a StoreSlot in front of a safepoint for each register whose slot holds something else, and
//   `in_place` set in snapshots. In front of a safepoint that runs no program (it may only collect)
//   objects alone are stored: numbers in slots cannot matter to the collector, and whoever leaves there
//   stores them from the snapshot.
// Does not: store anything earlier than needed.
//
// What slots hold is a forward data-flow problem: at a merge a slot holds the phi of its register if each way
// leaves that way's input in it.

#include "bytecode/register_effects.h"
#include "compiler/passes/pass.h"

#include <algorithm>
#include <array>
#include <span>

namespace perigee::passes {
namespace {

using namespace ir::types;
using ir::Block;
using ir::Graph;
using ir::Node;
using ir::Op;
using ir::Snapshot;
using ir::SnapshotEntry;

constexpr uint32_t kRegisters = 256;
// By register: the node whose value the home slot holds; null: unknown.
using Slots = std::array<const Node*, kRegisters>;

// A guarded value is the value.
const Node* plain(const Node* n) {
  while (n->is(Op::Guard)) n = n->inputs[0];
  return n;
}

class Homes {
public:
  explicit Homes(Graph& g) : g_(g), out_(g.blocks.size()), visited_(g.blocks.size()) {}

  void run() {
    for (bool changed = true; changed;) {
      changed = false;
      for (Block* b : g_.blocks) {
        g_.spend(ir::workOf(b) + kRegisters / 8 * (1 + b->predecessors.size()));
        Slots slots = into(b);
        for (Node* n = b->first; n != nullptr; n = n->next) pass(slots, n);
        if (visited_[b->order] && slots == out_[b->order]) continue;
        visited_[b->order] = true;
        out_[b->order] = slots;
        changed = true;
      }
    }
    for (Block* b : g_.blocks) {
      g_.spend(ir::workOf(b) + kRegisters / 8 * (1 + b->predecessors.size()));
      Slots slots = into(b);
      ir::forEachNode(b, [&](Node* n) {
        if (n->snapshot != nullptr) settle(slots, n);
        bool is_there = n->is(Op::StoreSlot) && slots[n->imm.index] == plain(n->inputs[0]);
        pass(slots, n);
        if (is_there) g_.remove(n);
      });
    }
  }

private:
  Slots into(const Block* b) const {
    Slots slots{};
    bool first = true;
    for (size_t i = 0; i < b->predecessors.size(); ++i) {
      const Block* p = b->predecessors[i];
      if (!visited_[p->order]) continue; // taken to agree until it is known
      const Slots& left = out_[p->order];
      Slots incoming = left;
      for (const Node*& held : incoming) { // the phi of the last time around is another value now
        if (held != nullptr && held->is(Op::Phi) && held->block == b) held = nullptr;
      }
      for (const Node* phi = b->first; phi != nullptr && phi->is(Op::Phi); phi = phi->next) {
        uint32_t reg = phi->imm.index;
        if (left[reg] != nullptr && left[reg] == plain(phi->inputs[i])) incoming[reg] = phi;
      }
      if (first) {
        slots = incoming;
        first = false;
        continue;
      }
      for (uint32_t r = 0; r < kRegisters; ++r) {
        if (slots[r] != incoming[r]) slots[r] = nullptr;
      }
    }
    return slots;
  }

  // Runs a program, or hands variables over to closures.
  static bool storesAll(const Node* n) {
    return (n->info().effects & ir::effects::World) == ir::effects::World || n->is(Op::RuntimeClose);
  }
  bool isStored(const Node* n, const SnapshotEntry& e) const {
    if (n->is(Op::RuntimeNext))
      return e.reg == g_.instructionAt(n->pc)->a + 1; // the table is looked for there
    return n->info().isSafepoint() && (storesAll(n) || e.value->type.overlaps(kCollectable));
  }

  void pass(Slots& slots, const Node* n) const {
    if (n->is(Op::StoreSlot)) {
      slots[n->imm.index] = plain(n->inputs[0]);
    } else if (n->is(Op::LoadSlot) || n->is(Op::Reload)) {
      slots[n->imm.index] = n;
    } else if (n->is(Op::SpreadVarargs)) {
      std::fill(slots.begin() + n->imm.index, slots.end(), nullptr);
    } else if (n->is(Op::RuntimeNext)) {
      for (const SnapshotEntry& e : std::span(n->snapshot->entries, n->snapshot->count)) {
        if (isStored(n, e)) slots[e.reg] = plain(e.value);
      }
      for (uint8_t offset : ir::kWrittenByNext) slots[g_.instructionAt(n->pc)->a + offset] = nullptr;
    } else if (n->snapshot != nullptr && n->info().isSafepoint()) {
      for (uint32_t i = 0; i < n->snapshot->count; ++i) {
        const SnapshotEntry& e = n->snapshot->entries[i];
        if (isStored(n, e)) slots[e.reg] = plain(e.value);
      }
      if (storesAll(n) && !n->is(Op::RuntimeClose)) lose(slots, n);
      if (n->is(Op::RuntimeClosure)) slots[g_.instructionAt(n->pc)->a] = n; // the runtime stores it
      g_.forEachLink(n->pc, [&](uint32_t slot) { slots[slot] = nullptr; });
      loseAbove(slots, n->pc);
    } else if (n->is(Op::StoreSharedUpvalue)) {
      slots[n->aux] = nullptr;
    }
  }

  // Behind a call, what the instruction itself writes, where its callees lay and what closures may have
  // assigned to holds something else now; behind an instruction that the interpreter executes anything does,
  // since frames may come there from elsewhere.
  void lose(Slots& slots, const Node* n) const {
    if (!n->is(Op::Call)) {
      slots.fill(nullptr);
      return;
    }
    RegisterEffects effects = effectsOf(g_.proto, n->pc);
    for (int r = 0; r < static_cast<int>(kRegisters); ++r) {
      if (r >= effects.clobbers || effects.writes.has(r) || g_.captured.has(r)) {
        slots[static_cast<size_t>(r)] = nullptr;
      }
    }
  }

  // The collector clears what lies above the running frame, and in it what its instruction has no use for
  // (State::live_end): slots that inlined functions have used, and past temporaries.
  void loseAbove(Slots& slots, uint32_t pc) const {
    const ir::Activation& a = g_.activationAt(pc);
    if (a.proto == nullptr) return;
    size_t used =
        std::min<size_t>(a.proto->frame_size, static_cast<size_t>(spentFrom(*g_.instructionAt(pc))));
    size_t end = std::min<size_t>(a.base + used, slots.size());
    std::fill(slots.begin() + static_cast<ptrdiff_t>(end), slots.end(), nullptr);
  }

  void settle(const Slots& slots, Node* n) {
    // Snapshots are shared by the nodes of an instruction, between which slots may be stored to: each node
    // gets its own where they differ.
    Snapshot* s = n->snapshot;
    for (uint32_t i = 0; i < s->count; ++i) {
      SnapshotEntry& e = s->entries[i];
      bool in_place = slots[e.reg] == plain(e.value);
      if (in_place || !isStored(n, e)) continue;
      Node* store = g_.newNode(Op::StoreSlot, n->pc, {e.value});
      store->imm.index = e.reg;
      g_.insertBefore(n, store);
    }
    Snapshot* own = g_.newSnapshot(s);
    for (uint32_t i = 0; i < s->count; ++i) {
      own->entries[i] = s->entries[i];
      own->entries[i].in_place =
          slots[s->entries[i].reg] == plain(s->entries[i].value) || isStored(n, s->entries[i]);
    }
    n->snapshot = own;
  }

  Graph& g_;
  std::vector<Slots> out_;
  std::vector<bool> visited_;
};

} // namespace

void storeHomes(Graph& g) { Homes(g).run(); }

} // namespace perigee::passes
