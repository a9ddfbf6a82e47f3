// The dictionary part of a table: searching, appending, and putting the block in order.
#include "vm/dictionary.h"

#include "support/entropy.h"
#include "vm/string.h"

#include <bit>

namespace perigee {

namespace {

// Odd, and another one in each process: which numbers collide cannot be told in advance.
const uint64_t multiplier = drawEntropy() | 1;

// All bits of the product count, so that keys which differ in their high bits only scatter, too.
uint32_t mixBits(uint64_t bits) {
  auto product = static_cast<unsigned __int128>(bits) * multiplier;
  uint64_t h = static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  return static_cast<uint32_t>(h ^ (h >> 32));
}

// Neighbours stay neighbours, as far as they agree in all but their low bits: keys that count up, and objects
// made one after the other, are found without going all over the heads. What lies above is scattered.
uint32_t mixNear(uint64_t n) { return static_cast<uint32_t>(n + ((n >> 12) * multiplier >> 32)); }

// Of anything but a string.
uint32_t hashOfBits(uint64_t payload, Tag tag) {
  if (tag == Tag::Integer) return mixNear(payload);
  return isCollectableTag(tag) ? mixNear(payload >> 4) : mixBits(payload);
}

uint32_t hashOfKey(uint64_t payload, Tag tag) {
  return tag == Tag::String ? hashOf(reinterpret_cast<String*>(payload)) : hashOfBits(payload, tag);
}

uint64_t payloadOf(Value key) {
  uint64_t payload;
  std::memcpy(&payload, &key.integer, 8);
  return payload;
}

inline uint32_t findBits(const Dictionary* d, uint64_t payload, Tag tag) {
  return searchEntries(
      d, [&] { return hashOfBits(payload, tag); },
      [&](const DictionaryEntry& e) { return e.key_payload == payload && e.link.key_tag == tag; });
}

uint32_t findLongString(const Dictionary* d, String* key) {
  return searchEntries(
      d, [&] { return hashOf(key); },
      [&](const DictionaryEntry& e) {
        return e.link.key_tag == Tag::String && equalStrings(reinterpret_cast<String*>(e.key_payload), key);
      });
}

void addToChain(Dictionary* d, uint32_t index) {
  DictionaryEntry& e = d->entries()[index];
  uint32_t home = hashOfKey(e.key_payload, e.link.key_tag) & d->head_mask;
  if (d->hasNarrowHeads()) {
    uint16_t& head = d->heads<uint16_t>()[home];
    e.link.next = head == kNoEntryInNarrowHead ? kNoEntry : head;
    head = static_cast<uint16_t>(index);
  } else {
    uint32_t& head = d->heads<uint32_t>()[home];
    e.link.next = head;
    head = index;
  }
}

} // namespace

uint32_t findIntegerEntry(const Dictionary* d, int64_t key) {
  if (d == nullptr || !d->has_integers) return kNoEntry;
  return findBits(d, static_cast<uint64_t>(key), Tag::Integer);
}

uint32_t findEntry(const Dictionary* d, Value key) {
  if (d == nullptr) return kNoEntry;
  if (key.isString())
    return key.string()->isShort() ? findShortStringEntry(d, key.string()) : findLongString(d, key.string());
  return findBits(d, payloadOf(key), key.tag);
}

uint32_t findEntryForNext(const Dictionary* d, Value key) {
  uint32_t i = findEntry(d, key);
  if (i != kNoEntry || d == nullptr || !key.isCollectable()) return i;
  // A dead long string may differ from `key` in its object, but a traversal hands out the very object.
  uint64_t payload = payloadOf(key);
  return searchEntries(
      d, [&] { return hashOfKey(payload, key.tag); },
      [&](const DictionaryEntry& e) { return e.key_payload == payload && e.link.key_tag == Tag::DeadKey; });
}

bool floatKeyToInteger(double d, int64_t* out) {
  // The bounds are exact in a double; NaN fails the comparison.
  if (!(d >= -9223372036854775808.0 && d < 9223372036854775808.0)) return false;
  int64_t i = static_cast<int64_t>(d);
  *out = i;
  return static_cast<double>(i) == d;
}

void initDictionary(Dictionary* d, uint32_t capacity) {
  d->count = 0;
  d->capacity = capacity;
  d->first = 0;
  d->has_integers = 0;
  rebuildHeads(d);
}

uint32_t appendEntry(Dictionary* d, Value key) {
  uint32_t index = d->count++;
  DictionaryEntry& e = d->entries()[index];
  e.value = Value::nil();
  e.setKey(key);
  e.link.unused = 0;
  e.link.next = kNoEntry;
  if (key.isInteger()) d->has_integers = 1;
  if (d->hasHeads()) addToChain(d, index);
  return index;
}

// With keys and links, which assignment leaves alone.
static void moveEntries(DictionaryEntry* to, const DictionaryEntry* from, size_t n) {
  std::memmove(static_cast<void*>(to), static_cast<const void*>(from), n * sizeof(DictionaryEntry));
}

void compactEntries(Dictionary* d, uint32_t gap) {
  DictionaryEntry* entries = d->entries();
  uint32_t live = 0;
  for (uint32_t i = 0; i < d->count; ++i) {
    if (entries[i].value.isNil()) continue;
    if (live != i) moveEntries(entries + live, entries + i, 1);
    ++live;
  }
  if (gap != 0) moveEntries(entries + gap, entries, live);
  d->count = live + gap;
}

void rebuildHeads(Dictionary* d) {
  uint32_t heads = Dictionary::headCount(d->capacity);
  d->head_mask = heads - 1;
  d->first = 0;
  d->has_integers = 0;
  if (heads != 0) std::memset(d->heads<char>(), 0xFF, Dictionary::headBytes(d->capacity));
  static_assert(kNoEntry == 0xFFFFFFFF && kNoEntryInNarrowHead == 0xFFFF);
  for (uint32_t i = 0; i < d->count; ++i) {
    if (d->entries()[i].link.key_tag == Tag::Integer) d->has_integers = 1;
    if (heads != 0 && d->entries()[i].link.key_tag != Tag::DeadKey) addToChain(d, i);
  }
}

void setCapacity(Dictionary* d, uint32_t capacity) {
  bool same_heads = Dictionary::headCount(d->capacity) == Dictionary::headCount(capacity) &&
                    Dictionary::headBytes(d->capacity) == Dictionary::headBytes(capacity);
  const char* from = d->heads<char>();
  d->capacity = capacity;
  if (same_heads)
    std::memmove(d->heads<char>(), from, Dictionary::headBytes(capacity));
  else
    rebuildHeads(d);
}

uint32_t capacityFor(uint32_t needed) {
  // 1, 2, 4, 8, then two steps to every doubling.
  uint32_t power = std::bit_ceil(needed);
  uint32_t between = power / 4 * 3;
  return power > Dictionary::kScanCapacity && needed <= between ? between : power;
}

} // namespace perigee
