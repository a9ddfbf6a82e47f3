// What units of one prototype all need to know of its code, found once.
//
// Purpose: the loops of a prototype, how many variables have names where, which registers closures capture.
//   Looking for that takes time in proportion to the prototype, and a long one may have thousands of loops,
//   each compiled alone; so a long prototype keeps it (Proto::code_facts).
// Needs: a prototype whose code the emitter or the verifier vouches for.
// Leaves: the facts, in memory of the prototype's if it is to keep them.
// Does not: look at feedback.
#pragma once

#include "bytecode/register_set.h"
#include "vm/proto.h"

#include <vector>

namespace perigee {
struct State;
}

namespace perigee::build {

// The instructions of one loop of a prototype.
struct LoopRegion {
  uint32_t first; // where backward jumps lead
  uint32_t end;   // behind the last of these jumps
  int level;      // registers from this one on are the loop's own: nobody outside reads them

  bool has(uint32_t pc) const { return pc >= first && pc < end; }
  uint32_t size() const { return end - first; }
};

struct CodeFacts {
  RegisterSet captured; // by closures that the function makes
  uint32_t loop_count;
  LoopRegion* loops; // ascending
  uint8_t* named;    // per instruction: variables with names

  // The loop that begins there.
  const LoopRegion& loopAt(uint32_t first) const;
  // The outermost loop around `first` (perhaps that itself) of at most `longest` instructions; if there is
  // none, the one that begins there.
  const LoopRegion& nestAround(uint32_t first, uint32_t longest) const;
};

// The facts of one prototype, its own or, if it is not worth keeping them, found for this occasion.
class CodeFactsOf {
public:
  explicit CodeFactsOf(const Proto* p);
  // Lets the prototype keep them. Throws std::bad_alloc if there is no memory for that.
  CodeFactsOf(State* G, Proto* p);

  CodeFactsOf(const CodeFactsOf&) = delete;
  CodeFactsOf& operator=(const CodeFactsOf&) = delete;

  const CodeFacts& operator*() const { return *facts_; }
  const CodeFacts* operator->() const { return facts_; }

private:
  const CodeFacts* facts_;
  CodeFacts here_{};
  std::vector<LoopRegion> loops_;
  std::vector<uint8_t> named_;
};

} // namespace perigee::build
