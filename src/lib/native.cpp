#include "lib/native.h"

#include "interpreter/call.h"
#include "interpreter/operations.h"
#include "vm/metamethod.h"
#include "vm/proto.h"

#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <sys/wait.h>

namespace perigee {

void Native::setUpvalue(int i, Value v) {
  NativeFunction* f = L_->base[-2].function()->native();
  f->upvalues()[i - 1] = v;
  heapOf(L_).barrier(f, v);
}

// --- arguments ---------------------------------------------------------------------------------------------

Value Native::checkAny(int i) {
  if (isNone(i)) argumentError(i, "value expected");
  return L_->base[i - 1];
}

int64_t Native::checkInteger(int i) {
  Value v = arg(i);
  if (v.isInteger()) [[likely]]
    return v.integer;
  int64_t result;
  v = toNumber(L_, v);
  if (toInteger(v, &result)) return result;
  if (!v.isNil()) argumentError(i, "number has no integer representation");
  typeError(i, "number");
}

double Native::checkNumber(int i) {
  Value v = arg(i);
  if (v.isFloat()) [[likely]]
    return v.number;
  if (!v.isNumber()) v = toNumber(L_, v);
  if (v.isNil()) typeError(i, "number");
  return v.isInteger() ? static_cast<double>(v.integer) : v.number;
}

String* Native::checkStringObject(int i) {
  Value v = arg(i);
  if (v.isString()) [[likely]]
    return v.string();
  if (!v.isNumber()) typeError(i, "string");
  String* s = numberToString(L_, v);
  slot(i) = Value::of(s);
  return s;
}

std::string_view Native::checkString(int i) { return checkStringObject(i)->view(); }

Table* Native::checkTable(int i) {
  Value v = arg(i);
  if (!v.isTable()) typeError(i, "table");
  return v.table();
}

void Native::checkType(int i, Type t) {
  if (isNone(i) || typeOf(arg(i)) != t) typeError(i, typeName(t));
}

int Native::checkOption(int i, const char* otherwise, const char* const names[]) {
  std::string_view name = otherwise != nullptr ? optionalString(i, otherwise) : checkString(i);
  for (int n = 0; names[n] != nullptr; ++n)
    if (name == names[n]) return n;
  argumentError(i, pushFormat("invalid option '%s'", name.data()));
}

void* Native::userdataOf(Value v, const char* type_name) {
  if (!v.isUserdata()) return nullptr;
  Table* mt = v.userdata()->metatable;
  if (mt == nullptr) return nullptr;
  Value expected = field(L_->global->registry.table(), type_name);
  return expected.isTable() && expected.table() == mt ? v.userdata()->bytes() : nullptr;
}

void* Native::checkUserdata(int i, const char* type_name) {
  void* p = testUserdata(i, type_name);
  if (p == nullptr) typeError(i, type_name);
  return p;
}

void Native::argumentError(int i, const char* message) { raiseArgumentError(L_, i, message); }
void Native::typeError(int i, const char* expected) { raiseArgumentTypeError(L_, i, expected); }

void Native::expectedError(int i, const char* expected) {
  if (dialectOf(L_).arguments_told) typeError(i, expected);
  argumentError(i, pushFormat("%s expected", expected));
}

void Native::error(const char* format, ...) {
  ensureStack(L_, 2); // `ensure` would come back here
  va_list arguments;
  va_start(arguments, format);
  push(Value::of(newStringFormatV(L_, format, arguments)));
  va_end(arguments);
  prependPositionToMessage(L_);
  raise(L_);
}

// --- results -----------------------------------------------------------------------------------------------

void Native::ensure(int slots, const char* message) {
  if (L_->top - L_->stack > kMaxStack - slots) [[unlikely]] {
    if (message != nullptr) error("stack overflow (%s)", message);
    error("stack overflow");
  }
  ensureStack(L_, static_cast<size_t>(slots));
  promiseSlots(L_, static_cast<size_t>(slots));
}

const char* Native::pushFormat(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  String* s = newStringFormatV(L_, format, arguments);
  va_end(arguments);
  push(Value::of(s));
  return s->data();
}

void Native::pushClosure(lua_CFunction f, int upvalues) {
  NativeFunction* closure = newNativeFunction(L_, f, upvalues);
  closure->flags |= Function::kSealed;
  Value* first = L_->top - upvalues;
  for (int i = 0; i < upvalues; ++i) closure->upvalues()[i] = first[i];
  *first = Value::of(static_cast<Function*>(closure));
  L_->top = first + 1;
}

Table* Native::pushTable(uint32_t fields, uint32_t elements) {
  Table* t = newTable(L_, fields, elements);
  push(Value::of(t));
  return t;
}

Table* Native::pushUniqueTable(uint32_t fields) {
  Table* t = pushTable(fields);
  makeOwned(L_, t);
  return t;
}

void Native::setTop(int n) {
  int missing = n - count();
  if (missing > 0) {
    ensure(missing);
    for (; missing > 0; --missing) pushNil();
  }
  L_->top = L_->base + n;
}

void Native::insert(int i) {
  Value v = L_->top[-1];
  for (Value* p = L_->top - 1; p > L_->base + i - 1; --p) *p = p[-1];
  slot(i) = v;
}

void Native::remove(int i) {
  for (Value* p = L_->base + i; p < L_->top; ++p) p[-1] = *p;
  --L_->top;
}

// --- fields ------------------------------------------------------------------------------------------------

void Native::setField(Table* t, const char* name) {
  pushString(name);
  setString(L_, t, top(-1).string(), top(-2));
  pop(2);
}

Value Native::field(Table* t, const char* name) { return getString(t, newString(L_, name)); }

void Native::setFunctions(Table* t, const NativeEntry* entries) {
  for (; entries->name != nullptr; ++entries) {
    if (entries->only_if != nullptr && !(dialectOf(L_).*entries->only_if)) continue;
    if (entries->function != nullptr) {
      pushFunction(entries->function);
    } else {
      pushBoolean(false);
    }
    setField(t, entries->name);
  }
}

// --- calls -------------------------------------------------------------------------------------------------

void Native::call(int nargs, int results) { callPushed(L_, nargs, results); }

Value Native::metafield(int i, const char* event) {
  Table* mt = metatableOf(L_, arg(i));
  return mt == nullptr ? Value::nil() : field(mt, event);
}

bool Native::callMeta(int i, const char* event) {
  Value f = metafield(i, event);
  if (f.isNil()) return false;
  push(f);
  push(arg(i));
  call(1, 1);
  return true;
}

std::string_view Native::pushToString(int i) { return perigee::pushToString(L_, arg(i))->view(); }

std::string_view Native::pushToString(int i, intptr_t context, Continuation k) {
  Value handler = metamethodOf(L_, arg(i), Meta::ToString);
  if (handler.isNil()) return pushToString(i);
  Value object = arg(i);
  push(handler);
  push(object);
  callPausable(L_, 1, 1, context, k);
  return checkToString(L_)->view();
}

// --- results of system calls -------------------------------------------------------------------------------

int Native::fileResult(bool ok, const char* file_name) {
  int code = errno; // pushing may change it
  if (ok) {
    pushBoolean(true);
    return 1;
  }
  pushNil();
  const char* reason = code != 0 ? std::strerror(code) : "(no extra info)";
  if (file_name != nullptr) {
    pushFormat("%s: %s", file_name, reason);
  } else {
    pushFormat("%s", reason);
  }
  pushInteger(code);
  return 3;
}

int Native::execResult(int status) {
  bool failed = dialectOf(thread()).errno_tells_failure ? status != 0 && errno != 0 : status == -1;
  if (failed) return fileResult(false, nullptr);
  const char* how = "exit";
  if (WIFEXITED(status)) {
    status = WEXITSTATUS(status);
  } else if (WIFSIGNALED(status)) {
    status = WTERMSIG(status);
    how = "signal";
  }
  if (*how == 'e' && status == 0) {
    pushBoolean(true);
  } else {
    pushNil();
  }
  pushString(how);
  pushInteger(status);
  return 3;
}

} // namespace perigee
