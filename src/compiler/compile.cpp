#include "compiler/compile.h"

#include "compiler/build/builder.h"
#include "compiler/lower/register_allocation.h"
#include "compiler/passes/pipeline.h"
#include "compiler/x64/registers.h"
#include "compiler/x64/unit_emitter.h"
#include "vm/feedback.h"

#include <new>

namespace perigee {
namespace {

constexpr uint32_t kLongestFunction = 8000; // instructions
constexpr uint32_t kMostBlocks = 2000;

bool compile(Thread* L, Proto* p, uint32_t entry_pc, UnitBuilder& out, const char** reason) {
  if (p->code_size > kLongestFunction) {
    *reason = "too long";
    return false;
  }
  build::BuildOptions options;
  options.frame = entry_pc == kFunctionEntry ? nullptr : L->base;
  std::unique_ptr<ir::Graph> g = build::buildGraph(p, entry_pc, options);
  if (g->blocks.size() > kMostBlocks) {
    *reason = "too many branches";
    return false;
  }
  passes::optimize(*g, {});
  lower::Allocation allocation(*g, x64::kRegisters);
  return x64::UnitEmitter(*g, allocation).emit(out, reason) != nullptr;
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
