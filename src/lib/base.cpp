// The basic functions.

#include "interpreter/call.h"
#include "interpreter/coroutines.h"
#include "interpreter/operations.h"
#include "interpreter/protection.h"
#include "lib/libraries.h"
#include "lib/list_access.h"
#include "lib/load_file.h"
#include "lib/metatable.h"
#include "lib/native.h"
#include "support/numbers.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>

namespace perigee {
namespace {

int printContinued(lua_State* state, int, intptr_t i);

// The text of argument i, which is on top.
void printText(Native& L, int i, std::string_view text) {
  work(L.thread(), Work::Bytes, text.size());
  if (i > 1) std::fputc('\t', stdout);
  std::fwrite(text.data(), 1, text.size(), stdout);
  L.pop(1);
}

int printFrom(Native& L, int i) {
  for (int n = L.count(); i <= n; i++) printText(L, i, L.pushToString(i, i, printContinued));
  std::fputc('\n', stdout);
  std::fflush(stdout);
  return 0;
}

int printContinued(lua_State* state, int, intptr_t i) {
  Native L(state);
  int argument = static_cast<int>(i);
  printText(L, argument, checkToString(L.thread())->view());
  return printFrom(L, argument + 1);
}

// print by way of the global function tostring, which may be another one. It lies behind the arguments; the
// text of argument i on top.
int printConverted(lua_State* state, int, intptr_t i) {
  Native L(state);
  int argument = static_cast<int>(i);
  for (int n = L.count();; ++argument) {
    if (argument > 0) {
      Value text = L.top(-1);
      if (!text.isString() && !text.isNumber()) L.error("'tostring' must return a string to 'print'");
      printText(L, argument, L.checkString(L.count()));
      n = L.count();
    }
    if (argument + 1 >= n) break;
    L.push(L.arg(n));
    L.push(L.arg(argument + 1));
    callPausable(L.thread(), 1, 1, argument + 1, printConverted);
  }
  std::fputc('\n', stdout);
  std::fflush(stdout);
  return 0;
}

int toStringFunction(lua_State* state);

int print(lua_State* state) {
  Native L(state);
  if (dialectOf(L.thread()).print_calls_tostring) {
    L.pushString("tostring");
    Value function = index(L.thread(), Value::of(L.state()->globals), L.top(-1));
    if (function.tag != Tag::LightFunction || function.light_function != toStringFunction) {
      L.top(-1) = function;
      return printConverted(state, 0, 0);
    }
    L.pop(1);
  }
  return printFrom(L, 1);
}

int warn(lua_State* state) {
  Native L(state);
  int n = L.count();
  L.checkString(1);
  for (int i = 2; i <= n; i++) L.checkString(i);
  State* G = L.state();
  if (G->warn == nullptr) return 0;
  for (int i = 1; i <= n; i++) G->warn(G->warn_data, L.arg(i).string()->data(), i < n);
  return 0;
}

// An integer in `base` (2 to 36) as the manual's tonumber reads it; false if the text is none.
bool parseInBase(Thread* L, std::string_view text, int base, int64_t* out) {
  size_t i = 0;
  auto advance = [&i, L] {
    if (++i % (kBytesPerLook / 8) == 0) noticeInterrupt(L);
  };
  auto skipSpace = [&] {
    while (i < text.size() && std::isspace(static_cast<unsigned char>(text[i]))) advance();
  };
  skipSpace();
  bool negative = i < text.size() && text[i] == '-';
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) i++;
  if (i == text.size() || !std::isalnum(static_cast<unsigned char>(text[i]))) return false;
  uint64_t n = 0;
  for (; i < text.size() && std::isalnum(static_cast<unsigned char>(text[i])); advance()) {
    int c = std::toupper(static_cast<unsigned char>(text[i]));
    int digit = std::isdigit(c) ? c - '0' : c - 'A' + 10;
    if (digit >= base) return false;
    n = n * static_cast<unsigned>(base) + static_cast<unsigned>(digit);
  }
  skipSpace();
  if (i != text.size()) return false;
  *out = static_cast<int64_t>(negative ? 0 - n : n);
  return true;
}

int toNumberFunction(lua_State* state) {
  Native L(state);
  if (L.isNoneOrNil(2)) {
    if (L.arg(1).isNumber()) {
      L.setTop(1);
      return 1;
    }
    L.checkAny(1);
    if (L.arg(1).isString()) work(L.thread(), Work::Bytes, L.arg(1).string()->length);
    L.push(toNumber(L.thread(), L.arg(1)));
    return 1;
  }
  int64_t base = L.checkInteger(2);
  L.checkType(1, Type::String);
  L.argumentCheck(2 <= base && base <= 36, 2, "base out of range");
  work(L.thread(), Work::Bytes, L.arg(1).string()->length);
  int64_t n;
  if (parseInBase(L.thread(), L.arg(1).string()->view(), static_cast<int>(base), &n)) {
    L.pushInteger(n);
  } else {
    L.pushNil();
  }
  return 1;
}

int toStringContinued(lua_State* state, int, intptr_t) {
  checkToString(Thread::from(state));
  return 1;
}

int toStringFunction(lua_State* state) {
  Native L(state);
  L.checkAny(1);
  L.pushToString(1, 0, toStringContinued);
  return 1;
}

int type(lua_State* state) {
  Native L(state);
  Value v = L.checkAny(1);
  L.pushString(typeName(typeOf(v)));
  return 1;
}

// Raises the only argument; a string gets the position at `level` in front.
[[noreturn]] void raiseWithPosition(Native L, int64_t level) {
  if (L.arg(1).isString() && level > 0) {
    pushPosition(L.thread(), static_cast<int>(level));
    L.insert(1);
    concat(L.thread(), 2);
  }
  raise(L.thread());
}

int error(lua_State* state) {
  Native L(state);
  int64_t level = L.optionalInteger(2, 1);
  L.setTop(1);
  raiseWithPosition(L, level);
}

int assertFunction(lua_State* state) {
  Native L(state);
  if (L.toBoolean(1)) return L.count();
  L.checkAny(1);
  L.remove(1);
  L.pushString("assertion failed!");
  L.setTop(1);
  raiseWithPosition(L, 1);
}

// --- tables ---------------------------------------------------------------------------------------------

int getMetatable(lua_State* state) {
  Native L(state);
  L.checkAny(1);
  Table* mt = metatableOf(L.thread(), L.arg(1));
  if (mt == nullptr) {
    L.pushNil();
    return 1;
  }
  Value shown = L.field(mt, "__metatable");
  L.push(shown.isNil() ? Value::of(mt) : shown);
  return 1;
}

int setMetatableFunction(lua_State* state) { return setArgumentMetatable(state, setTableMetatable); }

int rawEqualFunction(lua_State* state) {
  Native L(state);
  L.checkAny(1);
  L.checkAny(2);
  Value a = L.arg(1), b = L.arg(2);
  L.pushBoolean(takesLongToCompare(a, b) ? equalInPieces(L.thread(), a.string(), b.string())
                                         : rawEqual(a, b));
  return 1;
}

int rawLen(lua_State* state) {
  Native L(state);
  Value v = L.arg(1);
  if (!v.isTable() && !v.isString()) L.expectedError(1, "table or string");
  L.pushInteger(v.isTable() ? length(v.table()) : static_cast<int64_t>(v.string()->length));
  return 1;
}

int rawGet(lua_State* state) {
  Native L(state);
  Table* t = L.checkTable(1);
  L.push(get(t, L.checkAny(2)));
  return 1;
}

int nextFunction(lua_State* state) {
  Native L(state);
  Table* t = L.checkTable(1);
  Value key, value;
  if (!next(L.thread(), t, L.arg(2), &key, &value)) {
    L.pushNil();
    return 1;
  }
  L.push(key);
  L.push(value);
  return 2;
}

int pairsContinued(lua_State*, int, intptr_t) { return 3; }

int pairs(lua_State* state) {
  Native L(state);
  L.checkAny(1);
  Value handler = metamethodOf(L.thread(), L.arg(1), Meta::Pairs);
  if (handler.isNil()) {
    Value t = L.arg(1);
    L.pushFunction(nextFunction);
    L.push(t);
    L.pushNil();
    return 3;
  }
  Value object = L.arg(1);
  L.push(handler);
  L.push(object);
  if (dialectOf(L.thread()).pairs_may_yield) {
    callContinuable(L.thread(), 1, 3, 0, pairsContinued);
  } else {
    callPausable(L.thread(), 1, 3, 0, pairsContinued);
  }
  return 3;
}

// Element i is on top.
int ipairsContinued(lua_State* state, int, intptr_t i) {
  Native L(state);
  Value v = L.top(-1);
  if (v.isNil()) return 1;
  L.top(-1) = Value::of(int64_t{i});
  L.push(v);
  return 2;
}

int ipairsIterator(lua_State* state) {
  Native L(state);
  int64_t i = static_cast<int64_t>(static_cast<uint64_t>(L.checkInteger(2)) + 1);
  pushElement(L, 1, i, i, ipairsContinued);
  return ipairsContinued(state, 0, i);
}

int ipairs(lua_State* state) {
  Native L(state);
  Value t = L.checkAny(1);
  if (dialectOf(L.thread()).ipairs_metamethod) {
    if (Value handler = L.metafield(1, "__ipairs"); !handler.isNil()) {
      L.push(handler);
      L.push(L.arg(1));
      callContinuable(L.thread(), 1, 3, 0, pairsContinued);
      return 3;
    }
  }
  L.pushFunction(ipairsIterator);
  L.push(t);
  L.pushInteger(0);
  return 3;
}

int select(lua_State* state) {
  Native L(state);
  int n = L.count();
  if (L.arg(1).isString() && L.arg(1).string()->view().starts_with('#')) {
    L.pushInteger(n - 1);
    return 1;
  }
  int64_t i = L.checkInteger(1);
  if (i < 0)
    i = n + i;
  else if (i > n)
    i = n;
  L.argumentCheck(i >= 1, 1, "index out of range");
  return n - static_cast<int>(i);
}

// --- protected calls ---------------------------------------------------------------------------------------
//
// The interpreter has entries of its own for these; the functions below stand behind lua_tocfunction and do
// the same by way of C.

int pcall(lua_State* state) {
  Native L(state);
  L.checkAny(1);
  L.pushBoolean(true);
  L.insert(1);
  ThreadStatus status = protectedCall(L.thread(), L.count() - 2, kAllResults);
  if (status == ThreadStatus::Ok) return L.count();
  L.pushBoolean(false);
  L.insert(1);
  return 2;
}

int xpcall(lua_State* state) {
  Native L(state);
  L.checkType(2, Type::Function);
  Value f = L.arg(1);
  L.slot(1) = L.arg(2);
  L.slot(2) = f;
  int n = L.count() - 2;
  ThreadStatus status = protectedCall(L.thread(), n, kAllResults, saveSlot(L.thread(), L.thread()->base));
  L.pushBoolean(status == ThreadStatus::Ok);
  L.insert(2);
  return L.count() - 1;
}

// --- garbage collection ----------------------------------------------------------------------------------

int collectGarbage(lua_State* state) {
  static const char* const kOptions[] = {"stop",         "restart",     "collect",    "count",
                                         "step",         "setpause",    "setstepmul", "isrunning",
                                         "generational", "incremental", nullptr};
  static const char* const kOldOptions[] = {"stop",     "restart",    "collect",   "count", "step",
                                            "setpause", "setstepmul", "isrunning", nullptr};
  Native L(state);
  const Dialect& dialect = dialectOf(L.thread());
  int option = L.checkOption(1, "collect", dialect.collector_modes ? kOptions : kOldOptions);
  Heap& heap = L.state()->heap;
  if (L.state()->finalizers_running != 0 && option != 3 && option != 7) {
    L.push(dialect.collects_in_finalizers ? Value::of(int64_t{0})
                                          : Value::nil()); // not from inside a finalizer
    return 1;
  }
  auto exchange = [&](int& parameter, int64_t value) {
    int old = parameter;
    parameter =
        static_cast<int>(dialect.collector_stepwise ? value / 4 * 4 : value); // as stock Lua keeps them
    L.pushInteger(old);
    return 1;
  };
  auto previousMode = [&](GcMode mode) {
    GcMode old = heap.mode();
    heap.setMode(L.thread(), mode);
    L.pushString(old == GcMode::Generational ? "generational" : "incremental");
    return 1;
  };
  auto optionalParameter = [&](int i, int& parameter) {
    int64_t value = L.optionalInteger(i, 0);
    if (value != 0) parameter = static_cast<int>(value);
  };
  switch (option) {
  case 0: heap.stop(); break;
  case 1: heap.restart(); break;
  case 2:
    heap.fullCollection(L.thread());
    runFinalizers(L.thread());
    break;
  case 3: L.pushFloat(static_cast<double>(heap.bytesInUse()) / 1024); return 1;
  case 4: {
    int64_t kilobytes = std::clamp(L.optionalInteger(2, 0), int64_t{0}, INT64_MAX / 1024);
    if (!dialect.collector_modes) heap.setMode(L.thread(), GcMode::Incremental); // steps make up whole cycles
    bool finished = heap.step(L.thread(), static_cast<size_t>(kilobytes) * 1024);
    runFinalizers(L.thread());
    L.pushBoolean(finished);
    return 1;
  }
  case 5: return exchange(heap.parameters().pause, L.optionalInteger(2, 0));
  case 6:
    return exchange(heap.parameters().step_multiplier,
                    std::max(L.optionalInteger(2, 0), int64_t{dialect.least_step_multiplier}));
  case 7: L.pushBoolean(heap.isRunning()); return 1;
  case 8:
    optionalParameter(2, heap.parameters().minor_multiplier);
    optionalParameter(3, heap.parameters().major_multiplier);
    return previousMode(GcMode::Generational);
  default:
    optionalParameter(2, heap.parameters().pause);
    optionalParameter(3, heap.parameters().step_multiplier);
    optionalParameter(4, heap.parameters().step_size_log2);
    return previousMode(GcMode::Incremental);
  }
  L.pushInteger(0);
  return 1;
}

// --- loading ---------------------------------------------------------------------------------------------

// A loaded function is on top: gives it an environment (argument position `env`, 0 for none) and returns it;
// or the message is on top: returns nil and it.
int finishLoad(Native L, ThreadStatus status, int env) {
  if (status != ThreadStatus::Ok) {
    L.pushNil();
    L.insert(L.count() - 1);
    return 2;
  }
  Function* f = L.top(-1).function();
  if (env != 0 && f->extra >= 1) {
    Upvalue* u = f->lua()->upvalues()[0];
    *u->location = L.arg(env);
    L.state()->heap.barrier(u, L.arg(env));
  }
  return 1;
}

int loadFunction(lua_State* state) {
  Native L(state);
  bool from_string = L.arg(1).isString() || L.arg(1).isNumber();
  if (from_string) L.checkString(1);
  const char* mode = L.optionalString(3, "bt").data();
  int env = L.isNone(4) ? 0 : 4;
  ThreadStatus status;
  if (from_string) {
    const char* name = L.isNoneOrNil(2) ? L.arg(1).string()->data() : L.checkString(2).data();
    status = loadString(L.thread(), L.arg(1).string()->view(), name, mode);
  } else {
    const char* name = L.isNoneOrNil(2) ? "=(load)" : L.checkString(2).data();
    L.checkType(1, Type::Function);
    L.setTop(5); // the slot behind the arguments keeps the current piece alive
    status = loadThroughFunction(L.thread(), saveSlot(L.thread(), &L.slot(1)),
                                 saveSlot(L.thread(), &L.slot(5)), name, mode);
  }
  return finishLoad(L, status, env);
}

int loadFileFunction(lua_State* state) {
  Native L(state);
  const char* file = L.isNoneOrNil(1) ? nullptr : L.checkString(1).data();
  const char* mode = L.isNoneOrNil(2) ? nullptr : L.checkString(2).data();
  int env = L.isNone(3) ? 0 : 3;
  return finishLoad(L, loadFile(L.thread(), file, mode), env);
}

int doFileContinued(lua_State* state, int, intptr_t) { return Native(state).count() - 1; }

int doFile(lua_State* state) {
  Native L(state);
  const char* file = L.isNoneOrNil(1) ? nullptr : L.checkString(1).data();
  L.setTop(1);
  if (loadFile(L.thread(), file, nullptr) != ThreadStatus::Ok) raise(L.thread());
  callContinuable(L.thread(), 0, kAllResults, 0, doFileContinued);
  return L.count() - 1;
}

constexpr NativeEntry kFunctions[] = {
    {"assert", assertFunction},
    {"collectgarbage", collectGarbage},
    {"dofile", doFile},
    {"error", error},
    {"getmetatable", getMetatable},
    {"ipairs", ipairs},
    {"loadfile", loadFileFunction},
    {"load", loadFunction},
    {"next", nextFunction},
    {"pairs", pairs},
    {"print", print},
    {"warn", warn, &Dialect::warn},
    {"rawequal", rawEqualFunction},
    {"rawlen", rawLen},
    {"rawget", rawGet},
    {"rawset", rawSet},
    {"select", select},
    {"setmetatable", setMetatableFunction},
    {"tonumber", toNumberFunction},
    {"tostring", toStringFunction},
    {"type", type},
    {nullptr, nullptr},
};

} // namespace

int rawSet(lua_State* state) {
  Native L(state);
  Table* t = L.checkTable(1);
  L.checkAny(2);
  L.checkAny(3);
  set(L.thread(), t, L.arg(2), L.arg(3));
  L.setTop(1);
  return 1;
}

int openBase(lua_State* state) {
  Native L(state);
  Table* globals = L.state()->globals;
  L.push(Value::of(globals));
  L.setFunctions(globals, kFunctions);
  auto setEntry = [&](const char* name, lua_CFunction f, Handler entry) {
    L.push(Value::of(newNativeFunction(L.thread(), f, 0, asEntry(entry))));
    L.setField(globals, name);
  };
  setEntry("pcall", pcall, enterPcall);
  setEntry("xpcall", xpcall, enterXpcall);
  L.push(Value::of(globals));
  L.setField(globals, "_G");
  L.pushString(dialectOf(L.thread()).version);
  L.setField(globals, "_VERSION");
  L.state()->next_function = nextFunction;
  L.state()->ipairs_iterator = ipairsIterator;
  L.state()->know(LibraryFunction::Select, select);
  return 1;
}

} // namespace perigee
