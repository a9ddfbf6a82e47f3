// The command `perigee`: takes the place of stock Lua's `lua`.
//
// main makes a state and calls runCommand in it, protected; everything that can raise an error happens there.

#include "cli/line_reader.h"
#include "cli/options.h"
#include "cli/prompt.h"
#include "cli/run.h"
#include "cli/statistics.h"
#include "cli/tick_table.h"
#include "cli/time_limit.h"
#include "interpreter/call.h"
#include "interpreter/interpreter.h"
#include "jit/default_compiler.h"
#include "jit/tiering.h"
#include "lib/sandbox.h"
#include "lib/warnings.h"
#include "support/version.h"

#include <cstdlib>
#include <unistd.h>

namespace perigee {
namespace {

// What main and runCommand tell each other.
struct Command {
  int argc;
  char** argv;
  const char* name; // the program's, for messages
  Options options;
  LineReader reader;
  bool succeeded = false;
};

void printVersion() {
  std::puts(kVersionLine);
  std::fflush(stdout);
}

// `-e`, `-l` and `-W` in their order; false if one fails.
bool runOptions(Native& L, const Command& command) {
  for (int i = 1; i < command.options.first; ++i) {
    const char* option = command.argv[i];
    if (option[1] == 'W') L.state()->warn(L.state()->warn_data, "@on", 0);
    if (option[1] != 'e' && option[1] != 'l') continue;
    const char* text = option[2] != '\0' ? option + 2 : command.argv[++i];
    ThreadStatus status = option[1] == 'e' ? runString(L, command.name, text, "=(command line)")
                                           : runRequire(L, command.name, text);
    if (status != ThreadStatus::Ok) return false;
  }
  return true;
}

void furnish(Native& L, const Command& command) {
  const Options& options = command.options;
  Heap& heap = L.state()->heap;
  heap.stop();
  if (options.statistics) reportStatisticsAtExit(L.thread());
  if (options.ignore_environment) {
    L.pushBoolean(true);
    L.setField(L.state()->registry.table(), "LUA_NOENV");
  }
  installWarnings(L.state());
  if (options.sandbox) {
    openSandbox(L.thread(), sandbox::kPrint | sandbox::kTime);
  } else {
    openLibraries(L.thread());
  }
  createArgTable(L, command.argv, command.argc, options.first);
  heap.restart();
}

int runCommand(lua_State* state) {
  Native L(state);
  auto& command = *static_cast<Command*>(L.arg(1).pointer);
  const Options& options = command.options;
  L.setTop(0);
  if (options.version) printVersion();
  furnish(L, command);
  if (options.counts_ticks) {
    countTicks(L.state(), true);
    if (options.ticks >= 0) L.state()->ticks.setLeft(options.ticks);
  }
  if (options.memory != 0) heapOf(L.thread()).setMemoryLimit(options.memory);
  if (options.seconds > 0) startTimeLimit(L.state(), options.seconds);
  if (!options.ignore_environment && !options.sandbox && runInit(L, command.name) != ThreadStatus::Ok)
    return 0;
  if (!runOptions(L, command)) return 0;
  bool has_script = options.first < command.argc;
  bool lists = options.compiler.dump.bytecode;
  const char* mode = options.sandbox ? "t" : nullptr;
  if (has_script && runScript(L, command.name, command.argv, options.first, lists, mode) != ThreadStatus::Ok)
    return 0;
  if (options.interactive) {
    runPrompt(L, command.reader);
  } else if (!has_script && !options.execute && !options.version) {
    if (isatty(STDIN_FILENO)) {
      printVersion();
      runPrompt(L, command.reader);
    } else {
      // As with stock Lua, an error in a script from standard input is reported, but is no failure.
      runFile(L, command.name, nullptr, mode);
    }
  }
  command.succeeded = true;
  return 0;
}

int runInNewState(Command& command) {
  Thread* L = newState();
  if (L == nullptr) {
    printMessage(command.name, "cannot create state: not enough memory");
    return EXIT_FAILURE;
  }
  installJit(L->global, defaultCompiler());
  if (JitState* jit = jitOf(L->global)) {
    jit->compiler_options = &command.options.compiler;
    jit->limits = command.options.limits;
  }
  setJitMode(L->global, command.options.jit);
  Native native(L);
  native.pushFunction(runCommand);
  native.push(Value::lightUserdata(&command));
  ThreadStatus status = protectedCall(L, 1, 0);
  report(native, command.name, status);
  finishUnderTimeLimit(L);
  closeState(L);
  return status == ThreadStatus::Ok && command.succeeded ? EXIT_SUCCESS : EXIT_FAILURE;
}

int runMain(int argc, char** argv) {
  Command command{argc, argv, argc > 0 && argv[0][0] != '\0' ? argv[0] : "perigee", parseOptions(argv),
                  {},   false};
  const Options& options = command.options;
  if (!options.valid) {
    printUsageError(command.name, argv[options.first]);
    return EXIT_FAILURE;
  }
  if (options.help_only) {
    printHelp(command.name);
    return EXIT_SUCCESS;
  }
  if (options.tick_table_only) {
    printTickTable();
    return EXIT_SUCCESS;
  }
  if (options.version_only) {
    printVersion();
    return EXIT_SUCCESS;
  }
  return runInNewState(command);
}

} // namespace
} // namespace perigee

int main(int argc, char** argv) { return perigee::runMain(argc, argv); }
