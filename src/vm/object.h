// The head of every heap object, and the objects that need no more than a struct: strings, functions,
// upvalues, userdata. Tables, shapes, prototypes and threads have headers of their own.
#pragma once

#include "vm/value.h"

#include <cstring>
#include <string_view>

namespace perigee {

// Eight bytes in front of every object of the heap.
struct Object {
  Tag type;      // Tag::Nil (kFreeCell) marks a free cell
  uint8_t gc;    // collector state, see heap/heap.h
  uint8_t flags; // per type
  uint8_t extra; // per type
  uint32_t aux;  // per type
};
static_assert(sizeof(Object) == 8);

// A string of bytes; the contents never move and end with a zero byte that `length` does not count.
// Strings up to kMaxShortString bytes are interned: equal contents mean the same object. Those of up to 16
// bytes are followed by zeros up to the sixteenth byte (vm/packed_text.h).
constexpr size_t kMaxShortString = 40;
struct String : Object {
  // flags: the bits below. extra: index of the metamethod of this name, plus one, or 0 (vm/metamethod.h).
  // aux: the hash; for a long string the seed until kHashed is set.
  enum : uint8_t { kShort = 1, kHashed = 2, kReserved = 4, kInternal = 8 };
  size_t length;

  bool isShort() const { return flags & kShort; }
  char* data() { return reinterpret_cast<char*>(this + 1); }
  const char* data() const { return reinterpret_cast<const char*>(this + 1); }
  std::string_view view() const { return {data(), length}; }
};
static_assert(sizeof(String) == 16);

bool equalLongStrings(const String* a, const String* b);
inline bool equalStrings(const String* a, const String* b) {
  return a == b || (!a->isShort() && !b->isShort() && equalLongStrings(a, b));
}

// A variable captured by closures. Open: `location` points into the stack of a thread, which keeps the
// upvalue in its list of open upvalues, sorted by stack address, highest first. Closed: `location` points
// to `closed`.
struct Upvalue : Object {
  Value* location;
  union {
    Value closed;
    struct {
      Upvalue* next;
      Upvalue** previous_link;
    } open;
  };
  Upvalue() = delete;
  bool isOpen() const { return location != &closed; }
};

// What a call jumps through: `entry` is a handler of the interpreter, a stub or compiled code
// (vm/frame.h: Handler). It takes over with the callee's frame laid out.
using EntryPoint = void (*)();

// A closure. flags: the bits below. extra: number of upvalues.
struct Function : Object {
  enum : uint8_t {
    kNative = 1,
    kSealed = 2, // native: relies on what its upvalues are, so nobody else sets them
  };
  EntryPoint entry;
  bool isNative() const { return flags & kNative; }
  LuaFunction* lua() { return reinterpret_cast<LuaFunction*>(this); }
  NativeFunction* native() { return reinterpret_cast<NativeFunction*>(this); }
};
struct LuaFunction : Function {
  Proto* proto;
  Upvalue** upvalues() { return reinterpret_cast<Upvalue**>(this + 1); }
};
struct NativeFunction : Function {
  lua_CFunction function;
  uint64_t padding;
  Value* upvalues() { return reinterpret_cast<Value*>(this + 1); }
};

// A block of bytes for the host. extra is unused; aux: number of user values. The user values come first,
// then the bytes, aligned to 16.
struct Userdata : Object {
  enum : uint8_t { kInternal = 1 }; // flags
  Table* metatable;
  size_t size;
  uint64_t padding;
  Value* userValues() { return reinterpret_cast<Value*>(this + 1); }
  void* bytes() { return userValues() + aux; }
};
static_assert(sizeof(Userdata) == 32);
inline size_t userdataBytes(const Userdata* u) { return sizeof(Userdata) + u->aux * sizeof(Value) + u->size; }

// Memory that a library function keeps in a slot or an upvalue of its own; debuggers are shown nil instead.
inline bool isInternal(const Value& v) {
  if (v.tag == Tag::Userdata) return v.userdata()->flags & Userdata::kInternal;
  return v.tag == Tag::String && (v.string()->flags & String::kInternal);
}
inline Value shownValue(const Value& v) { return isInternal(v) ? Value::nil() : v; }

} // namespace perigee
