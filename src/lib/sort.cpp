// table.sort.
//
// Numbers and strings without an order function are sorted in place: no Lua code can run meanwhile.
// Everything else is copied out, merge-sorted (which takes the fewest comparisons, and these are calls) and
// written back at the end, so that an error in the middle leaves the list as it was.

#include "interpreter/call.h"
#include "lib/list_access.h"
#include "lib/sort_in_place.h"
#include "vm/proto.h"

#include <algorithm>
#include <bit>
#include <climits>
#include <functional>

namespace perigee {
namespace {

// Leaves that are sorted without a look at anything else: comparisons of numbers take no time to speak of.
template <class T, class Less> struct NumberLeaf {
  static constexpr size_t size = 1024;
  Less less;
  void sort(T* first, T* last) const { std::sort(first, last, less); }
};

template <class T, class Less> void sortNumbers(Thread* L, T* first, T* last, Less less) {
  InPlaceSorter<T, Less, NumberLeaf<T, Less>>(L, less, {less}).sort(first, last);
}

// Long strings take their time.
struct StringLess {
  static constexpr size_t kLong = 1024;
  Thread* L;
  bool operator()(const Value& a, const Value& b) const {
    size_t shared = std::min(a.string()->length, b.string()->length);
    if (shared > kLong) work(L, Work::Bytes, shared);
    return compareStrings(a.string(), b.string()) < 0;
  }
};

struct StringLeaf {
  static constexpr size_t size = 12;
  StringLess less;
  void sort(Value* first, Value* last) const {
    for (Value* next = first; next < last; ++next) {
      Value* at = next;
      while (at > first && less(*next, at[-1])) --at;
      std::rotate(at, next, next + 1);
    }
  }
};

template <class T, class Holds> bool allHold(Thread* L, const T* first, size_t n, Holds holds) {
  bool all = true;
  inPieces(L, n, kElementsPerLook,
           [=, &all](size_t from, size_t to) { all = all && std::all_of(first + from, first + to, holds); });
  return all;
}

bool sortValuesInPlace(Thread* L, Value* first, size_t n) {
  if (allHold(L, first, n, [](const Value& v) { return v.isString(); })) {
    StringLess less{L};
    InPlaceSorter<Value, StringLess, StringLeaf>(L, less, {less}).sort(first, first + n);
    return true;
  }
  auto orderable = [](const Value& v) { return v.isInteger() || (v.isFloat() && v.number == v.number); };
  if (!allHold(L, first, n, orderable)) return false;
  sortNumbers(L, first, first + n, [](const Value& a, const Value& b) { return numberLess(a, b); });
  return true;
}

// Sorts by `<` if all elements are in the array part and are numbers (no NaN) or strings. So many comparisons
// are counted as the best of algorithms needs.
bool sortInPlace(Thread* L, Value list, size_t size) {
  if (!isRawList(L, list)) return false;
  Table* t = list.table();
  if (t->array_size < size) return false;
  work(L, Work::Comparisons, size * static_cast<size_t>(std::bit_width(size)));
  switch (t->arrayKind()) {
  case ArrayKind::Integers:
    sortNumbers(L, t->integers, t->integers + size, std::less<int64_t>());
    return true;
  case ArrayKind::Floats:
    if (!allHold(L, t->floats, size, [](double d) { return d == d; })) return false;
    sortNumbers(L, t->floats, t->floats + size, std::less<double>());
    return true;
  default: forgetCleared(L); return sortValuesInPlace(L, t->array, size);
  }
}

// Sorts copies of the elements, which lie in a userdata on the stack: `values` first, then room for half as
// many. All elements are in one place or the other at any time, so the collector, which traces the userdata
// whole, needs no barriers once it is filled.
class MergeSorter {
public:
  MergeSorter(Thread* L, Value* values, size_t size, bool has_order)
      : L_(L), values_(values), spare_(values + size), size_(size), has_order_(has_order) {}

  // Raises "invalid order function for sorting" if that shows.
  void sort() {
    size_t run = 1;
    while (run < size_ && !less(values_[run], values_[run - 1])) ++run;
    if (run == size_) return;
    if (run == 1 && isDescending()) {
      // Every element before its predecessor: the order function may just say yes to everything.
      if (size_ > 3 && less(values_[0], values_[1])) Native(L_).error("invalid order function for sorting");
      std::reverse(values_, values_ + size_);
      return;
    }
    sortRange(0, size_);
  }

private:
  static constexpr size_t kInsertion = 6; // shorter ranges are sorted by insertion
  static constexpr size_t kCheckSorted =
      32; // in longer ones it is worth a comparison to find nothing to merge

  bool less(Value a, Value b) {
    work(L_, Work::Comparisons, 1);
    if (!has_order_) {
      if (a.isString() && b.isString()) return StringLess{L_}(a, b);
      if (a.isInteger() && b.isInteger()) return a.integer < b.integer;
      return lessThan(L_, a, b);
    }
    ensureStack(L_, kMetaSlots);
    Value* call_base = L_->top;
    call_base[0] = L_->base[1];
    call_base[2] = a;
    call_base[3] = b;
    L_->top = call_base + 4;
    call(L_, call_base, 1);
    return (--L_->top)->isTruthy();
  }

  bool isDescending() {
    // values_[1] < values_[0] is known.
    for (size_t i = 2; i < size_; ++i)
      if (!less(values_[i], values_[i - 1])) return false;
    return true;
  }

  void insertionSort(size_t first, size_t last) {
    for (size_t i = first + 1; i < last; ++i) {
      // The element stays in its place until that is taken: an error or a collection must find it.
      Value v = values_[i];
      size_t at = i;
      while (at > first && less(v, values_[at - 1])) --at;
      for (size_t j = i; j > at; --j) values_[j] = values_[j - 1];
      values_[at] = v;
    }
  }

  void sortRange(size_t first, size_t last) {
    size_t size = last - first;
    if (size <= kInsertion) return insertionSort(first, last);
    size_t middle = first + size / 2;
    sortRange(first, middle);
    sortRange(middle, last);
    if (size >= kCheckSorted && !less(values_[middle], values_[middle - 1])) return;
    merge(first, middle, last);
  }

  void merge(size_t first, size_t middle, size_t last) {
    size_t left_count = middle - first;
    for (size_t i = 0; i < left_count; ++i) spare_[i] = values_[first + i];
    size_t left = 0, right = middle, out = first;
    while (left < left_count && right < last) {
      if (less(values_[right], spare_[left])) {
        values_[out++] = values_[right++];
      } else {
        values_[out++] = spare_[left++];
      }
    }
    while (left < left_count) values_[out++] = spare_[left++];
  }

  Thread* L_;
  Value* values_;
  Value* spare_;
  size_t size_;
  bool has_order_;
};

// Writes the sorted elements into the list, whatever has become of that meanwhile.
void writeBack(Native& n, const Value* values, int64_t size) {
  Thread* L = n.thread();
  Value list = n.arg(1);
  if (isRawList(L, list) && list.table()->arrayKind() == ArrayKind::Values &&
      list.table()->array_size >= size &&
      std::none_of(values, values + size, [](const Value& v) { return v.isNil(); })) {
    heapOf(L).remember(list.table());
    std::copy(values, values + size, list.table()->array);
    return;
  }
  for (int64_t i = 0; i < size; ++i) listSet(L, n.arg(1), i + 1, values[i]);
}

} // namespace

int tableSort(lua_State* L) {
  Native n(L);
  Thread* thread = n.thread();
  int64_t size = checkedLength(n, 1, list_use::kRead | list_use::kWrite);
  if (size < 2) return 0;
  n.argumentCheck(size < INT_MAX, 1, "array too big");
  bool has_order = !n.isNoneOrNil(2);
  if (has_order) n.checkType(2, Type::Function);
  n.setTop(2);
  if (!has_order && sortInPlace(thread, n.arg(1), static_cast<size_t>(size))) return 0;
  if (size > INT_MAX / 2) raiseMemory(thread);
  Userdata* copies = newInternalUserdata(thread, 0, static_cast<int>(size + size / 2));
  n.push(Value::of(copies));
  Value* values = copies->userValues();
  for (int64_t i = 0; i < size; ++i) {
    work(thread, Work::Elements, 1);
    Value v = listGet(thread, n.arg(1), i + 1);
    values[i] = v;
    heapOf(thread).barrier(copies, v);
  }
  MergeSorter(thread, values, static_cast<size_t>(size), has_order).sort();
  writeBack(n, values, size);
  return 0;
}

} // namespace perigee
