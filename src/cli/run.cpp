#include "cli/run.h"

#include "bytecode/listing.h"
#include "cli/interrupt.h"
#include "cli/time_limit.h"
#include "interpreter/call.h"
#include "interpreter/operations.h"
#include "lib/load_file.h"
#include "lib/traceback.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace perigee {
namespace {

// Turns an error value into a message with a traceback. An object that can turn itself into a string does so.
int addTraceback(lua_State* state) {
  Native L(state);
  Value error = L.arg(1);
  const char* message;
  if (error.isString()) {
    message = error.string()->data();
  } else if (error.isNumber()) {
    String* text = numberToString(L.thread(), error);
    L.push(Value::of(text));
    message = text->data();
  } else {
    if (L.callMeta(1, "__tostring") && L.top(-1).isString()) return 1;
    message = L.pushFormat("(error object is a %s value)", typeName(typeOf(L.arg(1))));
  }
  pushTraceback(L.thread(), L.thread(), message, 1);
  return 1;
}

// Calls what a load with this status has left on the stack.
ThreadStatus runLoaded(Native& L, const char* program_name, ThreadStatus loaded) {
  if (loaded == ThreadStatus::Ok) loaded = callWithTraceback(L, 0, 0);
  return report(L, program_name, loaded);
}

Value globalTable(Native& L) { return Value::of(L.state()->globals); }

// Pushes the elements of the global `arg` from 1 on; returns how many they are.
int pushScriptArguments(Native& L) {
  L.pushString("arg");
  Value list = index(L.thread(), globalTable(L), L.top(-1));
  L.top(-1) = list;
  if (!list.isTable()) L.error("'arg' is not a table");
  Value length = lengthOf(L.thread(), list);
  int64_t n;
  if (!toInteger(length, &n)) L.error("object length is not an integer");
  int position = L.count();
  if (n > kMaxStack) n = kMaxStack; // too many for `ensure`, too
  L.ensure(static_cast<int>(n) + 3, "too many arguments to script");
  for (int64_t i = 1; i <= n; ++i) L.push(getInteger(L.slot(position).table(), i));
  L.remove(position);
  return n > 0 ? static_cast<int>(n) : 0;
}

} // namespace

void printMessage(const char* program_name, const char* message) {
  std::fflush(stdout);
  if (program_name != nullptr) std::fprintf(stderr, "%s: ", program_name);
  std::fprintf(stderr, "%s\n", message);
  std::fflush(stderr);
}

ThreadStatus report(Native& L, const char* program_name, ThreadStatus status) {
  if (status != ThreadStatus::Ok) {
    Value error = L.top(-1);
    if (error.isNumber()) {
      error = Value::of(numberToString(L.thread(), error));
      L.top(-1) = error;
    }
    if (isTimeUp()) { // by an error that message handlers get, too
      printMessage(program_name, "stopped: time is up");
      L.pop(1);
      return status;
    }
    const char* message = error.isString() ? error.string()->data() : "(error message not a string)";
    if (status == ThreadStatus::Stopped) message = L.pushFormat("%s%s", L.state()->stop_position, message);
    printMessage(program_name, message);
    if (status == ThreadStatus::Stopped) L.pop(1);
    L.pop(1);
  }
  return status;
}

ThreadStatus callWithTraceback(Native& L, int nargs, int results) {
  int position = L.count() - nargs;
  L.pushFunction(addTraceback);
  L.insert(position);
  Thread* thread = L.thread();
  beginInterruptible(L.state());
  ThreadStatus status = protectedCall(thread, nargs, results, saveSlot(thread, thread->base + position - 1));
  endInterruptible(L.state());
  L.remove(position);
  return status;
}

ThreadStatus runString(Native& L, const char* program_name, const char* text, const char* chunk_name) {
  return runLoaded(L, program_name, loadString(L.thread(), text, chunk_name, nullptr));
}

ThreadStatus runFile(Native& L, const char* program_name, const char* file_name, const char* mode) {
  return runLoaded(L, program_name, loadFile(L.thread(), file_name, mode));
}

ThreadStatus runRequire(Native& L, const char* program_name, const char* specification) {
  std::string_view global = specification;
  std::string_view module = global;
  if (!dialectOf(L.thread()).required_names_parsed) {
    // the module's name, as it stands
  } else if (size_t equals = global.find('='); equals != std::string_view::npos) {
    module = global.substr(equals + 1);
    global = global.substr(0, equals);
  } else {
    global = global.substr(0, global.find('-')); // "-l mod-v2" is mod, version 2
  }
  L.pushString("require");
  L.top(-1) = index(L.thread(), globalTable(L), L.top(-1));
  L.pushString(module);
  ThreadStatus status = callWithTraceback(L, 1, 1);
  if (status == ThreadStatus::Ok) {
    L.pushString(global);
    setIndex(L.thread(), globalTable(L), L.top(-1), L.top(-2));
    L.pop(2);
  }
  return report(L, program_name, status);
}

ThreadStatus runInit(Native& L, const char* program_name) {
  const char* name = L.pushFormat("=LUA_INIT%s", dialectOf(L.thread()).suffix); // stays on the stack
  const char* init = std::getenv(name + 1);
  if (init == nullptr) {
    name = "=LUA_INIT";
    init = std::getenv(name + 1);
  }
  if (init == nullptr) return ThreadStatus::Ok;
  if (init[0] == '@') return runFile(L, program_name, init + 1, nullptr);
  return runString(L, program_name, init, name);
}

ThreadStatus runScript(Native& L, const char* program_name, char** argv, int script, bool lists,
                       const char* mode) {
  const char* file_name = argv[script];
  // A single dash is standard input unless options have ended in front of it.
  if (std::strcmp(file_name, "-") == 0 && std::strcmp(argv[script - 1], "--") != 0) file_name = nullptr;
  ThreadStatus status = loadFile(L.thread(), file_name, mode);
  if (status == ThreadStatus::Ok) {
    Value loaded = L.top(-1);
    if (lists) std::fputs(listProto(static_cast<LuaFunction*>(loaded.function())->proto).c_str(), stdout);
    int n = pushScriptArguments(L);
    status = callWithTraceback(L, n, kAllResults);
  }
  return report(L, program_name, status);
}

void createArgTable(Native& L, char** argv, int argc, int script) {
  if (script == argc) script = 0;
  int arguments = argc - script - 1;
  Table* table = L.pushTable(0, arguments > 0 ? static_cast<uint32_t>(arguments) : 0);
  for (int i = 0; i < argc; ++i) {
    L.pushString(argv[i]);
    setInteger(L.thread(), table, i - script, L.top(-1));
    L.pop(1);
  }
  L.setField(L.state()->globals, "arg");
}

} // namespace perigee
