// The dictionary part of a table: a hash table that keeps the order in which keys were inserted.
//
// One block of raw memory: this head, `capacity` entries of which the first `count` are in use, in order of
// insertion, and (for more than kScanCapacity entries) a power of two of chain heads, of two bytes each as
// long as they can number the entries:
//
//   Dictionary | DictionaryEntry[capacity] | uint16_t or uint32_t[head_mask + 1]
//
// An entry whose value is nil is cleared: its key stays, so that a traversal that stands on it finds its way
// on, and so that setting the key again needs no new entry. Cleared entries are squeezed out only when a NEW
// key finds the block full. The collector turns the key of a cleared entry into Tag::DeadKey when the key's
// object is about to be freed; such a key is compared by address and only by `next`.
//
// Keys are never nil, NaN, or floats with an integer value; an integer key is never in 1..array_size + 1 of
// the table, not even in a cleared entry.
#pragma once

#include "vm/object.h"

#include <bit>
#include <cstring>

namespace perigee {

struct DictionaryEntry {
  union {
    Value value; // assigning to it leaves `link` alone: see vm/value.h
    struct {
      uint64_t value_payload;
      Tag value_tag;
      Tag key_tag;
      uint16_t unused;
      uint32_t next; // index of the next entry of the chain, or kNoEntry
    } link;
  };
  uint64_t key_payload;

  Value key() const {
    Value v;
    std::memcpy(&v.integer, &key_payload, 8);
    v.tag = link.key_tag;
    return v;
  }
  Object* keyObject() const { return reinterpret_cast<Object*>(key_payload); }
  void setKey(Value k) {
    std::memcpy(&key_payload, &k.integer, 8);
    link.key_tag = k.tag;
  }
  // For the collector: the value is nil and the key's object will be freed.
  void makeKeyDead() { link.key_tag = Tag::DeadKey; }
  // No key at all: nothing finds this entry any more.
  void kill() {
    value = Value::nil();
    link.key_tag = Tag::DeadKey;
    key_payload = 0;
  }
};
static_assert(sizeof(DictionaryEntry) == 24 && offsetof(DictionaryEntry, link.key_tag) == 9 &&
              offsetof(DictionaryEntry, link.next) == 12);

constexpr uint32_t kNoEntry = ~uint32_t{0};
constexpr uint16_t kNoEntryInNarrowHead = UINT16_MAX;

struct Dictionary {
  // Up to this capacity there are no heads: entries are compared one by one.
  static constexpr uint32_t kScanCapacity = 8;
  // Up to this one heads have two bytes: the greatest such number stands for none.
  static constexpr uint32_t kNarrowCapacity = kNoEntryInNarrowHead;

  uint32_t count; // entries in use, cleared ones included
  uint32_t capacity;
  uint32_t head_mask;        // number of heads minus one; meaningless without heads
  uint32_t first : 31;       // no entry before this one is live
  uint32_t has_integers : 1; // some entry may have an integer key

  DictionaryEntry* entries() { return reinterpret_cast<DictionaryEntry*>(this + 1); }
  const DictionaryEntry* entries() const { return reinterpret_cast<const DictionaryEntry*>(this + 1); }
  bool hasHeads() const { return capacity > kScanCapacity; }
  bool hasNarrowHeads() const { return capacity <= kNarrowCapacity; }
  // Of the type that the capacity calls for; one without an entry has all bits set.
  template <class Head> Head* heads() { return reinterpret_cast<Head*>(entries() + capacity); }
  template <class Head> const Head* heads() const {
    return reinterpret_cast<const Head*>(entries() + capacity);
  }

  // Heads for a capacity, all a power of two: at least as many as entries as long as they are narrow; half as
  // many as entries if the capacity is a power of two above that. So a table takes at most a tenth more
  // memory than on stock Lua.
  static constexpr uint32_t headCount(uint32_t capacity) {
    if (capacity <= kScanCapacity) return 0;
    if (capacity <= kNarrowCapacity) return std::bit_ceil(capacity);
    return std::has_single_bit(capacity) ? capacity / 2 : std::bit_ceil(capacity);
  }
  static constexpr size_t headBytes(uint32_t capacity) {
    return headCount(capacity) * (capacity <= kNarrowCapacity ? sizeof(uint16_t) : sizeof(uint32_t));
  }
  static constexpr size_t bytesFor(uint32_t capacity) {
    return sizeof(Dictionary) + capacity * sizeof(DictionaryEntry) + headBytes(capacity);
  }
  size_t bytes() const { return bytesFor(capacity); }
};
static_assert(sizeof(Dictionary) == 16);

// Index of the entry with `key` (normalized: see normalizedKey), live or cleared, or kNoEntry. `d` may be
// null.
uint32_t findEntry(const Dictionary* d, Value key);
uint32_t findIntegerEntry(const Dictionary* d, int64_t key);

// The entry for which `matches(entry)` holds among those whose key has the hash that `hash()` gives. Written
// once, compiled for each kind of comparison.
template <class Hash, class Matches>
__attribute__((always_inline)) inline uint32_t searchEntries(const Dictionary* d, Hash&& hash,
                                                             Matches&& matches) {
  const DictionaryEntry* entries = d->entries();
  if (!d->hasHeads()) {
    uint32_t count = d->count;
    for (uint32_t i = 0; i < count; ++i)
      if (matches(entries[i])) return i;
    return kNoEntry;
  }
  uint32_t home = hash() & d->head_mask;
  uint32_t i;
  if (d->hasNarrowHeads()) {
    i = d->heads<uint16_t>()[home];
    if (i == kNoEntryInNarrowHead) return kNoEntry;
  } else {
    i = d->heads<uint32_t>()[home];
    if (i == kNoEntry) return kNoEntry;
  }
  do {
    if (matches(entries[i])) return i;
    i = entries[i].link.next;
  } while (i != kNoEntry);
  return kNoEntry;
}
inline uint32_t findShortStringEntry(const Dictionary* d, const String* key) {
  if (d == nullptr) return kNoEntry;
  uint64_t payload = reinterpret_cast<uint64_t>(key);
  return searchEntries(
      d, [&] { return key->aux; },
      [&](const DictionaryEntry& e) { return e.key_payload == payload && e.link.key_tag == Tag::String; });
}
inline uint32_t dictionaryFind(const Dictionary* d, String* key) {
  return key->isShort() ? findShortStringEntry(d, key) : findEntry(d, Value::of(key));
}
// The same, also finding a dead key by its address: for `next`.
uint32_t findEntryForNext(const Dictionary* d, Value key);

// For inline caches: the value in entry `index` if that is in use and has this very key, else null.
inline Value* dictionaryValueAt(Dictionary* d, uint32_t index, const String* key) {
  if (d == nullptr || index >= d->count) return nullptr;
  DictionaryEntry& e = d->entries()[index];
  if (e.key_payload != reinterpret_cast<uint64_t>(key) || e.link.key_tag != Tag::String) return nullptr;
  return &e.value;
}

// Keys as the dictionary holds them: floats with an integer value become integers.
bool floatKeyToInteger(double d, int64_t* out);
inline Value normalizedKey(Value key) {
  int64_t i;
  if (key.tag == Tag::Float && floatKeyToInteger(key.number, &i)) return Value::of(i);
  return key;
}

// --- changes; none allocates -------------------------------------------------------------------------------

// An empty dictionary in fresh memory of bytesFor(capacity).
void initDictionary(Dictionary* d, uint32_t capacity);
// Appends an entry for a key that no entry has; needs count < capacity. The value is nil.
uint32_t appendEntry(Dictionary* d, Value key);
// Squeezes out cleared entries, then makes room for `gap` entries in front of the others (for the caller to
// fill: keys and values), and sets `count`. Nothing may be searched before rebuildHeads.
void compactEntries(Dictionary* d, uint32_t gap = 0);
// Makes the chains anew from the keys of all entries in use; sets has_integers and first.
void rebuildHeads(Dictionary* d);
// After the block was reallocated from `old_capacity`: sets the capacity, and moves or rebuilds the heads.
// With more entries than fit never called.
void setCapacity(Dictionary* d, uint32_t capacity);

// A capacity in steps of about a half that `needed` (>= 1) entries fit in; calling it with capacity + 1 gives
// the next.
uint32_t capacityFor(uint32_t needed);

} // namespace perigee
