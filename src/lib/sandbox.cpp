// A library is two tables: the one with the functions, which programs never get hold of, and an empty one in
// front of it, which forwards reads, refuses writes and does not show its metatable. Nothing of what programs
// are given writes to a table past its metamethods but rawset, which leaves tables with a protected metatable
// alone. An environment has the basic functions as values of its own, as a program expects of _G.

#include "lib/sandbox.h"

#include "lib/libraries.h"
#include "lib/metatable.h"

#include "interpreter/call.h"

#include <cstdio>
#include <initializer_list>
#include <string_view>

namespace perigee {
namespace {

constexpr char kRegistryName[] = "perigee.sandbox"; // a table: what environments are filled with, by name

int refuseWrite(lua_State* state) {
  Native L(state);
  L.error("attempt to change a read-only library");
}

// next of the table behind: upvalue 1.
int nextBehind(lua_State* state) {
  Native L(state);
  Value key, value;
  if (!next(L.thread(), L.upvalue(1).table(), L.arg(2), &key, &value)) {
    L.pushNil();
    return 1;
  }
  L.push(key);
  L.push(value);
  return 2;
}

int pairsBehind(lua_State* state) {
  Native L(state);
  L.push(L.upvalue(1));
  L.pushClosure(nextBehind, 1);
  L.push(L.arg(1));
  L.pushNil();
  return 3;
}

int guardedRawset(lua_State* state) {
  Native L(state);
  if (isProtected(L, L.checkTable(1))) L.error("cannot change a protected table");
  return rawSet(state);
}

// setmetatable by which no finalizer comes into being.
int metatableWithoutFinalizer(lua_State* state) { return setArgumentMetatable(state, setMetatable); }

// `load` for text only: calls the basic function (upvalue 1) with the environment (upvalue 2) if none is
// given.
int loadText(lua_State* state) {
  Native L(state);
  bool has_environment = L.count() >= 4;
  bool allows_text = L.optionalString(3, "t").find('t') != std::string_view::npos;
  L.checkAny(1);
  L.setTop(4);
  L.pushString(allows_text ? "t" : "");
  L.slot(3) = L.top(-1);
  L.pop(1);
  if (!has_environment) L.slot(4) = L.upvalue(2);
  L.push(L.upvalue(1));
  L.insert(1);
  L.call(4, kAllResults);
  return L.count();
}

// Nothing that takes time beyond what is charged for.
int reducedCollector(lua_State* state) {
  static const char* const kOptions[] = {"collect", "count", "step", "isrunning", nullptr};
  Native L(state);
  switch (L.checkOption(1, "collect", kOptions)) {
  case 0: L.pushInteger(0); break;
  case 1: L.pushFloat(static_cast<double>(heapOf(L.thread()).bytesInUse()) / 1024); break;
  default: L.pushBoolean(true); break;
  }
  return 1;
}

// Seeds drawn from clock and addresses are not shown. Upvalue 1: the original.
int seedQuietly(lua_State* state) {
  Native L(state);
  int given = L.count();
  L.push(L.upvalue(1));
  L.insert(1);
  L.call(given, 0);
  return 0;
}

int writeToOutput(lua_State* state) {
  Native L(state);
  for (int i = 1; i <= L.count(); ++i) {
    std::string_view text = L.checkString(i);
    work(L.thread(), Work::Bytes, text.size());
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  return 0;
}

class Opener {
public:
  Opener(Thread* thread, int flags) : L(thread), flags_(flags) {}

  void open() {
    // Slot 1: what environments are filled with. Slot 2: the library at work, or the basic functions.
    L.setTop(0);
    Table* contents = L.pushUniqueTable(32);
    L.push(Value::of(contents));
    L.setField(L.state()->registry.table(), kRegistryName);
    basicFunctions();
    addLibrary("coroutine", openCoroutine);
    addLibrary("math", openMath, [this](Table* t) { replaceSeed(t); });
    addLibrary("string", openString, [this](Table* t) { remove(t, "dump"); });
    addLibrary("table", openTable);
    addLibrary("utf8", openUtf8);
    if (dialectOf(L.thread()).bit32) addLibrary("bit32", openBit32);
    addLibrary("debug", openDebug, [this](Table* t) { keepOnly(t, {"traceback"}); });
    if (flags_ & sandbox::kTime)
      addLibrary("os", openOs, [this](Table* t) { keepOnly(t, {"clock", "date", "difftime", "time"}); });
    if (flags_ & sandbox::kPrint) {
      L.pushUniqueTable(1);
      L.pushFunction(writeToOutput);
      L.setField(L.top(-2).table(), "write");
      addPushed("io");
    }
    Table* of_strings = L.state()->type_metatables[static_cast<int>(Type::String)];
    L.pushBoolean(false);
    L.setField(of_strings, "__metatable");
  }

private:
  Table* contents() { return L.slot(1).table(); }

  void basicFunctions() {
    static constexpr const char* kSafe[] = {"_VERSION", "assert", "error",  "getmetatable", "ipairs",
                                            "load",     "next",   "pairs",  "pcall",        "rawequal",
                                            "rawget",   "rawlen", "select", "setmetatable", "tonumber",
                                            "tostring", "type",   "xpcall"};
    static constexpr const char* kPrinting[] = {"print", "warn"};
    openBase(L.thread()->state());
    Table* globals = L.state()->globals;
    auto take = [&](const char* name) {
      L.push(L.field(globals, name));
      L.setField(contents(), name);
    };
    for (const char* name : kSafe) take(name);
    if (flags_ & sandbox::kPrint)
      for (const char* name : kPrinting) take(name);
    // What programs are not to see leaves the globals, which become an environment.
    L.pop(1);
    clear(globals);
    put("rawset", guardedRawset);
    put("collectgarbage", reducedCollector);
    if (!(flags_ & sandbox::kFinalizers)) put("setmetatable", metatableWithoutFinalizer);
  }

  void put(const char* name, lua_CFunction f) {
    L.pushFunction(f);
    L.setField(contents(), name);
  }

  void clear(Table* t) {
    Value key, value;
    for (uint32_t i = 0; nextAt(L.thread(), t, &i, &key, &value);) set(L.thread(), t, key, Value::nil());
  }

  void remove(Table* t, const char* name) {
    L.pushNil();
    L.setField(t, name);
  }

  void keepOnly(Table* t, std::initializer_list<std::string_view> names) {
    Value key, value;
    for (uint32_t i = 0; nextAt(L.thread(), t, &i, &key, &value);) {
      bool kept = false;
      for (std::string_view name : names) kept |= key.isString() && key.string()->view() == name;
      if (!kept) set(L.thread(), t, key, Value::nil());
    }
  }

  void replaceSeed(Table* math) {
    L.push(L.field(math, "randomseed"));
    L.pushClosure(seedQuietly, 1);
    L.setField(math, "randomseed");
  }

  void addLibrary(const char* name, int (*open)(lua_State*)) {
    addLibrary(name, open, [](Table*) {});
  }
  template <class Adapt> void addLibrary(const char* name, int (*open)(lua_State*), Adapt adapt) {
    L.pushFunction(open);
    L.call(0, 1);
    adapt(L.top(-1).table());
    addPushed(name);
  }

  // The table on top, popped, behind an empty one.
  void addPushed(const char* name) {
    Table* front = L.pushTable();
    Table* metatable = L.pushUniqueTable(4);
    L.push(L.top(-3));
    L.setField(metatable, "__index");
    L.pushFunction(refuseWrite);
    L.setField(metatable, "__newindex");
    L.pushBoolean(false);
    L.setField(metatable, "__metatable");
    L.push(L.top(-3));
    L.pushClosure(pairsBehind, 1);
    L.setField(metatable, "__pairs");
    setMetatable(L.thread(), front, metatable);
    L.pop(1);
    L.setField(contents(), name);
    L.pop(1);
  }

  Native L;
  int flags_;
};

// Fills the table on top.
void fill(Native& L, Table* contents) {
  Table* environment = L.top(-1).table();
  L.push(Value::of(contents));
  Value key, value;
  for (uint32_t i = 0; nextAt(L.thread(), contents, &i, &key, &value);)
    set(L.thread(), environment, key, value);
  L.push(L.field(contents, "load"));
  L.push(Value::of(environment));
  L.pushClosure(loadText, 2);
  L.setField(environment, "load");
  L.push(Value::of(environment));
  L.setField(environment, "_G");
  L.pop(1);
}

int openProtected(lua_State* state) {
  Native L(state);
  int flags = static_cast<int>(L.arg(1).integer);
  Opener(L.thread(), flags).open();
  L.setTop(1);
  L.push(Value::of(L.state()->globals));
  fill(L, L.slot(1).table());
  return 0;
}

} // namespace

void openSandbox(Thread* L, int flags) {
  Native n(L);
  n.ensure(4);
  n.pushFunction(openProtected);
  n.pushInteger(flags);
  n.call(1, 0);
}

void pushEnvironment(Thread* L) {
  Native n(L);
  n.ensure(kNativeSlots);
  Value contents = n.field(n.state()->registry.table(), kRegistryName);
  if (!contents.isTable()) n.error("there is no sandbox in this state");
  n.pushTable();
  fill(n, contents.table());
}

} // namespace perigee
