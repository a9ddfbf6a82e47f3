// The command `perigee`: takes the place of stock Lua's `lua`.
//
// main makes a state and calls runCommand in it, protected; everything that can raise an error happens there.

#include "capi/host_api.h"
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
  ThreadStatus ended = ThreadStatus::Ok; // the first part of the program that failed, if one did
};

// Programs that a limit of the command line has stopped have codes of their own: timeout(1)'s, and those
// below.
int exitCodeOf(const Options& options, ThreadStatus status) {
  constexpr int kOutOfTicks = 122, kOutOfMemory = 123, kOutOfTime = 124;
  if (status == ThreadStatus::Ok) return EXIT_SUCCESS;
  if (isTimeUp()) return kOutOfTime;
  if (status == ThreadStatus::Stopped && options.ticks >= 0) return kOutOfTicks;
  return status == ThreadStatus::ErrorMemory && options.memory != 0 ? kOutOfMemory : EXIT_FAILURE;
}

void printVersion(const Dialect& dialect) {
  std::printf(kVersionLine, dialect.version);
  std::fflush(stdout);
}

// `-e`, `-l` and `-W` in their order, until one fails.
ThreadStatus runOptions(Native& L, const Command& command) {
  for (int i = 1; i < command.options.first; ++i) {
    const char* option = command.argv[i];
    if (option[1] == 'W') L.state()->warn(L.state()->warn_data, "@on", 0);
    if (option[1] != 'e' && option[1] != 'l') continue;
    if (option[1] == 'l' && command.options.sandbox) {
      printMessage(command.name, "there is no 'require' in a sandbox (option '-l')");
      return ThreadStatus::ErrorRun;
    }
    const char* text = option[2] != '\0' ? option + 2 : command.argv[++i];
    ThreadStatus status = option[1] == 'e' ? runString(L, command.name, text, "=(command line)")
                                           : runRequire(L, command.name, text);
    if (status != ThreadStatus::Ok) return status;
  }
  return ThreadStatus::Ok;
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

// Everything in front of the prompt. Sets `at_prompt` if that is to follow.
ThreadStatus runProgram(Native& L, const Command& command, bool* at_prompt) {
  const Options& options = command.options;
  if (!options.ignore_environment && !options.sandbox) {
    if (ThreadStatus status = runInit(L, command.name); status != ThreadStatus::Ok) return status;
  }
  if (ThreadStatus status = runOptions(L, command); status != ThreadStatus::Ok) return status;
  *at_prompt = options.interactive;
  const char* mode = options.sandbox ? "t" : nullptr;
  if (options.first < command.argc)
    return runScript(L, command.name, command.argv, options.first, options.compiler.dump.bytecode, mode);
  if (options.interactive || options.execute || options.version) return ThreadStatus::Ok;
  if (isatty(STDIN_FILENO)) {
    printVersion(dialectOf(L.thread()));
    *at_prompt = true;
    return ThreadStatus::Ok;
  }
  // As with stock Lua, an error in a script from standard input is reported, but is no failure.
  ThreadStatus status = runFile(L, command.name, nullptr, mode);
  return exitCodeOf(options, status) != EXIT_FAILURE ? status : ThreadStatus::Ok;
}

int runCommand(lua_State* state) {
  Native L(state);
  auto& command = *static_cast<Command*>(L.arg(1).pointer);
  const Options& options = command.options;
  L.setTop(0);
  if (options.version) printVersion(dialectOf(L.thread()));
  furnish(L, command);
  if (options.counts_ticks) {
    countTicks(L.state(), true);
    if (options.ticks >= 0) L.state()->ticks.setLeft(options.ticks);
  }
  if (options.memory != 0) heapOf(L.thread()).setMemoryLimit(options.memory);
  if (options.seconds > 0) startTimeLimit(L.state(), options.seconds);
  bool at_prompt = false;
  command.ended = runProgram(L, command, &at_prompt);
  if (command.ended == ThreadStatus::Ok && at_prompt) {
    runPrompt(L, command.reader, {options.ticks, options.memory});
    if (isTimeUp()) command.ended = ThreadStatus::ErrorRun;
  }
  return 0;
}

int runInNewState(Command& command) {
  Thread* L = newState(*command.options.dialect);
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
  int code = exitCodeOf(command.options, status != ThreadStatus::Ok ? status : command.ended);
  finishUnderTimeLimit(L);
  closeState(L);
  return code;
}

// The dialect that the options leave open is the environment's, or the default. Null if there is no such one.
const Dialect* dialectFor(const Options& options) {
  if (options.dialect != nullptr) return options.dialect;
  const char* name = std::getenv("PERIGEE_LUA"); // also with -E, which is about the program's environment
  return name == nullptr || *name == '\0' ? &defaultDialect() : findDialect(std::string_view(name));
}

// False if there is no such dialect, or if it lacks an option.
bool chooseDialect(Command& command) {
  Options& options = command.options;
  options.dialect = dialectFor(options);
  if (options.dialect == nullptr) {
    std::fprintf(stderr, "%s: PERIGEE_LUA: no such version of Lua: '%s'\n", command.name,
                 std::getenv("PERIGEE_LUA"));
    return false;
  }
  setDefaultHostApi(*findHostApi(options.dialect->number)); // its modules are of that version
  if (options.warnings == 0 || options.dialect->warn) return true;
  printUsageError(command.name, *options.dialect, command.argv[options.warnings], nullptr);
  return false;
}

int runMain(int argc, char** argv) {
  Command command{argc,
                  argv,
                  argc > 0 && argv[0][0] != '\0' ? argv[0] : "perigee",
                  parseOptions(argv),
                  {},
                  ThreadStatus::Ok};
  const Options& options = command.options;
  if (options.valid && !chooseDialect(command)) return EXIT_FAILURE;
  if (!options.valid) {
    const Dialect* dialect = dialectFor(options);
    printUsageError(command.name, dialect != nullptr ? *dialect : defaultDialect(), argv[options.first],
                    options.bad_value);
    return EXIT_FAILURE;
  }
  if (options.help_only) {
    printHelp(command.name, *options.dialect);
    return EXIT_SUCCESS;
  }
  if (options.tick_table_only) {
    printTickTable();
    return EXIT_SUCCESS;
  }
  if (options.version_only) {
    printVersion(*options.dialect);
    return EXIT_SUCCESS;
  }
  return runInNewState(command);
}

} // namespace
} // namespace perigee

int main(int argc, char** argv) { return perigee::runMain(argc, argv); }
