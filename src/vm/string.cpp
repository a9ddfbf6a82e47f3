// Making and hashing strings.
#include "vm/string.h"

#include "vm/error.h"
#include "vm/state.h"
#include "vm/work.h"

#include <bit>

namespace perigee {

// --- hashing -----------------------------------------------------------------------------------------------
//
// Multiply-and-fold: 16 bytes a step go into a 64 x 64 -> 128 bit product whose halves are combined. All
// bytes count, and both factors contain the seed, in different ways: nobody can make a factor zero or have
// two of them change places, which would make the others' bytes count for nothing. So colliding strings
// cannot be made up in advance.

namespace {

constexpr uint64_t kSalt0 = 0x9FB21C651E98DF25u;
constexpr uint64_t kSalt1 = 0xD6E8FEB86659FD93u;
constexpr int kTurn = 23; // the seed is in both halves of the first state

uint64_t fold(uint64_t a, uint64_t b) {
  auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}
uint64_t load8(const char* p) {
  uint64_t v;
  std::memcpy(&v, p, 8);
  return v;
}

uint64_t seedState(uint32_t seed) { return (seed | uint64_t{seed} << 32) ^ kSalt0; }
uint32_t finish(uint64_t state, uint64_t a, uint64_t b, size_t n) {
  state = fold(a ^ state ^ kSalt1 ^ n, b ^ std::rotl(state, kTurn));
  state = fold(state ^ kSalt0, kSalt1);
  return static_cast<uint32_t>(state ^ state >> 32);
}

uint32_t hashPacked(const PackedText& text, uint32_t seed) {
  return finish(seedState(seed), text.low(), text.high(), text.length);
}

uint32_t hashBytes(const char* p, size_t n, uint32_t seed) {
  if (n <= PackedText::kMax) return hashPacked(PackedText::of(p, n), seed);
  uint64_t state = seedState(seed);
  size_t left = n;
  for (const char* q = p; left > 16; left -= 16, q += 16)
    state = fold(load8(q) ^ state ^ kSalt1, load8(q + 8) ^ std::rotl(state, kTurn));
  return finish(state, load8(p + n - 16), load8(p + n - 8), n);
}

String* allocateString(Thread* L, size_t length, uint8_t flags) {
  auto* s = static_cast<String*>(heapOf(L).allocate(L, Tag::String, sizeof(String) + length + 1));
  s->flags = flags;
  s->extra = 0;
  s->aux = 0;
  s->length = length;
  s->data()[length] = '\0';
  return s;
}

// A string that the table holds; not one for the sweep any more.
String* reuse(State* G, String* known) {
  if (G->heap.isDead(known)) G->heap.resurrect(known);
  return known;
}

// A short string's memory, its contents for the caller to write and then for `enter`.
String* allocateShort(Thread* L, size_t length, uint32_t hash) {
  String* s = allocateString(L, length, String::kShort | String::kHashed);
  s->aux = hash;
  return s;
}
// Only now, for the allocation may have freed strings.
String* enter(Thread* L, String* s) {
  State* G = L->global;
  if (!G->strings.add(G->heap, s)) [[unlikely]] {
    s->flags = 0; // an ordinary object without a place in the table
    raiseMemory(L);
  }
  return s;
}

String* internPacked(Thread* L, const PackedText& text) {
  State* G = L->global;
  uint32_t hash = hashPacked(text, G->seed);
  String* known = G->strings.find(hash, [&](const String* s) {
    return s->length == text.length && PackedText::of(s).bytes == text.bytes;
  });
  if (known != nullptr) return reuse(G, known);
  String* s = allocateShort(L, text.length, hash);
  std::memcpy(s->data(), &text.bytes, sizeof text.bytes);
  return enter(L, s);
}

// Of more than PackedText::kMax bytes.
String* internBytes(Thread* L, const char* data, size_t length) {
  State* G = L->global;
  uint32_t hash = hashBytes(data, length, G->seed);
  String* known = G->strings.find(hash, [&](const String* s) {
    return s->length == length && std::memcmp(s->data(), data, length) == 0;
  });
  if (known != nullptr) return reuse(G, known);
  String* s = allocateShort(L, length, hash);
  std::memcpy(s->data(), data, length);
  return enter(L, s);
}

constexpr size_t kByteStringsSize = 256 * sizeof(String*);

// The string is kept if there is memory for it.
void keepByteString(State* G, String* s) {
  if (G->byte_strings == nullptr) {
    void* memory = G->heap.tryReallocateRaw(nullptr, 0, kByteStringsSize);
    if (memory == nullptr) return;
    G->byte_strings = static_cast<String**>(std::memset(memory, 0, kByteStringsSize));
  }
  G->heap.fix(s);
  G->byte_strings[static_cast<uint8_t>(*s->data())] = s;
}

String* byteString(Thread* L, uint8_t byte) {
  State* G = L->global;
  if (G->byte_strings != nullptr) [[likely]] {
    String* s = G->byte_strings[byte];
    if (s != nullptr) [[likely]]
      return s;
  }
  String* s = internPacked(L, PackedText{byte, 1});
  keepByteString(G, s);
  return s;
}

} // namespace

void freeByteStrings(State* G) {
  G->heap.freeRaw(G->byte_strings, kByteStringsSize);
  G->byte_strings = nullptr;
}

String* newString(Thread* L, const char* data, size_t length) {
  if (length == 1) return byteString(L, static_cast<uint8_t>(*data));
  if (length <= PackedText::kMax) [[likely]]
    return internPacked(L, PackedText::of(data, length));
  if (length <= kMaxShortString) return internBytes(L, data, length);
  String* s = newLongString(L, length);
  std::memcpy(s->data(), data, length);
  return s;
}

String* newStringInPieces(Thread* L, const char* data, size_t length) {
  if (length <= kBytesPerLook) return newString(L, data, length);
  String* s = newLongString(L, length);
  copyInPieces(L, s->data(), data, length);
  return s;
}

String* newString(Thread* L, const PackedText& text) {
  return text.length == 1 ? byteString(L, static_cast<uint8_t>(text.bytes)) : internPacked(L, text);
}

String* newLongString(Thread* L, size_t length) {
  if (length > static_cast<size_t>(PTRDIFF_MAX) - sizeof(String) - 1) raiseMemory(L);
  String* s = allocateString(L, length, 0);
  s->aux = L->global->seed; // until it is hashed
  return s;
}

String* tryResizeLongString(Thread* L, String* s, size_t length) {
  if (length > static_cast<size_t>(PTRDIFF_MAX) - sizeof(String) - 1) return nullptr;
  auto bytesFor = [](size_t n) { return sizeof(String) + n + 1; };
  s = static_cast<String*>(heapOf(L).tryResizeUnseen(s, bytesFor(s->length), bytesFor(length)));
  if (s == nullptr) return nullptr;
  s->length = length;
  s->data()[length] = '\0';
  return s;
}

bool equalLongStrings(const String* a, const String* b) {
  return a->length == b->length && std::memcmp(a->data(), b->data(), a->length) == 0;
}

bool equalInPieces(Thread* L, const String* a, const String* b) {
  if (a == b || a->isShort() || b->isShort() || a->length != b->length) return a == b;
  bool same = true;
  for (size_t at = 0; same && at < a->length; at += kBytesPerLook) {
    size_t piece = std::min(kBytesPerLook, a->length - at);
    if (a->length > kBytesPerLook) work(L, Work::Bytes, piece); // what is shorter others compare, too
    same = std::memcmp(a->data() + at, b->data() + at, piece) == 0;
  }
  return same;
}

uint32_t hashOf(String* s) {
  if (!(s->flags & String::kHashed)) [[unlikely]] {
    s->aux = hashBytes(s->data(), s->length, s->aux);
    s->flags |= String::kHashed;
  }
  return s->aux;
}

String* substring(Thread* L, String* s, int64_t first, int64_t last) {
  size_t start = startPosition(first, s->length);
  size_t end = endPosition(last, s->length);
  if (start > end) return newString(L, "", 0);
  if (start == 1 && end == s->length) return s;
  size_t length = end - start + 1;
  work(L, Work::Bytes, length);
  return newStringInPieces(L, s->data() + start - 1, length);
}

} // namespace perigee
