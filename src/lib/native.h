// The view a native function of the library has of its call.
//
// A native function is `int f(lua_State*)`, as in the C API: it finds its arguments at positions 1..count(),
// pushes its results and returns how many they are. Arguments stay on the stack and keep their values alive.
// kNativeSlots slots are free at the start; `ensure` makes more.
//
// Rules: every push and every check may allocate and so collect: hold heap objects only on the stack.
// Every call that can run Lua (call, index, toString, …) may move the stack: never keep a Value* across it.
// A function whose work grows with its arguments tells so: work, noticeInterrupt (vm/work.h).
// Errors jump: no owning C++ object may be alive in a local at that time (see Buffer for building strings).
#pragma once

#include "interpreter/call.h"
#include "vm/error.h"
#include "vm/state.h"
#include "vm/string.h"
#include "vm/table.h"
#include "vm/work.h"

#include <string_view>

namespace perigee {

class Native {
public:
  explicit Native(lua_State* L) : L_(Thread::from(L)) {}
  explicit Native(Thread* L) : L_(L) {}
  Thread* thread() const { return L_; }
  State* state() const { return L_->global; }

  // --- arguments (positions from 1) ---
  int count() const { return static_cast<int>(L_->top - L_->base); }
  bool isNone(int i) const { return i > count(); }
  bool isNoneOrNil(int i) const { return i > count() || L_->base[i - 1].isNil(); }
  Value arg(int i) const { return i <= count() ? L_->base[i - 1] : Value::nil(); }
  Value& slot(int i) { return L_->base[i - 1]; } // i <= count()
  // Negative: from the top (-1 = last pushed).
  Value& top(int i) { return L_->top[i]; }
  Value upvalue(int i) const { return L_->base[-2].function()->native()->upvalues()[i - 1]; }
  void setUpvalue(int i, Value v);

  // Checked arguments; raise "bad argument #i to 'f' (…)" as the stock library does.
  Value checkAny(int i);
  int64_t checkInteger(int i); // floats and strings with integer values too
  int64_t optionalInteger(int i, int64_t otherwise) { return isNoneOrNil(i) ? otherwise : checkInteger(i); }
  double checkNumber(int i);
  double optionalNumber(int i, double otherwise) { return isNoneOrNil(i) ? otherwise : checkNumber(i); }
  // A string argument; a number is replaced in its slot by its string. Valid while the slot is.
  std::string_view checkString(int i);
  String* checkStringObject(int i);
  std::string_view optionalString(int i, std::string_view otherwise) {
    return isNoneOrNil(i) ? otherwise : checkString(i);
  }
  Table* checkTable(int i);
  void checkType(int i, Type t);
  bool toBoolean(int i) const { return arg(i).isTruthy(); }
  // Index into a zero-terminated list of names; raises "invalid option 'x'".
  int checkOption(int i, const char* otherwise, const char* const names[]);
  // A full userdata whose metatable is the registry's entry `type_name`, else an error / null.
  void* checkUserdata(int i, const char* type_name);
  void* testUserdata(int i, const char* type_name) { return userdataOf(arg(i), type_name); }
  void* userdataOf(Value v, const char* type_name); // of any value

  [[noreturn]] void argumentError(int i, const char* message);
  [[noreturn]] void typeError(int i, const char* expected); // "(number expected, got no value)"
  // The same where not all dialects tell what the argument is: "(thread expected)".
  [[noreturn]] void expectedError(int i, const char* expected);
  void argumentCheck(bool condition, int i, const char* message) {
    if (!condition) [[unlikely]]
      argumentError(i, message);
  }
  [[noreturn]] void error(const char* format, ...); // with position (level 1); conversions of newStringFormat

  // --- results ---
  void ensure(int slots, const char* message = nullptr); // raises "stack overflow (message)"
  void push(Value v) { *L_->top++ = v; }
  void pushNil() { push(Value::nil()); }
  void pushBoolean(bool b) { push(Value::boolean(b)); }
  void pushInteger(int64_t i) { push(Value::of(i)); }
  void pushFloat(double d) { push(Value::of(d)); }
  void pushString(std::string_view s) { push(Value::of(newStringInPieces(L_, s.data(), s.size()))); }
  const char* pushFormat(const char* format, ...); // newStringFormat; returns the string's bytes
  void pushFunction(lua_CFunction f) { push(Value::lightFunction(f)); }
  void pushClosure(lua_CFunction f, int upvalues); // pops the upvalues, which nobody else can set
  Table* pushTable(uint32_t fields = 0, uint32_t elements = 0);
  Table* pushUniqueTable(uint32_t fields); // with a shape of its own: libraries, metatables
  void pop(int n) { L_->top -= n; }
  void setTop(int n); // count() becomes n; new slots are nil
  void insert(int i); // moves the top value to position i
  void remove(int i);

  // --- raw fields of a table by C name, value popped from / pushed on the stack ---
  void setField(Table* t, const char* name); // t[name] = popped value (t must be reachable)
  Value field(Table* t, const char* name);
  void setFunctions(Table* t, const struct NativeEntry* entries); // up to the entry with a null name

  // --- calls and operations with metamethods; may move the stack ---
  void call(int nargs, int results);         // as lua_call: function and arguments pushed
  bool callMeta(int i, const char* event);   // luaL_callmeta: pushes the result
  Value metafield(int i, const char* event); // nil if none
  std::string_view pushToString(int i);      // luaL_tolstring
  // The same, where the program can be paused: then k goes on, with what is to be given to checkToString on
  // top.
  std::string_view pushToString(int i, intptr_t context, Continuation k);

  // io/os style results: true, or nil, "message", errno.
  int fileResult(bool ok, const char* file_name); // uses errno
  int execResult(int status);

private:
  Thread* L_;
};

struct NativeEntry {
  const char* name;
  lua_CFunction function;            // null: the field is set to false (a placeholder)
  bool Dialect::* only_if = nullptr; // functions that not all dialects have
};

// Builds a string of unknown length. Takes one stack slot at construction (nil until the contents outgrow
// the inline part, then a userdata that owns them), which must stay in place until `push`; everything pushed
// above it must be popped before that.
class Buffer {
public:
  explicit Buffer(Thread* L);
  // What was kept of a buffer by `keep`, with its slot.
  Buffer(Thread* L, ptrdiff_t slot, size_t size);
  // From here on the slot has all of the contents, as many as size() says, until something is added: for a
  // call in which this object may be lost to a pause.
  void keep() {
    if (data_ == inline_) grow(0);
  }
  void append(const char* data, size_t n) {
    if (n > capacity_ - size_ || n > kBytesPerLook) [[unlikely]] {
      appendSlowly(data, n);
      return;
    }
    __builtin_memcpy(data_ + size_, data, n);
    size_ += n;
  }
  void append(std::string_view s) { append(s.data(), s.size()); }
  void append(char c) {
    if (size_ == capacity_) [[unlikely]]
      grow(1);
    data_[size_++] = c;
  }
  // Room for n more bytes; `advance` says how many were written.
  char* reserve(size_t n) {
    if (n > capacity_ - size_) [[unlikely]]
      grow(n);
    return data_ + size_;
  }
  void advance(size_t n) { size_ += n; }
  void truncate(size_t size) { size_ = size; }
  size_t size() const { return size_; }
  char* data() { return data_; }
  // Replaces the buffer's slot (which must be on top) by the string. Counts as work on so many bytes.
  void push();

private:
  void appendSlowly(const char* data, size_t n);
  void grow(size_t n); // raises "buffer too large" or a memory error
  Thread* L_;
  ptrdiff_t slot_;
  char* data_;
  size_t size_ = 0;
  size_t capacity_;
  char inline_[512];
};

// Opens the standard libraries; each pushes its table. openLibraries opens all and sets the globals.
int openBase(lua_State* L);
int openPackage(lua_State* L);
int openCoroutine(lua_State* L);
int openTable(lua_State* L);
int openIo(lua_State* L);
int openOs(lua_State* L);
int openString(lua_State* L);
int openMath(lua_State* L);
int openUtf8(lua_State* L);
int openDebug(lua_State* L);
int openBit32(lua_State* L);
int openJit(lua_State* L);    // only through require "jit"
int openLimits(lua_State* L); // the same
void openLibraries(Thread* L);

} // namespace perigee
