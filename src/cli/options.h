// The command line: what the options in front of the script ask for.
#pragma once

#include "compiler/compile.h"
#include "jit/jit_state.h"
#include "vm/dialect.h"

#include <cstdint>
#include <cstdio>

namespace perigee {

struct Options {
  bool interactive = false;         // -i
  bool version = false;             // -v, also implied by -i
  bool execute = false;             // -e at least once
  bool ignore_environment = false;  // -E
  bool statistics = false;          // --stats
  bool help_only = false;           // --help: nothing is run
  bool version_only = false;        // --version: nothing is run
  bool tick_table_only = false;     // --tick-table: nothing is run
  bool counts_ticks = false;        // --count-ticks, --ticks
  int64_t ticks = -1;               // --ticks: what the program may spend; -1: as much as it wants
  size_t memory = 0;                // --memory: bytes the state may hold; 0: no limit
  double seconds = 0;               // --time; 0: no limit
  bool sandbox = false;             // --sandbox
  const Dialect* dialect = nullptr; // --lua=…; null: as the environment says, else the default
  int warnings = 0;                 // -W: index of the first
  JitMode jit = JitMode::On;        // --jit=…
  JitLimits limits;                 // --jit-hot=…
  CompilerOptions compiler;         // --dump=…, --jit-passes=…
  bool valid = true;                // false: argv[first] is at fault …
  const char* bad_value = nullptr;  // … because of this value, if not null
  int first = 0;                    // index of the first argument that is no option: the script, or argc
};

// Reads the options of argv (zero-terminated). `-e`, `-l` and `-W` are only checked here; their
// effects come in order of appearance (run.h).
Options parseOptions(char** argv);

// On stderr: a line about the option at fault, and how to use the command if it is more than a value that is
// bad.
void printUsageError(const char* program_name, const Dialect& dialect, const char* option,
                     const char* bad_value);
// Every option with a line of explanation, on stdout.
void printHelp(const char* program_name, const Dialect& dialect);

} // namespace perigee
