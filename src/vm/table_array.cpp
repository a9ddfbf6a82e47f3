// The array part of tables: growing, changing kind, and moving elements from and to the dictionary part.
//
// Capacity may change only when a new key is stored (or when nothing but elements is in the table): positions
// of slots and entries in a traversal are counted from it.
#include "vm/table_parts.h"

#include <bit>

namespace perigee {

namespace {

constexpr uint32_t kFirstCapacity = 4;
constexpr uint32_t kFineSteps = 1024; // above this capacity grows by about a half
constexpr uint32_t kSparseCheck = 16; // smaller arrays stay arrays however few elements they have

void setKind(Table* t, ArrayKind kind) {
  t->flags = static_cast<uint8_t>((t->flags & ~Table::kKindMask) | static_cast<uint8_t>(kind));
}

// Writes the elements, of whatever kind, as values to `to`, which may be the very same memory.
void expandElements(const Table* t, Value* to) {
  // From the last one down: an element's value never covers an element not yet read.
  if (t->arrayKind() == ArrayKind::Integers) {
    for (uint32_t i = t->array_size; i-- > 0;) to[i] = Value::of(t->integers[i]);
  } else {
    for (uint32_t i = t->array_size; i-- > 0;) to[i] = Value::of(t->floats[i]);
  }
}

// An empty array takes the kind of its first element.
void setKindOfEmpty(Thread* L, Table* t, ArrayKind kind) {
  ArrayKind old = t->arrayKind();
  if (old == kind) return;
  if (!(t->flags & Table::kInlineArray) && t->array_memory != nullptr) {
    uint32_t capacity = t->array_capacity;
    if (old == ArrayKind::Values) {
      t->array_memory = heapOf(L).tryReallocateRaw(t->array_memory, capacity * 16ull, capacity * 8ull);
    } else if (kind == ArrayKind::Values) {
      if (capacity & 1) {
        t->array_memory = heapOf(L).tryReallocateRaw(t->array_memory, capacity * 8ull, (capacity - 1) * 8ull);
      }
      t->array_capacity = capacity / 2;
    }
  }
  setKind(t, kind);
}

// Positions of a traversal in slots or dictionary depend on the capacity.
bool capacityIsFree(const Table* t) { return t->shape->count == 0 && t->dictionary == nullptr; }

void convertToValues(Thread* L, Table* t) {
  uint32_t capacity = t->array_capacity;
  if (!(t->flags & Table::kInlineArray) && capacityIsFree(t)) {
    uint32_t wanted = arrayCapacityFor(t->array_size + 1);
    if (wanted < capacity / 2) wanted = capacity / 2;
    if (wanted < capacity) capacity = wanted;
  }
  resizeArray(L, t, ArrayKind::Values, capacity);
}

// Elements of an array of values that are not nil.
uint32_t liveElements(const Table* t) {
  uint32_t live = 0;
  for (uint32_t i = 0; i < t->array_size; ++i) live += !t->array[i].isNil();
  return live;
}

// Fewer than half of the elements are not nil.
bool isSparse(const Table* t) {
  if (t->arrayKind() != ArrayKind::Values || t->array_size < kSparseCheck) return false;
  return liveElements(t) < t->array_size / 2;
}

// Integer keys outside of the array part, by magnitude.
struct KeyCount {
  uint32_t used[31] = {}; // used[b]: in (2^(b-1), 2^b]

  void add(Value key) {
    if (key.isInteger() && key.integer > 0 && key.integer <= kMaxArraySize)
      ++used[std::bit_width(static_cast<uint64_t>(key.integer - 1))];
  }

  // The largest power of two, more than the array has elements, so that more than half of the keys up to it
  // are in use; 0 if there is none.
  int64_t arraySize(const Table* t, uint32_t live_elements) const {
    int64_t n = 0;
    uint64_t sum = live_elements;
    for (int b = 0; b <= 30; ++b) {
      sum += used[b];
      int64_t power = int64_t{1} << b;
      if (power > t->array_size && used[b] != 0 && sum > static_cast<uint64_t>(power) / 2) n = power;
    }
    return n;
  }
};

// Moves elements behind the densely used beginning of a sparse array to the dictionary.
void spillArray(Thread* L, Table* t) {
  uint32_t keep = 0;
  uint32_t live = 0;
  uint32_t next_power = 1;
  for (uint32_t i = 0; i < t->array_size; ++i) {
    live += !t->array[i].isNil();
    if (i + 1 != next_power) continue;
    if (live > next_power / 2) keep = next_power;
    next_power *= 2;
  }
  while (keep < t->array_size && !t->array[keep].isNil()) ++keep;
  reserveEntries(L, t, live);
  Dictionary* d = t->dictionary;
  for (uint32_t i = keep; i < t->array_size; ++i) {
    if (t->array[i].isNil()) continue;
    uint32_t e = appendEntry(d, Value::of(int64_t{i} + 1));
    d->entries()[e].value = t->array[i];
  }
  if (t->array_size > keep) t->array_size = keep;
  trimArray(t);
  resizeArray(L, t, ArrayKind::Values, t->array_size);
}

// How many of the keys behind the next one to be appended wait in the dictionary, and whether all their
// values have the kind.
uint32_t followingEntries(const Table* t, ArrayKind kind, bool* same_kind) {
  uint32_t n = 0;
  *same_kind = true;
  const Dictionary* d = t->dictionary;
  for (int64_t key = int64_t{t->array_size} + 2;; ++key, ++n) {
    uint32_t e = findIntegerEntry(d, key);
    if (e == kNoEntry || d->entries()[e].value.isNil()) return n;
    if (kindFor(d->entries()[e].value) != kind) *same_kind = false;
  }
}

void storeElement(Table* t, uint32_t index0, Value value) {
  if (t->arrayKind() == ArrayKind::Values)
    t->array[index0] = value;
  else
    std::memcpy(t->integers + index0, &value.integer, 8);
}

// Takes over what waits in the dictionary for its turn; there is room.
void takeFollowing(Table* t) {
  Dictionary* d = t->dictionary;
  for (;;) {
    uint32_t e = findIntegerEntry(d, int64_t{t->array_size} + 1);
    if (e == kNoEntry) return;
    Value v = d->entries()[e].value;
    d->entries()[e].kill();
    if (v.isNil()) return;
    storeElement(t, t->array_size++, v);
  }
}

// Appends `value` (not nil), or makes one of the preparations for that and returns false: look again.
bool tryAppend(Thread* L, Table* t, Value value) {
  ArrayKind wanted = kindFor(value);
  if (t->array_size == 0) setKindOfEmpty(L, t, wanted);
  ArrayKind kind = t->arrayKind();
  bool same_kind = kind == ArrayKind::Values || kind == wanted;
  uint32_t more = 0;
  if (t->dictionary != nullptr && t->dictionary->has_integers) {
    bool following_same;
    more = followingEntries(t, kind, &following_same);
    if (kind != ArrayKind::Values && !following_same) same_kind = false;
  }
  if (!same_kind && t->array_size == 0) {
    setKindOfEmpty(L, t, kind = ArrayKind::Values);
  } else if (!same_kind) {
    convertToValues(L, t);
    return false;
  }
  if (t->array_capacity - t->array_size < more + 1) {
    if (isSparse(t)) {
      spillArray(L, t);
      return false;
    }
    uint64_t needed = uint64_t{t->array_size} + more + 1;
    if (needed > kMaxArraySize) raiseError(L, "table overflow");
    uint32_t size = t->array_size;
    resizeArray(L, t, kind, arrayCapacityFor(static_cast<uint32_t>(needed)));
    if (t->array_size != size) return false; // the collector has cleared elements
  }
  storeElement(t, t->array_size++, value);
  heapOf(L).barrier(t, value);
  if (t->dictionary != nullptr && t->dictionary->has_integers) takeFollowing(t);
  return true;
}

} // namespace

uint32_t arrayCapacityFor(uint32_t needed) {
  if (needed <= kFirstCapacity) return kFirstCapacity;
  uint32_t power = std::bit_ceil(needed);
  uint32_t between = power / 4 * 3;
  return power > kFineSteps && needed <= between ? between : power;
}

void resizeArray(Thread* L, Table* t, ArrayKind kind, uint32_t capacity) {
  Heap& heap = heapOf(L);
  ArrayKind old = t->arrayKind();
  if (t->flags & Table::kInlineArray) {
    // Inline memory has room for its capacity in values, whatever the kind.
    if (capacity <= t->array_capacity) {
      if (kind != old) expandElements(t, t->array);
      setKind(t, kind);
      return;
    }
    void* memory = heap.allocateRaw(L, capacity * elementBytes(kind));
    if (kind == old)
      std::memcpy(memory, t->array_memory, t->array_size * elementBytes(kind));
    else
      expandElements(t, static_cast<Value*>(memory));
    t->array_memory = memory;
    t->flags &= static_cast<uint8_t>(~Table::kInlineArray);
  } else {
    size_t old_bytes = t->array_capacity * elementBytes(old);
    size_t new_bytes = capacity * elementBytes(kind);
    t->array_memory = heap.reallocateRaw(L, t->array_memory, old_bytes, new_bytes);
    if (kind != old) expandElements(t, t->array);
  }
  setKind(t, kind);
  t->array_capacity = capacity;
}

void setIntegerSlow(Thread* L, Table* t, int64_t key, Value value) {
  if (!value.isNil()) forgetCleared(L);
  uint64_t index = static_cast<uint64_t>(key) - 1;
  for (;;) {
    if (index > t->array_size) return setInDictionary(L, t, Value::of(key), value);
    if (index == t->array_size) {
      if (value.isNil() || tryAppend(L, t, value)) return;
      continue;
    }
    ArrayKind kind = t->arrayKind();
    if (value.isNil() && index == t->array_size - 1) {
      --t->array_size;
      trimArray(t);
      if (L->global->cleared.size > t->array_size) forgetCleared(L);
      return;
    }
    if (kind == ArrayKind::Values || kind == kindFor(value)) {
      storeElement(t, static_cast<uint32_t>(index), value);
      heapOf(L).barrier(t, value);
      return;
    }
    convertToValues(L, t);
  }
}

void setInteger(Thread* L, Table* t, int64_t key, Value value) {
  uint64_t index = static_cast<uint64_t>(key) - 1;
  if (index < t->array_size && !value.isNil()) [[likely]] {
    ArrayKind kind = t->arrayKind();
    if (kind == ArrayKind::Values) {
      if (t->array[index].isNil()) forgetCleared(L);
      t->array[index] = value;
      heapOf(L).barrier(t, value);
      return;
    }
    if (kind == kindFor(value)) [[likely]] {
      std::memcpy(t->integers + index, &value.integer, 8);
      return;
    }
  } else if (index == t->array_size && index != 0 && index < t->array_capacity && t->dictionary == nullptr) {
    ArrayKind kind = t->arrayKind();
    if (kind == ArrayKind::Values ? !value.isNil() : kind == kindFor(value)) [[likely]] {
      storeElement(t, t->array_size++, value);
      heapOf(L).barrier(t, value);
      return;
    }
  }
  setIntegerSlow(L, t, key, value);
}

bool moveIntegersToArray(Thread* L, Table* t, Value key, Value value) {
  KeyCount keys;
  const Dictionary* d = t->dictionary;
  for (uint32_t i = 0; i < d->count; ++i)
    if (!d->entries()[i].value.isNil()) keys.add(d->entries()[i].key());
  keys.add(key);
  // First as if there were no holes in the array, to look at its elements only if it matters.
  int64_t n = keys.arraySize(t, t->array_size);
  if (n != 0 && t->arrayKind() == ArrayKind::Values) n = keys.arraySize(t, liveElements(t));
  if (n == 0) return false;
  auto inUse = [&](int64_t k) {
    uint32_t e = findIntegerEntry(d, k);
    return (key.isInteger() && key.integer == k) || (e != kNoEntry && !d->entries()[e].value.isNil());
  };
  while (n < kMaxArraySize && inUse(n + 1)) ++n;

  bool takes_key = key.isInteger() && key.integer > 0 && key.integer <= n;
  auto last = [&] {
    int64_t k = takes_key ? key.integer : 0;
    for (uint32_t i = 0; i < t->dictionary->count; ++i) {
      const DictionaryEntry& e = t->dictionary->entries()[i];
      if (!e.value.isNil() && e.link.key_tag == Tag::Integer && e.key().integer <= n && e.key().integer > k)
        k = e.key().integer;
    }
    return static_cast<uint32_t>(k);
  };
  uint32_t capacity = arrayCapacityFor(last());
  if (t->array_size == 0) setKindOfEmpty(L, t, ArrayKind::Values);
  resizeArray(L, t, ArrayKind::Values, capacity < t->array_capacity ? t->array_capacity : capacity);
  uint32_t size = last(); // the collector may have cleared entries
  for (uint32_t i = t->array_size; i < size; ++i) t->array[i] = Value::nil();
  for (uint32_t i = 0; i < t->dictionary->count; ++i) {
    DictionaryEntry& e = t->dictionary->entries()[i];
    Value k = e.key();
    if (!k.isInteger() || k.integer <= 0 || k.integer > n + 1) continue;
    if (k.integer <= size && !e.value.isNil()) t->array[k.integer - 1] = e.value;
    e.kill(); // n + 1 is a cleared key, if any
  }
  forgetCleared(L);
  if (takes_key) {
    t->array[key.integer - 1] = value;
    heapOf(L).barrier(t, value);
  }
  if (size > t->array_size) t->array_size = size;
  squeezeDictionary(L, t);
  return takes_key;
}

void reserveArray(Thread* L, Table* t, uint32_t elements) {
  if (elements > kMaxArraySize) raiseError(L, "table overflow");
  if (elements > t->array_capacity) resizeArray(L, t, t->arrayKind(), elements);
}

void setArrayRange(Thread* L, Table* t, uint32_t first, const Value* values, uint32_t n) {
  bool simple = first == t->array_size && (t->dictionary == nullptr || !t->dictionary->has_integers);
  uint32_t m = n;
  while (m > 0 && values[m - 1].isNil()) --m;
  if (simple && m > 1 && uint64_t{first} + m <= kMaxArraySize) {
    ArrayKind kind = kindFor(values[0]);
    for (uint32_t i = 1; i < m && kind != ArrayKind::Values; ++i)
      if (kindFor(values[i]) != kind) kind = ArrayKind::Values;
    if (first == 0)
      setKindOfEmpty(L, t, kind);
    else if (kind != t->arrayKind())
      kind = ArrayKind::Values;
    uint32_t capacity = t->array_capacity;
    if (capacity - first < m) capacity = first == 0 ? m : arrayCapacityFor(first + m);
    if (capacity != t->array_capacity || kind != t->arrayKind()) resizeArray(L, t, kind, capacity);
    if (t->array_size == first) {
      for (uint32_t i = 0; i < m; ++i) {
        storeElement(t, first + i, values[i]);
        heapOf(L).barrier(t, values[i]);
      }
      t->array_size = first + m;
      return;
    }
  }
  for (uint32_t i = 0; i < n; ++i) setInteger(L, t, int64_t{first} + i + 1, values[i]);
}

} // namespace perigee
