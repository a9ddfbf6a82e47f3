#include "compiler/dump.h"

#include <cstdlib>

namespace perigee {

bool parseDumpOptions(std::string_view list, DumpOptions* out) {
  bool wants_ir = false, has_passes = false;
  while (true) {
    std::string_view name = list.substr(0, list.find(','));
    passes::PassId pass = passes::passOfName(name);
    if (name == "bytecode") {
      out->bytecode = true;
    } else if (name == "ir") {
      wants_ir = true;
    } else if (name == "asm") {
      out->assembly = true;
    } else if (name == "build") {
      out->built = has_passes = true;
    } else if (pass != passes::PassId::Count) {
      out->passes.add(pass);
      has_passes = true;
    } else {
      return false;
    }
    if (name.size() == list.size()) break;
    list.remove_prefix(name.size() + 1);
  }
  if (wants_ir && !has_passes) {
    out->built = true;
    for (int i = 0; i < passes::kPassCount; ++i) out->passes.add(static_cast<passes::PassId>(i));
  }
  return true;
}

UnitDump::UnitDump(const DumpOptions& options, const ir::Graph& g, std::FILE* out)
    : options_(options), g_(g), out_(out), printer_(g) {
  readSource();
  printer_.showSource(&source_);
}

// If the chunk comes from a file that is still there.
void UnitDump::readSource() {
  const String* source = g_.proto->source;
  if (source == nullptr || source->data()[0] != '@') return;
  std::FILE* file =
      std::fopen(source->data() + 1, "r"); // a stream of C++ would bring all of its locales along
  if (file == nullptr) return;
  char* line = nullptr;
  size_t capacity = 0;
  for (ssize_t n; (n = getline(&line, &capacity, file)) >= 0;) {
    source_.emplace_back(line, n > 0 && line[n - 1] == '\n' ? n - 1 : n);
  }
  std::free(line);
  std::fclose(file);
}

void UnitDump::title(const char* stage) {
  if (!has_begun_) {
    const Proto* p = g_.proto;
    bool is_loop = g_.entry_pc != kFunctionEntry;
    std::fprintf(out_, "== %s at %s:%d%s\n", is_loop ? "loop" : "function",
                 p->source != nullptr ? p->source->data() : "?",
                 is_loop ? lineAt(p, g_.entry_pc) : static_cast<int>(p->line_defined),
                 p->line_defined == 0 ? " (main chunk)" : "");
    has_begun_ = true;
  }
  std::fprintf(out_, "-- %s\n", stage);
}

void UnitDump::graph(const char* stage) {
  std::string text = printer_.graph();
  title(stage);
  std::fputs(text == last_ ? "  as before\n" : text.c_str(), out_);
  last_ = std::move(text);
}

void UnitDump::built() {
  if (options_.built) graph("build");
}

void UnitDump::pass(passes::PassId pass) {
  if (options_.passes.has(pass)) graph(passes::nameOf(pass));
}

void UnitDump::assembly(const std::string& listing) {
  title("asm");
  std::fputs(listing.c_str(), out_);
  std::fflush(out_);
}

} // namespace perigee
