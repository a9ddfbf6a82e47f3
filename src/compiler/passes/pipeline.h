// The passes in the order in which a unit goes through them.
#pragma once

#include "compiler/ir/graph.h"

#include <functional>
#include <string_view>

namespace perigee::passes {

enum class PassId : uint8_t { Entered, Typing, Fold, Specialize, Peel, Number, Dead, Checked, Homes, Count };
constexpr int kPassCount = static_cast<int>(PassId::Count);
const char* nameOf(PassId pass);
// May the pass be left out? The others are needed.
bool isOptional(PassId pass);
// Count if there is none of that name.
PassId passOfName(std::string_view name);

// A set of passes.
class PassSet {
public:
  constexpr bool has(PassId p) const { return bits_ >> static_cast<unsigned>(p) & 1; }
  constexpr bool isEmpty() const { return bits_ == 0; }
  constexpr void add(PassId p) { bits_ |= 1u << static_cast<unsigned>(p); }

private:
  uint32_t bits_ = 0;
};

// "-peel,-number": the passes to be left out. False if it says something else.
bool parseExclusions(std::string_view list, PassSet* out);

struct PipelineOptions {
  PassSet off; // not to be run; see isOptional
  // Called behind each pass; may be empty.
  std::function<void(PassId)> observe;
};

// From the builder's graph to the one that registers are allocated for. Checked builds look after each pass
// whether the graph is sound (ir/checker.h).
void optimize(ir::Graph& g, const PipelineOptions& options);

// One pass alone. True if it changed something, as far as it says so.
bool runPass(ir::Graph& g, PassId pass);

} // namespace perigee::passes
