#include "compiler/build/code_facts.h"

#include "bytecode/register_effects.h"
#include "vm/state.h"

#include <algorithm>
#include <new>

namespace perigee::build {
namespace {

// Loops by where they begin. Whatever is alive outside a loop that it does not end behind was alive at its
// last backward jump: so that one's level is the loop's.
std::vector<LoopRegion> findLoops(const Proto* p) {
  std::vector<LoopRegion> jumps;
  for (uint32_t pc = 0; pc < p->code_size; ++pc) {
    const Instruction& x = p->code[pc];
    if (!isBackEdge(x.op)) continue;
    uint32_t first = static_cast<uint32_t>(static_cast<int64_t>(pc) + 1 + x.d);
    jumps.push_back({first, pc + 1, x.a});
  }
  std::sort(jumps.begin(), jumps.end(), [](const LoopRegion& a, const LoopRegion& b) {
    return a.first != b.first ? a.first < b.first : a.end > b.end;
  });
  auto same = [](const LoopRegion& a, const LoopRegion& b) { return a.first == b.first; };
  jumps.erase(std::unique(jumps.begin(), jumps.end(), same), jumps.end());
  return jumps;
}

void findNamed(const Proto* p, uint8_t* named) {
  std::vector<int32_t> changes(p->code_size + size_t{1});
  for (uint32_t i = 0; i < p->local_count; ++i) {
    ++changes[p->locals[i].start_pc];
    --changes[p->locals[i].end_pc];
  }
  int32_t alive = 0;
  for (uint32_t pc = 0; pc < p->code_size; ++pc) named[pc] = static_cast<uint8_t>(alive += changes[pc]);
}

} // namespace

const LoopRegion& CodeFacts::loopAt(uint32_t first) const {
  return *std::lower_bound(loops, loops + loop_count, first,
                           [](const LoopRegion& l, uint32_t pc) { return l.first < pc; });
}

const LoopRegion& CodeFacts::nestAround(uint32_t first, uint32_t longest) const {
  const LoopRegion* own = &loopAt(first);
  const LoopRegion* found = own;
  for (const LoopRegion* l = own; l-- != loops && first - l->first < longest;) {
    if (l->end >= found->end && l->size() <= longest) found = l;
  }
  return *found;
}

CodeFactsOf::CodeFactsOf(const Proto* p) : loops_(findLoops(p)), named_(p->code_size) {
  findNamed(p, named_.data());
  here_ = {capturedRegisters(p), static_cast<uint32_t>(loops_.size()), loops_.data(), named_.data()};
  facts_ = &here_;
}

CodeFactsOf::CodeFactsOf(State* G, Proto* p) {
  if (p->code_facts == nullptr) {
    std::vector<LoopRegion> loops = findLoops(p);
    size_t loops_bytes = loops.size() * sizeof(LoopRegion);
    size_t bytes = sizeof(CodeFacts) + loops_bytes + p->code_size;
    char* memory = static_cast<char*>(G->heap.allocateOutside(bytes));
    if (memory == nullptr) throw std::bad_alloc();
    CodeFacts* facts = new (memory) CodeFacts{};
    facts->captured = capturedRegisters(p);
    facts->loop_count = static_cast<uint32_t>(loops.size());
    facts->loops = reinterpret_cast<LoopRegion*>(memory + sizeof(CodeFacts));
    facts->named = reinterpret_cast<uint8_t*>(memory + sizeof(CodeFacts) + loops_bytes);
    std::copy(loops.begin(), loops.end(), facts->loops);
    findNamed(p, facts->named);
    p->code_facts = facts;
    p->code_facts_bytes = bytes;
  }
  facts_ = static_cast<const CodeFacts*>(p->code_facts);
}

} // namespace perigee::build
