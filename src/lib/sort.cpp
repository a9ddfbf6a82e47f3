// table.sort.
//
// Numbers and strings without an order function are sorted in place: no Lua code can run meanwhile.
// Everything else is copied out, merge-sorted (which takes the fewest comparisons, and these are calls) and
// written back at the end, so that an error in the middle leaves the list as it was.

#include "interpreter/continuations.h"
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
    return compareStrings(L, a.string(), b.string()) < 0;
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
// many, then the sorter. All elements are in one place or the other at any time, so the collector, which
// traces the userdata whole, needs no barriers once it is filled.
//
// A program that is paused in a comparison loses the C frames of its sort. So each stage is a function of the
// answer to the comparison that it waits for, and keeps in the sorter which that is.
class MergeSorter {
public:
  MergeSorter(Thread* L, Value* values, size_t size, bool has_order)
      : L_(L), values_(values), spare_(values + size), size_(size), has_order_(has_order) {}

  // Raises "invalid order function for sorting" if that shows.
  void sort() {
    stage_ = Stage::Ascending;
    at_ = 1;
    goOn(less(values_[1], values_[0]));
  }
  // Goes on with the sorting after a pause.
  void goOn(bool answer) {
    switch (stage_) {
    case Stage::Ascending: return findAscending(answer);
    case Stage::Descending: return findDescending(answer);
    case Stage::Contradiction: return reverse(answer);
    case Stage::Insertion: insert(answer); break;
    case Stage::Border: mergeIf(answer); break;
    case Stage::Merge: merge(answer); break;
    }
    sortRanges();
  }

  const Value* values() const { return values_; }
  int64_t size() const { return static_cast<int64_t>(size_); }

private:
  static constexpr size_t kInsertion = 6; // shorter ranges are sorted by insertion
  static constexpr size_t kCheckSorted =
      32; // in longer ones it is worth a comparison to find nothing to merge

  enum class Stage : uint8_t { Ascending, Descending, Contradiction, Insertion, Border, Merge };

  // A part of the values that is being sorted within the one in front of it in ranges_.
  struct Range {
    uint32_t first, last;
    int sorted_halves;
    size_t size() const { return last - first; }
    uint32_t middle() const { return first + (last - first) / 2; }
  };

  bool less(Value a, Value b) {
    work(L_, Work::Comparisons, 1);
    Value order;
    if (has_order_) {
      order = L_->base[1];
    } else {
      if (a.isString() && b.isString()) return StringLess{L_}(a, b);
      if (a.isNumber() && b.isNumber()) return numberLess(a, b);
      order = findOrderHandler(L_, a, b, false).handler;
    }
    ensureStack(L_, kMetaSlots);
    Value* call_base = L_->top;
    call_base[0] = order;
    call_base[2] = a;
    call_base[3] = b;
    L_->top = call_base + 4;
    callPausable(L_, call_base, 1);
    return (--L_->top)->isTruthy();
  }

  // values_[at_] < values_[at_ - 1]? None was so far.
  void findAscending(bool answer) {
    while (!answer) {
      if (++at_ == size_) return;
      answer = less(values_[at_], values_[at_ - 1]);
    }
    if (at_ > 1) return sortAll();
    stage_ = Stage::Descending;
    findDescending(true);
  }

  // The same; all were so far.
  void findDescending(bool answer) {
    while (answer) {
      if (++at_ == size_) {
        if (size_ <= 3) return reverse(false);
        stage_ = Stage::Contradiction;
        return reverse(less(values_[0], values_[1]));
      }
      answer = less(values_[at_], values_[at_ - 1]);
    }
    sortAll();
  }

  // Every element comes before its predecessor: the order function may just say yes to everything.
  void reverse(bool contradicts) {
    if (contradicts) Native(L_).error("invalid order function for sorting");
    std::reverse(values_, values_ + size_);
  }

  void sortAll() {
    depth_ = 0;
    enterRange(0, static_cast<uint32_t>(size_));
    sortRanges();
  }

  void enterRange(uint32_t first, uint32_t last) { ranges_[depth_++] = {first, last, 0}; }

  // Ranges that are done have been left.
  void sortRanges() {
    while (depth_ > 0) {
      Range& range = ranges_[depth_ - 1];
      uint32_t middle = range.middle();
      if (range.size() <= kInsertion) {
        stage_ = Stage::Insertion;
        next_ = at_ = range.first + 1;
        insert(less(values_[at_], values_[at_ - 1]));
      } else if (range.sorted_halves == 0) {
        range.sorted_halves = 1;
        enterRange(range.first, middle);
      } else if (range.sorted_halves == 1) {
        range.sorted_halves = 2;
        enterRange(middle, range.last);
      } else if (range.size() >= kCheckSorted) {
        stage_ = Stage::Border;
        mergeIf(less(values_[middle], values_[middle - 1]));
      } else {
        mergeIf(true);
      }
    }
  }

  // values_[next_] < values_[at_ - 1]? Those in front of next_ are sorted. The element stays in its place
  // until its new one is found: an error or a collection must find it.
  void insert(bool answer) {
    Range range = ranges_[depth_ - 1];
    for (;;) {
      if (answer && --at_ > range.first) {
        answer = less(values_[next_], values_[at_ - 1]);
        continue;
      }
      Value v = values_[next_];
      std::copy_backward(values_ + at_, values_ + next_, values_ + next_ + 1);
      values_[at_] = v;
      at_ = ++next_;
      if (next_ == range.last) break;
      answer = less(values_[next_], values_[at_ - 1]);
    }
    --depth_;
  }

  void mergeIf(bool is_needed) {
    Range range = ranges_[depth_ - 1];
    if (!is_needed) {
      --depth_;
      return;
    }
    std::copy(values_ + range.first, values_ + range.middle(), spare_);
    left_ = 0;
    right_ = range.middle();
    stage_ = Stage::Merge;
    merge(less(values_[right_], spare_[left_]));
  }

  // values_[right_] < spare_[left_]? The left half is in spare_.
  void merge(bool answer) {
    Range range = ranges_[depth_ - 1];
    size_t left = left_, left_count = range.size() / 2, right = right_;
    Value* out = values_ + range.first + left + (right - range.middle());
    for (;;) {
      if (answer) {
        *out++ = values_[right++];
        right_ = right;
        if (right == range.last) break;
      } else {
        *out++ = spare_[left++];
        left_ = left;
        if (left == left_count) break;
      }
      answer = less(values_[right], spare_[left]);
    }
    std::copy(spare_ + left, spare_ + left_count, out);
    --depth_;
  }

  Thread* L_;
  Value* values_;
  Value* spare_;
  size_t size_;
  bool has_order_;
  Stage stage_ = Stage::Ascending;
  size_t at_ = 0, next_ = 0;    // all stages but
  size_t left_ = 0, right_ = 0; // of Merge
  size_t depth_ = 0;
  Range ranges_[CHAR_BIT * sizeof(int)];
};

// While elements are read, compared and written, the program may be paused. On the stack lie the list, the
// order function, and the copies with the sorter.
MergeSorter* sorterOf(Native& n) { return static_cast<MergeSorter*>(n.arg(3).userdata()->bytes()); }

int writtenBack(lua_State* L, int, intptr_t i);

// Writes the sorted elements, from number i (of 0…) on, by metamethods.
int writeFrom(Native& n, int64_t i) {
  const MergeSorter* sorter = sorterOf(n);
  for (; i < sorter->size(); ++i) {
    n.push(sorter->values()[i]);
    popElement(n, 1, i + 1, i, writtenBack);
  }
  return 0;
}
int writtenBack(lua_State* L, int, intptr_t i) {
  Native n(L);
  return writeFrom(n, i + 1);
}

// Writes the sorted elements into the list, whatever has become of that meanwhile.
int writeBack(Native& n) {
  if (!isRawList(n.thread(), n.arg(1))) return writeFrom(n, 0);
  const Value* values = sorterOf(n)->values();
  int64_t size = sorterOf(n)->size();
  Table* list = n.arg(1).table();
  if (list->arrayKind() == ArrayKind::Values && list->array_size >= size &&
      std::none_of(values, values + size, [](const Value& v) { return v.isNil(); })) {
    heapOf(n.thread()).remember(list);
    inPieces(n.thread(), static_cast<size_t>(size), kElementsPerLook,
             [=](size_t from, size_t to) { std::copy(values + from, values + to, list->array + from); });
    return 0;
  }
  for (int64_t i = 0; i < size; ++i) {
    if (i % kElementsPerLook == 0) noticeInterrupt(n.thread());
    setInteger(n.thread(), list, i + 1, values[i]);
  }
  return 0;
}

int compared(lua_State* L, int, intptr_t) {
  Native n(L);
  bool answer = n.top(-1).isTruthy();
  n.pop(1);
  pushContinuation(n.thread(), 0, compared);
  sorterOf(n)->goOn(answer);
  popContinuation(n.thread());
  return writeBack(n);
}

int sortCopies(Native& n) {
  pushContinuation(n.thread(), 0, compared);
  sorterOf(n)->sort();
  popContinuation(n.thread());
  return writeBack(n);
}

void keepCopy(Thread* L, Userdata* copies, int64_t i, Value v) {
  copies->userValues()[i] = v;
  heapOf(L).barrier(copies, v);
}

int elementRead(lua_State* L, int, intptr_t i);

// Copies elements, from number i (of 0…) on, by metamethods.
int readFrom(Native& n, int64_t i) {
  Userdata* copies = n.arg(3).userdata();
  for (int64_t size = sorterOf(n)->size(); i < size; ++i) {
    work(n.thread(), Work::Elements, 1);
    pushElement(n, 1, i + 1, i, elementRead);
    keepCopy(n.thread(), copies, i, n.top(-1));
    n.pop(1);
  }
  return sortCopies(n);
}
int elementRead(lua_State* L, int, intptr_t i) {
  Native n(L);
  keepCopy(n.thread(), n.arg(3).userdata(), i, n.top(-1));
  n.pop(1);
  return readFrom(n, i + 1);
}

int sortList(Native& n, int64_t size) {
  if (size < 2) return 0;
  n.argumentCheck(size < INT_MAX, 1, "array too big");
  bool has_order = !n.isNoneOrNil(2);
  if (has_order) n.checkType(2, Type::Function);
  n.setTop(2);
  if (!has_order && sortInPlace(n.thread(), n.arg(1), static_cast<size_t>(size))) return 0;
  if (size > INT_MAX / 2) raiseMemory(n.thread());
  Userdata* copies = newInternalUserdata(n.thread(), sizeof(MergeSorter), static_cast<int>(size + size / 2));
  n.push(Value::of(copies));
  new (copies->bytes()) MergeSorter(n.thread(), copies->userValues(), static_cast<size_t>(size), has_order);
  if (!isRawList(n.thread(), n.arg(1))) return readFrom(n, 0);
  for (int64_t i = 0; i < size; ++i) {
    work(n.thread(), Work::Elements, 1);
    keepCopy(n.thread(), copies, i, getInteger(n.arg(1).table(), i + 1));
  }
  return sortCopies(n);
}

} // namespace

int tableSort(lua_State* L) {
  Native n(L);
  return withLength<sortList>(n, list_use::kRead | list_use::kWrite);
}

} // namespace perigee
