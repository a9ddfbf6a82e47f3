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

constexpr uint32_t kLongestFunction =
    8000; // instructions, compiled as a whole; also of a loop compiled alone
constexpr uint32_t kMostBlocks = 2000;

bool accessesManyShapes(const ir::Graph& g) {
  for (const ir::Block* b : g.blocks) {
    for (const ir::Node* n = b->first; n != nullptr; n = n->next) {
      if (n->is(ir::Op::RuntimeGetField) || n->is(ir::Op::RuntimeSetField)) return true;
    }
  }
  return false;
}

// The graph of a unit; null if it would be too large. Of a function that is too long only the loop that is
// entered is compiled.
std::unique_ptr<ir::Graph> buildGraph(Thread* L, const Proto* p, uint32_t entry_pc, const char** reason) {
  build::BuildOptions options;
  options.state = L->global;
  bool is_loop = entry_pc != kFunctionEntry;
  if (is_loop) options.frame = L->base;
  if (p->code_size <= stress::longestFunction(kLongestFunction)) {
    std::unique_ptr<ir::Graph> g = build::buildGraph(p, entry_pc, options);
    if (g == nullptr) {
      *reason = "reads what is not there";
      return nullptr;
    }
    if (g->blocks.size() <= kMostBlocks) return g;
    *reason = "too many branches";
  } else {
    *reason = "too long";
  }
  if (!is_loop) return nullptr;
  build::LoopRegion region = build::loopRegion(p, entry_pc);
  if (region.size() > kLongestFunction) return nullptr;
  options.region = &region;
  std::unique_ptr<ir::Graph> g = build::buildGraph(p, entry_pc, options);
  return g != nullptr && g->blocks.size() <= kMostBlocks ? std::move(g) : nullptr;
}

bool compile(Thread* L, Proto* p, uint32_t entry_pc, UnitBuilder& out, const char** reason) {
  if ((p->flags & Proto::kJoined) && !capturedRegisters(p).empty()) {
    *reason = "its upvalues may be its own variables (debug.upvaluejoin)";
    return false;
  }
  std::unique_ptr<ir::Graph> g = buildGraph(L, p, entry_pc, reason);
  if (g == nullptr) return false;
  CompileSizes sizes{0, g->nodeCount()};
  for (const auto& activation : g->activations) sizes.instructions += activation.proto->code_size;
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
  try {
    return compile(L, p, entry_pc, out, reason);
  } catch (const std::bad_alloc&) {
    *reason = "not enough memory to compile";
    return false;
  }
}

} // namespace perigee
