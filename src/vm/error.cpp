#include "vm/error.h"

#include "support/chunk_id.h"
#include "vm/debug_info.h"
#include "vm/metamethod.h"
#include "vm/state.h"
#include "vm/string.h"
#include "vm/table.h"

#include <cstdio>
#include <cstring>

namespace perigee {
namespace {

// Above everything the running frame uses: the place for a message.
void makeRoomForMessage(Thread* L) {
  endSpending(L);
  if (L->base > L->stack && isLuaFrame(L->base)) {
    Value* end = frameEnd(L);
    if (L->top < end) L->top = end;
  }
  if (L->stack_limit - L->top < kMetaSlots) growStack(L, L->top, kMetaSlots);
}

void push(Thread* L, Value v) { *L->top++ = v; }

// "chunk:line: " for a Lua frame, written to `out`; nothing (and false) for others.
bool writePositionOf(const FrameView& frame, char (&out)[kPositionSize]) {
  if (!frame.isLua()) return false;
  const Proto* p = frame.proto();
  char id[kChunkIdSize];
  if (p->source != nullptr) {
    chunkId(id, p->source->view());
  } else {
    std::strcpy(id, "?");
  }
  std::snprintf(out, kPositionSize, "%s:%d: ", id, frame.currentLine());
  return true;
}

// The same, pushed.
bool pushPositionOf(Thread* L, const FrameView& frame) {
  char position[kPositionSize];
  if (!writePositionOf(frame, position)) return false;
  push(L, Value::of(newString(L, position)));
  return true;
}

// Joins the two strings on top.
void joinTop(Thread* L) {
  String* a = L->top[-2].string();
  String* b = L->top[-1].string();
  String* s = newStringFormat(L, "%S%S", a, b);
  L->top[-2] = Value::of(s);
  L->top--;
}

[[noreturn]] void raisePushed(Thread* L) {
  L->global->upcalls.handle_message(L);
  L->global->upcalls.throw_error(L, ThreadStatus::ErrorRun);
  __builtin_unreachable();
}

// " (local 'x')" for an operand in the running Lua frame, else "".
struct OperandName {
  NameInfo info;
  OperandName(Thread* L, const Value* operand) {
    FrameView frame;
    if (!frameAtLevel(L, 0, &frame) || !frame.isLua()) return;
    const Proto* p = frame.proto();
    LuaFunction* f = frame.function().function()->lua();
    for (uint32_t j = 0; j < p->upvalue_count; j++) {
      if (f->upvalues()[j]->location == operand) {
        info = {"upvalue", p->upvalues[j].name != nullptr ? p->upvalues[j].name->data() : "?"};
        return;
      }
    }
    if (operand >= frame.base && operand < frame.base + p->frame_size)
      info = nameOfRegister(dialectOf(L), p, frame.currentIndex(), static_cast<int>(operand - frame.base));
  }
};

[[noreturn]] void raiseTypeErrorNamed(Thread* L, const Value* operand, const char* operation, NameInfo name) {
  const char* type = typeNameForMessage(L, *operand);
  if (name.kind == nullptr) raiseError(L, "attempt to %s a %s value", operation, type);
  raiseError(L, "attempt to %s a %s value (%s '%s')", operation, type, name.kind, name.name);
}

} // namespace

void raise(Thread* L) {
  Value error = L->top[-1];
  if (L->global->ticks.stopping && error.isString() && error.string() == L->global->stop_message)
    raiseStop(L);
  raisePushed(L);
}

void raiseValue(Thread* L, Value v) {
  makeRoomForMessage(L);
  push(L, v);
  raisePushed(L);
}

void raiseStatus(Thread* L, ThreadStatus status, Value v) {
  endSpending(L);
  if (L->base > L->stack && isLuaFrame(L->base) && L->top < frameEnd(L)) L->top = frameEnd(L);
  if (L->stack_limit <= L->top) L->top = L->stack_limit - 1;
  push(L, v);
  L->global->upcalls.throw_error(L, status);
  __builtin_unreachable();
}

void raiseMemory(Thread* L) {
  heapOf(L).recover();
  raiseStatus(L, ThreadStatus::ErrorMemory, Value::of(L->global->memory_message));
}

void raiseSpent(Thread* L) {
  TickAccount& account = L->global->ticks;
  if (!account.stopping) {
    account.setLeft(L->global->finalizers_running != 0 ? 0 : kStopGrace);
    L->global->stop_position[0] = '\0';
    FrameView frame;
    for (int level = 0; frameAtLevel(L, level, &frame); level++)
      if (writePositionOf(frame, L->global->stop_position)) break;
  }
  account.stopping = true;
  raiseStop(L);
}

void raiseStop(Thread* L) { raiseStatus(L, ThreadStatus::Stopped, Value::of(L->global->stop_message)); }

void raiseError(Thread* L, const char* format, ...) {
  makeRoomForMessage(L);
  FrameView frame;
  bool positioned = frameAtLevel(L, 0, &frame) && pushPositionOf(L, frame);
  va_list arguments;
  va_start(arguments, format);
  String* message = newStringFormatV(L, format, arguments);
  va_end(arguments);
  push(L, Value::of(message));
  if (positioned) joinTop(L);
  raisePushed(L);
}

void raiseErrorAt(Thread* L, int level, const char* message) {
  makeRoomForMessage(L);
  pushPosition(L, level);
  push(L, Value::of(newString(L, message)));
  joinTop(L);
  raisePushed(L);
}

void pushPosition(Thread* L, int level) {
  FrameView frame;
  if (frameAtLevel(L, level, &frame) && frame.currentLine() > 0 && pushPositionOf(L, frame)) return;
  push(L, Value::of(newString(L, "")));
}

void prependPositionToMessage(Thread* L) {
  if (!L->top[-1].isString()) return;
  pushPosition(L, 1);
  Value position = L->top[-1];
  L->top[-1] = L->top[-2];
  L->top[-2] = position;
  joinTop(L);
}

void checkCOverflow(Thread* L) {
  if (L->c_depth == kMaxCDepth) raiseError(L, "C stack overflow");
  if (L->c_depth < kMaxCDepth / 10 * 11) return;
  // Still nested deeper while the overflow is being handled: give up without further ado.
  raiseStatus(L, ThreadStatus::ErrorError, Value::of(newString(L, "error in error handling")));
}

void raiseNotYieldable(Thread* L) {
  if (L == L->global->main_thread) raiseError(L, "attempt to yield from outside a coroutine");
  raiseError(L, "attempt to yield across a C-call boundary");
}

void raiseTypeError(Thread* L, const Value* operand, const char* operation) {
  raiseTypeErrorNamed(L, operand, operation, OperandName(L, operand).info);
}

void raiseIndexError(Thread* L, const Value* object) { raiseTypeError(L, object, "index"); }

void raiseCallError(Thread* L, const Value* function) {
  FrameView frame;
  NameInfo name;
  if (frameAtLevel(L, 0, &frame) && frame.isLua())
    name = nameOfCalled(dialectOf(L), frame.proto(), frame.currentIndex());
  bool by_instruction = name.kind != nullptr && (std::strcmp(name.kind, "for iterator") == 0 ||
                                                 std::strcmp(name.kind, "metamethod") == 0);
  if (by_instruction && !dialectOf(L).iterators_named) name = {};
  raiseTypeErrorNamed(L, function, "call", name);
}

void raiseConcatError(Thread* L, const Value* a, const Value* b) {
  raiseTypeError(L, a->isString() || a->isNumber() ? b : a, "concatenate");
}

namespace {

// What messages call an operand of arithmetic.
NameInfo arithmeticName(Thread* L, const Value* operand, bool unary) {
  NameInfo name = OperandName(L, operand).info;
  if (unary) return name;
  bool constant = name.kind != nullptr && std::strcmp(name.kind, "constant") == 0;
  return constant && !dialectOf(L).constants_named ? NameInfo{} : name;
}

// Would the operand do, whatever the other one is?
bool isArithmetic(Thread* L, const Value& v) {
  return v.isNumber() || (!dialectOf(L).strings_have_arithmetic_metamethods && !toNumber(v).isNil());
}

} // namespace

void raiseArithmeticError(Thread* L, const Value* a, const Value* b, const char* operation, bool unary) {
  const Value* culprit = isArithmetic(L, *a) ? b : a;
  raiseTypeErrorNamed(L, culprit, operation, arithmeticName(L, culprit, unary));
}

void raiseIntegerError(Thread* L, const Value* a, const Value* b) {
  int64_t ignored;
  const Value* culprit = toInteger(*a, &ignored) ? b : a;
  NameInfo name = arithmeticName(L, culprit, false);
  if (name.kind == nullptr) raiseError(L, "number has no integer representation");
  raiseError(L, "number (%s '%s') has no integer representation", name.kind, name.name);
}

void raiseCompareError(Thread* L, Value a, Value b) {
  const char* x = typeNameForMessage(L, a);
  const char* y = typeNameForMessage(L, b);
  if (std::strcmp(x, y) == 0) raiseError(L, "attempt to compare two %s values", x);
  raiseError(L, "attempt to compare %s with %s", x, y);
}

void raiseForError(Thread* L, Value v, const char* what) {
  raiseError(L, dialectOf(L).bad_loop_value, what, typeNameForMessage(L, v));
}

namespace {

// "string.rep" for a function found in package.loaded (plain "print" for the base library, the module's name
// for a module that is the function itself), pushed; false if none.
bool pushLoadedName(Thread* L, Value function) {
  Value loaded = getString(L->global->registry.table(), newString(L, "_LOADED"));
  if (!loaded.isTable()) return false;
  Value module_name, module;
  for (uint32_t i = 0; nextAt(L, loaded.table(), &i, &module_name, &module);) {
    if (!module_name.isString()) continue;
    if (rawEqual(module, function)) {
      push(L, module_name);
      return true;
    }
    if (!module.isTable()) continue;
    Value name, value;
    for (uint32_t j = 0; nextAt(L, module.table(), &j, &name, &value);) {
      if (!name.isString() || !rawEqual(value, function)) continue;
      bool global = std::strcmp(module_name.string()->data(), "_G") == 0;
      push(L, Value::of(global ? name.string()
                               : newStringFormat(L, "%S.%S", module_name.string(), name.string())));
      return true;
    }
  }
  return false;
}

} // namespace

bool pushGlobalFunctionName(Thread* L, Value function) { return pushLoadedName(L, function); }

void raiseArgumentError(Thread* L, int i, const char* message) {
  makeRoomForMessage(L);
  FrameView frame;
  if (!frameAtLevel(L, 0, &frame)) raiseError(L, "bad argument #%d (%s)", i, message);
  NameInfo name = nameOfFunction(frame);
  pushPosition(L, 1);
  if (name.kind != nullptr && std::strcmp(name.kind, "method") == 0 && --i == 0) {
    push(L, Value::of(newStringFormat(L, "calling '%s' on bad self (%s)", name.name, message)));
  } else {
    const char* text = name.name;
    if (text == nullptr) {
      text = "?";
      if (pushLoadedName(L, frame.function())) text = L->top[-1].string()->data();
    }
    String* s = newStringFormat(L, "bad argument #%d to '%s' (%s)", i, text, message);
    if (name.name == nullptr && std::strcmp(text, "?") != 0) L->top--;
    push(L, Value::of(s));
  }
  joinTop(L);
  raisePushed(L);
}

void raiseArgumentTypeError(Thread* L, int i, const char* expected) {
  const char* actual = "no value";
  if (i <= L->top - L->base) {
    Value v = L->base[i - 1];
    actual = v.tag == Tag::LightUserdata ? "light userdata" : typeNameForMessage(L, v);
  }
  makeRoomForMessage(L);
  String* message = newStringFormat(L, "%s expected, got %s", expected, actual);
  push(L, Value::of(message));
  raiseArgumentError(L, i, message->data());
}

} // namespace perigee
