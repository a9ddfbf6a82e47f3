#include "cli/options.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>

namespace perigee {
namespace {

constexpr const char* kStockOptions53 = "usage: %s [options] [script [args]]\n"
                                        "Available options are:\n"
                                        "  -e stat  execute string 'stat'\n"
                                        "  -i       enter interactive mode after executing 'script'\n"
                                        "  -l name  require library 'name' into global 'name'\n"
                                        "  -v       show version information\n"
                                        "  -E       ignore environment variables\n"
                                        "  --       stop handling options\n"
                                        "  -        stop handling options and execute stdin\n";

constexpr const char* kStockOptions = "usage: %s [options] [script [args]]\n"
                                      "Available options are:\n"
                                      "  -e stat   execute string 'stat'\n"
                                      "  -i        enter interactive mode after executing 'script'\n"
                                      "  -l mod    require library 'mod' into global 'mod'\n"
                                      "  -l g=mod  require library 'mod' into global 'g'\n"
                                      "  -v        show version information\n"
                                      "  -E        ignore environment variables\n"
                                      "  -W        turn warnings on\n"
                                      "  --        stop handling options\n"
                                      "  -         stop handling options and execute stdin\n";

constexpr const char* kOwnOptions =
    "  --lua=V   the version of Lua: 5.4, or 5.3 (or as PERIGEE_LUA in the environment says)\n"
    "  --jit=M   native code: M is off, on (for what runs often) or always (for everything)\n"
    "  --dump=L  show what is compiled; L is a list, with commas, of bytecode, ir, asm and names of passes\n"
    "  --ticks N stop the program after N ticks (instructions executed, and work of library functions)\n"
    "  --memory N  refuse the program more than N bytes of memory (N may end in K, M or G)\n"
    "  --time S  stop the program after S seconds\n"
    "            (exit codes: 122 ticks, 123 memory, 124 time; at the prompt each line has N ticks of its "
    "own)\n"
    "  --sandbox leave out all of the library that reaches files, processes and the environment\n"
    "  --count-ticks  count ticks without a limit; --stats tells how many\n"
    "  --tick-table  show what instructions and library functions cost, and exit\n"
    "  --stats   print figures about the run as one JSON object on stderr at exit\n"
    "  --version show version information and exit\n"
    "  --help    show this text and exit\n";

// What -l and -W are is a matter of the dialect.
const char* stockOptions(const Dialect& dialect) {
  return dialect.required_names_parsed ? kStockOptions : kStockOptions53;
}

bool parseJitMode(const char* name, Options* options) {
  for (JitMode m : {JitMode::Off, JitMode::On, JitMode::Always, JitMode::Stress}) {
    if (std::strcmp(name, nameOf(m)) != 0) continue;
    options->jit = m;
    return true;
  }
  return false;
}

bool parseDump(const char* names, Options* options) {
  return parseDumpOptions(names, &options->compiler.dump);
}

bool parsePasses(const char* names, Options* options) {
  return passes::parseExclusions(names, &options->compiler.passes_off);
}

// CALLS,LOOPS,WINDOW,EXITS: when functions and loops are hot, for how long they are profiled then, and how
// many exits lead to a unit's being compiled anew.
bool parseHeat(const char* text, Options* options) {
  JitLimits* limits = &options->limits;
  unsigned calls, loops, window, exits;
  char rest;
  if (std::sscanf(text, "%u,%u,%u,%u%c", &calls, &loops, &window, &exits, &rest) != 4) return false;
  if (calls == 0 || std::min({loops, window, exits}) == 0 || std::max({loops, window, exits}) > UINT16_MAX)
    return false;
  limits->hot_calls = calls;
  limits->hot_loops = static_cast<uint16_t>(loops);
  limits->window = static_cast<uint16_t>(window);
  limits->exits = static_cast<uint16_t>(exits);
  return true;
}

bool parseTicks(const char* text, Options* options) {
  const char* end = text + std::strlen(text);
  auto [rest, problem] = std::from_chars(text, end, options->ticks);
  options->counts_ticks = true;
  return problem == std::errc() && rest == end && options->ticks >= 0;
}

// Bytes, or with K, M or G (or k, m, g) behind the number so many times 2 to the 10, 20, 30.
bool parseMemory(const char* text, Options* options) {
  const char* end = text + std::strlen(text);
  auto [rest, problem] = std::from_chars(text, end, options->memory);
  if (problem != std::errc() || options->memory == 0) return false;
  if (rest == end) return true;
  constexpr std::string_view kUnits = "KMG";
  size_t unit = kUnits.find(static_cast<char>(*rest & ~('a' - 'A')));
  if (unit == std::string_view::npos || rest + 1 != end || options->memory >> 30 != 0) return false;
  options->memory <<= 10 * (unit + 1);
  return true;
}

bool parseTime(const char* text, Options* options) {
  const char* end = text + std::strlen(text);
  auto [rest, problem] = std::from_chars(text, end, options->seconds);
  return problem == std::errc() && rest == end && options->seconds > 0 && options->seconds < 1e9;
}

bool parseDialect(const char* text, Options* options) {
  options->dialect = findDialect(std::string_view(text));
  return options->dialect != nullptr;
}

struct ValueOption {
  std::string_view name;
  bool (*parse)(const char* text, Options* options); // false: the value is bad
  bool may_come_next;                                // the value, or only behind a '='
};
constexpr ValueOption kValueOptions[] = {
    {"jit", parseJitMode, false},       {"dump", parseDump, false},
    {"jit-passes", parsePasses, false}, // for those who work on the compiler
    {"jit-hot", parseHeat, false},      // for tests, whose programs are short
    {"ticks", parseTicks, true},        {"memory", parseMemory, true},
    {"time", parseTime, true},          {"lua", parseDialect, false},
};

// Null if `text`, what stands behind the dashes, names none. `value`: what stands behind its '=', else null.
const ValueOption* findValueOption(const char* text, const char** value) {
  std::string_view name = text;
  size_t equals = name.find('=');
  *value = equals == std::string_view::npos ? nullptr : text + equals + 1;
  for (const ValueOption& option : kValueOptions)
    if (option.name == name.substr(0, equals)) return &option;
  return nullptr;
}

// `next`: the next argument. Sets bad_value if it is at fault.
bool parseValueOption(const char* text, const char* next, bool* took_next, Options* options) {
  const char* value;
  const ValueOption* option = findValueOption(text, &value);
  if (option == nullptr) return false;
  *took_next = value == nullptr && option->may_come_next;
  if (*took_next) value = next;
  if (value == nullptr) return false;
  bool is_good = option->parse(value, options);
  if (!is_good) options->bad_value = value;
  return is_good;
}

bool parseLongOption(const char* name, Options* options) {
  if (std::strcmp(name, "count-ticks") == 0) {
    options->counts_ticks = true;
  } else if (std::strcmp(name, "sandbox") == 0) {
    options->sandbox = true;
  } else if (std::strcmp(name, "stats") == 0) {
    options->statistics = true;
  } else if (std::strcmp(name, "version") == 0) {
    options->version_only = true;
  } else if (std::strcmp(name, "tick-table") == 0) {
    options->tick_table_only = true;
  } else if (std::strcmp(name, "help") == 0) {
    options->help_only = true;
  } else {
    return false;
  }
  return true;
}

// An option of one letter without an argument; false if it is none.
bool parseFlag(const char* letters, Options* options) {
  if (letters[0] == '\0' || letters[1] != '\0') return false;
  switch (letters[0]) {
  case 'E': options->ignore_environment = true; return true;
  case 'W': return true;
  case 'i': options->interactive = options->version = true; return true;
  case 'v': options->version = true; return true;
  default: return false;
  }
}

} // namespace

Options parseOptions(char** argv) {
  Options options;
  int i = argv[0] != nullptr ? 1 : 0;
  for (; argv[i] != nullptr; ++i) {
    options.first = i;
    const char* text = argv[i];
    if (text[0] != '-' || text[1] == '\0') return options;
    if (text[1] == '-') {
      if (text[2] == '\0') {
        options.first = i + 1;
        return options;
      }
      bool took_next = false;
      options.valid = parseLongOption(text + 2, &options) ||
                      parseValueOption(text + 2, argv[i + 1], &took_next, &options);
      if (took_next && options.valid) ++i;
    } else if (text[1] == 'e' || text[1] == 'l') {
      if (text[1] == 'e') options.execute = true;
      // The argument follows at once or comes next; there it cannot look like an option.
      if (text[2] == '\0') {
        ++i;
        options.valid = argv[i] != nullptr && argv[i][0] != '-';
      }
    } else {
      options.valid = parseFlag(text + 1, &options);
      if (text[1] == 'W' && options.warnings == 0) options.warnings = i;
    }
    if (!options.valid) return options;
  }
  options.first = i;
  return options;
}

void printUsageError(const char* program_name, const Dialect& dialect, const char* option,
                     const char* bad_value) {
  std::fflush(stdout);
  std::fprintf(stderr, "%s: ", program_name);
  if (bad_value != nullptr) {
    std::fprintf(stderr, "bad value '%s' for %.*s\n", bad_value, static_cast<int>(std::strcspn(option, "=")),
                 option);
    return;
  }
  const char* value;
  bool wants_argument = option[1] == 'e' || option[1] == 'l' ||
                        (option[1] == '-' && findValueOption(option + 2, &value) != nullptr);
  std::fprintf(stderr, wants_argument ? "'%s' needs argument\n" : "unrecognized option '%s'\n", option);
  std::fprintf(stderr, stockOptions(dialect), program_name);
  std::fflush(stderr);
}

void printHelp(const char* program_name, const Dialect& dialect) {
  std::printf(stockOptions(dialect), program_name);
  std::fputs(kOwnOptions, stdout);
  std::fflush(stdout);
}

} // namespace perigee
