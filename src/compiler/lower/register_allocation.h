// Register allocation by linear scan.
//
// Purpose: a machine register or a stack slot for every value.
// Needs: the final graph; edges into blocks with phis come from blocks with one successor.
// Leaves: Allocation: each value's location, valid throughout its life, and for each node that calls the
//   runtime the registers that hold something needed behind it.
// Does not: split intervals: a value that does not get a register lives on the stack throughout. The value
//   that costs least is the one to go there: uses weighted by loop depth.
//
// After Poletto and Sarkar, "Linear scan register allocation".
#pragma once

#include "compiler/lower/locations.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace perigee::lower {

struct RegisterFile {
  uint32_t general; // bit sets of allocatable registers, by number
  uint32_t floats;
};

class Allocation {
public:
  Allocation(ir::Graph& g, const RegisterFile& file);

  const Location& of(const ir::Node* n) const { return locations_[n->id]; }
  // A value that no code reads, since exits find it in its home slot: it has no place and needs no code.
  bool isSkipped(const ir::Node* n) const;
  uint32_t stackSlots() const { return stack_slots_; }
  // Registers in use behind node n for values that were there before it.
  struct Live {
    uint32_t general = 0;
    uint32_t floats = 0;
  };
  // Of a node that calls the runtime or writes to memory.
  Live liveAcross(const ir::Node* n) const { return live_across_.at(n->id); }

private:
  struct Interval {
    ir::Node* node;
    uint32_t start;
    uint32_t end;
    float weight;
    bool is_tag;
    bool is_float;
    Place place;
  };

  void findHomeWrites();
  bool staysHome(const Interval& v) const;
  void numberNodes();
  void findIntervals();
  void extend(const ir::Node* v, uint32_t from, uint32_t to);
  void addUses();
  void addLiveRanges();
  void findLiveAcross();
  void scan(const RegisterFile& file);
  Place hintFor(const Interval& v) const;
  Place& placeOf(const Interval& v) {
    Location& l = locations_[v.node->id];
    return v.is_tag ? l.tag : l.payload;
  }

  ir::Graph& g_;
  std::vector<uint32_t> position_; // by node
  std::vector<uint32_t> block_start_, block_end_;
  std::vector<uint32_t> start_, end_; // by node: life
  std::vector<float> weight_;
  std::vector<bool> used_;
  std::vector<ir::Node*> phi_of_; // by node: a phi it is an input of
  std::vector<Location> locations_;
  std::vector<std::vector<uint32_t>>
      home_writes_; // by register: positions behind which its home slot may differ
  // A value that is used in a block, or behind it in a phi, and comes from another.
  struct Inflow {
    ir::Node* value;
    ir::Block* block;
  };
  std::vector<Inflow> inflows_;
  std::vector<Interval> intervals_;                // by start
  std::unordered_map<uint32_t, Live> live_across_; // by node
  uint32_t stack_slots_ = 0;
};

// Does the node need its inputs until its results are written?
bool keepsInputs(const ir::Node* n);
// Does it call a function of the runtime, which may use any register that the calling convention gives it?
bool callsRuntime(const ir::Node* n);

} // namespace perigee::lower
