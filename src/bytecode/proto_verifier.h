// The verifier of one prototype. Its parts: verifier.cpp (operands one by one), verifier_structure.cpp (what
// must stand next to what; loops), verifier_flow.cpp (what holds on all paths).
#pragma once

#include "bytecode/register_effects.h"
#include "bytecode/verifier.h"
#include "vm/work.h"

namespace perigee {

class ProtoVerifier {
public:
  ProtoVerifier(Thread* L, Arena& arena, const Proto* p) : L_(L), arena_(arena), p_(p) {}

  // Null, or what is wrong. Children are not looked into, but for their upvalues.
  const char* run();

private:
  // Known at an instruction, whatever way led there.
  struct State {
    RegisterSet written;  // for sure, and not lost since
    RegisterSet table;    // holds a table made by NewTable, for sure
    RegisterSet captured; // may be an open upvalue
    RegisterSet pending;  // may be a variable to be closed
  };

  bool fail(const char* what) {
    problem_ = what;
    return false;
  }
  // At piece n of something.
  void look(uint32_t n) const {
    if (n % kElementsPerLook == 0 && L_ != nullptr) noticeInterruptForLater(L_);
  }
  const Instruction& at(uint32_t pc) const { return p_->code[pc]; }
  uint32_t targetOf(uint32_t pc) const {
    return static_cast<uint32_t>(static_cast<int64_t>(pc) + 1 + at(pc).d);
  }

  // verifier.cpp
  bool checkHead();
  bool checkUpvalues();
  bool checkLocals();
  bool checkInstruction(uint32_t pc);
  bool checkOperand(OperandRole role, const Instruction& x, int value);
  bool checkLastOperand(uint32_t pc);
  bool checkSpecial(uint32_t pc);
  bool inFrame(int first, int count) const { return first + count <= p_->frame_size; }

  // verifier_structure.cpp
  bool markTargets();
  bool checkTop(uint32_t pc);
  bool checkLoops();
  bool openLoop(uint32_t pc);
  bool checkJumpsIntoLoops();

  // verifier_flow.cpp
  bool checkFlow();
  bool flowFrom(uint32_t start);
  bool step(uint32_t pc, State& s);
  bool checkCaptures(const Instruction& x, const State& s);
  bool leaves(const Instruction& x, const State& s);
  bool capture(const Instruction& x, State& s);
  bool merge(uint32_t pc, const State& s);

  struct Loop {
    uint32_t first; // instruction behind the prep
    uint32_t last;  // ForLoop or GenericLoop
    int32_t outer;
    uint8_t a;
    bool numeric;
  };

  Thread* L_;
  Arena& arena_;
  const Proto* p_;
  const char* problem_ = nullptr;
  uint8_t* alive_ =
      nullptr; // per instruction: variables alive, which have names for debug.setlocal; null: none
  uint8_t* is_target_ = nullptr;  // per instruction: a jump leads there
  uint8_t* cache_used_ = nullptr; // per cache
  int32_t* loop_of_ = nullptr;    // per instruction: innermost loop around it, or -1
  Loop* loops_ = nullptr;
  int32_t loop_count_ = 0;
  RegisterSet protected_;    // state of the loops around the current instruction
  State** states_ = nullptr; // per instruction: what is known if it is a target, or null
  uint32_t* work_ = nullptr; // targets to be looked at (again)
  uint32_t work_size_ = 0;
  uint8_t* queued_ = nullptr;
};

} // namespace perigee
