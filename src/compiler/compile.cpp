#include "compiler/compile.h"

#include "bytecode/register_effects.h"
#include "compiler/build/builder.h"
#include "compiler/build/bytecode_flow.h"
#include "compiler/lower/register_allocation.h"
#include "compiler/passes/pipeline.h"
#include "compiler/stress.h"
#include "compiler/x64/registers.h"
#include "compiler/x64/unit_emitter.h"
#include "vm/feedback.h"
#include "vm/field_cache.h"
#include "vm/state.h"

#include <new>

namespace perigee {
namespace {

constexpr uint32_t kLongestFunction = 8000; // instructions, compiled as a whole; also of a loop
// Loops of a function longer than that are compiled without the rest of it: what is not theirs would be
// compiled once with every loop in front of it. Loops inside others are compiled with those up to this size.
constexpr uint32_t kLongestNest = 1000;
constexpr uint32_t kMostBlocks = 2000;

bool accessesManyShapes(const ir::Graph& g) {
  for (const ir::Block* b : g.blocks) {
    for (const ir::Node* n = b->first; n != nullptr; n = n->next) {
      if (n->is(ir::Op::RuntimeGetField) || n->is(ir::Op::RuntimeSetField)) return true;
    }
  }
  return false;
}

// What is to be compiled: with a region only that part of the prototype.
struct Extent {
  const build::LoopRegion* region; // null: all that is reached from the entry
  uint32_t size;
};

Extent extentOf(const Proto* p, const build::CodeFacts& facts, uint32_t entry_pc) {
  uint32_t nest = stress::longestFunction(kLongestNest);
  if (entry_pc == kFunctionEntry || p->code_size <= nest) return {nullptr, p->code_size};
  const build::LoopRegion& region = facts.nestAround(entry_pc, nest);
  return {&region, region.size()};
}

// The graph of a unit; null if it would be too large.
std::unique_ptr<ir::Graph> buildGraph(Thread* L, const Proto* p, uint32_t entry_pc,
                                      const build::CodeFacts& facts, const Extent& extent, ir::Work& work,
                                      const char** reason) {
  build::BuildOptions options;
  options.state = L->global;
  options.facts = &facts;
  options.region = extent.region;
  options.work = &work;
  if (entry_pc != kFunctionEntry) options.frame = L->base;
  std::unique_ptr<ir::Graph> g = build::buildGraph(p, entry_pc, options);
  if (g == nullptr) {
    *reason = "reads what is not there";
    return nullptr;
  }
  if (g->blocks.size() <= kMostBlocks) return g;
  *reason = "too many branches";
  return nullptr;
}

bool compile(Thread* L, Proto* p, uint32_t entry_pc, UnitBuilder& out, ir::Work& work, const char** reason) {
  if ((p->flags & Proto::kJoined) && !capturedRegisters(p).empty()) {
    *reason = "its upvalues may be its own variables (debug.upvaluejoin)";
    return false;
  }
  bool is_long = p->code_size > kLongestNest;
  build::CodeFactsOf facts = is_long ? build::CodeFactsOf(L->global, p) : build::CodeFactsOf(p);
  Extent extent = extentOf(p, *facts, entry_pc);
  if (extent.size > kLongestFunction) {
    *reason = "too long";
    return false;
  }
  if (!out.reserveScratch({.instructions = extent.size, .nodes = 0})) return false;
  std::unique_ptr<ir::Graph> g = buildGraph(L, p, entry_pc, *facts, extent, work, reason);
  if (g == nullptr) return false;
  CompileSizes sizes{extent.size, g->nodeCount()};
  for (size_t i = 1; i < g->activations.size(); ++i) sizes.instructions += g->activations[i].proto->code_size;
  if (!out.reserveScratch(sizes)) return false;
  g->holder_version = L->global->holder_version;
  static const CompilerOptions kUsual;
  const CompilerOptions& wanted = out.options != nullptr ? *out.options : kUsual;
  std::optional<UnitDump> dump;
  if (wanted.dump.isWanted()) dump.emplace(wanted.dump, *g, stdout);
  passes::PipelineOptions pipeline;
  pipeline.off = wanted.passes_off;
  if (dump.has_value()) {
    dump->built();
    pipeline.observe = [&dump](passes::PassId pass) { dump->pass(pass); };
  }
  passes::optimize(*g, pipeline);
  if (accessesManyShapes(*g)) g->field_cache = fieldCacheOf(L->global);
  lower::Allocation allocation(*g, stress::restrict(x64::registersOf(g->counts_ticks)));
  x64::UnitEmitter emitter(*g, allocation);
  bool lists = dump.has_value() && dump->wantsAssembly();
  if (lists) emitter.keepListing(dump->printer());
  NativeCode* unit = emitter.emit(out, reason);
  if (lists) dump->assembly(emitter.listing());
  return unit != nullptr;
}

} // namespace

bool compileUnit(Thread* L, Proto* p, uint32_t entry_pc, UnitBuilder& out, const char** reason) {
  ir::Work work(out.work_allowed, L);
  bool made = false;
  try {
    made = compile(L, p, entry_pc, out, work, reason);
  } catch (const std::bad_alloc&) {
    *reason = "not enough memory to compile";
  } catch (const ir::TooMuchWork&) {
    *reason = "takes too much work to compile";
  } catch (const ir::Interrupted&) {
    out.was_interrupted = true;
  }
  out.work_spent = work.spent();
  return made;
}

} // namespace perigee
