// The table library, but for sort.

#include "lib/list_access.h"
#include "lib/string_support.h"
#include "support/numbers.h"

#include <climits>
#include <cstring>

namespace perigee {

void checkList(Native& n, int i, unsigned use) {
  Value v = n.arg(i);
  if (v.isTable()) return;
  Thread* L = n.thread();
  Table* mt = metatableOf(L, v);
  auto lacks = [&](unsigned what, Meta m) { return (use & what) != 0 && metamethod(L, mt, m).isNil(); };
  if (mt == nullptr || lacks(list_use::kRead, Meta::Index) || lacks(list_use::kWrite, Meta::NewIndex) ||
      lacks(list_use::kLength, Meta::Len))
    n.checkType(i, Type::Table);
}

int64_t checkedLength(Native& n, int i, unsigned use) {
  Value v = n.arg(i);
  if (isRawList(n.thread(), v)) return length(v.table());
  checkList(n, i, use | list_use::kLength);
  int64_t result;
  if (!toInteger(lengthOf(n.thread(), n.arg(i)), &result)) n.error("object length is not an integer");
  return result;
}

namespace {

using list_use::kRead;
using list_use::kWrite;

// Elements first..last (counted from 0) of the array part move by `distance` places, which must exist.
void shiftElements(Thread* L, Table* t, size_t first, size_t last, ptrdiff_t distance) {
  forgetCleared(L);
  work(L, Work::Elements, last - first + 1);
  size_t size = t->arrayKind() == ArrayKind::Values ? sizeof(Value) : 8;
  char* memory = static_cast<char*>(t->array_memory);
  size_t n = last - first + 1;
  inPieces(L, n, kElementsPerLook, [=](size_t done, size_t next) {
    // Upwards from the end, downwards from the beginning.
    char* from = memory + (distance > 0 ? first + n - next : first + done) * size;
    std::memmove(from + distance * static_cast<ptrdiff_t>(size), from, (next - done) * size);
  });
}

// Inserts in the middle of an array part that is the whole list.
void insertIntoArray(Thread* L, Table* t, uint32_t index0, Value v) {
  uint32_t old_size = t->array_size;
  setInteger(L, t, int64_t{old_size} + 1, v); // makes room, and the kind fit
  if (t->array_size <= old_size) { // it had more holes than elements, and has moved to the dictionary part
    for (int64_t i = old_size; i > index0; --i) {
      work(L, Work::Elements, 1);
      setInteger(L, t, i + 1, getInteger(t, i));
    }
    setInteger(L, t, int64_t{index0} + 1, v);
    return;
  }
  shiftElements(L, t, index0, old_size - 1, 1);
  switch (t->arrayKind()) {
  case ArrayKind::Integers: t->integers[index0] = v.integer; break;
  case ArrayKind::Floats: t->floats[index0] = v.number; break;
  case ArrayKind::Values: t->array[index0] = v; break;
  }
}

int tableInsert(lua_State* L) {
  Native n(L);
  Thread* thread = n.thread();
  int64_t end = static_cast<int64_t>(static_cast<uint64_t>(checkedLength(n, 1, kRead | kWrite)) + 1);
  int64_t at = end;
  switch (n.count()) {
  case 2: break;
  case 3: {
    at = n.checkInteger(2);
    n.argumentCheck(static_cast<uint64_t>(at) - 1 < static_cast<uint64_t>(end), 2, "position out of bounds");
    Value list = n.arg(1), v = n.arg(3);
    if (isRawList(thread, list) && list.table()->array_size == static_cast<uint64_t>(end) - 1 && at < end &&
        !v.isNil()) {
      insertIntoArray(thread, list.table(), static_cast<uint32_t>(at - 1), v);
      return 0;
    }
    for (int64_t i = end; i > at; --i) {
      work(thread, Work::Elements, 1);
      n.push(listGet(thread, n.arg(1), i - 1));
      listSet(thread, n.arg(1), i, n.top(-1));
      n.pop(1);
    }
    break;
  }
  default: n.error("wrong number of arguments to 'insert'");
  }
  listSet(thread, n.arg(1), at, n.top(-1));
  return 0;
}

int tableRemove(lua_State* L) {
  Native n(L);
  Thread* thread = n.thread();
  int64_t size = checkedLength(n, 1, kRead | kWrite);
  int64_t at = n.optionalInteger(2, size);
  if (n.count() >= 2 && at != size)
    n.argumentCheck(static_cast<uint64_t>(at) - 1 <= static_cast<uint64_t>(size), 1,
                    "position out of bounds");
  Value list = n.arg(1);
  n.push(listGet(thread, list, at));
  if (isRawList(thread, list) && list.table()->array_size == static_cast<uint64_t>(size) && at >= 1 &&
      at < size) {
    shiftElements(thread, list.table(), static_cast<size_t>(at), static_cast<size_t>(size) - 1, -1);
    setInteger(thread, list.table(), size, Value::nil());
    return 1;
  }
  for (; at < size; ++at) {
    work(thread, Work::Elements, 1);
    n.push(listGet(thread, n.arg(1), at + 1));
    listSet(thread, n.arg(1), at, n.top(-1));
    n.pop(1);
  }
  listSet(thread, n.arg(1), at, Value::nil());
  return 1;
}

int tableMove(lua_State* L) {
  Native n(L);
  Thread* thread = n.thread();
  int64_t first = n.checkInteger(2);
  int64_t last = n.checkInteger(3);
  int64_t to = n.checkInteger(4);
  int target = n.isNoneOrNil(5) ? 1 : 5;
  checkList(n, 1, kRead);
  checkList(n, target, kWrite);
  if (last >= first) {
    n.argumentCheck(first > 0 || last < INT64_MAX + first, 3, "too many elements to move");
    int64_t count = last - first + 1;
    n.argumentCheck(to <= INT64_MAX - count + 1, 4, "destination wrap around");
    bool forward = to > last || to <= first || (target != 1 && !equal(thread, n.arg(1), n.arg(target)));
    for (int64_t i = 0; i < count; ++i) {
      work(thread, Work::Elements, 1);
      int64_t k = forward ? i : count - 1 - i;
      n.push(listGet(thread, n.arg(1), first + k));
      listSet(thread, n.arg(target), to + k, n.top(-1));
      n.pop(1);
    }
  }
  n.push(n.arg(target));
  return 1;
}

// --- concat
// --------------------------------------------------------------------------------------------------

void appendElement(Native& n, Buffer& b, Value v, int64_t i) {
  if (v.isString()) {
    b.append(v.string()->view());
  } else if (v.isInteger()) {
    b.advance(formatInteger(b.reserve(kMaxNumberChars), v.integer));
  } else if (v.isFloat()) {
    b.advance(formatFloat(b.reserve(kMaxNumberChars), v.number));
  } else {
    n.error("invalid value (%s) at index %I in table for 'concat'", typeName(typeOf(v)),
            static_cast<long long>(i));
  }
}

// If elements first..last are strings in the array part of a table: pushes them joined, in one go.
bool concatStrings(Native& n, Value list, std::string_view separator, int64_t first, int64_t last) {
  if (!isRawList(n.thread(), list)) return false;
  Table* t = list.table();
  if (t->arrayKind() != ArrayKind::Values || first < 1 || last > t->array_size || first > last) return false;
  work(n.thread(), Work::Elements, static_cast<uint64_t>(last - first) + 1);
  size_t total = separator.size() * static_cast<size_t>(last - first);
  for (int64_t i = first - 1; i < last; ++i) {
    if (!t->array[i].isString()) return false;
    if (i % kElementsPerLook == 0) noticeInterrupt(n.thread());
    total += t->array[i].string()->length;
  }
  pushFilled(n, total, [=, thread = n.thread()](char* out) {
    for (int64_t i = first - 1; i < last; ++i) {
      std::string_view s = t->array[i].string()->view();
      copyInPieces(thread, out, s.data(), s.size());
      out += s.size();
      if (i + 1 == last) break;
      copyInPieces(thread, out, separator.data(), separator.size());
      out += separator.size();
    }
  });
  return true;
}

int tableConcat(lua_State* L) {
  Native n(L);
  Thread* thread = n.thread();
  int64_t last = checkedLength(n, 1, kRead);
  std::string_view separator = n.optionalString(2, "");
  int64_t i = n.optionalInteger(3, 1);
  last = n.optionalInteger(4, last);
  if (concatStrings(n, n.arg(1), separator, i, last)) return 1;
  Buffer b(thread);
  for (; i <= last; ++i) {
    work(thread, Work::Elements, 1);
    n.push(listGet(thread, n.arg(1), i));
    appendElement(n, b, n.top(-1), i);
    n.pop(1);
    if (i == last) break; // `last` may be the greatest integer
    b.append(separator);
  }
  b.push();
  return 1;
}

// --- pack and unpack
// -----------------------------------------------------------------------------------------

int tablePack(lua_State* L) {
  Native n(L);
  int count = n.count();
  n.ensure(kNativeSlots);
  work(n.thread(), Work::Elements, static_cast<uint64_t>(count));
  Table* t = n.pushTable(1, static_cast<uint32_t>(count));
  if (count > 0) setArrayRange(n.thread(), t, 0, n.thread()->base, static_cast<uint32_t>(count));
  n.pushInteger(count);
  n.setField(t, "n");
  return 1;
}

// Fewer than the stack could hold: the limit of stock Lua.
constexpr int64_t kMaxUnpacked = 1'000'000;

int tableUnpack(lua_State* L) {
  Native n(L);
  Thread* thread = n.thread();
  int64_t first = n.optionalInteger(2, 1);
  int64_t last;
  if (!n.isNoneOrNil(3)) {
    last = n.checkInteger(3);
  } else if (isRawList(thread, n.arg(1))) {
    last = length(n.arg(1).table());
  } else if (!toInteger(lengthOf(thread, n.arg(1)), &last)) {
    n.error("object length is not an integer");
  }
  if (first > last) return 0;
  uint64_t count = static_cast<uint64_t>(last) - static_cast<uint64_t>(first) + 1; // 0: all integers
  int64_t room = kMaxUnpacked - (thread->top - thread->stack);
  if (room <= 0 || count - 1 >= static_cast<uint64_t>(room)) n.error("too many results to unpack");
  work(thread, Work::Elements, count);
  ensureStack(thread, count);
  promiseSlots(thread, count);
  for (uint64_t i = 0; i < count; ++i) n.push(listGet(thread, n.arg(1), first + static_cast<int64_t>(i)));
  return static_cast<int>(count);
}

constexpr NativeEntry kFunctions[] = {
    {"concat", tableConcat}, {"insert", tableInsert}, {"move", tableMove},     {"pack", tablePack},
    {"remove", tableRemove}, {"sort", tableSort},     {"unpack", tableUnpack}, {nullptr, nullptr},
};

} // namespace

int openTable(lua_State* L) {
  Native n(L);
  Table* library = n.pushUniqueTable(static_cast<uint32_t>(std::size(kFunctions)));
  n.setFunctions(library, kFunctions);
  n.state()->know(LibraryFunction::TableInsert, tableInsert);
  return 1;
}

} // namespace perigee
