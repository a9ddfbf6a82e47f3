// The table library, but for sort.

#include "lib/list_access.h"
#include "lib/string_support.h"
#include "support/numbers.h"
#include "vm/proto.h"

#include <climits>
#include <cstring>
#include <new>

namespace perigee {

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

int returnNothing(lua_State*, int, intptr_t) { return 0; }

int insertRead(lua_State* state, int, intptr_t i);
int insertWritten(lua_State* state, int, intptr_t i);

// Moves the elements in front of i up by one, from the last on, and puts argument 3 at position argument 2.
int insertFrom(Native& n, int64_t i) {
  int64_t at = n.arg(2).integer;
  for (; i > at; --i) {
    work(n.thread(), Work::Elements, 1);
    pushElement(n, 1, i - 1, i, insertRead);
    popElement(n, 1, i, i, insertWritten);
  }
  popElement(n, 1, at, 0, returnNothing);
  return 0;
}
int insertRead(lua_State* state, int, intptr_t i) {
  Native n(state);
  popElement(n, 1, i, i, insertWritten);
  return insertFrom(n, i - 1);
}
int insertWritten(lua_State* state, int, intptr_t i) {
  Native n(state);
  return insertFrom(n, i - 1);
}

int insertInto(Native& n, int64_t size) {
  int64_t end = static_cast<int64_t>(static_cast<uint64_t>(size) + 1);
  switch (n.count()) {
  case 2: popElement(n, 1, end, 0, returnNothing); return 0;
  case 3: break;
  default: n.error("wrong number of arguments to 'insert'");
  }
  int64_t at = n.checkInteger(2);
  n.argumentCheck(static_cast<uint64_t>(at) - 1 < static_cast<uint64_t>(end), 2, "position out of bounds");
  n.slot(2) = Value::of(at);
  Value list = n.arg(1), v = n.arg(3);
  if (isRawList(n.thread(), list) && list.table()->array_size == static_cast<uint64_t>(end) - 1 && at < end &&
      !v.isNil()) {
    insertIntoArray(n.thread(), list.table(), static_cast<uint32_t>(at - 1), v);
    return 0;
  }
  return insertFrom(n, end);
}

int tableInsert(lua_State* L) {
  Native n(L);
  if (n.count() == 2 && isRawList(n.thread(), n.arg(1))) {
    Table* t = n.arg(1).table();
    setInteger(n.thread(), t, static_cast<int64_t>(static_cast<uint64_t>(length(t)) + 1), n.arg(2));
    return 0;
  }
  return withLength<insertInto>(n, kRead | kWrite);
}

int returnRemoved(lua_State*, int, intptr_t) { return 1; }
int removeRead(lua_State* state, int, intptr_t i);
int removeWritten(lua_State* state, int, intptr_t i);

// Moves the elements behind i down by one. Behind the list lie its size and the removed element.
int removeFrom(Native& n, int64_t i) {
  int64_t size = n.arg(2).integer;
  for (; i < size; ++i) {
    work(n.thread(), Work::Elements, 1);
    pushElement(n, 1, i + 1, i, removeRead);
    popElement(n, 1, i, i, removeWritten);
  }
  n.pushNil();
  popElement(n, 1, i, 0, returnRemoved);
  return 1;
}
int removeRead(lua_State* state, int, intptr_t i) {
  Native n(state);
  popElement(n, 1, i, i, removeWritten);
  return removeFrom(n, i + 1);
}
int removeWritten(lua_State* state, int, intptr_t i) {
  Native n(state);
  return removeFrom(n, i + 1);
}

int removeTaken(lua_State* state, int, intptr_t at) {
  Native n(state);
  return removeFrom(n, at);
}

int removeOf(Native& n, int64_t size) {
  Thread* thread = n.thread();
  int64_t at = n.optionalInteger(2, size);
  if (n.count() >= 2 && at != size)
    n.argumentCheck(static_cast<uint64_t>(at) - 1 <= static_cast<uint64_t>(size), 1,
                    "position out of bounds");
  n.setTop(1);
  n.pushInteger(size);
  Value list = n.arg(1);
  pushElement(n, 1, at, at, removeTaken);
  if (isRawList(thread, list) && list.table()->array_size == static_cast<uint64_t>(size) && at >= 1 &&
      at < size) {
    shiftElements(thread, list.table(), static_cast<size_t>(at), static_cast<size_t>(size) - 1, -1);
    setInteger(thread, list.table(), size, Value::nil());
    return 1;
  }
  return removeFrom(n, at);
}

int tableRemove(lua_State* L) {
  Native n(L);
  if (n.count() == 1 && isRawList(n.thread(), n.arg(1))) {
    Table* t = n.arg(1).table();
    int64_t size = length(t);
    n.push(getInteger(t, size));
    setInteger(n.thread(), t, size, Value::nil());
    return 1;
  }
  return withLength<removeOf>(n, kRead | kWrite);
}

int moveRead(lua_State* state, int, intptr_t i);
int moveWritten(lua_State* state, int, intptr_t i);

// Argument 3 is the number of elements by now, and behind the arguments lies whether the first is the first
// to be moved.
int moveFrom(Native& n, int64_t i) {
  int64_t first = n.arg(2).integer, count = n.arg(3).integer, to = n.arg(4).integer;
  int target = n.arg(5).isNil() ? 1 : 5;
  bool forward = n.arg(6).isTruthy();
  for (; i < count; ++i) {
    work(n.thread(), Work::Elements, 1);
    int64_t k = forward ? i : count - 1 - i;
    pushElement(n, 1, first + k, i, moveRead);
    popElement(n, target, to + k, i, moveWritten);
  }
  n.push(n.arg(target));
  return 1;
}
int moveRead(lua_State* state, int, intptr_t i) {
  Native n(state);
  int64_t k = n.arg(6).isTruthy() ? i : n.arg(3).integer - 1 - i;
  popElement(n, n.arg(5).isNil() ? 1 : 5, n.arg(4).integer + k, i, moveWritten);
  return moveFrom(n, i + 1);
}
int moveWritten(lua_State* state, int, intptr_t i) {
  Native n(state);
  return moveFrom(n, i + 1);
}

int tableMove(lua_State* L) {
  Native n(L);
  int64_t first = n.checkInteger(2);
  int64_t last = n.checkInteger(3);
  int64_t to = n.checkInteger(4);
  int target = n.isNoneOrNil(5) ? 1 : 5;
  checkList(n, 1, kRead);
  checkList(n, target, kWrite);
  int64_t count = 0;
  bool forward = true;
  if (last >= first) {
    n.argumentCheck(first > 0 || last < INT64_MAX + first, 3, "too many elements to move");
    count = last - first + 1;
    n.argumentCheck(to <= INT64_MAX - count + 1, 4, "destination wrap around");
    forward = to > last || to <= first || (target != 1 && !equal(n.thread(), n.arg(1), n.arg(target)));
  }
  n.setTop(5);
  n.slot(2) = Value::of(first);
  n.slot(3) = Value::of(count);
  n.slot(4) = Value::of(to);
  n.pushBoolean(forward);
  return moveFrom(n, 0);
}

// --- concat ------------------------------------------------------------------------------------------------

void appendElement(Native& n, Buffer& b, Value v, int64_t i) {
  if (v.isString()) {
    b.append(v.string()->view());
  } else if (v.isInteger()) {
    b.advance(formatInteger(b.reserve(kMaxNumberChars), v.integer));
  } else if (v.isFloat()) {
    b.advance(formatFloat(b.reserve(kMaxNumberChars), v.number));
  } else {
    n.error("invalid value (%s) at index %I in table for 'concat'", typeName(typeOf(v)),
            static_cast<long long>(dialectOf(n.thread()).indices_as_int ? static_cast<int>(i) : i));
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

int joinRaw(Native& n, std::string_view separator, int64_t first, int64_t last) {
  const Table* t = n.arg(1).table();
  Buffer b(n.thread());
  for (int64_t i = first; i <= last; ++i) {
    work(n.thread(), Work::Elements, 1);
    appendElement(n, b, getInteger(t, i), i);
    if (i == last) break; // `last` may be the greatest integer
    b.append(separator);
  }
  b.push();
  return 1;
}

// By metamethods. The list, separator, first and last index lie on the stack, then the buffer, in memory that
// outlives a pause.
int joinContinued(lua_State* state, int, intptr_t i);

// Appends element i, which is popped, and the separator.
void joinElement(Native& n, Buffer& b, int64_t i) {
  appendElement(n, b, n.top(-1), i);
  n.pop(1);
  if (i < n.arg(4).integer) b.append(n.arg(2).string()->view());
}

// From element i on.
int joinFrom(Native& n, Buffer& b, int64_t i) {
  for (int64_t last = n.arg(4).integer; i <= last; ++i) {
    work(n.thread(), Work::Elements, 1);
    pushElement(n, 1, i, i, joinContinued);
    joinElement(n, b, i);
    if (i == last) break;
  }
  b.push();
  return 1;
}
int joinContinued(lua_State* state, int, intptr_t i) {
  Native n(state);
  auto* b = static_cast<Buffer*>(n.arg(5).userdata()->bytes());
  joinElement(n, *b, i);
  if (i < n.arg(4).integer) return joinFrom(n, *b, i + 1);
  b->push();
  return 1;
}

int concatOf(Native& n, int64_t size) {
  std::string_view separator = n.optionalString(2, "");
  int64_t first = n.optionalInteger(3, 1);
  int64_t last = n.optionalInteger(4, size);
  if (concatStrings(n, n.arg(1), separator, first, last)) return 1;
  if (isRawList(n.thread(), n.arg(1))) return joinRaw(n, separator, first, last);
  n.setTop(4);
  if (n.arg(2).isNil()) n.slot(2) = Value::of(newString(n.thread(), ""));
  n.slot(3) = Value::of(first);
  n.slot(4) = Value::of(last);
  Userdata* memory = newInternalUserdata(n.thread(), sizeof(Buffer), 0);
  n.push(Value::of(memory));
  return joinFrom(n, *new (memory->bytes()) Buffer(n.thread()), first);
}

int tableConcat(lua_State* L) {
  Native n(L);
  return withLength<concatOf>(n, kRead);
}

// --- pack and unpack ---------------------------------------------------------------------------------------

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

int unpackContinued(lua_State* state, int, intptr_t i);

// Pushes the elements from `i` on, by metamethods; the list, first and last index lie on the stack.
int unpackFrom(Native& n, uint64_t i) {
  Thread* thread = n.thread();
  int64_t first = n.arg(2).integer;
  uint64_t count = static_cast<uint64_t>(n.arg(3).integer) - static_cast<uint64_t>(first) + 1;
  ensureStack(thread, count - i);
  promiseSlots(thread, count - i);
  for (; i < count; ++i)
    pushElement(n, 1, first + static_cast<int64_t>(i), static_cast<intptr_t>(i), unpackContinued);
  return static_cast<int>(count);
}
int unpackContinued(lua_State* state, int, intptr_t i) {
  Native n(state);
  return unpackFrom(n, static_cast<uint64_t>(i) + 1);
}

int unpackTo(Native& n, int64_t last) {
  Thread* thread = n.thread();
  int64_t first = n.optionalInteger(2, 1);
  if (first > last) return 0;
  uint64_t count = static_cast<uint64_t>(last) - static_cast<uint64_t>(first) + 1; // 0: all integers
  int64_t room = kMaxUnpacked - (thread->top - thread->stack);
  if (room <= 0 || count - 1 >= static_cast<uint64_t>(room)) n.error("too many results to unpack");
  work(thread, Work::Elements, count);
  if (isRawList(thread, n.arg(1))) {
    ensureStack(thread, count);
    promiseSlots(thread, count);
    const Table* t = n.arg(1).table();
    inPieces(thread, count, kElementsPerLook, [&](size_t from, size_t to) {
      for (size_t i = from; i < to; ++i) n.push(getInteger(t, first + static_cast<int64_t>(i)));
    });
    return static_cast<int>(count);
  }
  n.setTop(3);
  n.slot(2) = Value::of(first);
  n.slot(3) = Value::of(last);
  return unpackFrom(n, 0);
}

int tableUnpack(lua_State* L) {
  Native n(L);
  n.optionalInteger(2, 1); // complained of first
  if (!n.isNoneOrNil(3)) return unpackTo(n, n.checkInteger(3));
  return withLength<unpackTo>(n, 0);
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
