// Values: what a Lua variable holds.
//
// A value is 16 bytes: an 8-byte payload and a tag byte. The seven bytes behind the tag belong to whoever
// owns the memory the value lies in (a dictionary entry keeps its key's tag and chain link there, a frame
// link its kind and sizes), so assigning a value writes payload and tag and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {
struct lua_State;
typedef int (*lua_CFunction)(lua_State* L);
}

namespace perigee {

struct Object;
struct String;
struct Table;
struct Function;
struct LuaFunction;
struct NativeFunction;
struct Userdata;
struct Thread;
struct Proto;
struct Upvalue;
struct Shape;
struct State;

// Tags of values, and types of heap objects: one numbering for both. Order matters: tags below True are
// false in a test, tags from String on are heap objects that the collector traces.
enum class Tag : uint8_t {
  Nil = 0,
  False = 1,
  True = 2,
  Integer = 3,
  Float = 4,
  LightUserdata = 5,
  LightFunction = 6, // a C function without upvalues
  Frame = 7,         // not a value: a frame link on a Lua stack (vm/frame.h)
  String = 8,
  Table = 9,
  Function = 10,
  Userdata = 11,
  Thread = 12,
  // Objects that are never values of a program:
  Proto = 13,
  Upvalue = 14,
  Shape = 15,
  DeadKey = 16, // key of a cleared dictionary entry whose object is gone; compared by address only
};
constexpr uint8_t kFreeCell = 0; // `Object::type` of a cell that holds no object

constexpr bool isCollectableTag(Tag tag) { return tag >= Tag::String; }

struct Value {
  union {
    int64_t integer;
    double number;
    void* pointer;
    lua_CFunction light_function;
    Object* object;
  };
  Tag tag;

  constexpr Value() : integer(0), tag(Tag::Nil) {}
  constexpr Value(const Value&) = default;
  // Payload and tag only; see the head of this file.
  constexpr Value& operator=(const Value& other) {
    integer = other.integer;
    tag = other.tag;
    return *this;
  }

  static constexpr Value nil() { return {}; }
  static constexpr Value boolean(bool b) { return Value(b ? Tag::True : Tag::False, int64_t{0}); }
  static constexpr Value of(int64_t i) { return Value(Tag::Integer, i); }
  static constexpr Value of(double d) { return Value(d); }
  static Value of(String* s) { return Value(Tag::String, reinterpret_cast<Object*>(s)); }
  static Value of(Table* t) { return Value(Tag::Table, reinterpret_cast<Object*>(t)); }
  static Value of(Function* f) { return Value(Tag::Function, reinterpret_cast<Object*>(f)); }
  static Value of(Userdata* u) { return Value(Tag::Userdata, reinterpret_cast<Object*>(u)); }
  static Value of(Thread* t) { return Value(Tag::Thread, reinterpret_cast<Object*>(t)); }
  static Value of(Object* o, Tag tag) { return Value(tag, o); }
  static Value lightUserdata(void* p) {
    Value v;
    v.pointer = p;
    v.tag = Tag::LightUserdata;
    return v;
  }
  static Value lightFunction(lua_CFunction f) {
    Value v;
    v.light_function = f;
    v.tag = Tag::LightFunction;
    return v;
  }

  constexpr bool isNil() const { return tag == Tag::Nil; }
  constexpr bool isFalsy() const { return tag <= Tag::False; }
  constexpr bool isTruthy() const { return tag > Tag::False; }
  constexpr bool isBoolean() const { return tag == Tag::False || tag == Tag::True; }
  constexpr bool isInteger() const { return tag == Tag::Integer; }
  constexpr bool isFloat() const { return tag == Tag::Float; }
  constexpr bool isNumber() const { return tag == Tag::Integer || tag == Tag::Float; }
  constexpr bool isString() const { return tag == Tag::String; }
  constexpr bool isTable() const { return tag == Tag::Table; }
  constexpr bool isFunction() const { return tag == Tag::Function || tag == Tag::LightFunction; }
  constexpr bool isUserdata() const { return tag == Tag::Userdata; }
  constexpr bool isThread() const { return tag == Tag::Thread; }
  constexpr bool isCollectable() const { return isCollectableTag(tag); }

  String* string() const { return reinterpret_cast<String*>(object); }
  Table* table() const { return reinterpret_cast<Table*>(object); }
  Function* function() const { return reinterpret_cast<Function*>(object); }
  Userdata* userdata() const { return reinterpret_cast<Userdata*>(object); }
  Thread* thread() const { return reinterpret_cast<Thread*>(object); }

private:
  constexpr Value(Tag t, int64_t i) : integer(i), tag(t) {}
  constexpr explicit Value(double d) : number(d), tag(Tag::Float) {}
  Value(Tag t, Object* o) : object(o), tag(t) {}
};
static_assert(sizeof(Value) == 16);

// The types a program sees (`type(v)`), numbered as in the C API.
enum class Type : int8_t {
  None = -1,
  Nil = 0,
  Boolean = 1,
  LightUserdata = 2,
  Number = 3,
  String = 4,
  Table = 5,
  Function = 6,
  Userdata = 7,
  Thread = 8,
};
constexpr int kTypeCount = 9;

constexpr Type typeOf(Tag tag) {
  constexpr Type kTypes[] = {Type::Nil,           Type::Boolean,  Type::Boolean, Type::Number, Type::Number,
                             Type::LightUserdata, Type::Function, Type::None,    Type::String, Type::Table,
                             Type::Function,      Type::Userdata, Type::Thread};
  return kTypes[static_cast<uint8_t>(tag)];
}
constexpr Type typeOf(Value v) { return typeOf(v.tag); }

// "nil", "boolean", "userdata", …; light and full userdata share a name.
const char* typeName(Type type);

// Equality without metamethods (`rawequal`): integers and floats compare by mathematical value.
bool rawEqual(Value a, Value b);

} // namespace perigee
