#include "compiler/passes/pipeline.h"

#include "compiler/ir/checker.h"
#include "compiler/passes/pass.h"

namespace perigee::passes {
namespace {

constexpr const char* kNames[kPassCount] = {"entered", "typing", "fold",    "specialize", "peel",
                                            "number",  "dead",   "checked", "homes"};

class Pipeline {
public:
  Pipeline(ir::Graph& g, const PipelineOptions& options) : g_(g), options_(options) { check("build"); }

  void run() {
    once(PassId::Entered);
    settleTypes();
    once(PassId::Specialize);
    settleTypes();
    once(PassId::Dead);
    once(PassId::Peel);
    settleTypes();
    once(PassId::Number);
    settleTypes();
    once(PassId::Dead);
    once(PassId::Checked);
    once(PassId::Homes);
  }

private:
  // Typing and folding feed one another until nothing changes.
  void settleTypes() {
    do {
      once(PassId::Typing);
    } while (once(PassId::Fold));
  }

  bool once(PassId pass) {
    if (options_.off.has(pass) && isOptional(pass)) return false;
    bool changed = runPass(g_, pass);
    if (pass == PassId::Specialize) stage_ = ir::Stage::Specialized;
    check(nameOf(pass));
    if (options_.observe) options_.observe(pass);
    return changed;
  }

  void check([[maybe_unused]] const char* pass) const {
#if defined(PERIGEE_CHECKED) && PERIGEE_CHECKED
    ir::demandSound(g_, stage_, pass);
#endif
  }

  ir::Graph& g_;
  const PipelineOptions& options_;
  ir::Stage stage_ = ir::Stage::Built;
};

} // namespace

const char* nameOf(PassId pass) { return kNames[static_cast<int>(pass)]; }

bool isOptional(PassId pass) {
  return pass == PassId::Entered || pass == PassId::Fold || pass == PassId::Peel || pass == PassId::Number ||
         pass == PassId::Dead || pass == PassId::Checked;
}

PassId passOfName(std::string_view name) {
  int i = 0;
  while (i < kPassCount && name != kNames[i]) ++i;
  return static_cast<PassId>(i);
}

bool parseExclusions(std::string_view list, PassSet* out) {
  while (true) {
    std::string_view item = list.substr(0, list.find(','));
    if (!item.starts_with('-')) return false;
    PassId pass = passOfName(item.substr(1));
    if (pass == PassId::Count || !isOptional(pass)) return false;
    out->add(pass);
    if (item.size() == list.size()) return true;
    list.remove_prefix(item.size() + 1);
  }
}

bool runPass(ir::Graph& g, PassId pass) {
  switch (pass) {
  case PassId::Entered: separateEnteredLoop(g); break;
  case PassId::Typing: inferTypes(g); break;
  case PassId::Fold: return fold(g);
  case PassId::Specialize: specialize(g); break;
  case PassId::Peel: peelLoops(g); break;
  case PassId::Number: numberValues(g); break;
  case PassId::Dead: removeDeadCode(g); break;
  case PassId::Checked: checkLoads(g); break;
  case PassId::Homes: storeHomes(g); break;
  case PassId::Count: break;
  }
  return true;
}

void optimize(ir::Graph& g, const PipelineOptions& options) { Pipeline(g, options).run(); }

} // namespace perigee::passes
