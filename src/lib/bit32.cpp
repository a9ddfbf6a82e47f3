// The library bit32 of Lua 5.2, which later versions may keep: operations on numbers of 32 bits.

#include "lib/native.h"

namespace perigee {
namespace {

constexpr uint64_t kAll = 0xFFFFFFFF;
constexpr int kBits = 32;

uint64_t word(Native& n, int i) { return static_cast<uint64_t>(n.checkInteger(i)); }

int pushWord(Native& n, uint64_t value) {
  n.pushInteger(static_cast<int64_t>(value & kAll));
  return 1;
}

uint64_t conjunction(Native& n) {
  uint64_t value = kAll;
  for (int i = 1; i <= n.count(); ++i) value &= word(n, i);
  return value & kAll;
}

int band(lua_State* L) {
  Native n(L);
  return pushWord(n, conjunction(n));
}

int btest(lua_State* L) {
  Native n(L);
  n.pushBoolean(conjunction(n) != 0);
  return 1;
}

int bor(lua_State* L) {
  Native n(L);
  uint64_t value = 0;
  for (int i = 1; i <= n.count(); ++i) value |= word(n, i);
  return pushWord(n, value);
}

int bxor(lua_State* L) {
  Native n(L);
  uint64_t value = 0;
  for (int i = 1; i <= n.count(); ++i) value ^= word(n, i);
  return pushWord(n, value);
}

int bnot(lua_State* L) {
  Native n(L);
  return pushWord(n, ~word(n, 1));
}

// By `places` to the left; negative: to the right.
int pushShifted(Native& n, uint64_t value, int64_t places) {
  if (places <= -kBits || places >= kBits) return pushWord(n, 0);
  return pushWord(n, places < 0 ? (value & kAll) >> -places : value << places);
}

int lshift(lua_State* L) {
  Native n(L);
  uint64_t value = word(n, 1);
  return pushShifted(n, value, n.checkInteger(2));
}

int64_t negated(int64_t i) { return static_cast<int64_t>(0 - static_cast<uint64_t>(i)); }

int rshift(lua_State* L) {
  Native n(L);
  uint64_t value = word(n, 1);
  return pushShifted(n, value, negated(n.checkInteger(2)));
}

int arshift(lua_State* L) {
  Native n(L);
  uint64_t value = word(n, 1);
  int64_t places = n.checkInteger(2);
  bool is_negative = value >> (kBits - 1) & 1;
  if (places < 0 || !is_negative) return pushShifted(n, value, negated(places));
  if (places >= kBits) return pushWord(n, kAll);
  return pushWord(n, value >> places | ~(kAll >> places));
}

int pushRotated(Native& n, uint64_t value, int64_t places) {
  int by = static_cast<int>(places & (kBits - 1));
  value &= kAll;
  return pushWord(n, by == 0 ? value : value << by | value >> (kBits - by));
}

int lrotate(lua_State* L) {
  Native n(L);
  uint64_t value = word(n, 1);
  return pushRotated(n, value, n.checkInteger(2));
}

int rrotate(lua_State* L) {
  Native n(L);
  uint64_t value = word(n, 1);
  return pushRotated(n, value, negated(n.checkInteger(2)));
}

// Arguments i and i + 1: where a field begins, and how wide it is.
struct Field {
  int first;
  uint64_t mask;
  Field(Native& n, int i) {
    int64_t from = n.checkInteger(i), width = n.optionalInteger(i + 1, 1);
    n.argumentCheck(from >= 0, i, "field cannot be negative");
    n.argumentCheck(width > 0, i + 1, "width must be positive");
    if (from > kBits || width > kBits - from) n.error("trying to access non-existent bits");
    first = static_cast<int>(from);
    mask = kAll >> (kBits - width);
  }
};

int extract(lua_State* L) {
  Native n(L);
  uint64_t value = word(n, 1) & kAll;
  Field field(n, 2);
  return pushWord(n, value >> field.first & field.mask);
}

int replace(lua_State* L) {
  Native n(L);
  uint64_t value = word(n, 1), part = word(n, 2);
  Field field(n, 3);
  return pushWord(n, (value & ~(field.mask << field.first)) | (part & field.mask) << field.first);
}

constexpr NativeEntry kFunctions[] = {
    {"arshift", arshift}, {"band", band},       {"bnot", bnot},       {"bor", bor},
    {"bxor", bxor},       {"btest", btest},     {"extract", extract}, {"lrotate", lrotate},
    {"lshift", lshift},   {"replace", replace}, {"rrotate", rrotate}, {"rshift", rshift},
    {nullptr, nullptr},
};

} // namespace

int openBit32(lua_State* L) {
  Native n(L);
  Table* library = n.pushUniqueTable(static_cast<uint32_t>(std::size(kFunctions)));
  n.setFunctions(library, kFunctions);
  return 1;
}

} // namespace perigee
