// What is known of a value's type: the set of tags it can have.
//
// The lattice is that of sets: none below the single tags, `number` = {integer, float}, `boolean` = {false,
// true}, any on top. Literal types, which lie below the single tags, are nodes of operation Constant.
#pragma once

#include "vm/value.h"

#include <string>
#include <string_view>

namespace perigee::ir {

class TypeSet {
public:
  constexpr TypeSet() = default;
  constexpr explicit TypeSet(uint16_t bits) : bits_(bits) {}
  constexpr TypeSet(Tag tag) : bits_(static_cast<uint16_t>(1u << static_cast<unsigned>(tag))) {}

  constexpr uint16_t bits() const { return bits_; }
  constexpr bool isEmpty() const { return bits_ == 0; }
  constexpr bool contains(TypeSet other) const { return (other.bits_ & ~bits_) == 0; }
  constexpr bool overlaps(TypeSet other) const { return (other.bits_ & bits_) != 0; }
  constexpr bool isSubsetOf(TypeSet other) const { return other.contains(*this); }
  constexpr bool isSingle() const { return bits_ != 0 && (bits_ & (bits_ - 1)) == 0; }
  // The tag of a single one.
  constexpr Tag tag() const { return static_cast<Tag>(__builtin_ctz(bits_)); }
  constexpr TypeSet without(TypeSet other) const {
    return TypeSet(static_cast<uint16_t>(bits_ & ~other.bits_));
  }

  friend constexpr TypeSet operator|(TypeSet a, TypeSet b) {
    return TypeSet(static_cast<uint16_t>(a.bits_ | b.bits_));
  }
  friend constexpr TypeSet operator&(TypeSet a, TypeSet b) {
    return TypeSet(static_cast<uint16_t>(a.bits_ & b.bits_));
  }
  friend constexpr bool operator==(TypeSet a, TypeSet b) { return a.bits_ == b.bits_; }

private:
  uint16_t bits_ = 0;
};

namespace types {
constexpr TypeSet kNone{};
constexpr TypeSet kNil{Tag::Nil};
constexpr TypeSet kFalse{Tag::False};
constexpr TypeSet kTrue{Tag::True};
constexpr TypeSet kBoolean = kFalse | kTrue;
constexpr TypeSet kFalsy = kNil | kFalse;
constexpr TypeSet kInteger{Tag::Integer};
constexpr TypeSet kFloat{Tag::Float};
constexpr TypeSet kNumber = kInteger | kFloat;
constexpr TypeSet kString{Tag::String};
constexpr TypeSet kTable{Tag::Table};
constexpr TypeSet kClosure{Tag::Function};
constexpr TypeSet kLightFunction{Tag::LightFunction};
constexpr TypeSet kFunction = kClosure | kLightFunction;
constexpr TypeSet kUserdata{Tag::Userdata};
constexpr TypeSet kLightUserdata{Tag::LightUserdata};
constexpr TypeSet kThread{Tag::Thread};
constexpr TypeSet kCollectable = kString | kTable | kClosure | kUserdata | kThread;
constexpr TypeSet kAny =
    kNil | kBoolean | kNumber | kFunction | kUserdata | kLightUserdata | kThread | kString | kTable;
constexpr TypeSet kTruthy = kAny.without(kFalsy);
} // namespace types

// "any", "none", "integer", "nil|table", …; the parser (ir/parser.h) reads the same.
std::string nameOf(TypeSet type);
// False if the text names no type.
bool typeOfName(std::string_view text, TypeSet* out);

} // namespace perigee::ir
