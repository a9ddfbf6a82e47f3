// Shows what the compiler makes of a unit, stage by stage.
#pragma once

#include "compiler/ir/printer.h"
#include "compiler/passes/pipeline.h"

#include <cstdio>
#include <optional>
#include <string_view>

namespace perigee {

struct DumpOptions {
  bool bytecode = false;  // for the command: it lists what it loads
  bool built = false;     // the builder's graph
  passes::PassSet passes; // the graph behind these
  bool assembly = false;

  // Of what the compiler shows.
  bool isWanted() const { return built || assembly || !passes.isEmpty(); }
};
// "bytecode", "ir" (behind every pass), "asm", "build" or names of passes, with commas between them; passes
// named replace "ir". False if something else is among them.
bool parseDumpOptions(std::string_view list, DumpOptions* out);

// Writes the stages of one unit.
class UnitDump {
public:
  UnitDump(const DumpOptions& options, const ir::Graph& g, std::FILE* out);

  void built();
  void pass(passes::PassId pass);
  bool wantsAssembly() const { return options_.assembly; }
  void assembly(const std::string& listing);
  ir::Printer& printer() { return printer_; }

private:
  void title(const char* stage);
  void graph(const char* stage);
  void readSource();

  const DumpOptions& options_;
  const ir::Graph& g_;
  std::FILE* out_;
  ir::Printer printer_;
  std::vector<std::string> source_; // lines
  std::string last_;                // graph written
  bool has_begun_ = false;
};

} // namespace perigee
