// The debug library, but for getinfo.

#include "interpreter/call.h"
#include "interpreter/operations.h"
#include "jit/tiering.h"
#include "lib/debug_info_table.h"
#include "lib/load_file.h"
#include "lib/metatable.h"
#include "lib/native.h"
#include "lib/traceback.h"
#include "vm/debug_info.h"
#include "vm/hooks.h"

#include <cstdio>
#include <cstring>

namespace perigee {
namespace {

void pushNameOrNil(Native& L, const char* name) {
  if (name != nullptr) {
    L.pushString(name);
  } else {
    L.pushNil();
  }
}

// --- metatables, registry, user values ---------------------------------------------------------------------

int getRegistry(lua_State* state) {
  Native L(state);
  L.push(L.state()->registry);
  return 1;
}

int getMetatable(lua_State* state) {
  Native L(state);
  L.checkAny(1);
  Table* metatable = metatableOf(L.thread(), L.arg(1));
  L.push(metatable != nullptr ? Value::of(metatable) : Value::nil());
  return 1;
}

int setMetatableOfAny(lua_State* state) {
  Native L(state);
  if (L.isNone(2) || (!L.arg(2).isNil() && !L.arg(2).isTable())) L.expectedError(2, "nil or table");
  L.setTop(2);
  Value v = L.arg(1);
  Table* metatable = L.arg(2).isTable() ? L.arg(2).table() : nullptr;
  if (v.isTable()) {
    setTableMetatable(L.thread(), v.table(), metatable);
  } else if (v.isUserdata()) {
    Userdata* u = v.userdata();
    u->metatable = metatable;
    heapOf(L.thread()).barrier(u, metatable);
    if (!metamethod(L.thread(), metatable, Meta::Gc).isNil())
      heapOf(L.thread()).registerFinalizer(L.thread(), u);
  } else {
    L.state()->type_metatables[static_cast<int>(typeOf(v))] = metatable;
    L.state()->holder_version++; // methods of strings may be found elsewhere now
  }
  L.setTop(1);
  return 1;
}

int getUserValue(lua_State* state) {
  Native L(state);
  bool many = dialectOf(L.thread()).many_user_values;
  int64_t n = many ? L.optionalInteger(2, 1) : 1;
  if (!L.arg(1).isUserdata()) {
    L.pushNil();
    return 1;
  }
  Userdata* u = L.arg(1).userdata();
  if (n < 1 || n > int64_t{u->aux}) {
    L.pushNil();
    return 1;
  }
  L.push(u->userValues()[n - 1]);
  if (!many) return 1;
  L.pushBoolean(true);
  return 2;
}

int setUserValue(lua_State* state) {
  Native L(state);
  int64_t n = dialectOf(L.thread()).many_user_values ? L.optionalInteger(3, 1) : 1;
  if (!L.arg(1).isUserdata()) L.typeError(1, "userdata");
  Value v = L.checkAny(2);
  Userdata* u = L.arg(1).userdata();
  if (n < 1 || n > int64_t{u->aux}) {
    L.pushNil();
  } else {
    u->userValues()[n - 1] = v;
    heapOf(L.thread()).barrier(u, v);
    L.push(L.arg(1));
  }
  return 1;
}

// --- upvalues ----------------------------------------------------------------------------------------------

LuaFunction* asLua(Value f) {
  return f.tag == Tag::Function && !f.function()->isNative() ? f.function()->lua() : nullptr;
}

// Upvalue n of function f: its name, or null if there is none.
const char* upvalueAt(const Native& L, Value f, int64_t n, Value** place, Object** owner) {
  if (f.tag != Tag::Function || n < 1 || n > int64_t{f.function()->extra}) return nullptr;
  if (LuaFunction* lua = asLua(f)) {
    Upvalue* u = lua->upvalues()[n - 1];
    *place = u->location;
    *owner = u;
    const String* name = lua->proto->upvalues[n - 1].name;
    return name != nullptr ? name->data() : dialectOf(L.thread()).no_name;
  }
  *place = &f.function()->native()->upvalues()[n - 1];
  *owner = f.object;
  return "";
}

int getUpvalue(lua_State* state) {
  Native L(state);
  int64_t n = L.checkInteger(2);
  L.checkType(1, Type::Function);
  Value* place;
  Object* owner;
  const char* name = upvalueAt(L, L.arg(1), n, &place, &owner);
  if (name == nullptr) return 0;
  L.pushString(name);
  L.push(shownValue(*place));
  return 2;
}

int setUpvalue(lua_State* state) {
  Native L(state);
  Value v = L.checkAny(3);
  int64_t n = L.checkInteger(2);
  L.checkType(1, Type::Function);
  Value* place;
  Object* owner;
  const char* name = upvalueAt(L, L.arg(1), n, &place, &owner);
  if (name == nullptr) return 0;
  if (areUpvaluesSettable(L.arg(1))) {
    *place = v;
    heapOf(L.thread()).barrier(owner, v);
  }
  L.pushString(name);
  return 1;
}

// What identifies the upvalue that arguments i and i + 1 tell, or null.
void* upvalueIdentity(Native& L, int i) {
  int64_t n = L.checkInteger(i + 1);
  L.checkType(i, Type::Function);
  Value* place;
  Object* owner;
  if (upvalueAt(L, L.arg(i), n, &place, &owner) == nullptr) return nullptr;
  return asLua(L.arg(i)) != nullptr ? static_cast<void*>(owner) : place;
}

int upvalueId(lua_State* state) {
  Native L(state);
  void* id = upvalueIdentity(L, 1);
  L.argumentCheck(id != nullptr || !dialectOf(L.thread()).bad_upvalue_ids_raised, 2, "invalid upvalue index");
  L.push(id != nullptr ? Value::lightUserdata(id) : Value::nil());
  return 1;
}

int upvalueJoin(lua_State* state) {
  Native L(state);
  for (int i : {1, 3}) L.argumentCheck(upvalueIdentity(L, i) != nullptr, i + 1, "invalid upvalue index");
  for (int i : {1, 3}) L.argumentCheck(asLua(L.arg(i)) != nullptr, i, "Lua function expected");
  LuaFunction* f = asLua(L.arg(1));
  Upvalue* u = asLua(L.arg(3))->upvalues()[L.checkInteger(4) - 1];
  joinUpvalue(L.state(), f, static_cast<size_t>(L.checkInteger(2) - 1), u);
  return 0;
}

// --- local variables ---------------------------------------------------------------------------------------

FrameView checkLevel(Native& L, Thread* thread, int i) {
  FrameView frame;
  int64_t level = L.checkInteger(i);
  if (level < 0 || level > kMaxStack || !frameAtLevel(thread, static_cast<int>(level), &frame))
    L.argumentError(i, "level out of range");
  return frame;
}

int getLocal(lua_State* state) {
  Native L(state);
  int taken;
  Thread* thread = threadArgument(L, &taken);
  int n = static_cast<int>(L.checkInteger(taken + 2));
  if (L.arg(taken + 1).isFunction()) {
    LuaFunction* f = asLua(L.arg(taken + 1));
    String* name = f != nullptr ? localNameAt(f->proto, n, 0) : nullptr;
    L.push(name != nullptr ? Value::of(name) : Value::nil());
    return 1;
  }
  FrameView frame = checkLevel(L, thread, taken + 1);
  Value* place;
  const char* name = localOfFrame(frame, n, &place);
  if (name == nullptr) {
    L.pushNil();
    return 1;
  }
  Value v = shownValue(*place);
  L.push(v); // kept alive
  L.pushString(name);
  L.push(v);
  return 2;
}

int setLocal(lua_State* state) {
  Native L(state);
  int taken;
  Thread* thread = threadArgument(L, &taken);
  FrameView frame = checkLevel(L, thread, taken + 1);
  int n = static_cast<int>(L.checkInteger(taken + 2));
  Value v = L.checkAny(taken + 3);
  Value* place;
  const char* name = localOfFrame(frame, n, &place);
  if (name != nullptr && isLocalSettable(frame, place)) setLocalOfFrame(frame, place, v);
  pushNameOrNil(L, name);
  return 1;
}

// --- hooks -------------------------------------------------------------------------------------------------

// In the registry: the hook function of each thread that has one.
constexpr const char* kHooksName = "_HOOKKEY";

Value hookFunctionOf(Native& L, Thread* thread) {
  Value hooks = L.field(L.state()->registry.table(), kHooksName);
  return hooks.isTable() ? get(hooks.table(), Value::of(thread)) : Value::nil();
}

void callHook(Thread* thread, HookEvent event, int line, void*) {
  static constexpr const char* kEventNames[] = {"call", "return", "line", "count", "tail call"};
  // The hooked frame is on top and may be a Lua function's: only pushing is possible.
  Native L(thread);
  Value function = hookFunctionOf(L, thread);
  if (!function.isFunction()) return;
  L.push(function);
  L.pushString(kEventNames[static_cast<int>(event)]);
  if (line >= 0) {
    L.pushInteger(line);
  } else {
    L.pushNil();
  }
  L.call(2, 0);
}

// The table of hooks, weak in its keys; made when first needed.
Table* hookTable(Native& L) {
  Table* registry = L.state()->registry.table();
  if (Value found = L.field(registry, kHooksName); found.isTable()) return found.table();
  Table* hooks = L.pushTable(1);
  L.pushString("k");
  L.setField(hooks, "__mode");
  setMetatable(L.thread(), hooks, hooks);
  L.setField(registry, kHooksName);
  return hooks;
}

int setHookFunction(lua_State* state) {
  static constexpr struct {
    char letter;
    uint8_t bit;
  } kMasks[] = {{'c', hook_mask::kCall}, {'r', hook_mask::kReturn}, {'l', hook_mask::kLine}};
  Native L(state);
  int taken;
  Thread* thread = threadArgument(L, &taken);
  uint8_t mask = 0;
  int count = 0;
  Value function = Value::nil();
  if (!L.isNoneOrNil(taken + 1)) {
    std::string_view letters = L.checkString(taken + 2);
    L.checkType(taken + 1, Type::Function);
    count = static_cast<int>(L.optionalInteger(taken + 3, 0));
    function = L.arg(taken + 1);
    for (auto [letter, bit] : kMasks) {
      if (letters.find(letter) != std::string_view::npos) mask |= bit;
    }
    if (count > 0) mask |= hook_mask::kCount;
  }
  Table* hooks = hookTable(L);
  set(L.thread(), hooks, Value::of(thread), function);
  setHook(thread, function.isNil() ? nullptr : callHook, nullptr, mask, count);
  return 0;
}

int getHook(lua_State* state) {
  Native L(state);
  int taken;
  Thread* thread = threadArgument(L, &taken);
  const HookState* h = thread->hooks;
  if (h == nullptr || h->function == nullptr) {
    L.pushNil();
    if (dialectOf(L.thread()).no_hook_told_by_nil) return 1;
    L.pushString("");
    L.pushInteger(0);
    return 3;
  }
  if (h->function != callHook) {
    L.pushString("external hook");
  } else {
    L.push(hookFunctionOf(L, thread));
  }
  char letters[4];
  size_t n = 0;
  if (h->mask & hook_mask::kCall) letters[n++] = 'c';
  if (h->mask & hook_mask::kReturn) letters[n++] = 'r';
  if (h->mask & hook_mask::kLine) letters[n++] = 'l';
  L.pushString({letters, n});
  L.pushInteger(h->base_count);
  return 3;
}

// --- the rest ----------------------------------------------------------------------------------------------

// A prompt on the terminal, until "cont" or the end of the input.
int prompt(lua_State* state) {
  Native L(state);
  for (;;) {
    char line[250];
    std::fputs("lua_debug> ", stderr);
    std::fflush(stderr);
    if (std::fgets(line, sizeof line, stdin) == nullptr || std::strcmp(line, "cont\n") == 0) return 0;
    if (loadString(L.thread(), line, "=(debug command)", nullptr) != ThreadStatus::Ok ||
        protectedCall(L.thread(), 0, 0) != ThreadStatus::Ok) {
      L.pushToString(L.count());
      std::fprintf(stderr, "%s\n", L.top(-1).string()->data());
      std::fflush(stderr);
    }
    L.setTop(0);
  }
}

int traceback(lua_State* state) {
  Native L(state);
  int taken;
  Thread* thread = threadArgument(L, &taken);
  Value message = L.arg(taken + 1);
  if (!message.isNil() && !message.isString() && !message.isNumber()) {
    L.push(message); // no string: given back as it is
    return 1;
  }
  int level = static_cast<int>(L.optionalInteger(taken + 2, thread == L.thread() ? 1 : 0));
  const char* text = message.isNil() ? nullptr : L.checkString(taken + 1).data();
  pushTraceback(L.thread(), thread, text, level);
  return 1;
}

// For compatibility: the limit is fixed.
int setCStackLimit(lua_State* state) {
  Native L(state);
  L.checkInteger(1);
  L.pushInteger(kMaxCDepth);
  return 1;
}

constexpr NativeEntry kFunctions[] = {
    {"debug", prompt},
    {"gethook", getHook},
    {"getinfo", debugGetInfo},
    {"getlocal", getLocal},
    {"getmetatable", getMetatable},
    {"getregistry", getRegistry},
    {"getupvalue", getUpvalue},
    {"getuservalue", getUserValue},
    {"sethook", setHookFunction},
    {"setlocal", setLocal},
    {"setmetatable", setMetatableOfAny},
    {"setupvalue", setUpvalue},
    {"setuservalue", setUserValue},
    {"traceback", traceback},
    {"upvalueid", upvalueId},
    {"upvaluejoin", upvalueJoin},
    {"setcstacklimit", setCStackLimit, &Dialect::set_c_stack_limit},
    {nullptr, nullptr},
};

} // namespace

int openDebug(lua_State* state) {
  Native L(state);
  Table* library = L.pushUniqueTable(17);
  L.setFunctions(library, kFunctions);
  return 1;
}

} // namespace perigee
